"""A sandbox for tests: hands out reports, runs nothing."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from burnish.records import Candidate, Example, ExecutionReport


@dataclass(frozen=True)
class FakeRun:
    """What one call of `FakeSandbox.run` was given."""

    candidate: Candidate
    checks: str
    examples: tuple[Example, ...]


Script = Sequence[ExecutionReport | Exception] | Callable[[FakeRun], ExecutionReport]


class FakeSandbox:
    """Answers each run with the next report of `script`, or with what the function returns.

    The last report of a sequence answers every later run too. An exception is raised instead
    of returned. `runs` holds what was asked; `closed` says whether `close` was called. Safe to
    call from several threads.
    """

    def __init__(self, script: Script, name: str = "fake") -> None:
        if not callable(script) and not script:
            raise ValueError("FakeSandbox needs at least one report.")
        self.name = name
        self.runs: list[FakeRun] = []
        self.closed = False
        self._function = script if callable(script) else None
        self._reports = deque(() if callable(script) else script)
        self._lock = threading.Lock()

    def run(
        self, candidate: Candidate, *, checks: str = "", examples: tuple[Example, ...] = ()
    ) -> ExecutionReport:
        """The next scripted report; nothing is executed."""
        asked = FakeRun(candidate, checks, examples)
        with self._lock:
            self.runs.append(asked)
            if self._function is not None:
                return self._function(asked)
            step = self._reports.popleft() if len(self._reports) > 1 else self._reports[0]
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True
