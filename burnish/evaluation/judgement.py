"""Puts the analyzers, the metric and the gates together into one QualityReport."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from burnish.config import Metric
from burnish.evaluation import gates
from burnish.evaluation import metric as formula
from burnish.evaluation.analyzer import Remarks, examine
from burnish.evaluation.complexity import Complexity, Maintainability
from burnish.evaluation.documentation import Docstrings
from burnish.evaluation.lint import Black, Pylint
from burnish.evaluation.security import Bandit
from burnish.records import (
    Candidate,
    Dimensions,
    ExecutionReport,
    Finding,
    Gate,
    QualityReport,
    Spec,
)

_SEVERITY = {"high": 0, "medium": 1, "low": 2, "info": 3}


def evaluate(
    candidate: Candidate,
    execution: ExecutionReport,
    *,
    spec: Spec,
    metric: Metric,
) -> QualityReport:
    """Judge a candidate by its source and by what its run reported.

    Nothing is executed here. A crash of an analyzer becomes a finding. What was not executed is
    not guessed: its dimensions are 0, its gates closed, and a finding says so.
    """
    remarks, error = _analyse(candidate, metric)
    dimensions = _dimensions(candidate, execution, remarks, spec, metric)
    return QualityReport(
        score=formula.weighted(dimensions, metric.weights),
        dimensions=dimensions,
        gates=_gates(execution, remarks, dimensions, metric, error),
        findings=_findings(execution, remarks, error),
        threshold=metric.threshold,
        execution=execution,
    )


_NOTHING = Remarks(0.0, (), "not analysed")


@dataclass(frozen=True)
class _All:
    """The remarks of every analyzer; nothing of each for code that does not parse."""

    complexity: Remarks = _NOTHING
    index: Remarks = _NOTHING
    lint: Remarks = _NOTHING
    formatted: Remarks = _NOTHING
    docstrings: Remarks = _NOTHING
    security: Remarks = _NOTHING


def _analyse(candidate: Candidate, bounds: Metric) -> tuple[_All, Finding | None]:
    try:
        tree = ast.parse(candidate.code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        where = f"line {line}: " if line else ""
        return _All(), Finding(
            category="syntax",
            severity="high",
            message=f"{where}{getattr(error, 'msg', None) or error}",
            tool="ast",
            line=line,
        )
    return (
        _All(
            complexity=examine(Complexity(bounds.max_complexity), candidate, tree),
            index=examine(Maintainability(), candidate, tree),
            lint=examine(Pylint(), candidate, tree),
            formatted=examine(Black(), candidate, tree),
            docstrings=examine(Docstrings(), candidate, tree),
            security=examine(Bandit(), candidate, tree),
        ),
        None,
    )


def _dimensions(
    candidate: Candidate, run: ExecutionReport, remarks: _All, spec: Spec, bounds: Metric
) -> Dimensions:
    parsed = remarks.complexity is not _NOTHING
    return Dimensions(
        syntactic_correctness=formula.syntactic_correctness(parsed, run),
        test_coverage=formula.coverage(run),
        documentation=formula.documentation(remarks.docstrings.value, candidate, run),
        performance=formula.performance(run, spec.performance, bounds),
        maintainability=formula.maintainability(
            remarks.index.value,
            remarks.complexity.value,
            remarks.lint.value,
            remarks.formatted.value,
        ),
    )


def _gates(
    run: ExecutionReport,
    remarks: _All,
    dimensions: Dimensions,
    bounds: Metric,
    error: Finding | None,
) -> tuple[Gate, ...]:
    return (
        gates.parses(error.message if error else ""),
        gates.executed(run),
        gates.trusted(run),
        gates.generated(run),
        gates.complexity(remarks.complexity, bounds),
        gates.coverage(run, bounds),
        gates.documentation(dimensions.documentation, bounds),
        gates.security(remarks.security),
    )


def _findings(run: ExecutionReport, remarks: _All, error: Finding | None) -> tuple[Finding, ...]:
    found = [error] if error else []
    if run.status == "SANDBOX_UNAVAILABLE":
        found.append(
            Finding(
                category="environment",
                severity="high",
                message="Nothing was executed: tests, coverage and performance are not measured.",
                tool="sandbox",
            )
        )
    found += [
        Finding(
            category=test.category or "assertion",
            severity="medium" if test.suite in ("generated", "usage") else "high",
            message=f"{test.id} ({test.suite}) {test.outcome}: {test.message}",
            tool="sandbox",
            line=test.line,
        )
        for test in run.tests
        if test.outcome != "passed"
    ]
    for part in vars(remarks).values():
        found += part.findings
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda finding: _SEVERITY[finding.severity]))
