"""Plain values as Go writes them, by the types that a function declares."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

from burnish.languages.call import plain
from burnish.languages.outline import Parameter

_INTEGERS = re.compile(r"u?int(8|16|32|64)?|byte|rune|uintptr")
_SEQUENCE = re.compile(r"\[\s*(\d*|\.\.\.)\s*\](.+)", re.S)
_ANYTHING = ("any", "interface{}", "interface {}")


@dataclass(frozen=True)
class Types:
    """What a file's types are made of."""

    named: dict[str, str] = field(default_factory=dict)
    """Declared types and what stands behind the name."""
    fields: dict[str, tuple[Parameter, ...]] = field(default_factory=dict)
    """Fields of struct types."""
    parameters: set[str] = field(default_factory=set)
    """Names of type parameters, of all functions together."""


def literal(value: Any, kind: str, types: Types) -> str:
    """The value as an expression of a type. Raises ValueError for what has none."""
    kind = kind.strip()
    if kind in _ANYTHING:
        return _free(value)
    if types.parameters & set(re.findall(r"\w+", kind)):
        return _inferred(value)
    if kind.startswith("*"):
        inner = kind[1:]
        if value is None:
            return "nil"
        return f"func(v {inner}) {kind} {{ return &v }}({literal(value, inner, types)})"
    sequence = _SEQUENCE.fullmatch(kind)
    if sequence is not None:
        return _sequence(value, kind, sequence[2], types)
    if kind.startswith("map["):
        return _mapping(value, kind, types)
    if kind in types.named:
        return _of_named(value, kind, types)
    return _basic(value, kind)


def _sequence(value: Any, kind: str, inner: str, types: Types) -> str:
    if value is None:
        return "nil"
    if isinstance(value, str) and inner in ("byte", "rune"):
        return f"{kind}({_text(value)})"
    if isinstance(value, set | frozenset):
        value = sorted(value, key=repr)
    if not isinstance(value, list | tuple):
        raise ValueError(f"no {kind}")
    return f"{kind}{{{', '.join(literal(item, inner, types) for item in value)}}}"


def _mapping(value: Any, kind: str, types: Types) -> str:
    key, inner = _parts(kind)
    if value is None:
        return "nil"
    if isinstance(value, set | frozenset) and inner in ("bool", "struct{}"):
        filled = "true" if inner == "bool" else "{}"
        pairs = [f"{literal(k, key, types)}: {filled}" for k in sorted(value, key=repr)]
    elif isinstance(value, dict):
        pairs = [f"{literal(k, key, types)}: {literal(v, inner, types)}" for k, v in value.items()]
    else:
        raise ValueError(f"no {kind}")
    return f"{kind}{{{', '.join(pairs)}}}"


def _parts(kind: str) -> tuple[str, str]:
    """Key and value type of `map[K]V`."""
    depth = 0
    for index, char in enumerate(kind):
        depth += {"[": 1, "]": -1}.get(char, 0)
        if char == "]" and depth == 0:
            return kind[4:index], kind[index + 1 :]
    raise ValueError(f"not a map: {kind}")


def _of_named(value: Any, kind: str, types: Types) -> str:
    made = types.named[kind]
    if kind in types.fields:
        return _struct(value, kind, types)
    if made in types.named or made == kind:
        raise ValueError(f"no literal for {kind}")
    inner = literal(value, made, types)
    return kind + inner[len(made) :] if inner.startswith(f"{made}{{") else f"{kind}({inner})"


def _struct(value: Any, kind: str, types: Types) -> str:
    fields = types.fields[kind]
    if isinstance(value, dict):
        by_name = {plain(found.name): found for found in fields}
        if not all(isinstance(key, str) and plain(key) in by_name for key in value):
            raise ValueError(f"not the fields of {kind}")
        pairs = [(by_name[plain(key)], item) for key, item in value.items()]
    elif isinstance(value, list | tuple) and len(value) == len(fields):
        pairs = list(zip(fields, value, strict=True))
    else:
        raise ValueError(f"no {kind}")
    written = (f"{found.name}: {literal(item, found.type, types)}" for found, item in pairs)
    return f"{kind}{{{', '.join(written)}}}"


def _basic(value: Any, kind: str) -> str:
    if isinstance(value, float) and value.is_integer() and _INTEGERS.fullmatch(kind):
        value = int(value)
    if kind == "bool" and isinstance(value, bool):
        return "true" if value else "false"
    if _INTEGERS.fullmatch(kind) and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if kind in ("rune", "byte", "int32", "uint8") and isinstance(value, str) and len(value) == 1:
        return str(ord(value))
    if kind in ("float64", "float32") and isinstance(value, int | float):
        return _number(value)
    if kind == "string" and isinstance(value, str):
        return _text(value)
    if kind == "error" and value is None:
        return "nil"
    raise ValueError(f"no {kind} for {type(value).__name__}")


def _free(value: Any) -> str:
    """A value for `any`, as JSON would be read: []any and map[string]any."""
    if value is None:
        return "nil"
    if isinstance(value, list | tuple):
        return f"[]any{{{', '.join(map(_free, value))}}}"
    if isinstance(value, dict):
        texts = all(isinstance(key, str) for key in value)
        pairs = (f"{_free(key)}: {_free(item)}" for key, item in value.items())
        return f"map[{'string' if texts else 'any'}]any{{{', '.join(pairs)}}}"
    return _scalar(value)


def _inferred(value: Any) -> str:
    """A value for a type parameter: slices and maps of the type that all their items have."""
    kind = _kind_of(value)
    return _free(value) if kind == "any" else literal(value, kind, Types())


def _kind_of(value: Any) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return f"[]{_common(list(value))}"
    if isinstance(value, dict):
        return f"map[{_common(list(value))}]{_common(list(value.values()))}"
    known = {bool: "bool", int: "int", float: "float64", str: "string"}
    return known.get(type(value), "any")


def _common(items: list[Any]) -> str:
    kinds = {_kind_of(item) for item in items}
    if kinds <= {"int", "float64"} and "float64" in kinds:
        return "float64"
    if len(kinds) == 1:
        return kinds.pop()
    return "any" if kinds else "int"


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, str):
        return _text(value)
    raise ValueError(f"no literal for {type(value).__name__}")


def _number(value: int | float) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("Go has no literal for infinity and NaN")
    return repr(value)


def _text(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("half of a surrogate pair") from None
    return json.dumps(value, ensure_ascii=False)
