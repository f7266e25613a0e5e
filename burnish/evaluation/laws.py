"""Laws that a specification states, as property-based tests: what holds for every argument.

Read with rules and without a model, for Python. hypothesis draws the arguments, like those of the
stated examples in type, characters and size, because a text seldom says where its domain ends.
What a rule is not sure of, it leaves out.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from burnish.records import Drawn, Example, Law

_SENTENCE = re.compile(r"(?<=[.;:!?])\s+|\n\s*\n|\n\s*(?:[-*]|\d+\.)\s+")
_CONDITIONAL = re.compile(r"\b(?:if|when|whenever|unless|where|except|only|until)\b", re.IGNORECASE)
_THING = (
    r"(?:input |given |original )?"
    r"(?:arguments?|inputs?|lists?|dicts?|dictionar(?:y|ies)|mappings?|sequences?|arrays?|originals?)"
)
_CHANGED = r"(?:chang|modif|mutat|alter)\w*"
_KEPT = re.compile(
    rf"\b{_THING}(?: of \w+)?(?: itself| themselves)?\s+"
    rf"(?:is|are|must|may|should|shall|will|stays?|remains?)\b[\w ]{{0,12}}?"
    rf"\b(?:(?:not|never)\s+(?:be\s+)?{_CHANGED}|unchanged)"
    rf"|\b(?:not|never|without)\s+{_CHANGED}\s+(?:(?:its|the|their|any)\s+)?{_THING}\s*(?:[.,;)]|$)"
    rf"|\bleav\w+\s+(?:its|the|their)\s+{_THING}\s+(?:unchanged|as (?:it|they) )",
    re.IGNORECASE,
)
_IDEMPOTENT = re.compile(
    r"(?<!not )\bidempotent\b"
    r"|\b(?:applying|calling|running)\b.{0,40}\b(?:twice|again)\b.{0,40}\b(?:same|nothing|no)\b",
    re.IGNORECASE,
)
_ANY_ORDER = re.compile(
    r"\border of (?:the |its )?(?:inputs?|arguments?)\b.{0,40}"
    r"\b(?:not|n't|never) (?:matter|affect|change|influence)",
    re.IGNORECASE,
)
_EVERY = re.compile(r"\b(?:for|of) (?:any|every|all|each)\b", re.IGNORECASE)
_EQUALS = re.compile(
    r"`?\s*(?:==|equals|is equal to|is the same as|gives back|gives|returns|is)\s*`?", re.IGNORECASE
)
_WITHIN = re.compile(r"(?:[-+*/%&|^<>=~@!\[]|\([^)]*|\b(?:not|and|or|times|plus|minus))\s*`?$")
"""Before what is only a part of an expression."""
_GOES_ON = re.compile(r"`?\s*[-+*/%&|^<>=~@!(\[]|\.\w")
_ENDS = re.compile(r"`?\s*(?:$|[.,;:)]|(?:for|of) (?:any|every|all|each)\b|again\b)")
"""After an expression in prose: what follows it is not a part of it."""
_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\(")
_BUILTIN = {"sorted", "len", "sum", "min", "max", "list", "tuple", "set", "str", "abs"}
_LONGEST = 200
SETTINGS = "settings(max_examples=50, deadline=None, derandomize=True, database=None)"
"""The same arguments each time, and nothing kept between runs."""


class _Stated(NamedTuple):
    """A stated example of one function: its arguments and its result, as values."""

    function: str
    arguments: tuple[Any, ...]
    result: Any


def find_laws(text: str, entry_point: str, examples: Sequence[Example]) -> tuple[Law, ...]:
    """The laws that the text states of the functions that its examples call.

    Read are: equations with a variable ("decode(encode(x)) == x", "... returns x for every x");
    that a function is idempotent; that the order of its arguments does not matter; that it leaves
    its arguments unchanged. Conditional sentences are left out. Never raises on any text.
    """
    stated = [each for each in map(_stated, examples) if each is not None]
    own = [each for each in stated if each.function == entry_point]
    found: dict[str, Law] = {}
    for sentence in _SENTENCE.split(text):
        said = " ".join(sentence.split())
        if not own or _CONDITIONAL.search(said):
            continue
        for law in (*_equations(said, stated), *_in_words(said, own)):
            found.setdefault(law.test, law)
    return tuple(found.values())


def law_tests(laws: Sequence[Law], module: str) -> str:
    """A pytest file that samples the laws with hypothesis; "" if there are none."""
    if not laws:
        return ""
    names = sorted({name for law in laws for name in law.functions})
    imports = ["from hypothesis import given, settings", "from hypothesis import strategies as st"]
    if any("deepcopy" in line for law in laws for line in law.body):
        imports.insert(0, "from copy import deepcopy\n")
    parts = [
        "\n".join([*imports, "", f"from {module} import {', '.join(names)}"]),
        *map(_test, laws),
    ]
    return "\n\n".join(parts) + "\n"


def _test(law: Law) -> str:
    drawn = ", ".join(f"{each.name}={each.strategy}" for each in law.variables)
    names = ", ".join(each.name for each in law.variables)
    body = "".join(f"    {line}\n" for line in law.body)
    quoted = law.statement.replace("\\", "\\\\").replace('"""', "...").rstrip('"')
    return f'@{SETTINGS}\n@given({drawn})\ndef {law.test}({names}):\n    """{quoted}"""\n{body}'


def _equations(said: str, stated: Sequence[_Stated]) -> Iterator[Law]:
    """Equations with a variable that the stated examples give values for."""
    for start in _CALL.finditer(said):
        left = _expression(said[start.start() :])
        after = said[start.start() + len(left) :]
        sign = _EQUALS.match(after) if left else None
        right = _expression(after[sign.end() :]) if sign else ""
        if not sign or not right or _WITHIN.search(said[: start.start()]):
            continue
        rest = after[sign.end() + len(right) :]
        whole = not _GOES_ON.match(rest) if "==" in sign[0] else _ENDS.match(rest)
        if not whole or not ("==" in sign[0] or _EVERY.search(said)):
            continue
        claim = f"{left} == {right}"
        tree = ast.parse(claim, mode="eval")
        called = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - called
        variables = tuple(
            Drawn(name=name, strategy=_drawn_for(name, tree, stated)) for name in sorted(names)
        )
        functions = tuple(sorted(called - _BUILTIN))
        if variables and all(each.strategy for each in variables):
            test = f"test_law_of_{'_and_'.join(functions)}"
            yield Law(
                statement=said[:_LONGEST], test=test, functions=functions,
                variables=variables, body=(f"assert {claim}",),
            )  # fmt: skip
            return


def _in_words(said: str, own: Sequence[_Stated]) -> Iterator[Law]:
    """What the sentence says of the function itself."""
    name, first = own[0].function, own[0].arguments
    if not first:
        return
    values = [each.arguments[0] for each in own if len(each.arguments) == len(first)]
    rest = "".join(f", {value!r}" for value in first[1:])
    drawn = strategy(values)
    call = f"{name}(value{rest})"

    def law(kind: str, *body: str) -> Law:
        return Law(
            statement=said[:_LONGEST], test=f"test_{name}_{kind}", functions=(name,),
            variables=(Drawn(name="value", strategy=drawn),), body=body,
        )  # fmt: skip

    if not drawn:
        return
    if _IDEMPOTENT.search(said) and all(type(each.result) is type(first[0]) for each in own):
        yield law("is_idempotent", f"once = {call}", f"assert {name}(once{rest}) == once")
    if _ANY_ORDER.search(said) and all(isinstance(value, list) for value in values):
        yield law("takes_any_order", f"assert {name}(value[::-1]{rest}) == {call}")
    if _KEPT.search(said) and isinstance(first[0], list | dict | set):
        yield law(
            "leaves_its_argument", "kept = deepcopy(value)", call, "assert value == kept",
        )  # fmt: skip


def _stated(example: Example) -> _Stated | None:
    """An example with literal arguments by position and a literal result; None for any other."""
    if not example.expected:
        return None
    try:
        call = ast.parse(example.call.strip(), mode="eval").body
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.keywords:
            return None
        arguments = tuple(map(ast.literal_eval, call.args))
        return _Stated(call.func.id, arguments, ast.literal_eval(example.expected))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _expression(text: str) -> str:
    """The name or call that a text begins with; "" if it begins with neither."""
    if not (name := re.match(r"[A-Za-z_]\w*", text)):
        return ""
    end, depth = name.end(), 0
    for sign in text[end:_LONGEST] if text[end : end + 1] == "(" else "":
        depth += (sign in "([{") - (sign in ")]}")
        end += 1
        if depth == 0:
            break
    try:
        tree = ast.parse(text[:end], mode="eval")
    except (SyntaxError, ValueError):
        return ""
    return text[:end] if isinstance(tree.body, ast.Call | ast.Name) else ""


def _drawn_for(name: str, claim: ast.Expression, stated: Sequence[_Stated]) -> str:
    """How a variable is drawn: as the examples' values at the place where the claim has it."""
    for node in ast.walk(claim):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        for place, argument in enumerate(node.args):
            if isinstance(argument, ast.Name) and argument.id == name:
                values = [
                    each.arguments[place]
                    for each in stated
                    if each.function == node.func.id and len(each.arguments) > place
                ]
                if values:
                    return strategy(values)
    return ""


def strategy(values: Sequence[Any]) -> str:
    """A hypothesis strategy, as source, for values like those given; "" if they are too mixed.

    Numbers stay within the range of those given and its double, texts have their characters, and
    nothing is empty unless one of them is.
    """
    kinds = {type(value) for value in values}
    if len(kinds) != 1:
        return ""
    (kind,) = kinds
    if kind is bool:
        return "st.booleans()"
    if kind is float and not all(map(math.isfinite, values)):
        return ""
    if kind is int or kind is float:
        low, high = min(values), max(values)
        edges = f"{low!r}, {high + abs(high) or 1!r}"
        return f"st.integers({edges})" if kind is int else f"st.floats({edges})"
    if kind not in (str, list, tuple, dict):
        return ""
    sizes = f"min_size={min(1, *map(len, values))}, max_size={max(map(len, values)) + 3}"
    if kind is str:
        letters = "".join(sorted(set("".join(values))))
        return f"st.text({letters!r}, {sizes})" if letters else ""
    if kind is dict:
        keys = strategy([key for value in values for key in value])
        items = strategy([item for value in values for item in value.values()])
        return f"st.dictionaries({keys}, {items}, {sizes})" if keys and items else ""
    items = strategy([item for value in values for item in value])
    if kind is list:
        return f"st.lists({items}, {sizes})" if items else ""
    lengths = set(map(len, values))
    places = (
        [strategy([value[place] for value in values]) for place in range(max(lengths))]
        if (len(lengths) == 1)
        else [""]
    )
    return f"st.tuples({', '.join(places)})" if all(places) else ""
