"""Repair of long code, one function at a time: which one is at fault, and its new text put in.

What cannot be done for certain is not done: the whole module is asked for, or the answer refused.
"""

from __future__ import annotations

import re
import textwrap

from burnish.languages import Outline, toolchain
from burnish.languages.outline import Definition
from burnish.records import Candidate, ExecutionReport

LONG = 3000
"""Characters of a module from which on it is cheaper to answer with one function than with all."""
_RAISES = re.compile(r"\s*(?:\}?\s*else\s+)?(?:raise|throw|panic!?|return Err)\b")
_MARK = re.compile(r"\s*(?:@\w|#\[)")  # decorators, annotations, attributes
_QUOTES = ('"""', "'''", "`")


def at_fault(candidate: Candidate, run: ExecutionReport) -> str:
    """The function or method of a long module in which every failing trace ends; "" if none.

    A line that raises on purpose is not at fault, nor is a function that shares its name.
    """
    if len(candidate.code) < LONG:
        return ""
    outline = toolchain(candidate.language).outline(candidate.code)
    lines = [test.line for test in run.tests if test.outcome != "passed"]
    rows = candidate.code.split("\n")
    if not lines or any(not line or _RAISES.match(rows[line - 1]) for line in lines):
        return ""
    names = {_around(outline, candidate.code, line) for line in lines if line}
    name = names.pop() if len(names) == 1 else ""
    return name if len(_called(outline, name)) == 1 else ""


def patched(candidate: Candidate, name: str, answer: str) -> str:
    """The candidate's module with one function as the answer has it.

    An answer that holds the whole module is taken as it is.

    Returns:
        The module; "" if the answer does not define the function once, lacks its decorators, needs
        more than it, or cannot be indented.
    """
    chain, code = toolchain(candidate.language), candidate.code
    ours, theirs = chain.outline(code), chain.outline(answer)
    known = {each.name for each in ours.definitions}
    if known <= {each.name for each in theirs.definitions} and len(ours.imports) <= len(
        theirs.imports
    ):
        return answer
    bare = name.rpartition(".")[2]
    found = _called(theirs, name) or _called(theirs, bare)
    old = ours.named(name)
    extra = {each.name.rpartition(".")[2] for each in theirs.definitions} - {
        each.rpartition(".")[2] for each in known
    }
    imports = {answer[start:end].strip() for start, end in theirs.imports}
    lacking = any(line not in code for line in imports)
    if old is None or len(found) != 1 or extra or lacking:
        return ""
    marks = [row.strip() for row in code[old.start : old.end].split("\n") if _MARK.match(row)]
    if any(mark not in answer for mark in marks):
        return ""
    margin, start = _margin(code, old.start)
    theirs_margin, begins = _margin(answer, found[0].start)
    text = answer[begins : found[0].end]
    if margin != theirs_margin:
        if any(_opens_text(row) for row in text.split("\n")):
            return ""
        text = textwrap.indent(textwrap.dedent(text), margin)
    if old.doc and not found[0].doc:  # a comment before it is kept
        text = code[start : _line_start(code, old.line)] + text
    return code[:start] + text + code[old.end :]


def _called(outline: Outline, name: str) -> list[Definition]:
    return [each for each in outline.definitions if each.name == name]


def _margin(source: str, place: int) -> tuple[str, int]:
    """What stands before a definition on its line if that is blank, and where to cut."""
    start = source.rfind("\n", 0, place) + 1
    before = source[start:place]
    return ("", place) if before.strip() else (before, start)


def _opens_text(row: str) -> bool:
    """Whether a text of several lines begins or ends here, other than a docstring."""
    bare = row.strip()
    return any(bare.count(mark) % 2 and not bare.startswith(mark) for mark in _QUOTES)


def _line_start(source: str, line: int) -> int:
    return sum(map(len, source.splitlines(keepends=True)[: line - 1]))


def _around(outline: Outline, code: str, line: int) -> str:
    """Name of the innermost function that has this line; "" if none has."""

    def holds(each: Definition) -> bool:
        first, last = (code.count("\n", 0, place) + 1 for place in (each.start, each.end))
        return each.kind in ("function", "method") and first <= line <= last

    found = [each for each in outline.definitions if holds(each)]
    return min(found, key=lambda each: each.end - each.start).name if found else ""
