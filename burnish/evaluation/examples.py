"""Public examples that a specification states, read with rules and without a model.

An example found here is trusted like a caller's check, so a wrong one is far worse than none:
only calls with literal arguments count, and everything doubtful is left out.
"""

from __future__ import annotations

import ast
import builtins

from burnish.evaluation.doctests import take_doctests
from burnish.evaluation.labelled import labelled_examples
from burnish.evaluation.requirements import asked_names
from burnish.evaluation.statements import stated_examples
from burnish.evaluation.tables import take_tables
from burnish.records import Example

_MAX_EXAMPLES = 200


def find_examples(text: str, entry_point: str = "") -> tuple[Example, ...]:
    """The examples of the text in its order, without duplicates.

    Read are doctests, `f(1) -> 3` (also =>, ==, =, arrows, "returns", "should return", "gives",
    "is", ...), `f("") raises ValueError`, Markdown tables of calls and results, and labelled
    inputs and outputs, in prose, lists and code. `entry_point` and the names that the text asks
    for are the only ones whose calls count; if it asks for none, calls of every name but the
    built-in ones do.
    Examples that contradict each other are all left out. Never raises on any text.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    names = {entry_point, *asked_names(text)} - {""}
    in_doctests, text = take_doctests(text)
    in_tables, text = take_tables(text)
    found = [
        *in_doctests,
        *in_tables,
        *stated_examples(text),
        *labelled_examples(text, entry_point),
    ]
    found.sort(key=lambda placed: placed[0])
    return _agreeing([example for _, example in found if _counts(example.call, names)])


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
