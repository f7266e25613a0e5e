"""What an agent costs in a month: line by line, between what limits, and what would save."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from burnish.agents.cost.bill import Line, aws_lines
from burnish.agents.cost.estimate import Assumption, Estimate
from burnish.agents.cost.model_bill import model_lines
from burnish.agents.cost.prices import Prices, known_prices
from burnish.agents.cost.savings import suggestions
from burnish.agents.cost.shape import Shape, shape
from burnish.agents.cost.usage import REASONS, Usage, assumed
from burnish.errors import InputError
from burnish.records.context import GenerationContext
from burnish.registries.catalogue.models import Catalogue, catalogue

LEFT_OUT = (
    "what tools charge that call services of others",
    "e-mails of alarms, data between zones, support plans, taxes, discounts, credits of new "
    "accounts",
)
APPLIES: dict[str, Callable[[Shape], bool]] = {
    "idle_seconds": lambda deployed: deployed.target == "agentcore",
    "busy_share": lambda deployed: deployed.target == "agentcore",
    "tasks": lambda deployed: deployed.target == "ecs-fargate",
    "state_kb": lambda deployed: bool(deployed.tables),
    "flow_kb": lambda deployed: bool(deployed.flow_logs),
    "insight_metrics": lambda deployed: bool(deployed.insights),
    "secret_reads": lambda deployed: deployed.secret_read or bool(deployed.keys),
}
"""Assumptions that matter for some projects only."""


def estimate(
    context: GenerationContext,
    usage: Usage,
    *,
    prices: Prices | None = None,
    models: Catalogue | None = None,
) -> Estimate:
    """What the agent of a context costs in a month, and what would save how much of it.

    What is deployed is counted in the template of the project that the context makes, see `shape`.

    Args:
        context: Must name the model, the target, the region and the level of security.
        usage: How much it is used; `usage.assumed` makes one.
        prices: AWS's; None for the user's refreshed ones, else the pinned ones.
        models: With their prices; None for burnish's own catalogue, which must know them too.

    Raises:
        InputError: the context leaves out one of these, names a model, region or capability
            that there is not, or something that no project can be made of.
    """
    table = prices or known_prices(need(context, "deployment.region"))
    known = models or catalogue()
    found = priced(context, usage, table, known)

    def again(changed: GenerationContext, used: Usage) -> Estimate:
        return priced(changed, used, table, known)

    return found.model_copy(
        update={"suggestions": suggestions(context, usage, found, again, known)}
    )


def priced(context: GenerationContext, usage: Usage, prices: Prices, models: Catalogue) -> Estimate:
    """`estimate` without suggestions."""
    model = models.get(need(context, "model.id"))
    for field in ("deployment.target", "deployment.region", "security.level"):
        need(context, field)
    deployed = shape(context)
    lines, unknown = model_lines(model, usage, models)
    rest, gaps = aws_lines(deployed, usage, prices)
    lines, unknown = lines + rest, unknown + gaps
    # a line without a price has the limits of its Unknown
    highs = [line.high_usd for line in lines]
    low = sum(line.low_usd for line in lines)
    high = None if None in highs else sum(each or 0.0 for each in highs)
    budget = context.budget_usd_per_month
    return Estimate(
        target=deployed.target,
        region=prices.region,
        model=model.id,
        requests_per_month=usage.requests_per_month,
        lines=tuple(lines),
        usd=sum(line.usd or 0.0 for line in lines),
        low_usd=low,
        high_usd=high,
        unknown=tuple(unknown),
        budget_usd=budget,
        within_budget=None if budget is None else _within(budget, low, high),
        assumptions=tuple(_assumptions(context, usage, deployed)),
        prices_of=prices.dated,
        notes=tuple(_notes(lines, prices, model.provider)),
    )


def need(context: GenerationContext, field: str) -> Any:
    """What a context says of a field that no estimate can do without.

    Raises:
        InputError: it says nothing.
    """
    value = context.value(field)
    if value in (None, ""):
        raise InputError(f"{field} is not known.", remedy=f"Set {field} in the context.")
    return value


def _within(budget: float, low: float, high: float | None) -> Literal["yes", "perhaps", "no"]:
    if low > budget:
        return "no"
    return "yes" if high is not None and high <= budget else "perhaps"


def _assumptions(context: GenerationContext, usage: Usage, deployed: Shape) -> list[Assumption]:
    plain = assumed(context, usage.requests_per_month)
    return [
        Assumption(
            name=name, low=span.low, likely=span.likely, high=span.high, unit=reason.unit,
            option=reason.option,
            why=reason.why if getattr(usage, name) == getattr(plain, name) else "given",
        )
        for name, reason in REASONS.items()
        if name not in APPLIES or APPLIES[name](deployed)
        for span in [getattr(usage, name) or getattr(deployed, name)]
        if name != "cache_written_share" or usage.cached_share.high
    ]  # fmt: skip


def _notes(lines: list[Line], prices: Prices, provider: str) -> list[str]:
    notes = []
    if any(line.approximate for line in lines):
        notes.append(
            f"approximation: AWS's prices are those of us-east-1, not of {prices.region}, which "
            "costs up to twice as much in the high end; --refresh-prices fetches its own"
        )
    if provider == "bedrock":
        notes.append("model prices are list prices of Bedrock; a region may differ")
    return [*notes, *(f"not in it: {each}" for each in LEFT_OUT)]
