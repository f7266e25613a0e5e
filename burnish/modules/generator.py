"""CodeGenerator: the loop as a dspy.Module, so that any DSPy optimizer can compile it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import dspy

from burnish.config import Config, data_dir, load
from burnish.errors import InputError
from burnish.evaluation.requirements import find_performance
from burnish.modules.memory import Memory
from burnish.modules.observer import Observer
from burnish.modules.opening import open_named
from burnish.modules.pipeline import Loop, refine
from burnish.modules.prompts import Prompts
from burnish.modules.session import Session
from burnish.records import Solution, Spec, Strategy
from burnish.registries.languages import language as find_language
from burnish.registries.models import is_small, resolve
from burnish.sandbox import Sandbox
from burnish.signatures.adapter import PlainAdapter

logger = logging.getLogger("burnish")


class CodeGenerator(dspy.Module):  # type: ignore[misc]
    """Specification in; code, tests, documentation, execution result and quality score out.

    Uses `dspy.settings.lm`, else the default model of `burnish.registries.models.resolve`, and
    `dspy.settings.adapter`, else `PlainAdapter`. Eight predictors a language carry demos;
    save and load are DSPy's own, as JSON.

    Args:
        languages: Those whose predictors exist from the start, for an optimizer to compile. Any
            other language can be asked for all the same; its predictors are made then.
        sandbox: "auto", "docker", "bubblewrap", "none", or an open Sandbox, which stays the
            caller's to close.
        config: Limits, metric and sandbox settings; None for the loaded configuration.
        strategy: Overrides the analysis's choice.
        observers: Told what happens; see `modules/observer.py`.
    """

    def __init__(
        self,
        *,
        languages: Sequence[str] = ("python",),
        sandbox: str | Sandbox = "auto",
        config: Config | None = None,
        strategy: Strategy | None = None,
        observers: Sequence[Observer] = (),
    ) -> None:
        super().__init__()
        if strategy is not None and strategy not in get_args(Strategy):
            raise InputError(
                f"Unknown strategy {strategy!r}.",
                remedy=f"Choose one of {', '.join(get_args(Strategy))}.",
            )
        self.prompts = {name: Prompts(name) for name in languages}
        self._surroundings = _Surroundings(sandbox, config or load(), tuple(observers))
        self._strategy = strategy

    def forward(
        self,
        specification: str,
        language: str = "python",
        constraints: str = "",
        test_requirements: str = "",
        checks: str = "",
        module: str = "",
    ) -> dspy.Prediction:
        """Generate, run, judge and mend until accepted or the limits are reached.

        Returns:
            A Prediction with `code, tests, documentation, execution_result` (ExecutionReport or
            None), `quality_score` in [0, 1], and `solution`, the whole Solution.

        Raises:
            InputError: The specification is empty or too long, or the language is unknown.
            EnvironmentMissingError: No model, or the sandbox asked for cannot run.
        """
        around = self._surroundings
        found = find_language(language)
        spoken = found.name
        spec = Spec(
            text=_bounded(specification, around.config),
            language=spoken,
            constraints=constraints,
            test_requirements=test_requirements,
            module=module or found.module,
            checks=checks,
            performance=find_performance(f"{specification}\n{constraints}"),
        )
        settings = dspy.settings
        lm = settings.lm or resolve(around.config.lm, around.config.model)
        with dspy.context(lm=lm, adapter=settings.adapter or PlainAdapter()):
            limit = around.config.limits.max_code_length
            prompts = self.prompts.setdefault(spoken, Prompts(spoken))
            small = is_small(lm) if (said := around.config.model.small) is None else said
            budget = around.config.budget
            wanted = around.config.memory
            session = Session(
                prompts, spec, around.observers, limit, small=small, budget=budget,
                lessons=around.memory.similar(spec.text, spoken, wanted.demos),
            )  # fmt: skip
            loop = Loop(session, around.sandbox(spoken), around.config)
            solution = refine(loop, spec, self._strategy)
            if wanted.keep:
                try:
                    around.memory.keep(solution)
                except OSError as error:  # what was made is not lost for that
                    logger.warning("the solution is not kept in memory: %s", error)
            return _prediction(solution)

    async def aforward(self, **inputs: Any) -> dspy.Prediction:
        """`forward` in a thread of its own, for callers with an event loop."""
        return await asyncio.to_thread(self.forward, **inputs)

    def close(self) -> None:
        """Close the sandbox if this generator opened it. Idempotent."""
        self._surroundings.close()


class _Surroundings:
    """What optimizers must share, not copy, when they copy the program."""

    def __init__(
        self, sandbox: str | Sandbox, config: Config, observers: tuple[Observer, ...]
    ) -> None:
        self.config, self.observers = config, observers
        path = config.memory.path
        self.memory = Memory(Path(path) if path else data_dir() / "memory.jsonl")
        self._given = None if isinstance(sandbox, str) else sandbox
        self._kind = sandbox if isinstance(sandbox, str) else ""
        self._opened: dict[str, Sandbox] = {}

    def sandbox(self, language: str) -> Sandbox:
        if self._given is not None:
            return self._given
        if language not in self._opened:
            self._opened[language] = open_named(self._kind, self.config, language)
        return self._opened[language]

    def close(self) -> None:
        while self._opened:
            self._opened.popitem()[1].close()

    def __deepcopy__(self, memo: dict[int, Any]) -> _Surroundings:
        return self


def _bounded(text: str, config: Config) -> str:
    limit = config.limits.max_specification_chars
    if not text.strip():
        raise InputError(
            "The specification is empty.", remedy="Say in a sentence what the code must do."
        )
    if len(text) > limit:
        raise InputError(
            f"The specification has {len(text):,} characters; at most {limit:,} are taken.",
            remedy="Shorten it, split it, or raise limits.max_specification_chars.",
        )
    return text


def _prediction(solution: Solution) -> dspy.Prediction:
    return dspy.Prediction(
        code=solution.code,
        tests=solution.tests,
        documentation=solution.docs,
        execution_result=solution.best.execution if solution.best else None,
        quality_score=solution.score,
        solution=solution,
    )
