"""A README made of what is there already: the docstring, and the examples of the specification.

A small model's own README repeats the docstring, costs as much as the code, and adds rules that
nobody stated. Nothing in this one was invented after the code.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from burnish.records import Example

MOST = 4
"""Examples shown."""
_SECTIONS = {"args": "Parameters", "returns": "Returns", "yields": "Yields", "raises": "Errors"}
_HEADER = re.compile(r"(?P<name>\w+):\s*$")
_ITEM = re.compile(r"(?P<name>\*{0,2}\w+)(?:\s*\([^)]*\))?:\s+(?P<text>.+)", re.DOTALL)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Words(NamedTuple):
    """A Google-style docstring, taken apart."""

    prose: str
    sections: dict[str, str]
    """By the heading that a README has for it."""


def whole_paragraphs(markdown: str) -> str:
    """A README that was cut, up to its last finished paragraph, list item or block of code."""
    lines = markdown.splitlines(keepends=True)[:-1]
    fences = [place for place, line in enumerate(lines) if line.lstrip().startswith("```")]
    if len(fences) % 2:
        lines = lines[: fences[-1]]
    while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
        lines.pop()
    return "".join(lines)


def composed(code: str, module: str, examples: Sequence[Example]) -> str:
    """A README for a Python module; "" if no example calls a documented function of it."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return ""
    functions = {node.name: node for node in tree.body if isinstance(node, _Function)}
    defined = {*functions, *(node.name for node in tree.body if isinstance(node, ast.ClassDef))}
    shown = [(call, each) for each in examples if (call := _call(each)) is not None]
    name = next((call.func.id for call, _ in shown), "")  # type: ignore[attr-defined]
    words = taken_apart(ast.get_docstring(functions[name]) or "") if name in functions else None
    if words is None or not words.prose:
        return ""
    lines = list(dict.fromkeys(_line(each) for call, each in shown if _names(call) <= defined))
    used = sorted(set().union(*(_names(call) for call, _ in shown)) & defined)
    if not lines:
        return ""
    title = name.replace("_", " ").strip().capitalize()
    usage = "\n".join([f"from {module} import {', '.join(used)}", "", *lines[:MOST]])
    parts = [f"# {title}", words.prose, "## Usage", f"```python\n{usage}\n```"]
    parts += ["## Interface", f"`{_signature(functions[name])}`"]
    for heading, text in words.sections.items():
        parts += [f"{heading}:", text]
    return "\n\n".join(parts) + "\n"


def _call(example: Example) -> ast.Call | None:
    """The example's call of a plain name that returns a value; None if it is anything else."""
    try:
        node = ast.parse(example.call, mode="eval").body
    except (SyntaxError, ValueError):
        return None
    plain = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return node if plain and example.expected else None  # type: ignore[return-value]


def _names(call: ast.Call) -> set[str]:
    names = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
    return names - {"True", "False", "None"}


def _line(example: Example) -> str:
    expected = " ".join(example.expected.split())
    return f"print({example.call})  # {expected}"


def _signature(node: _Function) -> str:
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(node.args)}){returns}"


def taken_apart(docstring: str) -> Words:
    """The prose before the first section or doctest, and the sections."""
    prose: list[str] = []
    sections: dict[str, list[str]] = {}
    current: list[str] | None = prose
    for line in docstring.splitlines():
        header = _HEADER.fullmatch(line)
        if header and header["name"].lower() in _SECTIONS:
            current = sections.setdefault(_SECTIONS[header["name"].lower()], [])
        elif header and current is not prose:
            current = None  # a section that a README has no place for
        elif line.lstrip().startswith(">>>"):
            current = None
        elif current is not None:
            current.append(line)
    told = {name: "\n".join(_items("\n".join(lines))) for name, lines in sections.items()}
    paragraphs = re.split(r"\n\s*\n", "\n".join(prose).strip())
    text = "\n\n".join(" ".join(each.split()) for each in paragraphs)
    return Words(text, {name: text for name, text in told.items() if text})


def _items(text: str) -> Iterator[str]:
    """A section as a Markdown list, one item for each name; as a sentence if it has none."""
    entries = re.split(r"\n(?=\S)", textwrap.dedent(text).strip("\n"))
    for entry in entries:
        joined = " ".join(entry.split())
        found = _ITEM.fullmatch(joined)
        if found:
            yield f"- `{found['name']}`: {found['text']}"
        elif joined:
            yield joined
