"""Asks for what a context still lacks; nothing is filled in that nobody said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import ValidationError

from burnish.errors import InputError
from burnish.modules.consultation.values import VALUES
from burnish.records.context import GenerationContext, MissingField, Place

Ask = Callable[[MissingField, str], str]
"""Puts a question to a person; the second argument says why the last answer was no good, or is "".
An empty answer leaves the question open."""
_ACCEPTED = {
    "name": "2 to 40 lower-case letters, digits and hyphens",
    "model.id": "an id of `burnish models list`",
    "tools": "ids of `burnish tools list`, separated by commas, or none",
    "deployment.target": "agentcore, ecs-fargate or lambda",
    "deployment.region": "a region such as eu-central-1",
    "deployment.requests_per_month": "a number",
    "budget_usd_per_month": "a number",
    "security.level": "basic, standard or enhanced",
}


def complete(context: GenerationContext, ask: Ask, tools: Sequence[str] = ()) -> GenerationContext:
    """The context with a person's answers to what is missing.

    Args:
        context: What is known.
        ask: Put to the person for every missing field, again while an answer is no good.
        tools: Ids of the registry of tools.
    """
    for missing in context.missing:
        reason = ""
        while answer := ask(missing, reason).strip():
            try:
                context = answered(context, missing.field, answer, tools)
                break
            except InputError as error:
                reason = str(error)
    return context


def answered(
    context: GenerationContext, field: str, text: str, tools: Sequence[str] = ()
) -> GenerationContext:
    """The context with one field as a person gave it.

    Raises:
        InputError: the text is no value of this field.
    """
    value = _tools(text, tools) if field == "tools" else VALUES.get(field, str.strip)(text)
    refused = InputError(f"{text!r} is not it.", remedy=f"Give {_ACCEPTED.get(field, 'a text')}.")
    if value is None:
        raise refused
    place = Place(field=field, start=0, end=0, quote=text, reader="person")
    tree = context.model_dump()
    *path, name = field.split(".")
    branch = tree
    for part in path:
        branch = branch[part]
    branch[name] = value
    tree["places"] = [each for each in tree["places"] if each["field"] != field] + [place]
    try:
        return GenerationContext.model_validate(tree)
    except ValidationError:
        raise refused from None


def _tools(text: str, known: Sequence[str]) -> tuple[str, ...] | None:
    if text.strip().lower() in ("none", "no", "-"):
        return ()
    named = tuple(part.strip() for part in text.split(",") if part.strip())
    return named if named and all(name in known for name in named) else None
