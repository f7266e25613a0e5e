"""Calls that tell candidates apart: those of the examples, with other arguments like theirs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import Any

from burnish.evaluation.literals import CALL_START, call_end

PROBES = 12
_LONGEST = 300  # characters of a call


def probes(calls: Sequence[str], limit: int = PROBES) -> tuple[str, ...]:
    """Further calls like those given: one literal argument changed at a time, mildly.

    Changes keep to what the arguments promise: no negative number where there was none, nothing
    empty, no other type. What a specification leaves open would only divide good candidates.

    Args:
        calls: Calls with literal arguments, as a specification states them.
        limit: At most so many; every call and argument has its turn before one has a second.
    """
    turns = zip_longest(*(_changed(call) for call in calls))
    found = dict.fromkeys(text for text in chain.from_iterable(turns) if text)
    given = {_plain(call) for call in calls}
    return tuple(islice((text for text in found if text not in given), limit))


def literal_calls(tests: str, name: str, limit: int = PROBES) -> list[str]:
    """The calls of `name` with literal arguments that a test file makes, in any language.

    What the tests expect of them is not looked at: it may be wrong where the call is a good one.
    """
    found: dict[str, None] = {}
    for start in CALL_START.finditer(tests) if name else ():
        end = call_end(tests, start.end() - 1) if start[1] == name else -1
        if end > 0:
            found[tests[start.start() : end]] = None
    return list(found)[:limit]


def _changed(call: str) -> Iterator[str]:
    try:
        tree = ast.parse(call.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return
    if not isinstance(tree, ast.Call):
        return
    places = range(len(tree.args))
    variants = [_variants(argument) for argument in tree.args]
    for row in zip_longest(*variants):
        for place, value in zip(places, row, strict=True):
            if value is None:
                continue
            kept, tree.args[place] = tree.args[place], ast.parse(repr(value), mode="eval").body
            text = ast.unparse(tree)
            tree.args[place] = kept
            if len(text) <= _LONGEST:
                yield text


def _variants(node: ast.expr) -> Iterator[Any]:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return iter(())
    return _like(value)


def _like(value: Any) -> Iterator[Any]:
    """Values of the same kind, none of them None."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value + 2, value * 2 + 1, *([value - 1] if value > 1 else []))
    elif isinstance(value, float):
        yield from (value + 1, value / 2, value * 3)
    elif isinstance(value, str) and value:
        yield from _rearranged(value)
        yield from (value.swapcase(), value.replace(value[0], value[-1]))
    elif isinstance(value, list | tuple) and value:
        yield from _rearranged(value)
        for other in islice(_like(value[0]), 2):
            yield type(value)([other, *value[1:]])
    elif isinstance(value, dict) and len(value) > 1:
        yield dict(list(value.items())[1:])
        yield dict(reversed(value.items()))


def _rearranged(value: Any) -> Iterator[Any]:
    yield from (value[::-1], value + value[:1], value[1:] or value + value, value + value)


def _plain(call: str) -> str:
    try:
        return ast.unparse(ast.parse(call.strip(), mode="eval"))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return call
