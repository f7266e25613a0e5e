"""What the outside may watch: the live view, tracking, and tests attach here."""

from __future__ import annotations

from typing import Protocol

from burnish.records import Attempt, Solution, Spec, Usage


class Observer(Protocol):
    """Told what happens, in order, from the thread that does the work; must not block long.

    An observer that raises costs a warning, never the solution.
    """

    def on_stage(self, spec: Spec, stage: str, round: int, usage: Usage) -> None:
        """A stage begins: "analyze", "write_code", "write_tests", "document", "execute", ...

        `usage` is what the work has cost so far.
        """
        ...

    def on_attempt(self, spec: Spec, attempt: Attempt, best: Attempt) -> None:
        """An attempt was judged; `best` is the best one so far, perhaps this."""
        ...

    def on_solution(self, solution: Solution) -> None:
        """The work is done; called exactly once unless it ended with an exception."""
        ...
