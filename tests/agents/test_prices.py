"""The pinned prices: each with its source; the user's refreshed ones before them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from burnish.agents.cost.prices import Tier, UnitPrice, known_prices, pinned, refreshed_path
from burnish.agents.cost.quantities import THINGS, price_name, quantities
from burnish.agents.cost.shape import shape
from burnish.agents.cost.usage import Range
from burnish.errors import InputError
from tests.agents.projects import KINDS
from tests.agents.workload import BIG, OUTSIDE, agent, work


def test_every_price_has_a_source_a_unit_and_is_not_nothing() -> None:
    prices = list(pinned())
    assert len(prices) > 30 and date.fromisoformat(pinned().dated).year >= 2026
    for price in prices:
        assert price.usd and price.usd > 0, price.name
        assert "." in price.source and price.unit and price.region == "us-east-1", price.name
        assert "{}" not in price.source and price.free >= 0
        assert [tier.over for tier in price.tiers] == sorted(tier.over for tier in price.tiers)
        assert all(tier.usd < price.usd for tier in price.tiers)


def test_everything_that_can_be_used_has_a_price_and_the_other_way_round() -> None:
    used: set[str] = set()
    for target, level in KINDS:
        for model in (BIG,) if level == "enhanced" else (BIG, OUTSIDE):
            deployed = shape(agent(target=target, level=level, model=model))
            for architecture in ("x86_64", "arm64"):
                used |= set(quantities(deployed, work(architecture=architecture), "likely"))
    assert used == {price.name for price in pinned()}
    assert {price_name(thing, "arm64") for thing in THINGS} <= used


def test_a_quantity_is_charged_by_the_tier_after_the_free_units() -> None:
    price = UnitPrice(
        name="x", usd=10, per=100, free=50,
        tiers=(Tier(over=1000, usd=5), Tier(over=2000, usd=1)),
    )  # fmt: skip
    assert [price.usd_for(units) for units in (0, 50, 150)] == [0, 0, 10]
    assert price.usd_for(50, free_tier=False) == 5
    # 1000 at 0.10, 1000 at 0.05, 500 at 0.01
    assert price.usd_for(2550) == pytest.approx(100 + 50 + 5)


def test_refreshed_prices_come_first() -> None:
    path = refreshed_path("eu-central-1")
    path.parent.mkdir(parents=True)
    fresh = {"usd": 0.3, "tiers": [], "region": "eu-central-1", "source": "AWS Pricing API"}
    path.write_text(json.dumps({"dated": "2026-12-01", "prices": {"lambda_request": fresh}}))
    prices = known_prices("eu-central-1")
    assert prices.dated == "2026-12-01"
    found = prices.get("lambda_request")
    assert (found.usd, found.per, found.free) == (0.3, 1_000_000, 1_000_000)
    assert not prices.approximate(found)
    assert prices.approximate(prices.get("trace"))
    assert known_prices("us-east-1").get("lambda_request").usd == 0.2


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"prices": {"trace": 1}, "dated": ""}', '{"prices": {}}', "\ud800",
     '{"prices": {"trace": {"usd": "much", "tiers": []}}, "dated": ""}'],
)  # fmt: skip
def test_a_damaged_file_is_said_with_the_mend(text: str) -> None:
    path = refreshed_path("us-east-1")
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(InputError, match="damaged") as caught:
        known_prices("us-east-1")
    assert "--refresh-prices" in caught.value.remedy


@pytest.mark.parametrize("region", ["", "us-east", "../../etc", "US-EAST-1", "mars-north-1"])
def test_a_region_is_a_region(region: str) -> None:
    with pytest.raises(InputError, match="is no AWS region"):
        known_prices(region)


def test_a_range_runs_upwards() -> None:
    for low, likely, high in ((2, 1, 3), (0, 2, 1), (-1, 0, 0), (0, 0, float("nan"))):
        with pytest.raises(ValueError):
            Range(low=low, likely=likely, high=high)
    with pytest.raises(ValueError, match="at most 1"):
        work(cached_share=0.6, cache_written_share=0.5)
