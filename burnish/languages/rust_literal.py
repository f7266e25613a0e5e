"""Plain values as Rust expressions of a declared type."""

from __future__ import annotations

import math
import re
from typing import Any

_WHOLE = re.compile(r"[iu](8|16|32|64|128|size)")
_SETS = ("HashSet", "BTreeSet")
_MAPS = ("HashMap", "BTreeMap")
_LISTS = ("VecDeque", "LinkedList", "BinaryHeap")
_POINTERS = {"Box": "Box", "Rc": "std::rc::Rc", "Arc": "std::sync::Arc"}
_TEXT_BOUNDS = ("AsRef<str>", "Into<String>", "ToString", "Display")
_COLLECTIONS = "std::collections::"


def literal(value: Any, kind: str) -> str:
    """The value as an argument for a parameter of the type `kind`, as written.

    Raises:
        ValueError: the type does not hold the value, or is none that can be written here.
    """
    kind = re.sub(r"'\w+\s*", "", kind).strip()
    if kind.startswith("&"):
        return _borrowed(value, kind[1:].strip())
    if kind.startswith("("):
        return _tuple(value, split(kind[1:-1]))
    if kind.startswith("["):
        return "[" + _items(value, kind[1:-1].rpartition(";")[0] or kind[1:-1]) + "]"
    if kind.startswith("impl "):
        return _implementing(value, kind[5:])
    head, _, inner = kind.partition("<")
    name = head.split("::")[-1].strip()
    return _generic(value, name, split(inner[:-1])) if inner else _plain(value, name)


def split(text: str) -> list[str]:
    """The parts of a list of types, at commas outside of brackets."""
    parts, depth, part = [], 0, ""
    for sign in text:
        depth += (sign in "<([") - (sign in ">)]")
        if sign == "," and depth == 0:
            parts.append(part.strip())
            part = ""
        else:
            part += sign
    return [*parts, part.strip()] if part.strip() else parts


def _borrowed(value: Any, kind: str) -> str:
    mutable = kind.startswith("mut ")
    kind = kind[4:].strip() if mutable else kind
    mark = "&mut " if mutable else "&"
    if kind == "str":
        return mark.strip("&") + _text(value) if not mutable else _refuse(value, kind)
    if kind.startswith("[") and ";" not in kind:
        return f"{mark}[{_items(value, kind[1:-1])}]"
    if kind.startswith("dyn "):
        return _refuse(value, kind)
    return mark + literal(value, kind)


def _plain(value: Any, name: str) -> str:
    if _WHOLE.fullmatch(name):
        return _whole(value, name)
    if name in ("f32", "f64"):
        return _floating(value, name)
    if name == "bool" and isinstance(value, bool):
        return "true" if value else "false"
    if name == "char" and isinstance(value, str) and len(value) == 1:
        return "'" + ("\\'" if value == "'" else _escaped(value).replace('\\"', '"')) + "'"
    if name == "String":
        return f"String::from({_text(value)})"
    if re.fullmatch(r"[A-Z]", name):  # a type parameter: whatever the value is by itself
        return _natural(value)
    return _refuse(value, name)


def _generic(value: Any, name: str, inner: list[str]) -> str:
    if name == "Option":
        return "None" if value is None else f"Some({literal(value, inner[0])})"
    if name in _POINTERS:
        return f"{_POINTERS[name]}::new({literal(value, inner[0])})"
    if name == "Cow" and inner[-1] == "str":
        return f"std::borrow::Cow::from({_text(value)})"
    if name == "Vec":
        return f"vec![{_items(value, inner[0])}]"
    if name in _LISTS:
        return f"{_COLLECTIONS}{name}::from_iter([{_items(value, inner[0])}])"
    if name in _SETS and isinstance(value, set | frozenset | list):
        items = _items(sorted(value, key=repr), inner[0])
        return f"{_COLLECTIONS}{name}::from_iter([{items}])"
    if name in _MAPS and isinstance(value, dict) and len(inner) == 2:
        pairs = (f"({literal(k, inner[0])}, {literal(v, inner[1])})" for k, v in value.items())
        return f"{_COLLECTIONS}{name}::from_iter([{', '.join(pairs)}])"
    return _refuse(value, name)


def _implementing(value: Any, bound: str) -> str:
    bound = bound.split("+")[0].strip()
    items = re.fullmatch(r"(?:\w+::)*(IntoIterator|Iterator)<\s*Item\s*=\s*(.+)>", bound)
    if items:
        made = f"vec![{_items(value, items[2])}]"
        return made if items[1] == "IntoIterator" else f"{made}.into_iter()"
    if bound.split("::")[-1] in _TEXT_BOUNDS:
        return _text(value)
    return _natural(value)


def _items(value: Any, kind: str) -> str:
    if not isinstance(value, list | tuple):
        _refuse(value, f"[{kind}]")
    return ", ".join(literal(item, kind) for item in value)


def _tuple(value: Any, kinds: list[str]) -> str:
    if not kinds and value is None:
        return "()"
    if not isinstance(value, list | tuple) or len(value) != len(kinds):
        return _refuse(value, f"({', '.join(kinds)})")
    items = [literal(item, kind) for item, kind in zip(value, kinds, strict=True)]
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _whole(value: Any, name: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return _refuse(value, name)
    sign, size = name[0], name[1:].replace("size", "64")
    most = 2 ** (int(size) - (sign == "i")) - 1
    if not (0 if sign == "u" else -most - 1) <= value <= most:
        return _refuse(value, name)
    return f"{value}{name}"


def _floating(value: Any, name: str) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _refuse(value, name)
    value = float(value)
    if math.isfinite(value):
        return f"{value!r}{name}".replace("e+", "e")
    unusual = {math.inf: "INFINITY", -math.inf: "NEG_INFINITY"}
    return f"{name}::{unusual.get(value, 'NAN')}"


def _natural(value: Any) -> str:
    """A value in the type that a bare literal has."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value}" if -(2**31) <= value < 2**31 else _whole(value, "i64")
    if isinstance(value, float):
        return _floating(value, "f64")
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list) and value:
        return f"vec![{', '.join(map(_natural, value))}]"
    if isinstance(value, list):
        return "Vec::<i32>::new()"
    if isinstance(value, tuple) and value:
        return f"({', '.join(map(_natural, value))},)"
    return _refuse(value, "a type parameter")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        return _refuse(value, "str")
    return f'"{_escaped(value)}"'


def _escaped(text: str) -> str:
    if any(0xD800 <= ord(sign) < 0xE000 for sign in text):
        raise ValueError("a lone surrogate is no character in Rust")
    kept = {'"': '\\"', "\\": "\\\\"}
    return "".join(
        kept.get(sign) or (sign if sign.isprintable() else f"\\u{{{ord(sign):x}}}") for sign in text
    )


def _refuse(value: Any, kind: str) -> str:
    raise ValueError(f"{value!r} is not written as {kind}")
