"""Best so far is never replaced by worse: trusted tests, then agreement, then score."""

from __future__ import annotations

from burnish.modules.ranking import better
from burnish.records import Attempt, Outcome, Suite
from tests import builders


def _attempt(*tests: tuple[Suite, Outcome], status: str = "") -> Attempt:
    outcomes = tuple(builders.outcome(f"t{i}", r, s) for i, (s, r) in enumerate(tests))
    failed = any(o.outcome != "passed" for o in outcomes)
    run = builders.execution().model_copy(
        update={"tests": outcomes, "status": status or ("FAILED" if failed else "PASSED")}
    )
    base = builders.attempt()
    quality = base.quality.model_copy(update={"execution": run})
    return base.model_copy(update={"quality": quality})


def test_a_trusted_check_outweighs_any_number_of_generated_tests() -> None:
    right = _attempt(("check", "passed"), ("generated", "failed"), ("generated", "failed"))
    wrong = _attempt(("check", "failed"), ("generated", "passed"), ("generated", "passed"))
    assert better(wrong, right) is right
    assert better(right, wrong) is right


def test_generated_tests_decide_where_trusted_ones_agree() -> None:
    more = _attempt(("example", "passed"), ("generated", "passed"))
    less = _attempt(("example", "passed"), ("generated", "failed"))
    assert better(less, more) is more


def test_code_that_does_not_run_loses_to_code_that_fails() -> None:
    broken = _attempt(status="SYNTAX_ERROR")
    failing = _attempt(("generated", "failed"))
    assert better(broken, failing) is failing


def test_equal_attempts_leave_the_earlier_one_in_place() -> None:
    first, second = _attempt(("check", "passed")), _attempt(("check", "passed"))
    assert better(first, second) is first
    assert better(None, second) is second
