"""A small library of proven code patterns that the template strategy starts from.

Each pattern is data under `patterns/`: a title, keywords, code, and a check that a test runs in
the sandbox. A pattern solves a neighbouring problem, never a user's own.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from burnish.errors import InputError

LANGUAGE = "python"
"""What the patterns are written in."""


def pattern_names() -> tuple[str, ...]:
    """Names of all patterns, sorted."""
    folder = files("burnish.templates") / "patterns"
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


def pattern_source(name: str) -> str:
    """The pattern's code.

    Raises:
        InputError: There is no pattern of that name.
    """
    return str(_load(name)["code"])


def pattern_check(name: str) -> str:
    """The pattern's own pytest file, against a module called `solution`."""
    return str(_load(name)["check"])


def find_pattern(text: str, language: str = LANGUAGE) -> str:
    """The pattern whose every keyword group has a word in the text; "" if none, or several, fit."""
    if language != LANGUAGE:
        return ""
    lowered = " ".join(text.lower().split())
    fitting = [n for n in pattern_names() if all(_any(lowered, g) for g in _load(n)["keywords"])]
    return fitting[0] if len(fitting) == 1 else ""


def _any(text: str, words: list[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text) for word in words)


@cache
def _load(name: str) -> dict[str, Any]:
    if name not in pattern_names():
        raise InputError(
            f"There is no pattern {name!r}.", remedy=f"Known: {', '.join(pattern_names())}."
        )
    path = files("burnish.templates") / "patterns" / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8"))
