"""One piece of work's dealings with the outside: questions to the model, news to observers."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any

import dspy
from dspy.utils.exceptions import (
    AdapterParseError,
    DSPyError,
    LMError,
)

from burnish.config import Budget
from burnish.modules.editing import editor
from burnish.modules.lost_models import first_line, no_answer, refused
from burnish.modules.memory import Lesson
from burnish.modules.observer import Observer
from burnish.modules.usage import total, usage_of
from burnish.records import Attempt, ModelCall, Solution, Spec, Usage
from burnish.records.base import Move
from burnish.signatures.questions import as_code

# Output tokens that are enough for a small model: beyond these it only repeats itself, for minutes.
# Of 111 answers that were not cut, the longest took 515 tokens for code and 471 for all else.
ENOUGH = {
    "analyze": 450, "write_tests": 500, "extend_tests": 400, "document": 500,
    "write_code": 1000, "repair_code": 1000, "add_docstrings": 1000,
}  # fmt: skip
WARM = 0.7  # a question put again must not be answered the same
SEED_STRIDE = 100_003  # between the calls of a solution; samples of a task are 1 apart
logger = logging.getLogger("burnish")


class UnusableAnswer(Exception):
    """The model answered twice with nothing that could be used; the message says why."""


class Session:
    """Asks the program's predictors, records every call, and tells the observers.

    One session serves one `generate()` call and one thread.
    """

    def __init__(
        self,
        program: dspy.Module,
        spec: Spec,
        observers: Sequence[Observer] = (),
        max_code_length: int = 10_000,
        *,
        small: bool = False,
        budget: Budget | None = None,
        lessons: Sequence[Lesson] = (),
    ) -> None:
        self.program = program
        self.max_code_length = max_code_length
        self.spec = spec
        self.small = small
        """See `config.Model.small`."""
        self.lessons = tuple(lessons)
        """Similar tasks that were solved, shown where code is asked for."""
        self._budget = budget or Budget()
        self._began = time.monotonic()
        self.editor = editor(spec.language)
        self.observers = observers
        self.round = 0
        self.calls: tuple[ModelCall, ...] = ()
        self.lost = ""
        """Why the model could not be reached when it was; "" if it always could."""
        self.fruitless: set[tuple[str, Move]] = set()
        """Moves that gave nothing new, with what they were made from."""
        self._asked: set[tuple[str, str]] = set()

    @property
    def spent(self) -> str:
        """Which budget is spent, in one sentence; "" while there is some left.

        Answers from the cache count with their tokens, so that work done again ends where it did.
        """
        used = self.usage
        asked = {"prompt_tokens": used.prompt_tokens + used.cached_tokens}
        return self._budget.spent(used.model_copy(update=asked), time.monotonic() - self._began)

    @property
    def usage(self) -> Usage:
        """What the calls so far have cost."""
        return total(call.usage for call in self.calls)

    def ask(self, question: str, *, cut_is_usable: bool = False, **inputs: Any) -> dspy.Prediction:
        """Put one question; once more, warmer, if the first answer cannot be used.

        A question that was put before in this session is put warmer at once, past the cache.

        Args:
            question: Name of the program's predictor, e.g. "write_code".
            cut_is_usable: Take an answer that was cut at the token limit, as for a list of tests
                whose complete ones serve; the call's record still says that it was cut.
            inputs: The fields of its signature; `temperature` overrides the model's.

        Raises:
            UnusableAnswer: Both answers were truncated, empty or out of form; or the budget is
                spent.
            ModelUnavailableError: The model could not be reached, retries included.
        """
        self.stage(question)
        fields = getattr(self.program, question).signature.fields
        for name, value in inputs.items():
            if isinstance(value, dspy.Code):  # code is code, but each language has a type of it
                inputs[name] = as_code(value.code, fields[name].annotation)
        options = {"temperature": inputs.pop("temperature", None)}
        if (asked := (question, repr(sorted(inputs.items())))) in self._asked:
            options = {"temperature": max(options["temperature"] or 0.0, WARM)}
        self._asked.add(asked)
        reason = ""
        for retry in range(2):
            if spent := self.spent:
                raise UnusableAnswer(spent)
            if retry:
                options = {"temperature": max(options["temperature"] or 0.0, WARM)}
            if options["temperature"] is not None:  # a new rollout, or the cache answers again
                options["rollout_id"] = len(self.calls) + 1
            answer, reason = self._call(question, options, inputs)
            if answer is not None and (not reason or cut_is_usable):
                return answer
            logger.info("%s: %s", question, reason)
        raise UnusableAnswer(f"{question}: {reason}")

    def ask_code(
        self, question: str, entry_point: str = "", *, whole: bool = True, **inputs: Any
    ) -> str:
        """The module that answers a question, put right by the language's editor.

        What the specification asks for is called `entry_point`, where the answer calls its one
        function otherwise. What is not `whole` is a part of a module, and left as it is.

        Raises:
            UnusableAnswer: As `ask`, or the module is longer than `max_code_length` characters.
        """
        answer = self.ask(question, **inputs)
        ((name, _),) = getattr(self.program, question).signature.output_fields.items()
        code = str(answer[name].code)
        if whole:
            code = self.editor.module(code, entry_point)
        if len(code) > self.max_code_length:
            raise UnusableAnswer(
                f"{question}: the module has {len(code):,} characters, "
                f"at most {self.max_code_length:,} are taken"
            )
        return code

    def _call(
        self, question: str, options: dict[str, Any], inputs: dict[str, Any]
    ) -> tuple[dspy.Prediction | None, str]:
        predictor = getattr(self.program, question)
        # A copy has a history of its own, so that threads which share a model do not mix.
        lm = (predictor.lm or dspy.settings.lm).copy()
        config = {key: value for key, value in options.items() if value is not None}
        if (seed := lm.kwargs.get("seed")) is not None:  # else every draw would be the same
            config["seed"] = seed + SEED_STRIDE * len(self.calls)
        if self.small and question in ENOUGH and lm.kwargs.get("max_tokens"):
            config["max_tokens"] = min(lm.kwargs["max_tokens"], ENOUGH[question])
        started, answer, reason = time.time_ns(), None, ""
        try:
            with dspy.context(disable_history=False, max_history_size=10):
                answer = predictor(lm=lm, config=config, **self._shown(question), **inputs)
        except AdapterParseError as error:
            reason = (
                "the answer was empty" if "empty" in str(error) else "the answer was out of form"
            )
        except LMError as error:
            failure = no_answer(lm, error)
            if not refused(error):
                self.lost = failure.message
            raise failure from error
        except DSPyError as error:
            reason = first_line(error)
        *before, entry = lm.history or [{}]
        for asked in before:  # an adapter that asks once more in another form is paid twice
            self._record(question, lm, asked, started, "the adapter could not read the answer")
        if _truncated(entry.get("response")):
            reason = "the answer was cut at the limit of output tokens"
        self._record(question, lm, entry, started, reason)
        return answer, reason

    def _shown(self, question: str) -> dict[str, Any]:
        """The lessons as demos of a question, ahead of its own; nothing where there are none."""
        if question != "write_code" or not self.lessons:
            return {}
        predictor = getattr(self.program, question)
        (output,) = predictor.signature.output_fields.items()
        demos = [
            dict.fromkeys(predictor.signature.input_fields, "")
            | {
                "specification": each.specification,
                output[0]: as_code(each.code, output[1].annotation),
            }
            for each in self.lessons
        ]
        return {"demos": [*demos, *predictor.demos]}

    def _record(
        self, question: str, lm: Any, entry: dict[str, Any], started: int, reason: str
    ) -> None:
        outputs = [
            out if isinstance(out, str) else out.get("text") for out in entry.get("outputs") or []
        ]
        call = ModelCall(
            stage=question,
            round=self.round,
            model=lm.model,
            messages=tuple(
                {"role": str(m["role"]), "content": _content(m["content"])}
                for m in entry.get("messages") or []
            ),
            response=(outputs[0] or "") if outputs else "",
            error=reason,
            started_ns=started,
            ended_ns=time.time_ns(),
            usage=usage_of(lm, entry),
        )
        self.calls += (call,)

    def stage(self, name: str) -> None:
        """Tell the observers that a stage begins."""
        self._tell("on_stage", self.spec, name, self.round, self.usage)

    def attempted(self, attempt: Attempt, best: Attempt) -> None:
        """Tell the observers of a judged attempt."""
        self._tell("on_attempt", self.spec, attempt, best)

    def finished(self, solution: Solution) -> Solution:
        """Tell the observers that the work is done."""
        self._tell("on_solution", solution)
        return solution

    def _tell(self, event: str, *news: Any) -> None:
        for observer in self.observers:
            try:
                getattr(observer, event)(*news)
            except Exception as error:  # noqa: BLE001  an observer must not cost the solution
                logger.warning("%s failed in %s: %s", type(observer).__name__, event, error)


def _truncated(response: Any) -> bool:
    if getattr(response, "finish_reason", None) == "length":
        return True
    choices = getattr(response, "choices", None) or []
    return any(getattr(choice, "finish_reason", None) == "length" for choice in choices)


def _content(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content if isinstance(part, dict))
