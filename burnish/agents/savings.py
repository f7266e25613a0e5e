"""What would make an agent cheaper: each change is put through the same estimate again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import get_args

from burnish.agents.cost_estimate import Estimate, Suggestion
from burnish.agents.usage import MEMORY_GB, VCPUS, Usage, exactly, static_tokens
from burnish.records.context import GenerationContext, Target
from burnish.registries.catalogue.models import (
    NEEDS,
    ROOM,
    Catalogue,
    ChatModel,
    Provider,
    Use,
)

WORTH_USD = 0.01
"""Least saving a month that is told."""
CACHE_HITS = 0.8
"""Of the prompts, those whose beginning is still in the cache: it is kept for minutes only."""
CACHE_LEAST_TOKENS = 1024
"""Shortest beginning of a prompt that providers cache; some ask for more."""
IDLE_S = 300
"""A shorter time after which AgentCore ends an idle session; its own is 900 seconds."""
FEWER_LOGS = 0.2
"""Of what is logged, what remains if only warnings and one line per request are."""
FEWER_TRACES = 0.05
"""Of the requests, those that X-Ray's own default rule records."""

Again = Callable[[GenerationContext, Usage], Estimate]
"""The same estimate of another context and usage."""
Idea = tuple[str, dict[str, str | float | bool], str, GenerationContext, Usage]
"""Title, change, what is given up, and what the estimate is to be run on."""


def suggestions(
    context: GenerationContext, usage: Usage, before: Estimate, again: Again, models: Catalogue
) -> tuple[Suggestion, ...]:
    """Changes that save at least `WORTH_USD` a month, the largest saving first.

    What cannot be compared is left out: with an unknown price, before or after, no saving is known.
    """
    if before.unknown:
        return ()
    ideas = [
        *_models(context, usage, models),
        *_caching(context, usage, models.get(before.model)),
        *_batch(context, usage, models.get(before.model)),
        *_settings(context, usage, before),
        *_targets(context, usage, before),
    ]
    found = []
    for title, change, but, changed, used in ideas:
        after = again(changed, used)
        saved = before.usd - after.usd
        if not after.unknown and saved >= WORTH_USD:
            found.append(
                Suggestion(
                    title=title, change=change, usd_after=after.usd, usd_saved=saved, but=but
                )
            )
    return tuple(_best_models(sorted(found, key=lambda each: -each.usd_saved)))


def _models(context: GenerationContext, usage: Usage, models: Catalogue) -> Iterator[Idea]:
    """Models that people recommend for such an agent and that can do what is asked for."""
    use: Use = "agents" if context.tools or context.custom_tools else "chat"
    asked = context.model
    room = max(asked.min_context or 0, ROOM.get(use, 0)) or None
    able = {
        model.id
        for model in models.filter(
            (*NEEDS[use], *asked.capabilities),  # type: ignore[arg-type]
            min_context=room,
            max_cost=asked.max_usd_per_million,
        )
    }
    for provider in get_args(Provider):
        for each in models.recommend(use, provider=provider, count=len(able)):
            model = each.model
            fits = model.id in able and use in model.uses and model.id != asked.id
            if fits and provider != "ollama" and _comparable(model, usage, context):
                changed = asked.model_copy(update={"id": model.id})
                yield (
                    f"Use {model.id}",
                    {"model.id": model.id},
                    f"recommended for {use} and known to do what is asked for; test whether it "
                    "answers well enough" + ("" if provider == "bedrock" else "; needs a key, and "
                    "prompts leave AWS"),
                    context.model_copy(update={"model": changed}),
                    usage,
                )  # fmt: skip


def _comparable(model: ChatModel, usage: Usage, context: GenerationContext) -> bool:
    price, region = model.usd_per_million, context.deployment.region
    if usage.cached_share.high and price.cached_input is None:
        return False
    if usage.batch and (price.batch_input is None or price.batch_output is None):
        return False
    # a list of regions that is not empty and lacks this one: not there, unless it is reached across
    return not model.regions or region in model.regions or bool(model.profiles)


def _best_models(found: list[Suggestion]) -> Iterator[Suggestion]:
    """All that is no model, of the models the cheapest of the same provider and of all."""
    seen: set[str] = set()
    for each in found:
        provider = str(each.change.get("model.id", "")).partition("/")[0]
        if provider and (provider in seen or len(seen) == 2):
            continue
        seen |= {provider} if provider else set()
        yield each


def _caching(context: GenerationContext, usage: Usage, model: ChatModel) -> Iterator[Idea]:
    static = static_tokens(context)
    if (
        usage.cached_share.high or usage.batch or static < CACHE_LEAST_TOKENS
        or model.usd_per_million.cached_input is None or not usage.input_tokens.likely
    ):  # fmt: skip
        return
    share = min(1.0, static / usage.input_tokens.likely)
    hit, written = round(CACHE_HITS * share, 4), round((1 - CACHE_HITS) * share, 4)
    yield (
        "Cache the beginning of the prompt",
        {"cached_share": hit, "cache_written_share": written},
        f"counts with {CACHE_HITS:.0%} of the prompts coming while the cache still holds their "
        f"first {static:,} tokens",
        context,
        usage.model_copy(
            update={"cached_share": exactly(hit), "cache_written_share": exactly(written)}
        ),
    )


def _batch(context: GenerationContext, usage: Usage, model: ChatModel) -> Iterator[Idea]:
    price = model.usd_per_million
    if usage.batch or usage.cached_share.high or None in (price.batch_input, price.batch_output):
        return
    yield (
        "Send requests in batches",
        {"batch": True},
        "answers may take a day: not for people who wait",
        context,
        usage.model_copy(update={"batch": True}),
    )


def _settings(context: GenerationContext, usage: Usage, before: Estimate) -> Iterator[Idea]:
    if before.target != "agentcore" and usage.architecture == "x86_64":
        yield (
            "Run on arm64",
            {"architecture": "arm64"},
            "every package must have a wheel for it",
            context,
            usage.model_copy(update={"architecture": "arm64"}),
        )
    if before.target == "agentcore" and usage.idle_seconds.high > IDLE_S:
        idle = usage.idle_seconds.times(IDLE_S / usage.idle_seconds.high)
        yield (
            f"End idle sessions after {IDLE_S} seconds",
            {"idle_seconds": idle.likely},
            "who comes back later begins a new session",
            context,
            usage.model_copy(update={"idle_seconds": idle}),
        )
    yield (
        f"Log {FEWER_LOGS:.0%} of it",
        {"log_kb": usage.log_kb.likely * FEWER_LOGS},
        "warnings and one line per request are left to look into a fault",
        context,
        usage.model_copy(update={"log_kb": usage.log_kb.times(FEWER_LOGS)}),
    )
    if usage.traced_share.likely > FEWER_TRACES:
        yield (
            f"Trace {FEWER_TRACES:.0%} of the requests",
            {"traced_share": FEWER_TRACES},
            "a rare fault may have no trace",
            context,
            usage.model_copy(update={"traced_share": exactly(FEWER_TRACES)}),
        )


def _targets(context: GenerationContext, usage: Usage, before: Estimate) -> Iterator[Idea]:
    but: dict[Target, str] = {
        "agentcore": "another project; sessions of at most 8 hours",
        "lambda": "another project; API Gateway waits 30 seconds for an answer at most",
        "ecs-fargate": "another project; tasks run, and are paid, while nobody asks",
    }
    for target in get_args(Target):
        if target == before.target:
            continue
        deployment = context.deployment.model_copy(update={"target": target})
        yield (
            f"Deploy to {target}",
            {"deployment.target": target},
            but[target],
            context.model_copy(update={"deployment": deployment}),
            # what the target orders differs; what the agent does is the same
            usage.model_copy(update={"memory_gb": MEMORY_GB[target], "vcpus": VCPUS[target]}),
        )
