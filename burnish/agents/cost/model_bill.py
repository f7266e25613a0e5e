"""What the model costs: tokens at the catalogue's prices, or limits where it knows none."""

from __future__ import annotations

from burnish.agents.cost.bill import Line, Unknown
from burnish.agents.cost.usage import Side, Usage
from burnish.errors import InputError
from burnish.registries.catalogue.models import Catalogue, ChatModel

MILLION = 1_000_000
CACHE_WRITE_MOST = 1.25
"""Times the prompt's price that writing a cache costs at most. Source: every cache_write price of
the catalogue is so much of its model's prompt price."""


def model_lines(
    model: ChatModel, usage: Usage, catalogue: Catalogue
) -> tuple[list[Line], list[Unknown]]:
    """The model's lines; its price is limited by those of others where it is not known.

    Raises:
        InputError: caching or batch is counted with, and the model has no known price for it.
    """
    price = model.usd_per_million
    if usage.cached_share.high and price.cached_input is None:
        raise InputError(
            f"no price of {model.id} for cached prompts is known.",
            remedy="Leave --cached-share away, or choose a model that has one with --model.",
        )
    if usage.batch and (price.batch_input is None or price.batch_output is None):
        raise InputError(
            f"no price of {model.id} for batches is known.",
            remedy="Leave --batch away, or choose a model that has one with --model.",
        )
    if _priced(model) or not usage.requests_per_month:
        return _lines(model, usage, catalogue.source), []
    return _bounded(model, usage, catalogue)


def _priced(model: ChatModel) -> bool:
    # what runs on one's own machine costs no tokens, but the machine is not free
    own = model.provider == "ollama" and model.usd_per_million.blended == 0
    return model.usd_per_million.blended is not None and not own


def _lines(model: ChatModel, usage: Usage, source: str) -> list[Line]:
    price = model.usd_per_million
    once = price.batch_input if usage.batch else price.input
    answer = price.batch_output if usage.batch else price.output
    rows = [("prompt", once, "fresh"), ("answers", answer, "answered")]
    if usage.cached_share.high:
        rows.insert(1, ("prompt from the cache", price.cached_input, "cached"))
    if usage.cache_written_share.high:
        written = price.cache_write if price.cache_write is not None else price.input
        rows.insert(1, ("prompt to the cache", written, "written"))
    lines = []
    for what, usd, kind in rows:
        tokens = {side: _tokens(usage, kind, side) for side in ("low", "likely", "high")}
        each = (usd or 0.0) / MILLION
        most = CACHE_WRITE_MOST if kind == "written" and price.cache_write is None else 1.0
        line = Line(
            category="model", service=f"{model.id}, {what}", quantity=tokens["likely"],
            unit="token", usd_per_unit=None if usd is None else round(each, 13),
            usd=tokens["likely"] * each, low_usd=tokens["low"] * each,
            high_usd=tokens["high"] * each * most, source=source,
        )  # fmt: skip
        lines.append(line)
    return lines


def _tokens(usage: Usage, kind: str, side: Side) -> float:
    """Tokens of a kind in a month; the dear end has few cached ones, and the cheap end many."""
    if kind == "answered":
        return usage.requests_per_month * usage.output_tokens.at(side)
    other: dict[Side, Side] = {"low": "high", "likely": "likely", "high": "low"}
    shares = {
        "cached": usage.cached_share.at(other[side]),
        "written": usage.cache_written_share.at(side),
    }
    shares["fresh"] = max(0.0, 1 - shares["cached"] - shares["written"])
    return usage.requests_per_month * usage.input_tokens.at(side) * shares[kind]


def _bounded(
    model: ChatModel, usage: Usage, catalogue: Catalogue
) -> tuple[list[Line], list[Unknown]]:
    """Lines without a price, within what the same tokens cost elsewhere."""
    plain = usage.model_copy(update={"batch": False})
    of_provider = [m for m in catalogue if _priced(m) and m.provider == model.provider]
    others = of_provider or [m for m in catalogue if _priced(m)]
    costs = [_lines(other, plain, "") for other in others]
    low = min((sum(each.low_usd for each in lines) for lines in costs), default=0.0)
    high = max((sum(each.high_usd or 0.0 for each in lines) for lines in costs), default=None)
    whose = f"the models of {model.provider}" if of_provider else "all models"
    own = model.usd_per_million.blended == 0
    line = Line(
        category="model", service=model.id, unit="token", usd_per_unit=None, usd=None,
        quantity=usage.requests_per_month
        * (usage.input_tokens.likely + usage.output_tokens.likely),
        low_usd=low, high_usd=high, source=catalogue.source,
    )  # fmt: skip
    why = (
        "its tokens cost nothing, but the machine that serves it is yours and its price not known"
        if own
        else "the catalogue has no price for it"
    )
    limits = f"; the limits are the same tokens at the cheapest and the dearest of {whose}"
    return [line], [Unknown(what=model.id, why=why + limits, low_usd=low, high_usd=high)]
