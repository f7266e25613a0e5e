"""Reads the demo of a question: a small model answers in form only after it has seen one."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any, get_origin

import dspy

from burnish.signatures.questions import as_code


def demo_for(signature: type[dspy.Signature], name: str) -> dict[str, Any]:
    """The demo kept under `demos/<name>.toml`, with every field of the signature.

    Raises:
        ValueError: the file lacks a field, or names one that the signature does not have.
    """
    raw = tomllib.loads((files("burnish.signatures") / "demos" / f"{name}.toml").read_text("utf-8"))
    if set(raw) != set(signature.fields):
        raise ValueError(f"demos/{name}.toml has {sorted(raw)}, not {sorted(signature.fields)}")
    return {key: _typed(signature.fields[key].annotation, value) for key, value in raw.items()}


def _typed(annotation: Any, value: Any) -> Any:
    is_class = get_origin(annotation) is None and isinstance(annotation, type)
    return as_code(value) if is_class and issubclass(annotation, dspy.Code) else value
