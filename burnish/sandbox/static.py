"""The sandbox that runs nothing: where no isolation can be had, code is only parsed."""

from __future__ import annotations

from burnish.languages import toolchain
from burnish.languages.python_tests import parse
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
        try:
            _parse(candidate)
        except SyntaxError as error:
            return syntax_report(error, self.name, tests)
        return unavailable_report(self.reason, self.name, tests)

    def close(self) -> None:
        """Nothing to end."""


def _parse(candidate: Candidate) -> None:
    """Raises SyntaxError where the language's grammar finds one."""
    if candidate.language == "python":
        parse(candidate.code, f"{candidate.module}.py")
        return
    outline = toolchain(candidate.language).outline(candidate.code)
    if outline.problem:
        line = candidate.code.split("\n")[outline.problem_line - 1]
        raise SyntaxError(outline.problem, ("", outline.problem_line, 1, line))
