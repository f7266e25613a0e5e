"""The formulas, against cases worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.config import Metric, Weights
from burnish.evaluation import formula
from burnish.records import Candidate, Coverage, Dimensions, ExecutionReport, PerformanceRequirement
from tests import builders

NAMES = tuple(Weights.model_fields)
share = st.floats(0, 1)
weight = st.floats(0, 10)


def _dimensions(*values: float) -> Dimensions:
    return Dimensions(**dict(zip(NAMES, values, strict=True)))


def _weights(*values: float) -> Weights:
    return Weights(**dict(zip(NAMES, values, strict=True)))


def _run(passed: int = 3, failed: int = 0, **changes: object) -> ExecutionReport:
    return builders.execution(passed, failed).model_copy(update=changes)


def test_the_default_weights_are_the_published_ones() -> None:
    assert Weights().model_dump() == {
        "syntactic_correctness": 0.25,
        "test_coverage": 0.20,
        "documentation": 0.15,
        "performance": 0.20,
        "maintainability": 0.20,
    }


def test_the_score_is_the_weighted_mean() -> None:
    # 0.25 * 1 + 0.20 * 0.5 + 0.15 * 0.8 + 0.20 * 1 + 0.20 * 0.9 = 0.85
    assert formula.weighted(_dimensions(1, 0.5, 0.8, 1, 0.9), Weights()) == pytest.approx(0.85)


@given(st.tuples(*[share] * 5), st.tuples(*[weight] * 5), st.floats(0.1, 100))
def test_scaling_all_weights_changes_nothing(
    values: tuple[float, ...], weights: tuple[float, ...], factor: float
) -> None:
    dimensions = _dimensions(*values)
    scaled = _weights(*(w * factor for w in weights))
    assert formula.weighted(dimensions, scaled) == pytest.approx(
        formula.weighted(dimensions, _weights(*weights))
    )


@given(st.tuples(*[share] * 5), st.integers(0, 4), share)
def test_a_better_dimension_never_lowers_the_score(
    values: tuple[float, ...], index: int, better: float
) -> None:
    raised = list(values)
    raised[index] = max(raised[index], better)
    low = formula.weighted(_dimensions(*values), Weights())
    high = formula.weighted(_dimensions(*raised), Weights())
    assert 0 <= low <= high + 1e-12 <= 1 + 1e-9


def test_no_weight_at_all_gives_no_score() -> None:
    assert formula.weighted(_dimensions(1, 1, 1, 1, 1), _weights(0, 0, 0, 0, 0)) == 0


def test_syntactic_correctness_in_steps() -> None:
    assert formula.syntactic_correctness(False, _run()) == 0
    assert formula.syntactic_correctness(True, _run(status="IMPORT_ERROR", tests=())) == 0.5
    assert formula.syntactic_correctness(True, _run(1, 3)) == 0.5 + 0.5 * 0.25
    assert formula.syntactic_correctness(True, _run()) == 1


def test_coverage_counts_only_as_far_as_tests_pass() -> None:
    half = Coverage(covered=5, total=10)
    assert formula.coverage(_run(3, 1, coverage=half)) == pytest.approx(0.5 * 0.75)
    assert formula.coverage(_run(0, 0, coverage=half)) == 0
    assert formula.coverage(_run(coverage=None)) == 0
    assert formula.coverage(_run(status="CRASHED", coverage=half)) == 0


def test_documentation_wants_an_example_that_ran_unless_the_code_was_handed_in() -> None:
    written, given_ = Candidate(code="x = 1\n"), Candidate(code="x = 1\n", move="given")
    usage = builders.outcome("usage", "passed", "usage")
    failed = builders.outcome("usage", "failed", "usage")
    assert formula.documentation(1.0, written, _run(tests=(usage,))) == 1
    assert formula.documentation(1.0, written, _run(tests=(failed,))) == 0.8
    assert formula.documentation(1.0, written, _run(tests=())) == 0.8
    assert formula.documentation(0.7, given_, _run(tests=())) == 0.7


def test_performance_against_what_was_asked_and_against_defaults() -> None:
    bounds = Metric()
    slow = _run(wall_s=4.0, peak_memory_bytes=10)
    assert formula.performance(slow, PerformanceRequirement(), bounds) == 1
    # time 2 / 4 = 0.5, memory 1.0: the least is 0.5
    assert formula.performance(slow, PerformanceRequirement(max_seconds=2), bounds) == 0.5
    # time 1, memory 1, growth (1.0 + 0.3) / 2.6 = 0.5
    growing = _run(wall_s=0.1, peak_memory_bytes=10, growth=2.6)
    asked = PerformanceRequirement(max_growth=1.0)
    assert formula.performance(growing, asked, bounds) == 0.5
    assert formula.performance(growing, PerformanceRequirement(), bounds) == 1
    assert formula.performance(_run(1, 1, wall_s=0.1), PerformanceRequirement(), bounds) == 0.5
    assert formula.performance(_run(status="TIMEOUT"), PerformanceRequirement(), bounds) == 0


def test_maintainability_is_the_stated_sum() -> None:
    assert formula.maintainability(0.5, 1.0, 0.8, 0.0) == pytest.approx(0.2 + 0.3 + 0.16)


def test_the_worked_example_of_the_docs() -> None:
    run = _run(
        3, 1, coverage=Coverage(covered=9, total=10), wall_s=0.2, peak_memory_bytes=40_000_000
    )
    usage = builders.outcome("usage", "passed", "usage")
    run = run.model_copy(update={"tests": (*run.tests, usage)})
    dimensions = Dimensions(
        syntactic_correctness=formula.syntactic_correctness(True, run),
        test_coverage=formula.coverage(run),
        documentation=formula.documentation(1.0, Candidate(code="x = 1\n"), run),
        performance=formula.performance(run, PerformanceRequirement(), Metric()),
        maintainability=0.95,
    )
    assert formula.weighted(dimensions, Weights()) == pytest.approx(0.844, abs=0.0005)
