"""What AWS charges for a unit of each thing: pinned with its source, or refreshed by the user.

`prices.toml` holds one region. Another region's price is approximated by it, which the price says,
until `pricing_api.refresh` has fetched that region's own into the data folder.
"""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from burnish.config import data_dir
from burnish.errors import InputError
from burnish.records.base import Record
from burnish.records.context import REGION


class Tier(Record):
    """A cheaper price for what goes beyond a quantity."""

    over: float
    """Charged units after which it holds."""
    usd: float
    """As in `UnitPrice`."""


class Query(Record):
    """How the Pricing API is asked for a price."""

    service: str
    """Its ServiceCode."""
    usagetype: str = ""
    """The usage type without the region's prefix; "" for any."""
    attributes: dict[str, str] = Field(default_factory=dict)
    """What else the product must have."""


class UnitPrice(Record):
    """The price of one thing in one region."""

    name: str
    """As in prices.toml: "lambda_request"."""
    usd: float | None = None
    """US dollars for `per` units; None if it is not known."""
    per: float = Field(1, gt=0)
    """Units that `usd` pays."""
    unit: str = ""
    """What is counted."""
    free: float = 0
    """Units a month that cost nothing, for every account and without end."""
    tiers: tuple[Tier, ...] = ()
    """Cheaper prices, by `over`."""
    source: str = ""
    """Where the figures were read."""
    region: str = ""
    """Whose price it is."""
    query: Query | None = None
    """None if the Pricing API is not asked for it."""

    def usd_for(self, units: float, *, free_tier: bool = True) -> float:
        """What so many units cost in a month; the price must be known."""
        assert self.usd is not None
        left = max(0.0, units - self.free) if free_tier else units
        usd = 0.0
        for tier in reversed(self.tiers):
            beyond = max(0.0, left - tier.over)
            usd += beyond / self.per * tier.usd
            left -= beyond
        return usd + left / self.per * self.usd


class Prices:
    """All prices, as far as they are known, for a region."""

    def __init__(self, prices: Iterable[UnitPrice], region: str, dated: str) -> None:
        self.region = region
        """For which they are."""
        self.dated = dated
        """When they were read or refreshed, YYYY-MM-DD."""
        self._known = {price.name: price for price in prices}

    def __iter__(self) -> Iterator[UnitPrice]:
        return iter(self._known.values())

    def get(self, name: str) -> UnitPrice:
        """The price of that name; one without a figure if it is not known."""
        return self._known.get(name) or UnitPrice(name=name, region=self.region)

    def approximate(self, price: UnitPrice) -> bool:
        """Whether another region's price stands in for this region's."""
        return price.region != self.region


@functools.cache
def pinned() -> Prices:
    """The prices that this version of burnish came with, of one region."""
    text = (files("burnish.agents.cost") / "prices.toml").read_text("utf-8")
    document = tomllib.loads(text)
    region = document["region"]
    sources: Mapping[str, str] = document["source"]

    def named(source: str) -> str:
        name, _, part = source.partition(":")
        return sources[name].replace("{}", part)

    return Prices(
        (
            UnitPrice.model_validate(
                given
                | {
                    "name": name,
                    "region": region,
                    "source": "; ".join(map(named, given["source"])),
                    "tiers": tuple(given.get("tiers", ())),
                }
            )
            for name, given in document["price"].items()
        ),
        region,
        document["dated"],
    )


def known_prices(region: str) -> Prices:
    """The prices for a region: the user's own refreshed ones first, then the pinned ones.

    Raises:
        InputError: that is no region, or its refreshed file is damaged.
    """
    base = pinned()
    path = refreshed_path(region)
    if not path.is_file():
        return Prices(base, region, base.dated)
    try:
        document: Any = json.loads(path.read_text("utf-8"))
        own = {name: _over(base.get(name), given) for name, given in document["prices"].items()}
        dated = str(document["dated"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ValidationError):
        raise InputError(
            f"the refreshed prices in {path} are damaged.",
            remedy="Refresh them with --refresh-prices, or delete the file.",
        ) from None
    return Prices((own.get(price.name, price) for price in base), region, dated)


def refreshed_path(region: str) -> Path:
    """The file of a region's refreshed prices, whether it is there or not.

    Raises:
        InputError: that is no name of a region.
    """
    if not REGION.fullmatch(region):
        raise InputError(
            f"{region!r} is no AWS region.", remedy="Give one such as eu-central-1 with --region."
        )
    return data_dir() / "prices" / f"{region}.json"


def _over(price: UnitPrice, given: Mapping[str, Any]) -> UnitPrice:
    """The price with the figures that were fetched."""
    found = {**price.model_dump(exclude={"query"}), **given, "tiers": tuple(given["tiers"])}
    return UnitPrice.model_validate({**found, "query": price.query})
