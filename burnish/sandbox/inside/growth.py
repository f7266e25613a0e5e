"""How running time grows with input size: the exponent k of time ~ n^k, or nothing.

A call with literal arguments is repeated with inputs of doubled size until one call takes
LONGEST_S or the budget is spent; k is the least-squares slope of log time over log size, taken
over the largest sizes, where constant costs weigh least.
"""

from __future__ import annotations

import ast
import copy
import gc
import math
import time
from collections.abc import Callable
from typing import Any

LONGEST_S = 0.004
SHORTEST_S = 20e-6
MAX_SIZE = 1 << 16
MIN_POINTS = 4


def measure(calls: list[str], names: dict[str, Any], deadline: float) -> float | None:
    """The first exponent that can be measured among `calls`; None if none can."""
    for call in calls:
        parsed = _parsed(call, names)
        if parsed is not None:
            points = _points(*parsed, deadline)
            if len(points) >= MIN_POINTS:
                return slope(points[-5:])
        if time.perf_counter() > deadline:
            return None
    return None


def _parsed(call: str, names: dict[str, Any]) -> tuple[Callable[..., Any], list[Any]] | None:
    try:
        node = ast.parse(call, mode="eval").body
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
            return None
        arguments = [ast.literal_eval(argument) for argument in node.args]
    except (SyntaxError, ValueError):
        return None
    function = names.get(node.func.id)
    scalable = any(_can_grow(a) for a in arguments)
    return (function, arguments) if callable(function) and scalable else None


def _can_grow(value: Any) -> bool:
    if isinstance(value, (list, tuple, str, dict, set)):
        return len(value) > 0
    return isinstance(value, int) and not isinstance(value, bool) and value > 1


def _points(
    function: Callable[..., Any], arguments: list[Any], deadline: float
) -> list[tuple[int, float]]:
    points: list[tuple[int, float]] = []
    collections = any(_can_grow(a) and not isinstance(a, int) for a in arguments)
    times = 1
    gc.disable()
    try:
        while True:
            grown = [_grown(a, times, collections) for a in arguments]
            size = _size(grown, collections)
            if size > MAX_SIZE:
                break
            seconds = min(_timed(function, grown) for _ in range(2))
            if seconds >= SHORTEST_S:
                points.append((size, seconds))
            if seconds > LONGEST_S or time.perf_counter() + 3 * seconds > deadline:
                break
            times *= 2 if seconds >= SHORTEST_S / 2 else 4
    except Exception:  # the grown input is outside what the function takes
        pass
    finally:
        gc.enable()
    return points


def _timed(function: Callable[..., Any], arguments: list[Any]) -> float:
    fresh = [_copied(argument) for argument in arguments]
    started = time.perf_counter()
    function(*fresh)
    return time.perf_counter() - started


def _copied(value: Any) -> Any:
    """A copy that the function may change; deep only where something inside can be changed."""
    if isinstance(value, (list, dict, set)):
        items = value.values() if isinstance(value, dict) else value
        flat = all(isinstance(item, (int, float, str, bytes, type(None))) for item in items)
        return value.copy() if flat else copy.deepcopy(value)
    return value


def _size(arguments: list[Any], collections: bool) -> int:
    if collections:
        return max(len(a) for a in arguments if not isinstance(a, int) and _can_grow(a))
    return max(int(a) for a in arguments if _can_grow(a))


def _grown(value: Any, times: int, collections: bool) -> Any:
    if not _can_grow(value):
        return value
    if isinstance(value, int):
        return value if collections else value * times
    if isinstance(value, str):
        return value * times
    if isinstance(value, dict):
        pairs = [(_shifted(k, i), v) for i in range(times) for k, v in value.items()]
        return dict(pairs)
    items = list(value)
    numbers = all(type(item) is int for item in items)
    step = max(items) - min(items) + 1 if numbers else 1
    return type(value)([_shifted(item, i * step) for i in range(times) for item in items])


def _shifted(item: Any, by: int) -> Any:
    """Distinct but of the same kind, so that order and uniqueness survive growing."""
    if by == 0:
        return item
    if type(item) in (int, float):
        return item + by
    return f"{item}{by}" if isinstance(item, str) else item


def slope(points: list[tuple[int, float]]) -> float:
    """Least-squares slope of log(seconds) over log(size)."""
    logs = [(math.log(size), math.log(seconds)) for size, seconds in points]
    mean_x = sum(x for x, _ in logs) / len(logs)
    mean_y = sum(y for _, y in logs) / len(logs)
    spread = sum((x - mean_x) ** 2 for x, _ in logs)
    return round(sum((x - mean_x) * (y - mean_y) for x, y in logs) / spread, 3) if spread else 0.0
