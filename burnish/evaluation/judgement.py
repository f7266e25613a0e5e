"""Puts the analyzers, the metric and the gates together into one QualityReport."""

from __future__ import annotations

from burnish.config import Metric
from burnish.evaluation import formula, gates, native
from burnish.evaluation.analyzer import NOTHING, AllRemarks, examine
from burnish.evaluation.complexity import Complexity, Maintainability
from burnish.evaluation.documentation import Docstrings
from burnish.evaluation.lint import Black, Pylint
from burnish.evaluation.security import Bandit
from burnish.evaluation.types import Mypy
from burnish.languages import toolchain
from burnish.languages.python_tests import parse
from burnish.languages.toolchain import setup
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
    metric = _for_language(candidate.language, metric)
    if candidate.language == "python":
        remarks, error = _analyse(candidate, metric)
    else:
        remarks, error = _analyse_native(candidate, execution, metric)
    dimensions = _dimensions(candidate, execution, remarks, spec, metric)
    return QualityReport(
        score=formula.weighted(dimensions, metric.weights),
        dimensions=dimensions,
        gates=_gates(
            execution, remarks, dimensions, metric, error, wanted=candidate.move != "given"
        ),
        findings=_findings(execution, remarks, error, spec, metric),
        threshold=metric.threshold,
        execution=execution,
    )


def is_simple(candidate: Candidate, bounds: Metric) -> bool:
    """Whether every function's complexity is under the bound; False if Python does not parse."""
    if candidate.language != "python":
        return native.complexity(native.measured(candidate), bounds).value == 1.0
    try:
        tree = parse(candidate.code)
    except SyntaxError:
        return False
    return Complexity(bounds.max_complexity)(candidate, tree).value == 1.0


def _analyse(candidate: Candidate, bounds: Metric) -> tuple[AllRemarks, Finding | None]:
    try:
        tree = parse(candidate.code)
    except SyntaxError as error:
        line = error.lineno
        where = f"line {line}: " if line else ""
        return AllRemarks(), Finding(
            category="syntax",
            severity="high",
            message=f"{where}{error.msg}",
            tool="ast",
            line=line,
        )
    return (
        AllRemarks(
            complexity=examine(Complexity(bounds.max_complexity), candidate, tree),
            index=examine(Maintainability(), candidate, tree),
            lint=examine(Pylint(), candidate, tree),
            types=examine(Mypy(), candidate, tree),
            formatted=examine(Black(), candidate, tree),
            docstrings=examine(Docstrings(), candidate, tree),
            security=examine(Bandit(), candidate, tree),
        ),
        None,
    )


def _analyse_native(
    candidate: Candidate, run: ExecutionReport, bounds: Metric
) -> tuple[AllRemarks, Finding | None]:
    """The compiler in the sandbox says whether it parses; where none ran, the grammar does."""
    outline = toolchain(candidate.language).outline(candidate.code)
    problem, line = "", 0
    if run.status == "SYNTAX_ERROR":
        problem = run.error
    elif run.status == "SANDBOX_UNAVAILABLE" and outline.problem:
        problem, line = f"line {outline.problem_line}: {outline.problem}", outline.problem_line
    if problem:
        return AllRemarks(), Finding(
            category="syntax", severity="high", message=problem, tool="compiler", line=line or None
        )
    return native.native_remarks(candidate, run, bounds), None


def _for_language(name: str, metric: Metric) -> Metric:
    """The metric, with the memory that an idle program of the language takes, if none was set."""
    idle = setup(name).peak_memory_bytes
    if idle is None or "default_max_memory_bytes" in metric.model_fields_set:
        return metric
    return metric.model_copy(update={"default_max_memory_bytes": idle})


def _dimensions(
    candidate: Candidate, run: ExecutionReport, remarks: AllRemarks, spec: Spec, bounds: Metric
) -> Dimensions:
    parsed = remarks.complexity is not NOTHING
    return Dimensions(
        syntactic_correctness=formula.syntactic_correctness(parsed, run),
        test_coverage=formula.coverage(run),
        documentation=formula.documentation(remarks.docstrings.value, candidate, run),
        performance=formula.performance(run, spec.performance, bounds),
        maintainability=formula.maintainability(
            remarks.index.value,
            remarks.complexity.value,
            min(remarks.lint.value, remarks.types.value),
            remarks.formatted.value,
        ),
    )


def _gates(
    run: ExecutionReport,
    remarks: AllRemarks,
    dimensions: Dimensions,
    bounds: Metric,
    error: Finding | None,
    *,
    wanted: bool,
) -> tuple[Gate, ...]:
    return (
        gates.parses(error.message if error else ""),
        gates.executed(run),
        gates.trusted(run),
        gates.generated(run, wanted=wanted),
        gates.complexity(remarks.complexity, bounds),
        gates.coverage(run, bounds),
        gates.documentation(dimensions.documentation, bounds),
        gates.security(remarks.security),
    )


def _findings(
    run: ExecutionReport, remarks: AllRemarks, error: Finding | None, spec: Spec, bounds: Metric
) -> tuple[Finding, ...]:
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
    found += _slow(run, spec, bounds)
    for part in vars(remarks).values():
        found += part.findings
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda finding: _SEVERITY[finding.severity]))


def _slow(run: ExecutionReport, spec: Spec, bounds: Metric) -> list[Finding]:
    """What the performance dimension complains of, in words that a model can act on."""
    asked = spec.performance
    seconds = asked.max_seconds or bounds.default_max_seconds
    memory = asked.max_memory_bytes or bounds.default_max_memory_bytes
    said = []
    if run.wall_s > seconds:
        said.append(f"the tests took {run.wall_s:.1f} s, {seconds:g} s are allowed")
    if run.peak_memory_bytes > memory:
        said.append(f"peak memory {run.peak_memory_bytes:,} bytes, {memory:,} are allowed")
    growth, limit = run.growth or 0.0, asked.max_growth
    if limit is not None and growth > limit + formula.GROWTH_TOLERANCE:
        said.append(f"time grows like n^{growth:.1f}, at most n^{limit:g} is asked")
    return [
        Finding(category="performance", severity="medium", message=text, tool="timing")
        for text in said
    ]
