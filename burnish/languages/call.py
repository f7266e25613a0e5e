"""A specification's stated examples, taken apart: a function's name and plain values.

Specifications state examples in Python's literals, which most notations share; each language
writes the same values in its own way.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from burnish.languages.outline import Definition, Outline

NOTATION = "python"
"""The language whose literals the examples are stated in."""
Stated = Sequence[tuple[str, str]]
"""Examples as a specification states them: a call, and the value that it must give."""
Case = tuple[str, str]
"""A call and the literal that it must give, both in the language of the module."""


@dataclass(frozen=True)
class Call:
    """One call with literal arguments."""

    name: str
    arguments: tuple[Any, ...]
    """None, bool, int, float, str, and lists, tuples, sets and dicts of them."""


def read_call(text: str) -> Call | None:
    """The call that a text is: one function by its bare name, plain literals, no keywords."""
    try:
        node = ast.parse(with_python_names(text.strip()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        return None
    try:
        return Call(node.func.id, tuple(ast.literal_eval(item) for item in node.args))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


_NAMES = {"true": "True", "false": "False", "null": "None", "nil": "None", "undefined": "None"}
_TOKEN = re.compile(
    r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\b(true|false|null|nil|undefined)\b"""
)


def with_python_names(text: str) -> str:
    """`true`, `false`, `null`, `nil` and `undefined` as Python spells them, outside of strings."""
    return _TOKEN.sub(lambda found: found[1] or _NAMES[found[2]], text)


def find_function(outline: Outline, name: str) -> Definition | None:
    """The function that a text calls `name`, in whatever case its language prefers."""
    wanted = plain(name)
    functions = [found for found in outline.definitions if found.kind == "function"]
    exact = next((found for found in functions if found.name == name), None)
    return exact or next((found for found in functions if plain(found.name) == wanted), None)


def plain(name: str) -> str:
    """A name without its case and underscores: mergeIntervals, merge_intervals, MergeIntervals."""
    return name.replace("_", "").lower()


def called(outline: Outline, stated: str) -> tuple[Definition | None, tuple[Any, ...]]:
    """The module's function that a text calls, None if it calls none of them, and the arguments."""
    call = read_call(stated)
    return (find_function(outline, call.name), call.arguments) if call else (None, ())


def example_tests(
    outline: Outline,
    stated: Stated,
    call: Callable[[Outline, str], str],
    expected: Callable[[Any, Definition, Outline], str],
    file: Callable[[list[Case], Definition], str],
) -> str:
    """A test file of the stated examples that can be written in the module's types.

    Args:
        call: Writes a call in the module's language; "" if it cannot.
        expected: Writes what the function must give; ValueError if it cannot.
        file: Makes the file of the cases, which are calls of one function or of several.
    """
    cases, found = [], None
    for text, value in stated:
        function, _ = called(outline, text)
        made = call(outline, text)
        if not made or function is None:
            continue
        try:
            given = ast.literal_eval(with_python_names(value).strip())
            cases.append((made, expected(given, function, outline)))
            found = function
        except (ValueError, SyntaxError):
            continue
    return file(cases, found) if found is not None else ""


SHOWN = 4
"""Examples that a usage shows, at most."""
_NULL = re.compile(r'("(?:\\.|[^"\\])*")|\bnull\b')


def shown(
    outline: Outline, stated: Stated, call: Callable[[Outline, str], str], none: str = "null"
) -> tuple[Definition | None, list[tuple[str, str]]]:
    """The first function that examples call, and its calls in the module's language with results.

    Args:
        call: Writes a call in that language; "" if it cannot.
        none: How the language calls nothing.

    Returns:
        The function, None if there is none; calls, and what a comment says that they give.
    """
    own: Definition | None = None
    pairs: dict[str, str] = {}
    for text, value in stated:
        function, _ = called(outline, text)
        made = call(outline, text) if function is not None and own in (None, function) else ""
        if made and len(pairs) < SHOWN:
            own = function
            pairs.setdefault(made, _NULL.sub(lambda found: found[1] or none, _told(value)))
    return own, list(pairs.items())


def _told(value: str) -> str:
    """A stated result as most languages would show it, in one line."""
    try:
        return json.dumps(ast.literal_eval(with_python_names(value).strip()))
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return " ".join(value.split())
