"""Public examples that a specification states, read with rules and without a model.

An example found here is trusted like a caller's check, so a wrong one is far worse than none:
only calls with literal arguments count, and everything doubtful is left out.
"""

from __future__ import annotations

import ast
import builtins
import re

from burnish.evaluation.doctests import take_doctests
from burnish.evaluation.doubt import doubtful_heading
from burnish.evaluation.labelled import labelled_examples
from burnish.evaluation.requirements import asked_names
from burnish.evaluation.statements import stated_examples
from burnish.evaluation.tables import take_tables
from burnish.records import Example

_MAX_EXAMPLES = 200
_CHANCE = re.compile(
    r"\b(?:returns?|gives?|generates?|picks?|chooses?|selects?|draws?|creates?|makes?|rolls?)\b"
    r"[^.;\n]{0,40}\brandom(?:ly)?\b|\b(?:that|which|it|to|must|should) (?:randomly|shuffles?)\b"
    r"|^shuffles? ",
    re.IGNORECASE | re.MULTILINE,
)
_SEEDED = re.compile(r"\bseed", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b(?:(?:until|since|from|of|as of|in \w+) today|today's|current (?:date|time|day|year))\b",
    re.IGNORECASE,
)
_CLOCK_GIVEN = re.compile(r"\b(?:today|now|current_\w+)`?\s*[,):=]", re.IGNORECASE)
_PRINTS = re.compile(r"\b(?:that|which|function|it|should|must)\s+prints?\b", re.IGNORECASE)
_RETURNS = re.compile(r"\breturn", re.IGNORECASE)
_READS_FILES = re.compile(
    r"\b(?:reads?|opens?|loads?|lines?|words?|contents?|bytes|rows?|size)\b[^.\n]{0,40}"
    r"\bfiles?\b(?![ -]?(?:names?|paths?))",
    re.IGNORECASE,
)
_FILE = re.compile(r"[\"'][\w./~-]*\w\.[A-Za-z]\w{0,4}[\"']")


def find_examples(text: str, entry_point: str = "") -> tuple[Example, ...]:
    """The examples of the text in its order, without duplicates.

    Read are doctests, `f(1) -> 3` (also =>, ==, =, arrows, "returns", "should return", "gives",
    "is", ...), `f("") raises ValueError`, Markdown tables of calls and results, and labelled
    inputs and outputs, in prose, lists and code. `entry_point` and the names that the text asks
    for are the only ones whose calls count; if it asks for none, calls of every name but the
    built-in ones do.
    Examples that contradict each other are all left out, and so is what no program can be held to:
    what chance or the clock decides, what is printed, what is in a file. Never raises on any text.
    """
    if _unsteady(text):
        return ()
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    names = {entry_point, *asked_names(text)} - {""}
    whole = text
    in_doctests, text = take_doctests(text)
    in_tables, text = take_tables(text)
    laid_out = [*in_doctests, *in_tables, *labelled_examples(text, entry_point)]
    found = [placed for placed in laid_out if not doubtful_heading(whole, placed[0])]
    found = sorted([*found, *stated_examples(text)], key=lambda placed: placed[0])
    reads = _READS_FILES.search(whole) is not None
    return _agreeing(
        [
            example
            for _, example in found
            if _counts(example.call, names) and not (reads and _FILE.search(example.call))
        ]
    )


def _unsteady(text: str) -> bool:
    """Whether the results of the function that the text asks for cannot be told beforehand."""
    chance = _CHANCE.search(text) and not _SEEDED.search(text)
    clock = _CLOCK.search(text) and not _CLOCK_GIVEN.search(text)
    prints = _PRINTS.search(text) and not _RETURNS.search(text)
    return bool(chance or clock or prints)


def _counts(call: str, names: set[str]) -> bool:
    name = call.partition("(")[0].strip()
    return name in names if names else name not in dir(builtins)


def _agreeing(examples: list[Example]) -> tuple[Example, ...]:
    results: dict[str, set[str]] = {}
    first: dict[str, Example] = {}
    for example in examples:
        call = ast.unparse(ast.parse(example.call.strip(), mode="eval"))
        value = repr(ast.literal_eval(example.expected)) if example.expected else ""
        results.setdefault(call, set()).add(f"{example.raises}:{value}")
        first.setdefault(call, example)
    agreed = [example for call, example in first.items() if len(results[call]) == 1]
    return tuple(agreed[:_MAX_EXAMPLES])
