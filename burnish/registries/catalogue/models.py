"""Chat models to build agents on: what is known of each, and which fits.

`models.json` is an extract of litellm's price map, made by scripts/catalogue.py; `overlay.toml` is
what people reviewed. Unknown stays unknown: a capability that nobody states is None, never False,
and a price that is not known is None, never 0.
"""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib.resources import files
from typing import Any, Literal, get_args

from pydantic import Field

from burnish.errors import InputError
from burnish.records.base import Record
from burnish.registries.catalogue.lookup import require, unknown

Provider = Literal["bedrock", "ollama", "openai", "anthropic", "gemini"]
Capability = Literal[
    "text", "vision", "reasoning", "coding", "tool_use", "structured_output", "prompt_caching",
    "streaming", "pdf_input", "audio_input",
]  # fmt: skip
Use = Literal["chat", "extraction", "rag", "agents", "coding", "reasoning", "vision"]
NEEDS: dict[str, tuple[Capability, ...]] = {
    "chat": (),
    "extraction": ("structured_output",),
    "rag": (),
    "agents": ("tool_use",),
    "coding": ("coding",),
    "reasoning": ("reasoning",),
    "vision": ("vision",),
}
"""What a model must be known to do for a use."""
ROOM: dict[str, int] = {"rag": 32_000, "coding": 16_000, "agents": 32_000}
"""Least context window for a use, tokens."""


class Price(Record):
    """US dollars per million tokens; None where it is not known."""

    input: float | None = None
    """Prompt."""
    output: float | None = None
    """Answer."""
    cached_input: float | None = None
    """Prompt that is read from the provider's cache."""
    cache_write: float | None = None
    """Prompt that is written to it."""
    batch_input: float | None = None
    """Prompt, where answers may take a day."""
    batch_output: float | None = None
    """Answer of such."""

    @property
    def blended(self) -> float | None:
        """Per million tokens of which three in four are prompt, as is usual with agents."""
        if self.input is None or self.output is None:
            return None
        return (3 * self.input + self.output) / 4


class ChatModel(Record):
    """One model, as far as it is known."""

    id: str
    """PROVIDER/NAME, as `--lm` takes it."""
    provider: Provider
    """Who serves it."""
    name: str
    """For people; the end of the id where nobody gave it one."""
    capabilities: dict[Capability, bool] = Field(default_factory=dict)
    """What is known that it can, or cannot; see `can`."""
    context_window: int | None = None
    """Tokens of prompt that it takes."""
    max_output_tokens: int | None = None
    """Tokens of an answer."""
    usd_per_million: Price = Price()
    """What it costs."""
    regions: tuple[str, ...] = ()
    """AWS regions that are known to have it; () if none is known."""
    profiles: tuple[str, ...] = ()
    """Prefixes of Bedrock's cross-region inference, e.g. "us"; () if none is known."""
    deprecated_on: date | None = None
    """When its provider withdraws it."""
    uses: tuple[Use, ...] = ()
    """What people who looked at it recommend it for; () if nobody has."""
    source: str = ""
    """Where the figures come from, beyond litellm's map."""

    def can(self, capability: Capability) -> bool | None:
        """Whether it can do that; None if it is not known."""
        return self.capabilities.get(capability)


class Recommendation(Record):
    """A model for a use, and why."""

    model: ChatModel
    """The model."""
    reasons: tuple[str, ...]
    """One fact each."""


class Catalogue:
    """All models; every list is in a fixed order."""

    def __init__(self, models: Iterable[ChatModel], source: str) -> None:
        self.source = source
        """What the data was extracted from, with its version."""
        self._known = {model.id: model for model in models}

    def __iter__(self) -> Iterator[ChatModel]:
        return iter(self._known.values())

    def get(self, id: str) -> ChatModel:
        """The model of that id.

        Raises:
            InputError: there is none; close ones are named.
        """
        if id not in self._known:
            raise unknown(id, self._known, "model")
        return self._known[id]

    def filter(
        self,
        capabilities: Sequence[Capability] = (),
        *,
        max_cost: float | None = None,
        provider: str = "",
        min_context: int | None = None,
        search: str = "",
    ) -> list[ChatModel]:
        """The models that are known to fulfil all of it, by id.

        Args:
            capabilities: What each must be known to do.
            max_cost: US dollars per million tokens, `Price.blended`; unknown prices fail.
            provider: Of `Provider`; "" for any.
            min_context: Tokens; unknown windows fail.
            search: Part of the id or name, in any case.

        Raises:
            InputError: no such capability or provider, or a cost below nothing.
        """
        if max_cost is not None and not max_cost >= 0:  # NaN is not either
            raise InputError(
                f"no model costs {max_cost:g} dollars at most.", remedy="Give 0 or more."
            )
        for capability in capabilities:
            require(capability, get_args(Capability), "capability")
        if provider:
            require(provider, get_args(Provider), "provider")
        wanted = search.lower()
        return [
            model
            for model in self
            if all(model.can(capability) for capability in capabilities)
            and (not provider or model.provider == provider)
            and (max_cost is None or _at_most(model.usd_per_million.blended, max_cost))
            and (min_context is None or (model.context_window or 0) >= min_context)
            and (wanted in model.id.lower() or wanted in model.name.lower())
        ]

    def recommend(
        self, use: str, budget: float | None = None, *, provider: str = "", count: int = 3,
        today: date | None = None,
    ) -> list[Recommendation]:  # fmt: skip
        """Models for a use: those that people recommend for it first, the cheaper first.

        Args:
            use: Of `Use`.
            budget: As `max_cost` of `filter`.
            provider: As there.
            count: At most so many.
            today: Withdrawn before it are left out; None for the day it is.

        Raises:
            InputError: no such use or provider.
        """
        require(use, get_args(Use), "use")
        needs, room = NEEDS[use], ROOM.get(use)
        fitting = self.filter(needs, max_cost=budget, provider=provider, min_context=room)
        day = today or date.today()
        there = [m for m in fitting if m.deprecated_on is None or m.deprecated_on > day]

        def order(model: ChatModel) -> tuple[bool, bool, float, str]:
            cost = model.usd_per_million.blended
            return use not in model.uses, cost is None, cost or 0.0, model.id

        return [
            Recommendation(model=model, reasons=tuple(_reasons(model, use, needs, room)))
            for model in sorted(there, key=order)[:count]
        ]

    def compare(self, ids: Sequence[str]) -> dict[str, list[Any]]:
        """Every field in which the models differ, with the value of each, in their order.

        Raises:
            InputError: an id is not known.
        """
        models = [self.get(id) for id in ids]
        rows: dict[str, list[Any]] = {"id": [model.id for model in models]}
        for capability in get_args(Capability):
            rows[capability] = [model.can(capability) for model in models]
        for name in ("context_window", "max_output_tokens", "deprecated_on", "regions", "profiles",
                     "uses"):  # fmt: skip
            rows[name] = [getattr(model, name) for model in models]
        for name in Price.model_fields:
            rows[f"usd_per_million_{name}"] = [
                getattr(model.usd_per_million, name) for model in models
            ]
        return {name: row for name, row in rows.items() if len(set(map(str, row))) > 1}


def _reasons(
    model: ChatModel, use: str, needs: Sequence[Capability], room: int | None
) -> Iterator[str]:
    if use in model.uses:
        yield f"recommended for {use}"
    for capability in needs:
        yield f"known for {capability.replace('_', ' ')}"
    if room is not None:
        yield f"{model.context_window:,} tokens of context, of at least {room:,}"
    cost = model.usd_per_million.blended
    yield (
        "its price is not known" if cost is None else f"${cost:g} per million tokens, 3 in 4 prompt"
    )
    if model.deprecated_on is not None:
        yield f"to be withdrawn on {model.deprecated_on}"


def _at_most(cost: float | None, most: float) -> bool:
    return cost is not None and cost <= most


@functools.cache
def catalogue() -> Catalogue:
    """The models that this version of burnish knows."""
    folder = files("burnish.registries.catalogue")
    document = json.loads((folder / "models.json").read_text("utf-8"))
    reviews = tomllib.loads((folder / "overlay.toml").read_text("utf-8"))["review"]
    return Catalogue((_model(given, reviews) for given in document["models"]), document["source"])


def _model(given: dict[str, Any], reviews: Sequence[dict[str, Any]]) -> ChatModel:
    found: dict[str, Any] = {"name": given["id"].rpartition("/")[2], **given}
    known = {"text": True, **given["capabilities"]}
    for review in reviews:
        match = review["match"]
        if given["id"] == match or (match[-1] == "*" and given["id"].startswith(match[:-1])):
            found |= {key: review[key] for key in ("name", "uses") if key in review}
            known |= {key: review[key] for key in get_args(Capability) if key in review}
    return ChatModel.model_validate(found | {"capabilities": known})
