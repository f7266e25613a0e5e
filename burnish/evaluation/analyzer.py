"""The seam of static analysis: one module's source in, one value and its findings out.

`Analyzer` is Python's; other languages are judged in `native.py`.

Analyzers read and parse; none of them runs, imports or evaluates what it reads.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Protocol

from burnish.records import Candidate, Finding


@dataclass(frozen=True)
class Remarks:
    """What one analyzer says of a module."""

    value: float
    """How good, in [0, 1]; what it means is the analyzer's to say."""
    findings: tuple[Finding, ...] = ()
    """What could be better, with lines."""
    detail: str = ""
    """The figure behind the value, for a gate's text."""


NOTHING = Remarks(0.0, (), "not analysed")


@dataclass(frozen=True)
class AllRemarks:
    """The remarks from every side; nothing of each for code that does not parse."""

    complexity: Remarks = NOTHING
    index: Remarks = NOTHING
    lint: Remarks = NOTHING
    types: Remarks = NOTHING
    formatted: Remarks = NOTHING
    docstrings: Remarks = NOTHING
    security: Remarks = NOTHING


class Analyzer(Protocol):
    """Looks at a module from one side."""

    name: str
    """The tool, as findings name it."""

    def __call__(self, candidate: Candidate, tree: ast.Module) -> Remarks:
        """Analyse; `tree` is the parsed code, which analyzers must not change.

        May raise whatever it likes: the crash becomes a finding, never an exception of ours.
        """
        ...


def examine(analyzer: Analyzer, candidate: Candidate, tree: ast.Module) -> Remarks:
    """Run one analyzer; one that crashes is worth 0 and says so in a finding."""
    try:
        return analyzer(candidate, tree)
    except Exception as error:  # noqa: BLE001  a tool's crash must not end the work
        crash = Finding(
            category="environment",
            severity="low",
            message=f"{analyzer.name} crashed: {type(error).__name__}: {error}"[:300],
            tool=analyzer.name,
        )
        return Remarks(0.0, (crash,), f"{analyzer.name} crashed")
