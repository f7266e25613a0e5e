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

from burnish.languages import toolchain
from burnish.languages.call import find_function
from burnish.languages.edits import declaration
from burnish.languages.outline import Definition
from burnish.modules.doc_comments import as_docstring
from burnish.records import Example
from burnish.registries.languages import language as registered

FENCE = "```"
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


def composed(language: str, code: str, module: str, examples: Sequence[Example]) -> str:
    """A README for a module; "" if no example calls a documented function of it."""
    chain = toolchain(language)
    outline = chain.outline(code)
    stated = [(each.call, each.expected) for each in examples if each.expected]
    names = [call.partition("(")[0].strip() for call, _ in stated]
    functions = [found for name in names if (found := find_function(outline, name))]
    usage = chain.usage(outline, stated, module)
    doc = functions[0].doc if functions else ""
    words = taken_apart(doc if language == "python" else as_docstring(doc))
    if not usage or not words.prose or FENCE in f"{usage}{words}":
        return ""
    function = functions[0]
    bare = function.name.rpartition(".")[2]
    title = " ".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", bare)).capitalize()
    parts = [f"# {title}", words.prose, "## Usage"]
    parts += [f"{FENCE}{registered(language).fence}\n{usage}\n{FENCE}"]
    parts += ["## Interface", f"`{_declaration(language, code, function)}`"]
    for heading, text in words.sections.items():
        parts += [f"{heading}:", text]
    return "\n\n".join(parts) + "\n"


def _declaration(language: str, code: str, function: Definition) -> str:
    """What declares the function, without its body, in one line."""
    if language == "python":
        nodes = (node for node in ast.walk(ast.parse(code)) if isinstance(node, _Function))
        return next(_signature(node) for node in nodes if node.name == function.name)
    return declaration(code, function.line)


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
    told_before = re.sub(r"\n\s*Examples?:?\s*$", "", "\n".join(prose).rstrip())
    paragraphs = re.split(r"\n\s*\n|\n(?=\s*[-*] )", told_before.strip())
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
