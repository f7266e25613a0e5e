"""How good it is."""

from __future__ import annotations

from pydantic import Field

from burnish.records.base import Record
from burnish.records.execution import ExecutionReport, Finding


class Dimensions(Record):
    """The five dimensions of quality, each in [0, 1]; formulas are in `evaluation/formula.py`."""

    syntactic_correctness: float = Field(ge=0, le=1)
    """Parses, imports, and keeps its tests passing."""
    test_coverage: float = Field(ge=0, le=1)
    """Branch coverage, counted only as far as tests pass."""
    documentation: float = Field(ge=0, le=1)
    """Documented public objects, and an example that runs."""
    performance: float = Field(ge=0, le=1)
    """Time, memory and growth against what was asked."""
    maintainability: float = Field(ge=0, le=1)
    """Maintainability index, complexity, lint, formatting."""


class Gate(Record):
    """One condition that an accepted candidate must meet."""

    name: str
    """E.g. "parses", "checks", "generated_tests", "complexity", "coverage"."""
    passed: bool
    """Whether it is met."""
    detail: str
    """The measured value against the bound, e.g. "coverage 72% < 80%"."""


class QualityReport(Record):
    """The judgement of one run, with the execution that it rests on. Filled by `evaluation/`."""

    score: float = Field(ge=0, le=1)
    """Weighted sum of the dimensions, in [0, 1]."""
    dimensions: Dimensions
    """The parts of the score."""
    gates: tuple[Gate, ...]
    """Conditions for acceptance, in the order in which they are worth mending."""
    findings: tuple[Finding, ...] = ()
    """What analyzers and failed tests say, most severe first."""
    threshold: float = Field(ge=0, le=1)
    """Score needed for acceptance."""
    execution: ExecutionReport
    """The run that was judged."""

    @property
    def accepted(self) -> bool:
        """All gates are met and the score reaches the threshold."""
        return self.score >= self.threshold and all(gate.passed for gate in self.gates)
