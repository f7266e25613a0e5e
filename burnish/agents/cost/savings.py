"""What would make an agent cheaper: each change is put through the same estimate again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import get_args

from burnish.agents.cost.estimate import Estimate, Suggestion
from burnish.agents.cost.usage import Usage, exactly, static_tokens
from burnish.agents.project.blueprint import PREFIXES
from burnish.errors import InputError
from burnish.records.base import Record
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
FEWER_TRACES = 0.05
"""Of the requests, those that X-Ray's own default rule records."""

LAMBDA_S = 29
"""That a project on Lambda may take for an answer; API Gateway waits no longer."""
TEMPLATE = "infrastructure/template.yaml"
AGAIN = "`burnish agent new` again with"
CACHED_BY_THEMSELVES = {"openai", "gemini"}
"""Providers that cache the beginning of a prompt without being asked to."""
CACHE = 'cache_config=CacheConfig(strategy="auto", tools_ttl=True)'

Again = Callable[[GenerationContext, Usage], Estimate]
"""The same estimate of another context and usage; InputError where no project can be like that."""


class Idea(Record):
    """A change that is to be put through the estimate."""

    title: str
    """What to do."""
    change: dict[str, str | float | bool]
    """Fields of the context or of `Usage`, with their new values."""
    how: str
    """The option, or the file of the project and what to write there."""
    but: str
    """What is given up, or must hold."""
    context: GenerationContext
    """With the change."""
    usage: Usage
    """With the change."""


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
    for idea in ideas:
        try:
            after = again(idea.context, idea.usage)
        except InputError:  # no project can be made like that
            continue
        saved = before.usd - after.usd
        if not after.unknown and saved >= WORTH_USD:
            found.append(
                Suggestion(
                    title=idea.title, change=idea.change, how=idea.how, but=idea.but,
                    usd_after=after.usd, usd_saved=saved,
                )
            )  # fmt: skip
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
                yield Idea(
                    title=f"Use {model.id}",
                    change={"model.id": model.id},
                    how=f"{AGAIN} model.id: {model.id} in the context",
                    but=f"recommended for {use} and known to do what is asked for; test whether it "
                    "answers well enough" + ("" if provider == "bedrock" else "; needs a key, and "
                    "prompts leave AWS"),
                    context=context.model_copy(update={"model": changed}),
                    usage=usage,
                )  # fmt: skip


def _comparable(model: ChatModel, usage: Usage, context: GenerationContext) -> bool:
    price, region = model.usd_per_million, context.deployment.region
    if usage.cached_share.high and price.cached_input is None:
        return False
    if usage.batch and (price.batch_input is None or price.batch_output is None):
        return False
    # a list of regions that is not empty and lacks this one: not there, unless a profile of Bedrock
    # leads there from here
    near = next(prefixes for start, prefixes in PREFIXES if region.startswith(start))
    across = any(prefix in model.profiles for prefix in near)
    return not model.regions or region in model.regions or across


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
    static, how = static_tokens(context), _cached_by(model)
    if (
        usage.cached_share.high or usage.batch or static < CACHE_LEAST_TOKENS or not how
        or model.usd_per_million.cached_input is None or not usage.input_tokens.likely
    ):  # fmt: skip
        return
    share = min(1.0, static / usage.input_tokens.likely)
    hit, written = round(CACHE_HITS * share, 4), round((1 - CACHE_HITS) * share, 4)
    yield Idea(
        title="Cache the beginning of the prompt",
        change={"cached_share": hit, "cache_written_share": written},
        how=how,
        but=f"counts with {CACHE_HITS:.0%} of the prompts coming while the cache still holds their "
        f"first {static:,} tokens",
        context=context,
        usage=usage.model_copy(
            update={"cached_share": exactly(hit), "cache_written_share": exactly(written)}
        ),
    )


def _cached_by(model: ChatModel) -> str:
    """What to write where; "" if the project's library cannot cache this model's prompts."""
    if model.provider in CACHED_BY_THEMSELVES:
        return (
            "nothing to edit: the provider caches by itself; what changes belongs behind the rest"
        )
    if model.provider == "anthropic":
        return f"model.py: AnthropicModel(..., {CACHE})"
    # on Bedrock Strands places cache points for Claude alone
    if model.provider == "bedrock" and "claude" in model.id:
        return f"model.py: BedrockModel(..., {CACHE})"
    return ""


def _batch(context: GenerationContext, usage: Usage, model: ChatModel) -> Iterator[Idea]:
    price = model.usd_per_million
    if usage.batch or usage.cached_share.high or None in (price.batch_input, price.batch_output):
        return
    yield Idea(
        title="Send requests in batches",
        change={"batch": True},
        how="a job of your own through the provider's batch API; the project answers at once",
        but="answers may take a day: not for people who wait, and no tools",
        context=context,
        usage=usage.model_copy(update={"batch": True}),
    )


def _settings(context: GenerationContext, usage: Usage, before: Estimate) -> Iterator[Idea]:
    if before.target != "agentcore" and usage.architecture == "x86_64":
        yield Idea(
            title="Run on arm64",
            change={"architecture": "arm64"},
            how="deploy the project as it was made: its image and template are for arm64",
            but="every package must have a wheel for it",
            context=context,
            usage=usage.model_copy(update={"architecture": "arm64"}),
        )
    if before.target == "agentcore" and usage.idle_seconds.high > IDLE_S:
        idle = usage.idle_seconds.times(IDLE_S / usage.idle_seconds.high)
        yield Idea(
            title=f"End idle sessions after {IDLE_S} seconds",
            change={"idle_seconds": idle.likely},
            how=f"{TEMPLATE}, Runtime: LifecycleConfiguration: "
            f"{{IdleRuntimeSessionTimeout: {IDLE_S}}}",
            but="who comes back later begins a new session",
            context=context,
            usage=usage.model_copy(update={"idle_seconds": idle}),
        )
    if before.target == "ecs-fargate" and usage.traced_share.likely > FEWER_TRACES:
        yield Idea(
            title=f"Trace {FEWER_TRACES:.0%} of the requests",
            change={"traced_share": FEWER_TRACES},
            how=f"{TEMPLATE}, Task, Environment: OTEL_TRACES_SAMPLER "
            f'"parentbased_traceidratio" and OTEL_TRACES_SAMPLER_ARG "{FEWER_TRACES}"',
            but="a rare fault may have no trace",
            context=context,
            usage=usage.model_copy(update={"traced_share": exactly(FEWER_TRACES)}),
        )


def _targets(context: GenerationContext, usage: Usage, before: Estimate) -> Iterator[Idea]:
    but: dict[Target, str] = {
        "agentcore": "another project; sessions of at most 8 hours",
        "lambda": "another project; API Gateway waits 30 seconds for an answer at most",
        "ecs-fargate": "another project; tasks run, and are paid, while nobody asks",
    }
    # what the project orders differs; what the agent does is the same
    as_made = {"memory_gb": None, "vcpus": None, "tasks": None, "architecture": None}
    for target in get_args(Target):
        slow = target == "lambda" and usage.seconds.likely > LAMBDA_S
        if target == before.target or slow:
            continue
        deployment = context.deployment.model_copy(update={"target": target})
        yield Idea(
            title=f"Deploy to {target}",
            change={"deployment.target": target},
            how=f"{AGAIN} --target {target}",
            but=but[target],
            context=context.model_copy(update={"deployment": deployment}),
            usage=usage.model_copy(update=as_made),
        )
