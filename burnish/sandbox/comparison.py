"""Compare what a call returned, in canonical form, with what the specification states.

Runs on the host: the expected value never enters the sandbox, and the value that comes out is
plain data that cannot answer for itself.
"""

from __future__ import annotations

import ast
import hashlib
import math
from typing import Any

from burnish.languages.call import with_python_names
from burnish.records import Example

REL_TOL, ABS_TOL = 1e-9, 1e-9
_ANSWER = 200
_NO_ERROR = ("CompileError", "ProgramEnded", "MemoryError")
"""What the sandbox reports of a call that raised nothing: it was never made, or never returned."""


class _Large(int):
    """An integer of more digits than Python writes in decimal; shown in hexadecimal."""

    def __repr__(self) -> str:
        return hex(self)

    __str__ = __repr__


class _Opaque:
    """A value that is no plain data; equal to nothing."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    __hash__ = object.__hash__


def verdict(example: Example, event: dict[str, Any], *, neutral: bool = False) -> tuple[bool, str]:
    """Whether the event of this call is what the example states, and what was seen instead.

    `neutral` compares what languages share: any error is the error that was asked for, tuples are
    lists, and keys are their text. A probe is met by any answer.
    """
    if example.suite == "probe":
        return True, ""
    if "raised" in event:
        seen = event["raised"][0]
        if example.raises and neutral:
            told = not event.get("timeout") and seen not in _NO_ERROR
            return told, f"raised {seen}: {event['message']}"
        if example.raises:
            names = event["raised"]
            return example.raises.rpartition(".")[2] in names, f"raised {seen}: {event['message']}"
        return False, f"E {seen}: {event['message']}"
    value = value_of(event["value"])
    shown = _shortened(repr(value))
    if example.raises:
        return False, f"returned {shown}, expected {example.raises} to be raised"
    try:
        text = with_python_names(example.expected) if neutral else example.expected
        expected = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        text = example.expected.strip()
        same = text in (repr(value).strip(), event.get("text", "").strip(), _printed(event, value))
        return same, f"returned {shown}, expected {_shortened(text)}"
    if neutral:
        value, expected = shared(value), shared(expected)
    return same_value(value, expected), f"returned {shown}, expected {_shortened(text.strip())}"


def answer(event: dict[str, Any]) -> str:
    """What a call gave, as text that is equal for equal values: to compare candidates by."""
    if "raised" in event:
        return f"raised {event['raised'][0]}"
    text = _text(value_of(event["value"]))
    if len(text) <= _ANSWER:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{text[:_ANSWER]} ... {digest}"


def _text(value: Any) -> str:
    """Like `repr`, but the same for sets in another order and floats with other last bits."""
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, set):
        return f"{{{', '.join(sorted(map(_text, value)))}}}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_text(key)}: {_text(item)}' for key, item in value.items())}}}"
    return repr(value)


def _printed(event: dict[str, Any], value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if event["value"][0] == "tuple" and len(event["value"]) == 3:
        return str(event["value"][2])  # a named tuple's own repr
    return str(value).strip()


def value_of(canonical: list[Any]) -> Any:
    """The plain value of a canonical form; sets of unhashable leaves become lists."""
    tag, payload = canonical[0], canonical[1]
    if tag in ("none", "bool"):
        return payload
    if tag in ("int", "float", "complex", "hexint"):
        return _number(tag, payload)
    if tag == "str":
        return payload
    if tag == "bytes":
        return bytes.fromhex(payload)
    if tag == "list":
        return [value_of(item) for item in payload]
    if tag == "tuple":
        return tuple(value_of(item) for item in payload)
    if tag == "set":
        return {_hashable(value_of(item)) for item in payload}
    if tag == "dict":
        return {_hashable(value_of(key)): value_of(item) for key, item in payload}
    if tag == "ellipsis":
        return ...
    return _Opaque(str(canonical[2]))


def _number(tag: str, payload: Any) -> Any:
    """A number; what the code under test only calls a number is opaque."""
    try:
        if tag == "hexint":
            return _Large(payload, 16)
        return {"int": int, "float": float, "complex": complex}[tag](payload)
    except (ValueError, TypeError):
        return _Opaque(_shortened(str(payload)))


def _hashable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return _Opaque(repr(value))
    return value


def shared(value: Any) -> Any:
    """A value in the terms that all languages have: lists, text keys."""
    if isinstance(value, list | tuple):
        return [shared(item) for item in value]
    if isinstance(value, dict):
        return {str(key): shared(item) for key, item in value.items()}
    return value


def same_value(seen: Any, expected: Any) -> bool:
    """Equality of plain values, with a relative and absolute tolerance of 1e-9 for floats."""
    if isinstance(seen, float) or isinstance(expected, float):
        if not isinstance(seen, (int, float)) or not isinstance(expected, (int, float)):
            return False
        if math.isnan(seen) and math.isnan(expected):
            return True
        return math.isclose(seen, expected, rel_tol=REL_TOL, abs_tol=ABS_TOL)
    if isinstance(expected, (list, tuple)):
        return (
            type(seen) is type(expected)
            and len(seen) == len(expected)
            and all(same_value(a, b) for a, b in zip(seen, expected, strict=True))
        )
    if isinstance(expected, dict):
        return (
            isinstance(seen, dict)
            and seen.keys() == expected.keys()
            and all(same_value(seen[key], expected[key]) for key in expected)
        )
    return bool(seen == expected)


def _shortened(text: str, limit: int = 240) -> str:
    return text if len(text) <= limit else text[: limit - 4] + " ..."
