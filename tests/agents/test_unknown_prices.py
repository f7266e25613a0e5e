"""What is said of prices that nobody knows: limits, and never nothing."""

from __future__ import annotations

from burnish.agents.cost.prices import Prices, UnitPrice, pinned
from tests.agents.workload import OWN, SECRET, bill, near, work


def test_an_unknown_model_price_has_limits_and_is_never_nothing() -> None:
    answer = bill(model=SECRET, level="basic")
    line = answer.lines[0]
    assert line.usd is None and line.usd_per_unit is None
    gap = answer.unknown[0]
    # of Bedrock's models the cheapest (0.5 and 2) and the dearest (3 and 15)
    assert (gap.low_usd, gap.high_usd) == (near(2000 * 0.5 + 400 * 2), near(12_000))
    assert "bedrock" in gap.why and gap.what == SECRET
    known = bill(level="basic")
    assert answer.usd == near(known.usd - 12_000)
    assert answer.low_usd == near(known.low_usd - 12_000 + 1800)
    assert answer.high_usd == near(known.high_usd or 0)
    assert answer.suggestions == ()


def test_a_model_on_a_machine_of_ones_own_is_not_free() -> None:
    answer = bill(model=OWN)
    assert "machine" in answer.unknown[0].why and answer.unknown[0].low_usd > 0
    assert answer.lines[0].usd is None


def test_a_price_without_a_source_is_unknown_and_unlimited() -> None:
    prices = Prices(
        (each for each in pinned() if each.name != "trace"), "us-east-1", pinned().dated
    )
    answer = bill(prices=prices)
    line = next(each for each in answer.lines if each.service == "X-Ray, traces")
    assert (line.usd, line.high_usd) == (None, None)
    assert [gap.what for gap in answer.unknown] == ["X-Ray, traces"]
    assert answer.high_usd is None and answer.low_usd > 12_000
    assert bill(prices=prices, usage=work(0)).unknown == ()
    assert bill(prices=prices, budget=1e9).within_budget == "perhaps"
    assert prices.get("trace") == UnitPrice(name="trace", region="us-east-1")


def test_another_region_is_an_approximation() -> None:
    here, there = bill(), bill(region="eu-central-1")
    assert there.usd == near(here.usd) and there.unknown == ()
    # AWS's part may cost twice as much there, the tokens do not
    assert there.high_usd == near(12_000 + 2 * ((here.high_usd or 0) - 12_000))
    assert any("not of eu-central-1" in note for note in there.notes)
    assert not any("approximation" in note for note in here.notes)
    assert all(line.approximate == (line.category != "model") for line in there.lines)


def test_a_region_with_a_price_list_of_its_own_is_unknown() -> None:
    answer = bill(region="cn-north-1")
    assert {line.usd for line in answer.lines if line.category != "model"} == {None}
    assert len(answer.unknown) == len(answer.lines) - 2
    assert answer.usd == near(12_000) and (answer.high_usd or 0) > answer.usd
