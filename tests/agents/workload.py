"""An agent and a month of work in round figures, for bills that are computed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from burnish.agents.cost.cost import estimate
from burnish.agents.cost.estimate import Estimate
from burnish.agents.cost.prices import Prices
from burnish.agents.cost.usage import Usage, exactly
from burnish.records.context import (
    DeploymentPreferences,
    GenerationContext,
    ModelRequirements,
    SecurityRequirements,
)
from burnish.registries.catalogue.models import Catalogue, ChatModel, Price

BIG, SMALL = "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock/amazon.nova-lite-v1:0"
SECRET, OUTSIDE, OWN = "bedrock/zai.glm-5", "openai/gpt-4.1", "ollama/llama3.1"
"""Models that there are, so that a project can be made; with prices that nobody charges."""


def chat(id: str, price: Price, **given: Any) -> ChatModel:
    """A model that people recommend for agents and chats."""
    fields: dict[str, Any] = {
        "name": id, "uses": ("agents", "chat"), "context_window": 200_000,
        "capabilities": {"tool_use": True, "text": True},
    }  # fmt: skip
    provider: Any = id.partition("/")[0]
    return ChatModel(id=id, provider=provider, usd_per_million=price, **(fields | given))


MODELS = Catalogue(
    [
        chat(BIG, Price(input=3, output=15, cached_input=0.3, cache_write=3.75)),
        chat(SMALL, Price(input=0.5, output=2, batch_input=0.25, batch_output=1)),
        chat(SECRET, Price(output=2)),
        chat(OUTSIDE, Price(input=1, output=4, cached_input=0.1)),
        chat(OWN, Price(input=0, output=0)),
    ],
    "a catalogue for tests",
)


def agent(**given: Any) -> GenerationContext:
    """An agent on Lambda with standard security and the big model."""
    fields: dict[str, Any] = {
        "target": "lambda", "region": "us-east-1", "level": "standard", "model": BIG,
    } | given  # fmt: skip
    return GenerationContext(
        name="agent",
        system_prompt=fields.get("system_prompt", "Help."),
        tools=fields.get("tools"),
        model=ModelRequirements(id=fields["model"], **fields.get("requirements", {})),
        deployment=DeploymentPreferences(target=fields["target"], region=fields["region"]),
        budget_usd_per_month=fields.get("budget"),
        security=SecurityRequirements(level=fields["level"]),
    )


def work(requests: int = 2_000_000, **given: Any) -> Usage:
    """Requests of 1000 and 200 tokens and 3 seconds; nothing is uncertain."""
    fields: dict[str, Any] = {
        "input_tokens": 1000, "output_tokens": 200, "seconds": 3, "idle_seconds": 177,
        "busy_share": 0.5, "reply_kb": 4, "state_kb": 8, "log_kb": 5, "flow_kb": 2,
        "insight_metrics": 30, "traced_share": 1, "secret_reads": 0.1, "image_gb": 0.3,
        "cached_share": 0, "cache_written_share": 0,
    }  # fmt: skip
    spanned = {*fields, "memory_gb", "tasks"}
    plain = {name: given.pop(name) for name in list(given) if name not in spanned}
    spans = {name: value if not isinstance(value, int | float) else exactly(value)
             for name, value in (fields | given).items()}  # fmt: skip
    return Usage(requests_per_month=requests, **spans, **plain)


def bill(*, usage: Any = None, prices: Prices | None = None, **given: Any) -> Estimate:
    """The estimate of an agent as `agent` makes it."""
    return estimate(agent(**given), usage or work(), prices=prices, models=MODELS)


def usd(answer: Estimate) -> dict[str, float | None]:
    """US dollars by service, the model's lines without its name."""
    return {line.service.removeprefix(f"{answer.model}, "): line.usd for line in answer.lines}


def near(value: float) -> Any:
    """Equal but for rounding."""
    return pytest.approx(value, rel=1e-9)
