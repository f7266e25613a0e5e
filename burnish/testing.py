"""Fakes for tests, ours and yours: a scripted language model, a scripted sandbox.

`check_sandbox` is the conformance suite that every implementation of `Sandbox` passes, in each
language that it runs; `sandbox_cases` gives its promises one by one, and `sandbox_limits` what to
open it with.

Public and stable, like the rest of the library's surface.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import dspy
import dspy.lm15

from burnish.sandbox.conformance import cases as sandbox_cases
from burnish.sandbox.conformance import check_sandbox
from burnish.sandbox.conformance import limits as sandbox_limits
from burnish.sandbox.fake import FakeRun, FakeSandbox

__all__ = [
    "Answer",
    "FakeRun",
    "FakeSandbox",
    "ScriptedLM",
    "check_sandbox",
    "sandbox_cases",
    "sandbox_limits",
    "transport_error",
]


@dataclass(frozen=True)
class Answer:
    """One scripted answer of a language model."""

    text: str = ""
    """What the model says; empty for an empty answer."""
    finish_reason: Literal["stop", "length", "content_filter"] = "stop"
    """"length" for an answer cut off at the token limit."""
    prompt_tokens: int | None = None
    """Reported input tokens; None counts a quarter of the prompt's characters."""
    completion_tokens: int | None = None
    """Reported output tokens; None counts a quarter of the text's characters."""

    @classmethod
    def fields(cls, **values: str) -> Answer:
        """An answer in the wire format of DSPy's ChatAdapter, one section per output field."""
        sections = [f"[[ ## {name} ## ]]\n{value}\n" for name, value in values.items()]
        return cls("\n".join([*sections, "[[ ## completed ## ]]"]))


Step: TypeAlias = "str | Answer | Exception"


def transport_error(message: str = "connection reset") -> Exception:
    """A step for `ScriptedLM` that fails as a lost connection does (DSPy retries those)."""
    return dspy.lm15.TransportError(message)  # type: ignore[no-any-return]


class ScriptedLM(dspy.LM):  # type: ignore[misc]
    """A deterministic language model for tests: scripted answers, no network, no cache.

    `script` is either a sequence, whose steps answer the calls in order, or a function from the
    whole prompt (system text and messages, joined by blank lines) to a step. A step is the
    answer's text, an `Answer`, or an exception that the call fails with: `transport_error()`, or
    one of `dspy.lm15`'s errors. A call after the last step fails with `dspy.LMError`.

    Calls may come from several threads: each takes the next step.
    """

    def __init__(
        self, script: Sequence[Step] | Callable[[str], Step], *, num_retries: int = 0, **kwargs: Any
    ) -> None:
        """Script the model.

        Args:
            script: The steps, or a function that makes them.
            num_retries: Retries after transport errors; DSPy waits 1, 2, 4 ... seconds between.
            **kwargs: Passed to `dspy.LM`.
        """
        self.engine_ = _ScriptedEngine(script)
        super().__init__(
            "scripted/lm",
            engine=self.engine_,
            async_engine=_AsyncScriptedEngine(self.engine_),
            cache=kwargs.pop("cache", False),
            num_retries=num_retries,
            **kwargs,
        )

    @property
    def prompts(self) -> list[str]:
        """Every prompt that was sent, in order, retries included."""
        return list(self.engine_.prompts)

    @property
    def left(self) -> int | None:
        """How many steps are left; None if the script is a function."""
        return None if self.engine_.steps is None else len(self.engine_.steps)


class _ScriptedEngine:
    """What DSPy calls: one canonical request in, one response out."""

    def __init__(self, script: Sequence[Step] | Callable[[str], Step]) -> None:
        self.function = script if callable(script) else None
        self.steps = None if callable(script) else deque(script)
        self.prompts: list[str] = []
        self._lock = threading.Lock()

    def complete(self, request: Any) -> Any:
        prompt = _text(request)
        with self._lock:
            self.prompts.append(prompt)
            step = self._next(prompt)
        if isinstance(step, Exception):
            raise step
        answer = Answer(step) if isinstance(step, str) else step
        return _response(request.model, prompt, answer)

    def stream(self, request: Any) -> Any:
        return dspy.lm15.response_to_events(self.complete(request))

    def close(self) -> None:
        pass

    def _next(self, prompt: str) -> Step:
        if self.function is not None:
            return self.function(prompt)
        if not self.steps:
            raise AssertionError(f"the script has no answer left for call {len(self.prompts)}")
        return self.steps.popleft()


class _AsyncScriptedEngine:
    """The same script for `acall`."""

    def __init__(self, sync: _ScriptedEngine) -> None:
        self.sync = sync

    async def complete(self, request: Any) -> Any:
        return self.sync.complete(request)

    async def stream(self, request: Any) -> AsyncIterator[Any]:
        for event in self.sync.stream(request):
            yield event

    async def aclose(self) -> None:
        pass


def _text(request: Any) -> str:
    system = request.system or ""
    if not isinstance(system, str):
        system = "".join(part.text for part in system)
    return "\n\n".join([system, *(message.text or "" for message in request.messages)]).strip()


def _response(model: str, prompt: str, answer: Answer) -> Any:
    lm15 = dspy.lm15
    sent = len(prompt) // 4 if answer.prompt_tokens is None else answer.prompt_tokens
    said = len(answer.text) // 4 if answer.completion_tokens is None else answer.completion_tokens
    return lm15.Response(
        id=None,
        model=model,
        message=lm15.Message.assistant([lm15.TextPart(answer.text)]),
        finish_reason=answer.finish_reason,
        usage=lm15.Usage(input_tokens=sent, output_tokens=said),
    )
