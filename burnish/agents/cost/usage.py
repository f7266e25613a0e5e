"""How much an agent is used: what the user says, and what is assumed until somebody measures."""

from __future__ import annotations

import math
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from burnish.errors import InputError
from burnish.records.base import Record
from burnish.records.context import GenerationContext

Side = Literal["low", "likely", "high"]
Architecture = Literal["arm64", "x86_64"]
MOST = 10**12
"""Largest quantity taken; nobody's bill has more of anything."""
CHARS_PER_TOKEN = 4
"""A rule of thumb for English; other languages and code have fewer characters in a token."""
TOOL_TOKENS = 150
"""The description of a tool that is sent with every prompt."""


class Range(Record):
    """A quantity that is not known exactly."""

    low: float = Field(ge=0, le=MOST)
    """Seldom less."""
    likely: float = Field(ge=0, le=MOST)
    """What the total counts with."""
    high: float = Field(ge=0, le=MOST)
    """Seldom more."""

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if not self.low <= self.likely <= self.high:
            raise ValueError("a range runs from low to high")
        return self

    def at(self, side: Side) -> float:
        """One of the three."""
        return float(getattr(self, side))

    def times(self, factor: float) -> Range:
        """All three, so many times."""
        return Range(low=self.low * factor, likely=self.likely * factor, high=self.high * factor)


def exactly(value: float) -> Range:
    """A quantity that somebody knows."""
    return Range(low=value, likely=value, high=value)


def between(low: float, likely: float, high: float) -> Range:
    """A quantity of which somebody knows the limits."""
    return Range(low=low, likely=likely, high=high)


class Usage(Record):
    """A month of an agent's work, and what it works on."""

    requests_per_month: Annotated[int, Field(ge=0, le=MOST)]
    """How often it is asked."""
    input_tokens: Range
    """Prompt tokens of a request, all its calls of the model together."""
    output_tokens: Range
    """Answered tokens of a request, likewise."""
    cached_share: Range = exactly(0)
    """Of the prompt tokens, those read from the provider's cache, in [0, 1]."""
    cache_written_share: Range = exactly(0)
    """Of the prompt tokens, those written to it; with `cached_share` at most 1."""
    batch: bool = False
    """Whether answers may take a day."""
    seconds: Range = between(2, 5, 20)
    """Wall seconds of a request."""
    idle_seconds: Range = between(30, 180, 900)
    """Seconds that an AgentCore session stays in memory after a request."""
    busy_share: Range = between(0.3, 0.5, 0.7)
    """Of a request's seconds, those in which an AgentCore session computes, in [0, 1]."""
    vcpus: float | None = Field(None, gt=0, le=64)
    """CPUs that a session or task has; None for what the project's template orders."""
    memory_gb: Range | None = None
    """Memory of a session, task or function; None likewise."""
    tasks: Range | None = None
    """Fargate tasks that always run; None likewise."""
    architecture: Architecture | None = None
    """Of the CPUs; None likewise. AgentCore has arm64 only, at one price."""
    reply_kb: Range = between(1, 4, 20)
    """Of an answer, with its protocol, kilobytes."""
    state_kb: Range = between(2, 8, 40)
    """Of the conversation that is read and written with a request, kilobytes."""
    log_kb: Range = between(2, 5, 20)
    """Logged with a request, kilobytes."""
    flow_kb: Range = between(0.6, 2.4, 9)
    """Logged of a request's connections, where the network's are logged, kilobytes."""
    insight_metrics: Range = between(25, 32, 38)
    """Figures that Container Insights keeps of a cluster with one service."""
    traced_share: Range = between(0.05, 1, 1)
    """Of the requests, those that X-Ray records, in [0, 1]."""
    secret_reads: Range = between(0.01, 0.1, 1)
    """Reads of the secret and its key per request: one where a process starts."""
    image_gb: Range = between(0.15, 0.3, 0.8)
    """Size of the container image, compressed."""
    free_tier: bool = True
    """Whether AWS's lasting free tier is deducted; never in the high end of the range, because
    the rest of the account may have used it up."""

    @model_validator(mode="after")
    def _shares(self) -> Usage:
        for name in ("cached_share", "cache_written_share", "busy_share", "traced_share"):
            if getattr(self, name).high > 1:
                raise ValueError(f"{name} is a share, at most 1")
        if self.cached_share.high + self.cache_written_share.high > 1:
            raise ValueError("cached_share and cache_written_share are at most 1 together")
        return self


class Reason(NamedTuple):
    """What an assumption rests on, and how another is made."""

    unit: str
    option: str
    why: str


REASONS = {
    "input_tokens": Reason(
        "tokens", "--input-tokens",
        "system prompt at 4 characters a token, 150 tokens a tool, the question and its history; "
        "with tools the model is called 1, 2 or 4 times",
    ),
    "output_tokens": Reason("tokens", "--output-tokens", "a short, a usual and a long answer"),
    "cached_share": Reason("of the prompt", "--cached-share", "no prompt caching"),
    "cache_written_share": Reason(
        "of the prompt", "--cache-written-share", "the cache is written elsewhere"
    ),
    "seconds": Reason("s", "--seconds-per-request", "mostly the model's answering time"),
    "idle_seconds": Reason(
        "s", "--idle-seconds",
        "AgentCore ends a session after 900 idle seconds; likely five requests share one",
    ),
    "busy_share": Reason("of the time", "", "AWS: agents wait 30 to 70% of their time"),
    "memory_gb": Reason(
        "GB", "--memory-gb", "the project's template; of AgentCore, which charges what is used, "
        "Python with Strands"
    ),
    "tasks": Reason(
        "tasks", "--tasks", "the project's template: two, at basic one; more for many requests"
    ),
    "log_kb": Reason("kB", "--log-kb", "one line per step, JSON"),
    "flow_kb": Reason(
        "kB", "", "records of 0.15 kB: both directions at both ends of 1, 4 or 15 connections"
    ),
    "insight_metrics": Reason(
        "metrics", "", "eight each of cluster, service and task definition, and eight counts"
    ),
    "traced_share": Reason("of the requests", "--traced-share", "all, unless they are sampled"),
    "reply_kb": Reason("kB", "", "the answer as JSON"),
    "state_kb": Reason("kB", "", "a few turns of a conversation"),
    "secret_reads": Reason("a request", "", "of the secret and its key: where a process starts"),
    "image_gb": Reason("GB", "", "Python, Strands and its packages, compressed"),
}  # fmt: skip


def static_tokens(context: GenerationContext) -> int:
    """Tokens that begin every prompt: the system prompt and the tools' descriptions."""
    tools = len(context.tools or ()) + len(context.custom_tools)
    return math.ceil(len(context.system_prompt) / CHARS_PER_TOKEN) + TOOL_TOKENS * tools


def assumed(context: GenerationContext, requests_per_month: int) -> Usage:
    """The usage as far as a context tells it; the rest is assumed, see `REASONS`.

    Raises:
        InputError: more requests than `MOST`, or fewer than none.
    """
    if not 0 <= requests_per_month <= MOST:
        raise InputError(
            f"{requests_per_month:,} requests a month cannot be counted with.",
            remedy=f"Give a number from 0 to {MOST:,}.",
        )
    static, tools = static_tokens(context), bool(context.tools or context.custom_tools)
    low, likely, high = (1, 2, 4) if tools else (1, 1, 1)
    return Usage(
        requests_per_month=requests_per_month,
        input_tokens=between(
            low * (static + 200), likely * (static + 600), high * (static + 2000)
        ),
        output_tokens=between(100, 300 * likely, 800 * high),
    )  # fmt: skip
