"""Plain values as JavaScript's literals."""

from __future__ import annotations

import json
import math
from typing import Any


def literal(value: Any) -> str:
    """A plain value as an expression. Raises ValueError for what has none."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) > 2**53:
        raise ValueError("a number that JavaScript cannot hold")
    if isinstance(value, float) and not math.isfinite(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    if isinstance(value, int | float | str):
        return json.dumps(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, set | frozenset):
        return f"new Set([{', '.join(literal(item) for item in sorted(value, key=repr))}])"
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        pairs = (f"{json.dumps(key)}: {literal(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    raise ValueError(f"no literal for {type(value).__name__}")
