"""The answer to what an agent costs: lines, limits, assumptions, and what would save."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from burnish.agents.cost.bill import Line, Unknown
from burnish.records.base import Record
from burnish.records.context import Target


class Assumption(Record):
    """A quantity that the estimate counts with."""

    name: str
    """The field of `Usage`."""
    low: float
    """Seldom less."""
    likely: float
    """What the total counts with."""
    high: float
    """Seldom more."""
    unit: str
    """What is counted."""
    option: str
    """How another is given to `burnish cost`; "" if only a program can."""
    why: str
    """What it rests on; "given" if somebody said it."""


class Suggestion(Record):
    """A change, and what the same estimate says after it."""

    title: str
    """What to do, for people."""
    change: dict[str, str | float | bool]
    """Fields of the context or of `Usage`, by name, with their new values."""
    usd_after: float
    """The likely total with it, US dollars a month."""
    usd_saved: float = Field(gt=0)
    """How much less that is."""
    how: str
    """What brings it about: an option of burnish, or a file of the project and what to write."""
    but: str
    """What is given up, or must hold."""


class Estimate(Record):
    """A month, in US dollars."""

    target: Target
    """The service that runs the agent."""
    region: str
    """Of AWS."""
    model: str
    """Its id in the catalogue."""
    requests_per_month: int
    """How often the agent is asked."""
    lines: tuple[Line, ...]
    """What is paid for."""
    usd: float
    """The likely total of everything whose price is known; see `unknown`."""
    low_usd: float
    """Seldom less; the limits of what is unknown are in it."""
    high_usd: float | None
    """Seldom more, without any free tier; None if something unknown has no limit."""
    unknown: tuple[Unknown, ...] = ()
    """What has no known price."""
    budget_usd: float | None = None
    """What it may cost, if the context says so."""
    within_budget: Literal["yes", "perhaps", "no"] | None = None
    """yes if the high end is, no if the low end is not; None without a budget."""
    assumptions: tuple[Assumption, ...]
    """What it counts with."""
    prices_of: str
    """When AWS's prices were read, YYYY-MM-DD."""
    notes: tuple[str, ...] = ()
    """What else must be known to read it."""
    suggestions: tuple[Suggestion, ...] = ()
    """Changes that save, the largest saving first."""
