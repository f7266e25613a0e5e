"""What is spent is counted over every copy of a model, and nothing is asked beyond it."""

from __future__ import annotations

import dspy
import pytest
from dspy.utils.exceptions import LMError, LMInvalidRequestError

from burnish.config import Budget
from burnish.errors import ModelUnavailableError
from burnish.experiments.optimize.meter import NOTHING, BudgetSpent, Meter, MeteredLM
from burnish.records import Usage
from burnish.testing import ScriptedLM, transport_error


def test_copies_share_what_is_spent_and_the_last_call_is_not_made() -> None:
    lm = ScriptedLM(["one", "two", "three"])
    metered = MeteredLM(lm, Meter(Budget(), calls=2))
    with dspy.context(disable_history=True):
        assert metered("first") == ["one"]
        assert metered.copy(temperature=1.0)("second") == ["two"]
        with pytest.raises(BudgetSpent, match="the budget of 2 calls is spent"):
            metered("third")
    assert lm.prompts == ["first", "second"] and metered.meter.usage.calls == 2


def test_what_is_reserved_is_not_there_to_be_spent() -> None:
    meter = Meter(Budget(tokens=100))
    meter.add(Usage(calls=1, prompt_tokens=30))
    meter.reserved = Usage(calls=1, prompt_tokens=45)
    meter.require()
    meter.add(Usage(calls=1, completion_tokens=25))
    with pytest.raises(BudgetSpent, match="the budget of 100 tokens is spent"):
        meter.require()
    meter.reserved = NOTHING
    meter.require()


def test_seconds_are_reserved_like_tokens() -> None:
    meter = Meter(Budget(seconds=100))
    meter.reserved_s = 99.0
    meter.require()
    meter.reserved_s = 100.0
    assert "the budget of 100 seconds is spent" in meter.spent


def test_after_a_model_was_lost_none_is_asked() -> None:
    """An optimizer would take every run of an outage for a bad program's."""
    refusal = LMInvalidRequestError("the prompt is too long")
    lm = ScriptedLM([refusal, "one", transport_error("the line is dead"), "two"])
    meter = Meter(Budget())
    first, other = MeteredLM(lm, meter), MeteredLM(ScriptedLM(["three"]), meter)
    with pytest.raises(LMInvalidRequestError):
        first("a long one")
    assert first("another") == ["one"] and not meter.lost
    with pytest.raises(LMError):
        first("next")
    assert "the line is dead" in meter.lost
    for each in (first, other):
        with pytest.raises(ModelUnavailableError, match="the line is dead"):
            each("last")


def test_answers_from_the_cache_are_free() -> None:
    meter = Meter(Budget(), calls=1)
    meter.add(Usage(calls=1, cached_calls=1))
    assert not meter.spent


@pytest.mark.parametrize(("cost", "said"), [(0.4, ""), (1.0, "$1 is spent"), (None, "not known")])
def test_dollars_hold_where_prices_are_known(cost: float | None, said: str) -> None:
    meter = Meter(Budget(usd=1))
    meter.add(Usage(calls=1, prompt_tokens=30, cost_usd=cost))
    assert said in meter.spent and bool(said) == bool(meter.spent)
