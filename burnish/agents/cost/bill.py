"""The lines of a bill: what is used of a thing, what it costs, and between what limits."""

from __future__ import annotations

from pydantic import Field

from burnish.agents.cost.prices import Prices, UnitPrice
from burnish.agents.cost.quantities import THINGS, price_name, quantities
from burnish.agents.cost.shape import Shape
from burnish.agents.cost.usage import Usage
from burnish.records.base import Record

ELSEWHERE_MOST = 2.0
"""Times the price of the pinned region that another region costs at most. Source: of the regions
read, São Paulo is dearest: 0.0696 to 0.04048 for Fargate, 1.72 times; data transfer 1.71 times."""


class Line(Record):
    """One thing on the bill, for a month."""

    category: str
    """model, compute, storage, network, transfer, logs or security."""
    service: str
    """For people."""
    quantity: float
    """Units, likely."""
    unit: str
    """What is counted."""
    usd_per_unit: float | None
    """List price of the first charged unit; None if it is not known."""
    free: float = 0
    """Units of the quantity that the free tier pays."""
    usd: float | None
    """US dollars, likely; None if the price is not known."""
    low_usd: float
    """At the cheap end of the range, where more of the prompt comes from the cache."""
    high_usd: float | None
    """At the dear end; None if nothing is known that could limit it."""
    approximate: bool = False
    """Whether another region's price stands in."""
    source: str = ""
    """Where the price was read."""


class Unknown(Record):
    """Something whose price is not known."""

    what: str
    """The line's service, or what the bill has no line for."""
    why: str
    """Why it is not known, and what the limits are."""
    low_usd: float = Field(ge=0)
    """A month, at least; contained in the total's low end."""
    high_usd: float | None
    """At most; contained in the total's high end. None if nothing limits it."""


def aws_lines(shape: Shape, usage: Usage, prices: Prices) -> tuple[list[Line], list[Unknown]]:
    """What AWS charges for everything but the model, in the order of `THINGS`."""
    low, likely, high = (quantities(shape, usage, side) for side in ("low", "likely", "high"))
    lines, unknown = [], []
    for thing, (category, service) in THINGS.items():
        name = price_name(thing, usage.architecture or shape.architecture)
        if name not in likely:
            continue
        price = prices.get(name)
        span = (low.get(name, 0.0), likely[name], high.get(name, likely[name]))
        line, gap = _line(price, span, usage.free_tier, prices)
        line = line.model_copy(update={"category": category, "service": service})
        lines.append(line)
        if gap is not None:
            unknown.append(gap.model_copy(update={"what": service}))
    return lines, unknown


def _line(
    price: UnitPrice, span: tuple[float, float, float], free_tier: bool, prices: Prices
) -> tuple[Line, Unknown | None]:
    low, likely, high = span
    approximate = price.usd is not None and prices.approximate(price)
    if price.usd is None:
        usd, low_usd, high_usd = (None, 0.0, None) if high else (0.0, 0.0, 0.0)
    else:
        usd = price.usd_for(likely, free_tier=free_tier)
        low_usd = price.usd_for(low, free_tier=free_tier)
        high_usd = price.usd_for(high, free_tier=False)
        if approximate:
            high_usd *= ELSEWHERE_MOST
    gap = None
    if usd is not None and approximate and _apart(prices.region):
        # other partitions have price lists, and some a currency, of their own
        gap = Unknown(
            what="",
            why=f"the price list of {prices.region} is its own; taken to be between the price "
            f"of {price.region} and {ELSEWHERE_MOST:g} times that",
            low_usd=low_usd, high_usd=high_usd,
        )  # fmt: skip
        usd = None if high else usd
    elif usd is None:
        gap = Unknown(
            what="", why="no source of this price is known, and nothing limits it",
            low_usd=0, high_usd=None,
        )  # fmt: skip
    line = Line(
        category="",
        service="",
        quantity=likely,
        unit=price.unit,
        usd_per_unit=None if usd is None or price.usd is None else round(price.usd / price.per, 13),
        free=min(price.free, likely) if free_tier else 0,
        usd=usd,
        low_usd=low_usd,
        high_usd=high_usd,
        approximate=approximate,
        source=price.source,
    )
    return line, gap if usd is None else None


def _apart(region: str) -> bool:
    """Whether a region is of another partition than the pinned one."""
    return region.startswith(("cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-"))
