"""The weighted quality metric: five dimensions, each a pure function into [0, 1].

score = sum(weight * dimension) / sum(weights)
"""

from __future__ import annotations

from burnish.config import Metric, Weights
from burnish.records import (
    Candidate,
    Dimensions,
    ExecutionReport,
    PerformanceRequirement,
    TestOutcome,
)

GROWTH_TOLERANCE = 0.3  # a fitted exponent over small inputs is off by about this much


def weighted(dimensions: Dimensions, weights: Weights) -> float:
    """The score in [0, 1]; weights need not sum to 1; all zero gives 0."""
    pairs = [(getattr(weights, name), getattr(dimensions, name)) for name in Weights.model_fields]
    total = sum(weight for weight, _ in pairs)
    if not total:
        return 0.0
    score: float = sum(weight / total * value for weight, value in pairs)
    return min(1.0, round(score, 6))


def syntactic_correctness(parses: bool, execution: ExecutionReport) -> float:
    """Whether it is a program, and keeps its tests passing.

    0 if it does not parse; 0.5 if it parses but was not run to a proper end;
    0.5 + 0.5 * passed / total over checks, examples and generated tests if it was
    (0.5 if there are none).
    """
    if not parses:
        return 0.0
    return 0.5 + 0.5 * passing_share(execution) if execution.ended else 0.5


def coverage(execution: ExecutionReport) -> float:
    """Branch coverage, counted only as far as tests pass.

    coverage * passed / total, where coverage = (statements + branch exits that ran) / (all there
    are); 0 without a proper end, or without any test.
    """
    if not execution.ended or execution.coverage is None or not _judging(execution):
        return 0.0
    return execution.coverage.ratio * passing_share(execution)


def documentation(docstrings: float, candidate: Candidate, execution: ExecutionReport) -> float:
    """Docstrings, and a usage example that runs.

    0.8 * docstrings + 0.2 if the README's usage example ran and passed. Code that was handed in
    (`move == "given"`) has no README here and is judged by its docstrings alone.
    """
    if candidate.move == "given" and not candidate.docs:
        return docstrings
    usage = execution.of("usage")
    ran = bool(usage) and all(test.outcome == "passed" for test in usage)
    return 0.8 * docstrings + (0.2 if ran else 0.0)


def performance(
    execution: ExecutionReport, required: PerformanceRequirement, metric: Metric
) -> float:
    """Time, memory and growth against what was asked.

    The least of the parts there are, times passed / total:
    time: min(1, limit / wall seconds), limit as required, else `default_max_seconds`;
    memory: min(1, limit / peak bytes), limit as required, else `default_max_memory_bytes`;
    growth, where it was both required and measured: 1 up to the required exponent plus
    `GROWTH_TOLERANCE`, then required / measured. 0 without a proper end. The least, not the
    mean: a program that is a hundred times too slow is not half good.
    """
    if not execution.ended:
        return 0.0
    seconds = required.max_seconds or metric.default_max_seconds
    memory = required.max_memory_bytes or metric.default_max_memory_bytes
    parts = [_within(execution.wall_s, seconds), _within(execution.peak_memory_bytes, memory)]
    if required.max_growth is not None and execution.growth is not None:
        allowed = required.max_growth + GROWTH_TOLERANCE
        parts.append(_within(execution.growth, allowed))
    return passing_share(execution) * min(parts)


def maintainability(index: float, complexity: float, lint: float, formatted: float) -> float:
    """0.4 * maintainability index + 0.3 * complexity + 0.2 * lint + 0.1 * formatting.

    Lint is the worse of style and types (in Python pylint and mypy).

    Each part is the value of its analyzer, in [0, 1]. The weights are ours.
    """
    return 0.4 * index + 0.3 * complexity + 0.2 * lint + 0.1 * formatted


def passing_share(execution: ExecutionReport) -> float:
    """Passed / total over checks, examples and generated tests; 0.0 if there are none."""
    tests = _judging(execution)
    return sum(t.outcome == "passed" for t in tests) / len(tests) if tests else 0.0


def _judging(execution: ExecutionReport) -> tuple[TestOutcome, ...]:
    return execution.of("check", "example", "generated")


def _within(measured: float, limit: float) -> float:
    return 1.0 if measured <= limit else limit / measured
