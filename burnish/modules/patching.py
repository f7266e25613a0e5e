"""Repair of long code, one function at a time: which one is at fault, and its new text put in."""

from __future__ import annotations

import textwrap

from burnish.languages import Outline, toolchain
from burnish.languages.outline import Definition
from burnish.modules.editing import editor
from burnish.records import Candidate, ExecutionReport

LONG = 3000
"""Characters of a module from which on it is cheaper to answer with one function than with all."""


def at_fault(candidate: Candidate, run: ExecutionReport) -> str:
    """The one function or method of a long module in which every failing trace ends; "" if none."""
    if len(candidate.code) < LONG:
        return ""
    outline = toolchain(candidate.language).outline(candidate.code)
    failing = [test.line for test in run.tests if test.outcome != "passed"]
    names = {_around(outline, candidate.code, line) for line in failing if line}
    return names.pop() if len(names) == 1 and all(failing) else ""


def patched(candidate: Candidate, name: str, answer: str) -> str:
    """The candidate's module with one function as the answer has it.

    An answer that holds the whole module is taken as it is, and one without the function is none.

    Returns:
        The module; "" if the answer does not define the function.
    """
    chain, code = toolchain(candidate.language), candidate.code
    defined = editor(candidate.language).defined_names
    if defined(code) <= defined(answer):
        return answer
    ours, theirs = chain.outline(code), chain.outline(answer)
    old = ours.named(name)
    bare = name.rpartition(".")[2]
    new = theirs.named(name) or theirs.named(bare)
    if old is None or new is None:
        return ""
    margin = code[code.rfind("\n", 0, old.start) + 1 : old.start]
    text = textwrap.dedent(answer[answer.rfind("\n", 0, new.start) + 1 : new.end])
    indented = textwrap.indent(text, margin if not margin.strip() else "")
    return code[: old.start - len(margin)] + indented + code[old.end :]


def _around(outline: Outline, code: str, line: int) -> str:
    """Name of the innermost function that has this line; "" if none has."""

    def holds(each: Definition) -> bool:
        first, last = (code.count("\n", 0, place) + 1 for place in (each.start, each.end))
        return each.kind in ("function", "method") and first <= line <= last

    found = [each for each in outline.definitions if holds(each)]
    return min(found, key=lambda each: each.end - each.start).name if found else ""
