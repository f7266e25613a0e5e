"""A canonical form of a value: type-tagged plain data that cannot answer for itself.

Built with the built-in types' own methods, so that an overridden `__eq__`, `__iter__` or
`__repr__` of a subclass changes nothing; the host compares it with the expected literal.
"""

from __future__ import annotations

from typing import Any

MAX_NODES = 100_000
MAX_TEXT = 200_000
_SCALARS = (int, float, complex, str, bytes, bytearray)


def canonical(value: object) -> list[Any]:
    """`[tag, payload]`, nested; `["other", type name, repr]` for what is no plain data."""
    budget = [MAX_NODES]
    try:
        return _canonical(value, budget)
    except _TooLarge:
        return ["other", type(value).__name__, "<value too large to compare>"]


class _TooLarge(Exception):
    pass


def _canonical(value: Any, budget: list[int]) -> list[Any]:
    budget[0] -= 1
    if budget[0] < 0:
        raise _TooLarge
    if value is None:
        return ["none", None]
    if value is True or value is False:
        return ["bool", value]
    kind = type(value)
    if kind is Ellipsis.__class__:
        return ["ellipsis", None]
    if issubclass(kind, _SCALARS):
        return _scalar(value, kind)
    if issubclass(kind, list):
        return ["list", [_canonical(item, budget) for item in list.__iter__(value)]]
    if issubclass(kind, tuple):
        items = [_canonical(item, budget) for item in tuple.__iter__(value)]
        return ["tuple", items, repr_of(value)] if kind is not tuple else ["tuple", items]
    if issubclass(kind, dict):
        pairs = dict.items(value)
        return ["dict", [[_canonical(k, budget), _canonical(v, budget)] for k, v in pairs]]
    if issubclass(kind, (set, frozenset)):
        base: Any = set if issubclass(kind, set) else frozenset
        return ["set", [_canonical(item, budget) for item in base.__iter__(value)]]
    return ["other", kind.__name__, repr_of(value)]


def _scalar(value: Any, kind: type) -> list[Any]:
    if issubclass(kind, int):
        if int.bit_length(value) > 12_000:
            return ["hexint", int.__format__(value, "x")]
        return ["int", int.__repr__(value)]
    if issubclass(kind, float):
        return ["float", float.__repr__(value)]
    if issubclass(kind, complex):
        return ["complex", complex.__repr__(value)]
    if issubclass(kind, str):
        text = str.__str__(value)
        if len(text) > MAX_TEXT:
            raise _TooLarge
        return ["str", text]
    return ["bytes", bytes(memoryview(value)).hex()]


def repr_of(value: object) -> str:
    """`repr(value)`, shortened, or what went wrong with it."""
    try:
        return repr(value)[:2000]
    except Exception as error:
        return f"<repr raised {type(error).__name__}>"
