"""Comparisons in test files that no always-equal object can pass.

`rewriting.py` puts `inspect` behind every comparison of a test file. Where one holds, an operand
that decides equality with Python code of its own is asked about values that it cannot equal: a
fresh sentinel, and perturbed copies of the other operand, in random order. An object that equals
them all is a forgery. Plain values, and classes that inherit a built-in `__eq__`, are never asked.

What remains open: this runs in the candidate's own process. Code that walks the interpreter's
frames or objects can find the guard, the signing secret and the tests themselves, and an
`__eq__` can recognise the sentinel. Canaries and signatures make that laborious, not impossible;
only stated examples, which are compared on the host, are out of its reach.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Iterator
from typing import Any

from burnish.sandbox.inside.failure import Forgery

MAX_LEAVES = 2000
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "In": lambda a, b: a in b,
    "NotIn": lambda a, b: a not in b,
}
_CONTRADICTION = {"NotEq": "Eq", "Lt": "Gt", "LtE": "Gt", "Gt": "Lt", "GtE": "Lt"}
_NEGATION = {"NotEq": "Eq", "NotIn": "In"}
_CONTAINERS = (list, tuple, dict, set, frozenset)
_BUILTIN_EQUALS = {
    id(kind.__dict__["__eq__"])
    for kind in (object, int, float, complex, str, bytes, bytearray, range, slice, *_CONTAINERS)
    if "__eq__" in kind.__dict__
}


def _class_attribute(value: object, name: str) -> Any:
    """Attribute `name` as the class of `value` defines it, without asking its metaclass."""
    for kind in type.__dict__["__mro__"].__get__(type(value)):
        names = type.__dict__["__dict__"].__get__(kind)
        if name in names:
            return names[name]
    return None


def _decides_itself(value: object) -> bool:
    equals = _class_attribute(value, "__eq__")
    # built-in and extension types have slot wrappers; Python code has functions
    return id(equals) not in _BUILTIN_EQUALS and type(equals) is not type(object.__eq__)


def pairs(left: Any, right: Any, budget: list[int]) -> Iterator[tuple[object, object]]:
    """Each object inside `left` that decides its own equality, with what it was compared to."""
    budget[0] -= 1
    if budget[0] < 0:
        return
    if _decides_itself(left):
        yield left, _expected_by(right)
    if isinstance(left, dict):
        for key, item in dict.items(left):
            partner = dict.get(right, key, NOTHING) if isinstance(right, dict) else NOTHING
            yield from pairs(key, NOTHING, budget)
            yield from pairs(item, partner, budget)
    elif isinstance(left, (list, tuple)):
        partners = iter(right) if isinstance(right, (list, tuple)) else iter(())
        for item in list(left):
            yield from pairs(item, next(partners, NOTHING), budget)
    elif isinstance(left, (set, frozenset)):
        for item in list(left):
            yield from pairs(item, NOTHING, budget)


def _expected_by(partner: object) -> object:
    """What is inside an `approx`, else the partner itself."""
    inside = getattr(partner, "expected", NOTHING)
    return inside if type(partner).__module__ == "_pytest.python_api" else partner


class _Nothing:
    """A partner without attributes: nothing to perturb."""


NOTHING = _Nothing()


def _perturbed(value: Any) -> list[Any]:
    """Values that no honest equal of `value` equals."""
    noise = random.randint(10**6, 10**9)
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, (int, float)):
        return [value + 1, value + noise, -value - noise]
    if isinstance(value, str):
        return [str.__str__(value) + "x", f"{noise}"]
    if isinstance(value, bytes):
        return [bytes(value) + b"x", str(noise).encode()]
    if isinstance(value, (list, tuple)):
        return [type(value)([*value, object()])] if type(value) in (list, tuple) else []
    if isinstance(value, dict):
        return [{**value, f"{noise}": object()}]
    if isinstance(value, (set, frozenset)):
        return [value | {object()}]
    return _scrambled(value)


def _scrambled(value: object) -> list[Any]:
    """A copy of an instance with every attribute replaced by a fresh object."""
    names = list(getattr(value, "__dict__", {}))
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        names += [slots] if isinstance(slots, str) else list(slots)
    names = [name for name in names if name not in ("__dict__", "__weakref__")]
    if not names:
        return []
    try:
        copy = object.__new__(type(value))
        for name in names:
            object.__setattr__(copy, name, object())
    except (TypeError, AttributeError):
        return []
    return [copy]


class _Sentinel:
    """Equal to nothing that does not call itself equal to everything."""


def _holds(compare: Callable[[Any, Any], Any], left: Any, right: Any) -> bool:
    try:
        return bool(compare(left, right))
    except Exception:  # a sane __eq__ may choke on a stranger
        return False


def ask(leaf: object, partner: object) -> None:
    questions: list[tuple[Any, Any]] = [(leaf, _Sentinel()), (_Sentinel(), leaf)]
    random.shuffle(questions)
    if any(_holds(operator.eq, left, right) for left, right in questions):
        raise Forgery(f"{type(leaf).__name__}.__eq__ calls itself equal to a stranger")
    changed = _perturbed(partner)
    if changed and all(_holds(operator.eq, leaf, other) for other in changed):
        raise Forgery(f"{type(leaf).__name__}.__eq__ calls itself equal to different values")


def inspect(name: str, left: Any, right: Any, trusted: tuple[bool, bool]) -> None:
    """Raise Forgery if the passed comparison `left name right` rests on a lying operand.

    `trusted` marks operands that the test itself wrote as matchers (`ANY`, `approx(...)`).
    """
    if _plain(left) and _plain(right):
        return
    against = _CONTRADICTION.get(name)
    if against and not any(trusted) and _holds(_OPERATORS[against], left, right):
        raise Forgery(f"the operands are both {name} and {against}")
    if name == "Eq":
        for mine, other, ok in ((left, right, trusted[0]), (right, left, trusted[1])):
            for leaf, partner in () if ok else pairs(mine, other, [MAX_LEAVES]):
                ask(leaf, partner)
    elif name == "In":
        _inspect_membership(left, right, trusted[0])


def _inspect_membership(item: Any, container: Any, trusted: bool) -> None:
    known = isinstance(container, (*_CONTAINERS, str, bytes, range))
    if not known and _holds(_OPERATORS["In"], _Sentinel(), container):
        raise Forgery(f"{type(container).__name__} claims to contain a stranger")
    if trusted or isinstance(container, (str, bytes)):
        return
    first = next(iter(container), NOTHING) if known else NOTHING
    for leaf, partner in pairs(item, first, [MAX_LEAVES]):
        ask(leaf, partner)


_PLAIN = frozenset({int, float, complex, str, bytes, bool, type(None), range})


def _plain(value: object) -> bool:
    return type(value) in _PLAIN


def compare(names: tuple[str, ...], trusted: tuple[bool, ...], *operands: Any) -> Any:
    """Evaluate a comparison chain like Python does, and inspect each link that holds."""
    result: Any = True
    for index, name in enumerate(names):
        left, right = operands[index], operands[index + 1]
        if name in ("Is", "IsNot"):
            result = (left is right) == (name == "Is")
        else:
            result = _OPERATORS[name](left, right)
        trust = trusted[index], trusted[index + 1]
        if not result:
            if name in _NEGATION:  # "not different" claims equality
                inspect(_NEGATION[name], left, right, trust)
            return result
        if name in _OPERATORS:
            inspect(name, left, right, trust)
    return result
