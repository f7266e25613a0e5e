"""Plain values as Java expressions of a declared type."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_WHOLE = {
    "byte": 7, "Byte": 7, "short": 15, "Short": 15, "int": 31, "Integer": 31, "long": 63,
    "Long": 63,
}  # fmt: skip
_BOXED = {
    "byte": "Byte", "short": "Short", "int": "Integer", "long": "Long", "float": "Float",
    "double": "Double", "boolean": "Boolean", "char": "Character",
}  # fmt: skip
_LISTS = {
    "List": "ArrayList", "Collection": "ArrayList", "Iterable": "ArrayList",
    "ArrayList": "ArrayList", "LinkedList": "LinkedList", "Queue": "ArrayDeque",
    "Deque": "ArrayDeque", "ArrayDeque": "ArrayDeque", "Vector": "Vector",
}  # fmt: skip
_SETS = {
    "Set": "LinkedHashSet", "HashSet": "LinkedHashSet", "LinkedHashSet": "LinkedHashSet",
    "SortedSet": "TreeSet", "NavigableSet": "TreeSet", "TreeSet": "TreeSet",
}  # fmt: skip
_MAPS = {
    "Map": "LinkedHashMap", "HashMap": "LinkedHashMap", "LinkedHashMap": "LinkedHashMap",
    "SortedMap": "TreeMap", "NavigableMap": "TreeMap", "TreeMap": "TreeMap",
}  # fmt: skip


def literal(value: Any, kind: str, variables: frozenset[str] = frozenset()) -> str:
    """A value as an expression of the type `kind`.

    Args:
        variables: Names of type variables, which take a value as it naturally is.

    Raises:
        ValueError: the type has no such value.
    """
    kind, inner = _parts(kind)
    if kind in variables or kind in ("Object", "Comparable", "Serializable"):
        return _natural(value)
    if value is None:
        if kind in _BOXED:
            raise ValueError(f"{kind} has no null")
        return "null"
    if kind.endswith("[]"):
        return _array(value, kind[:-2], variables)
    if kind in _LISTS and isinstance(value, list | tuple):
        return _collection(_LISTS[kind], list(value), inner, variables)
    if kind in _SETS and isinstance(value, set | frozenset | list | tuple):
        return _collection(_SETS[kind], _ordered(value), inner, variables)
    if kind in _MAPS and isinstance(value, dict):
        return _map(_MAPS[kind], value, inner, variables)
    if kind == "Optional":
        item = literal(value, inner[0] if inner else "Object", variables)
        return f"java.util.Optional.of({item})"
    return _scalar(value, kind)


def _parts(kind: str) -> tuple[str, list[str]]:
    """Simple name, with its brackets, and type arguments; "? extends T" is T."""
    kind = re.sub(r"@\w+(\([^)]*\))?|\bfinal\b", " ", kind).strip()
    kind = re.sub(r"^\?\s*(?:extends|super)\s+", "", kind)
    kind = "Object" if kind == "?" else kind
    if kind.endswith("]"):
        return re.sub(r"\s+", "", kind), []
    outer, _, rest = kind.partition("<")
    arguments, depth, start = [], 0, 0
    rest = rest.rstrip()[:-1] if rest else ""
    for position, sign in enumerate(rest):
        depth += (sign == "<") - (sign == ">")
        if sign == "," and depth == 0:
            arguments.append(rest[start:position].strip())
            start = position + 1
    if rest:
        arguments.append(rest[start:].strip())
    return outer.strip().rpartition(".")[2], arguments


def _scalar(value: Any, kind: str) -> str:
    if kind in _WHOLE and isinstance(value, int) and not isinstance(value, bool):
        bound = 1 << _WHOLE[kind]
        if not -bound <= value < bound:
            raise ValueError(f"{value} is no {kind}")
        if kind in ("long", "Long"):
            return f"{value}L"
        return f"({_primitive(kind)}) {value}" if _WHOLE[kind] < 31 else str(value)
    if kind in ("double", "Double", "float", "Float", "Number") and _is_number(value):
        return _real(float(value), kind)
    if kind in ("boolean", "Boolean") and isinstance(value, bool):
        return str(value).lower()
    if kind in ("char", "Character") and isinstance(value, str) and len(value) == 1:
        if ord(value) > 0xFFFF:
            raise ValueError("a character that takes two")
        return f"'{_escaped(value, chr(39))}'"
    if kind in ("String", "CharSequence") and isinstance(value, str):
        return f'"{_escaped(value, chr(34))}"'
    if kind == "BigInteger" and isinstance(value, int) and not isinstance(value, bool):
        return f'new java.math.BigInteger("{value}")'
    if kind == "BigDecimal" and _is_number(value):
        return f'new java.math.BigDecimal("{value}")'
    raise ValueError(f"no {kind} from {type(value).__name__}")


def _primitive(kind: str) -> str:
    return next((name for name, boxed in _BOXED.items() if boxed == kind), kind)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _real(value: float, kind: str) -> str:
    if not math.isfinite(value):
        name = {math.inf: "POSITIVE_INFINITY", -math.inf: "NEGATIVE_INFINITY"}.get(value, "NaN")
        return f"{'Float' if kind in ('float', 'Float') else 'Double'}.{name}"
    return f"{value!r}{'f' if kind in ('float', 'Float') else ''}"


def _escaped(text: str, quote: str) -> str:
    """Text between quotes: a line end written as a number would end the line."""
    made = json.dumps(text)[1:-1].replace('\\"', '"')
    return made.replace(quote, "\\" + quote)


def _array(value: Any, item: str, variables: frozenset[str]) -> str:
    if isinstance(value, str) and item == "char":
        return f'"{_escaped(value, chr(34))}".toCharArray()'
    if not isinstance(value, list | tuple):
        raise ValueError("an array is written as a list")
    bare = re.sub(r"<.*>", "", item)
    if bare in variables:
        raise ValueError("an array of a type variable")
    return f"new {bare}[] {{" + ", ".join(literal(v, item, variables) for v in value) + "}"


def _collection(outer: str, values: list[Any], inner: list[str], variables: frozenset[str]) -> str:
    kind = inner[0] if inner else "Object"
    items = ", ".join(literal(value, kind, variables) for value in values)
    if values == [None]:
        items = "(Object) null" if _parts(kind)[0] == "Object" else f"({kind}) null"
    bound = "" if _parts(kind)[0] in variables | {"Object"} or "?" in kind else f"<{kind}>"
    return f"new java.util.{outer}<>(java.util.Arrays.{bound}asList({items}))"


def _map(outer: str, value: dict[Any, Any], inner: list[str], variables: frozenset[str]) -> str:
    kinds = inner if len(inner) == 2 else ["Object", "Object"]
    items = ", ".join(
        f"{literal(key, kinds[0], variables)}, {literal(item, kinds[1], variables)}"
        for key, item in value.items()
    )
    plain = any("?" in kind or _parts(kind)[0] in variables for kind in kinds)
    made = f"burnish.Values.{'' if plain else f'<{kinds[0]}, {kinds[1]}>'}map({items})"
    return made if outer == "LinkedHashMap" else f"new java.util.TreeMap<>({made})"


def _ordered(values: Any) -> list[Any]:
    return list(values) if isinstance(values, list | tuple) else sorted(values, key=repr)


def _natural(value: Any) -> str:
    """A value where the type leaves it open."""
    kinds: dict[type, str] = {bool: "Boolean", float: "Double", str: "String"}
    if value is None:
        return "null"
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) < 1 << 31:
            return str(value)
        return literal(value, "Long" if abs(value) < 1 << 63 else "BigInteger")
    if type(value) in kinds:
        return literal(value, kinds[type(value)])
    if isinstance(value, list | tuple):
        return literal(value, "List<Object>")
    if isinstance(value, set | frozenset):
        return literal(value, "Set<Object>")
    if isinstance(value, dict):
        return literal(value, "Map<Object, Object>")
    raise ValueError(f"no literal for {type(value).__name__}")
