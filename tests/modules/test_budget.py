"""A budget ends the work with what there is, and says so."""

from __future__ import annotations

from pathlib import Path

import dspy
import pytest

import burnish
from burnish.config import Budget, load
from burnish.errors import InputError
from burnish.records import Usage
from burnish.sandbox import Sandbox
from burnish.testing import ScriptedLM
from tests.modules.scripts import WRONG, fenced, script

TEXT = "Write `double(n)` that returns twice n.\n\n>>> double(4)\n8\n"


def test_what_was_made_until_then_is_judged_and_returned(box: Sandbox) -> None:
    lm = ScriptedLM(script(write_code=fenced(WRONG)))
    whole = burnish.generate(TEXT, lm=ScriptedLM(script(write_code=fenced(WRONG))), sandbox=box)
    limit = sum(call.usage.tokens for call in whole.calls[:2])
    solution = burnish.generate(TEXT, lm=lm, sandbox=box, config=load(budget={"tokens": limit}))
    assert solution.stopped == f"the budget of {limit:,} tokens is spent"
    assert [call.stage for call in solution.calls] == ["analyze", "write_code"]
    assert solution.status == "TESTS_FAILING" and "3 * n" in solution.code
    assert len(whole.calls) > 2


def test_work_done_again_from_the_cache_ends_where_it_did(box: Sandbox, tmp_path: Path) -> None:
    answers = script(write_code=fenced(WRONG))
    before = dspy.cache
    dspy.configure_cache(disk_cache_dir=str(tmp_path))
    try:
        whole = burnish.generate(TEXT, lm=ScriptedLM(answers), sandbox=box)
        limit = sum(call.usage.tokens for call in whole.calls[:3])
        config = load(budget={"tokens": limit})
        first, again = (
            burnish.generate(TEXT, lm=ScriptedLM(answers, cache=True), sandbox=box, config=config)
            for _ in range(2)
        )
    finally:
        dspy.cache = before
    assert [call.stage for call in first.calls] == [call.stage for call in again.calls]
    assert first.stopped == again.stopped == f"the budget of {limit:,} tokens is spent"
    assert again.usage.cached_calls == 3 and again.usage.tokens == 0
    assert again.usage.cached_tokens == first.usage.tokens


def test_a_budget_that_is_spent_before_there_is_code_says_so(box: Sandbox) -> None:
    solution = burnish.generate(
        TEXT, lm=ScriptedLM(script()), sandbox=box, config=load(budget={"tokens": 1})
    )
    assert solution.status == "NO_USABLE_ANSWER" and solution.code == ""
    assert solution.stopped == "the budget of 1 tokens is spent"


def test_a_budget_that_is_spent_in_the_middle_of_mending_is_named(box: Sandbox) -> None:
    whole = burnish.generate(TEXT, lm=ScriptedLM(script(write_code=fenced(WRONG))), sandbox=box)
    limit = sum(call.usage.tokens for call in whole.calls if call.round == 0) + 1
    drafts = [fenced(WRONG.replace("3 * n", f"{k} * n")) for k in range(3, 40)]
    lm = ScriptedLM(script(write_code=drafts, repair_code=fenced(WRONG)))
    solution = burnish.generate(TEXT, lm=lm, sandbox=box, config=load(budget={"tokens": limit}))
    assert solution.stopped == f"the budget of {limit:,} tokens is spent"
    assert "repair_code" in [call.stage for call in solution.calls]


def test_unknown_prices_are_told_after_one_call(box: Sandbox) -> None:
    solution = burnish.generate(
        TEXT, lm=ScriptedLM(script()), sandbox=box, config=load(budget={"usd": 1.0})
    )
    assert "prices of this model are not known" in solution.stopped
    assert len(solution.calls) == 1


@pytest.mark.parametrize(
    ("budget", "usage", "seconds", "said"),
    [
        (Budget(), Usage(calls=9, prompt_tokens=10**9), 10.0**9, ""),
        (Budget(tokens=10), Usage(calls=1, prompt_tokens=6, completion_tokens=3), 0.0, ""),
        (Budget(tokens=10), Usage(calls=1, prompt_tokens=6, completion_tokens=4), 0.0, "10 tokens"),
        (Budget(seconds=2), Usage(), 1.9, ""),
        (Budget(seconds=2), Usage(), 2.0, "2 seconds"),
        (Budget(usd=0.5), Usage(calls=1, cost_usd=0.4), 0.0, ""),
        (Budget(usd=0.5), Usage(calls=1, cost_usd=0.5), 0.0, "$0.5"),
        (Budget(usd=0.5), Usage(), 0.0, ""),
    ],
)
def test_each_budget_is_kept(budget: Budget, usage: Usage, seconds: float, said: str) -> None:
    found = budget.spent(usage, seconds)
    assert (said in found) if said else found == ""


@pytest.mark.parametrize("budget", [{"tokens": 0}, {"usd": 0}, {"seconds": -1}])
def test_a_budget_of_nothing_is_refused(budget: dict[str, float]) -> None:
    with pytest.raises(InputError, match="budget"):
        load(budget=budget)
