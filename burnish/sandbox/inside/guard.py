"""Comparisons in test files that no always-equal object can pass.

Every comparison of a test file is rewritten, before pytest rewrites its asserts, so that the
operands are evaluated once and, where the comparison holds, an operand that decides equality
with Python code of its own is asked about values that it cannot equal: a fresh sentinel, and
perturbed copies of the other operand, in random order. An object that equals them all is a
forgery. Plain values, and classes that inherit a built-in `__eq__`, are never asked.
"""

from __future__ import annotations

import ast
import operator
import random
import unittest
from collections.abc import Callable, Iterator
from typing import Any

from burnish.sandbox.inside.failure import Forgery

_MAX_LEAVES = 2000
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


def _pairs(left: Any, right: Any, budget: list[int]) -> Iterator[tuple[object, object]]:
    """Each object inside `left` that decides its own equality, with what it was compared to."""
    budget[0] -= 1
    if budget[0] < 0:
        return
    if _decides_itself(left):
        yield left, _expected_by(right)
    if isinstance(left, dict):
        for key, item in dict.items(left):
            partner = dict.get(right, key, _NOTHING) if isinstance(right, dict) else _NOTHING
            yield from _pairs(key, _NOTHING, budget)
            yield from _pairs(item, partner, budget)
    elif isinstance(left, (list, tuple)):
        partners = iter(right) if isinstance(right, (list, tuple)) else iter(())
        for item in list(left):
            yield from _pairs(item, next(partners, _NOTHING), budget)
    elif isinstance(left, (set, frozenset)):
        for item in list(left):
            yield from _pairs(item, _NOTHING, budget)


def _expected_by(partner: object) -> object:
    """What is inside an `approx`, else the partner itself."""
    inside = getattr(partner, "expected", _NOTHING)
    return inside if type(partner).__module__ == "_pytest.python_api" else partner


class _Nothing:
    """A partner without attributes: nothing to perturb."""


_NOTHING = _Nothing()


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


def _ask(leaf: object, partner: object) -> None:
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
            for leaf, partner in () if ok else _pairs(mine, other, [_MAX_LEAVES]):
                _ask(leaf, partner)
    elif name == "In":
        _inspect_membership(left, right, trusted[0])


def _inspect_membership(item: Any, container: Any, trusted: bool) -> None:
    known = isinstance(container, (*_CONTAINERS, str, bytes, range))
    if not known and _holds(_OPERATORS["In"], _Sentinel(), container):
        raise Forgery(f"{type(container).__name__} claims to contain a stranger")
    if trusted or isinstance(container, (str, bytes)):
        return
    first = next(iter(container), _NOTHING) if known else _NOTHING
    for leaf, partner in _pairs(item, first, [_MAX_LEAVES]):
        _ask(leaf, partner)


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


def _is_matcher(node: ast.expr) -> bool:
    """The test wrote this operand as a matcher: ANY, approx(...), or a call of mock's."""
    words = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    words |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    return bool(words & {"ANY", "approx", "call"})


class Rewriter(ast.NodeTransformer):
    """Puts the guard around every comparison of a test module.

    A top-level `assert a == b` keeps its shape, with the operands in variables of their own,
    so that pytest still explains it; every other comparison becomes a call.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = 0

    def visit_Assert(self, node: ast.Assert) -> Any:
        test = node.test
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or self._by_identity(test):
            return self.generic_visit(node)
        sides = [test.left, test.comparators[0]]
        if any(isinstance(n, ast.NamedExpr) for side in sides for n in ast.walk(side)):
            return self.generic_visit(node)
        self.count += 1
        names = [f"@left{self.count}", f"@right{self.count}"]
        before = [
            ast.Assign([ast.Name(name, ast.Store())], self.visit(side))
            for name, side in zip(names, sides, strict=True)
        ]
        matchers = [_is_matcher(side) for side in sides]
        left, right = (ast.Name(name, ast.Load()) for name in names)
        kept = ast.Assert(ast.Compare(left, test.ops, [right]), node.msg)
        if node.msg is not None:
            kept.msg = self.visit(node.msg)
        check = ast.Expr(self._call("inspect", test.ops, matchers, [left, right]))
        return [_placed(new, node) for new in (*before, kept, check)]

    def visit_Compare(self, node: ast.Compare) -> Any:
        matchers = [_is_matcher(side) for side in (node.left, *node.comparators)]
        self.generic_visit(node)
        if self._by_identity(node):
            return node
        call = self._call("compare", node.ops, matchers, [node.left, *node.comparators])
        return _placed(call, node)

    @staticmethod
    def _by_identity(node: ast.Compare) -> bool:
        return all(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops)

    def _call(
        self, verb: str, ops: list[ast.cmpop], matchers: list[bool], operands: list[ast.expr]
    ) -> ast.Call:
        kinds = [type(op).__name__ for op in ops]
        guard = ast.Name(f"{self.name}.{verb}", ast.Load())
        trusted: Any = ast.Tuple([ast.Constant(value) for value in matchers], ast.Load())
        if verb == "inspect":
            return ast.Call(guard, [ast.Constant(kinds[0]), *operands, trusted], [])
        names = ast.Tuple([ast.Constant(kind) for kind in kinds], ast.Load())
        return ast.Call(guard, [names, trusted, *operands], [])


def _placed(new: Any, old: ast.AST) -> Any:
    return ast.fix_missing_locations(ast.copy_location(new, old))


_UNITTEST = {
    "assertEqual": "Eq",
    "assertNotEqual": "NotEq",
    "assertIn": "In",
    "assertLess": "Lt",
    "assertLessEqual": "LtE",
    "assertGreater": "Gt",
    "assertGreaterEqual": "GtE",
    "assertCountEqual": "Eq",
    "assertAlmostEqual": "Eq",
}


def guard_unittest() -> None:
    """The same guard for the assert methods of unittest."""
    for method, name in _UNITTEST.items():
        setattr(unittest.TestCase, method, _guarded(getattr(unittest.TestCase, method), name))


def _guarded(original: Callable[..., None], name: str) -> Callable[..., None]:
    soft = original.__name__ in ("assertCountEqual", "assertAlmostEqual")

    def method(self: Any, first: Any, second: Any, *rest: Any, **options: Any) -> None:
        original(self, first, second, *rest, **options)
        any_type = type(unittest.mock.ANY) if hasattr(unittest, "mock") else None
        trusted = any_type is not None and type(second) is any_type
        if soft:
            for leaf, _ in _pairs(first, _NOTHING, [_MAX_LEAVES]):
                _ask(leaf, _NOTHING)
        else:
            inspect(name, first, second, (False, trusted))

    method.__name__ = original.__name__
    return method
