"""What a person should know or do about a project; nothing that was asked for is dropped unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from burnish.agents.project.endpoints import unreached
from burnish.agents.project.pins import pins
from burnish.agents.project.tools import ToolUse
from burnish.records.context import GenerationContext
from burnish.registries.catalogue.models import ChatModel

MAX_QUOTE_CHARS = 80


def notes(
    context: GenerationContext, model: ChatModel, tools: Sequence[ToolUse], *,
    called_there: bool, unwritten: Sequence[str],
) -> Iterator[str]:  # fmt: skip
    """A sentence each.

    Args:
        context: What was asked for.
        model: That the agent thinks with.
        tools: That it is given.
        called_there: Whether the model is known to be called from the region.
        unwritten: Tools of its own that are not there yet.
    """
    if not called_there:
        region = context.deployment.region
        yield f"It is not known whether Bedrock offers {model.id} in {region}."
    if model.can("tool_use") is False and tools:
        yield f"{model.id} is known not to use tools."
    yield from _unmet(context, model)
    for name in unwritten:
        yield (
            f"The tool {name} is not written yet: it belongs into custom_tools/{name}.py, and its "
            "name into config.json."
        )
    asked = [requirement for tool in tools for requirement in tool.requirements]
    if disputed := pins().disputed(asked):
        yield (
            f"The tools disagree on the versions of {', '.join(disputed)}: pip chooses them, or "
            "finds none that fit."
        )
    if context.security.level == "enhanced":
        yield from _private(context, tools)
    for demand in context.security.demands:
        yield f"{demand} was asked for: burnish does not check it."
    for place in context.unread:
        words = " ".join(place.quote.split())
        cut = words if len(words) <= MAX_QUOTE_CHARS else f"{words[:MAX_QUOTE_CHARS]}..."
        yield f'"{cut}" was not understood ({place.field}): nothing in the project comes of it.'


def _unmet(context: GenerationContext, model: ChatModel) -> Iterator[str]:
    """What was asked of the model and is not known of it."""
    asked = context.model
    known = {str(name): can for name, can in model.capabilities.items()}
    for capability in asked.capabilities:
        if known.get(capability) is None:
            yield f"{capability} was asked for: it is not known whether {model.id} can do it."
        elif not known[capability]:
            yield f"{capability} was asked for: {model.id} is known not to do it."
    window, least = model.context_window, asked.min_context
    if least is not None and window is None:
        yield f"{least:,} tokens of context were asked for: how many {model.id} takes is not known."
    elif least is not None and window is not None and window < least:
        yield f"{least:,} tokens of context were asked for: {model.id} takes {window:,}."
    price, most = model.usd_per_million.blended, asked.max_usd_per_million
    if most is not None and price is None:
        yield f"${most:g} per million tokens at most was asked for: {model.id} has no known price."
    elif most is not None and price is not None and price > most:
        yield f"${most:g} per million tokens at most was asked for: {model.id} costs ${price:g}."


def _private(context: GenerationContext, tools: Sequence[ToolUse]) -> Iterator[str]:
    """What the network of level enhanced keeps from working, or may."""
    outside = [tool.id for tool in tools if tool.outside]
    if outside:
        yield f"The network reaches AWS alone, and {', '.join(outside)} may need more."
    for tool in tools:
        if services := unreached(tool.permissions):
            yield f"{tool.id} calls {', '.join(services)}, to which the network has no endpoint."
        if tool.open_ended and not tool.outside:
            yield f"{tool.id} reaches only services of AWS to which the network has an endpoint."
    if context.deployment.target == "agentcore":
        yield (
            "AgentCore joins networks in some zones of a region only, by zone id. Where it refuses "
            "the first two, name two that it takes as ZoneA and ZoneB; `aws ec2 "
            "describe-availability-zones` shows their names beside their ids."
        )
