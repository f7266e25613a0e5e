"""What calls of a model cost, as DSPy's history tells it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from burnish.records import Usage
from burnish.registries.models import is_local


def usage_of(lm: Any, entry: dict[str, Any]) -> Usage:
    """What one call cost, by its entry in the model's history."""
    used = entry.get("usage") or {}
    cached = bool(entry) and not used
    before = getattr(entry.get("response"), "usage", None) if cached else None
    sizes = [getattr(before, name, None) or 0 for name in ("input_tokens", "output_tokens")]
    return Usage(
        calls=1,
        cached_calls=int(cached),
        cached_tokens=sum(sizes),
        prompt_tokens=used.get("prompt_tokens") or 0,
        completion_tokens=used.get("completion_tokens") or 0,
        cost_usd=0.0 if is_local(lm) or cached else entry.get("cost"),
    )


def total(usages: Iterable[Usage]) -> Usage:
    """The sum; a cost that is unknown anywhere makes the sum unknown."""
    usages = tuple(usages)
    costs = [usage.cost_usd for usage in usages if usage.cost_usd is not None]
    return Usage(
        calls=sum(u.calls for u in usages),
        cached_calls=sum(u.cached_calls for u in usages),
        cached_tokens=sum(u.cached_tokens for u in usages),
        prompt_tokens=sum(u.prompt_tokens for u in usages),
        completion_tokens=sum(u.completion_tokens for u in usages),
        cost_usd=float(sum(costs)) if len(costs) == len(usages) else None,
    )
