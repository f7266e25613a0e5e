"""The sandbox that runs nothing: where no isolation can be had, code is only parsed."""

from __future__ import annotations

from burnish.languages import toolchain
from burnish.records import Candidate, Example, ExecutionReport
from burnish.sandbox.unrun import promised, syntax_report, unavailable_report


class StaticOnly:
    """Never executes a candidate; reports SANDBOX_UNAVAILABLE, or SYNTAX_ERROR."""

    name = "none"

    def __init__(self, reason: str = "Execution is switched off.") -> None:
        self.reason = reason

    def run(
        self, candidate: Candidate, *, checks: str = "", examples: tuple[Example, ...] = ()
    ) -> ExecutionReport:
        """See `Sandbox.run`."""
        tests = promised(candidate, checks, examples)
        outline = toolchain(candidate.language).outline(candidate.code)
        if outline.problem:
            line = outline.problem_line
            quoted = candidate.code.split("\n")[line - 1]
            return syntax_report(outline.problem, line, quoted, self.name, tests)
        return unavailable_report(self.reason, self.name, tests)

    def close(self) -> None:
        """Nothing to end."""
