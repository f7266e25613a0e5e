"""The metric as DSPy's evaluators and optimizers call it."""

from __future__ import annotations

from collections.abc import Iterator

import dspy
import pytest

from burnish.config import Sandbox
from burnish.errors import SandboxUnavailableError
from burnish.evaluation import as_example
from burnish.evaluation.dspy_metric import Metric
from tests.experiments.bench.rows import ADD, task

WRONG = ADD.replace("+", "-")


@pytest.fixture(scope="module")
def metric() -> Iterator[Metric]:
    found = Metric(Sandbox(kind="bubblewrap", pool_size=1))
    yield found
    found.close()


def answered(code: str, score: float = 0.5) -> dspy.Prediction:
    return dspy.Prediction(code=code, quality_score=score)


def test_right_code_is_worth_more_than_any_wrong_code(metric: Metric) -> None:
    example = as_example(task())
    right, wrong = answered(ADD, 0.0), answered(WRONG, 1.0)
    assert metric(example, right) == pytest.approx(0.8)
    assert metric(example, wrong) == pytest.approx(0.2)
    assert metric(example, answered("", 0.0)) == 0.0


def test_bootstrapping_keeps_right_code_only(metric: Metric) -> None:
    assert metric(as_example(task()), answered(ADD), trace=[]) is True
    assert metric(as_example(task()), answered(WRONG), trace=[]) is False


def test_feedback_says_what_is_wrong_and_quotes_no_hidden_test(metric: Metric) -> None:
    example = as_example(task())
    given = metric(example, answered(WRONG), None, "write_code", [])
    assert given.score < 0.5 and "1 of 1 hidden tests fail" in given.feedback
    assert "test_add" not in given.feedback and "add(1, 2)" not in given.feedback
    broken = metric(example, answered("def add(:"), None, "write_code", [])
    assert "syntax error" in broken.feedback


def test_dspy_evaluates_a_program_with_it(metric: Metric) -> None:
    class Adds(dspy.Module):  # type: ignore[misc]
        def forward(self, specification: str, language: str) -> dspy.Prediction:
            assert language == "python" and "add(a, b)" in specification
            return answered(ADD if "one" in specification else WRONG, 0.0)

    examples = [as_example(task("python/one")), as_example(task("python/two"))]
    evaluate = dspy.Evaluate(devset=examples, metric=metric, num_threads=2, display_progress=False)
    assert evaluate(Adds()).score == pytest.approx(40.0)


def test_without_a_sandbox_there_is_no_value() -> None:
    unable = Metric(Sandbox(kind="none"))
    with pytest.raises(SandboxUnavailableError, match="Nothing was run"):
        unable(as_example(task()), answered(ADD))


def test_the_label_is_no_input_and_cannot_be_printed() -> None:
    example = as_example(task())
    assert set(example.inputs().keys()) == {"specification", "language"}
    told = f"{example!r} {example} {dict(example.labels())}"
    assert "python/" in told and "test_add" not in told and "return a + b" not in told
