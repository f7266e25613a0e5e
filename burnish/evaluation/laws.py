"""Laws that a specification states, as property-based tests: what holds for every argument.

Read with rules and without a model, for Python. A law that was misread would accuse right code, so
only whole sentences of a few plain forms count. hypothesis draws the arguments, like those of the
stated examples in type, characters and size, because a text seldom says where its domain ends; a
call that raises an error says nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from burnish.evaluation.strategies import strategy
from burnish.records import Drawn, Example, Law

SETTINGS = (
    "settings(max_examples=50, deadline=None, derandomize=True, database=None, "
    "suppress_health_check=list(HealthCheck))"
)
"""The same arguments each time, and nothing kept between runs."""
_SENTENCE = re.compile(r"(?<=[.;!?])\s+|\n\s*\n|\n\s*(?:[-*]|\d+\.)\s+")
_NOUN = r"(?:text|string|list|number|integer|value|input|word|sequence|tuple|dict|argument)s?"
_QUANTIFIER = rf"(?:for|of) (?:any|every|all|each) (?:{_NOUN} )?`?(?P<{{0}}>\w+)`?"
_EQUATION = re.compile(
    rf"(?:{_QUANTIFIER.format('before')},? )?`?(?P<left>\w+\(.+?\))"
    r"(?:`? (?:equals|is equal to|returns|gives back) `?| == )(?P<right>\w+(?:\(.+\))?)`?"
    rf"(?:,? {_QUANTIFIER.format('after')})?\.?",
    re.IGNORECASE,
)
_IDEMPOTENT = re.compile(
    r"(?:it|the function|`?(?P<name>\w+)(?:\([^()]*\))?`?) (?:is|must be) idempotent\.?",
    re.IGNORECASE,
)
_THING = (
    r"(?:input |given |original )?(?:arguments?|inputs?|lists?|dicts?|dictionar(?:y|ies)|mappings?)"
)
_VERB = r"(?:chang|modif|mutat|alter)"
_KEPT = re.compile(
    rf"(?:the|its) {_THING}(?: of \w+)?(?: itself| themselves)? "
    rf"(?:(?:is|are|must|may|should|shall) (?:not|never) (?:be )?{_VERB}\w+|(?:stays?|remains?) "
    r"unchanged)[.;]?"
    rf"|.*\b(?:does|do|must|should|may|shall) (?:not|never) {_VERB}\w+ (?:its|the) {_THING}[.;]?"
    rf"|.*\bwithout {_VERB}\w+ (?:its|the) {_THING}[.;]?"
    rf"|.*\bleav(?:e|es|ing) (?:its|the) {_THING} unchanged[.;]?",
    re.IGNORECASE,
)
_IN_PLACE = re.compile(r"\bin[- ]place\b", re.IGNORECASE)
_CONDITIONAL = re.compile(
    r"\b(?:if|when|whenever|unless|where|except|only|until|otherwise|whether|or)\b", re.IGNORECASE
)
_BUILTIN = {"sorted", "len", "sum", "min", "max", "list", "tuple", "set", "str", "abs"}
_LONGEST = 200


class _Stated(NamedTuple):
    """A stated example of one function: its arguments and its result, as values."""

    function: str
    arguments: tuple[Any, ...]
    result: Any


def find_laws(text: str, entry_point: str, examples: Sequence[Example]) -> tuple[Law, ...]:
    """The laws that the text states of the functions that its examples call.

    Read are whole sentences: an equation with a variable ("unpack(pack(s)) == s", "for every text
    s, unpack(pack(s)) returns s"), that the function is idempotent, or that it does not change its
    argument. Never raises on any text.
    """
    stated = [each for each in map(_stated, examples) if each is not None]
    own = [each for each in stated if each.function == entry_point and each.arguments]
    found: dict[str, Law] = {}
    for sentence in _SENTENCE.split(text) if own else ():
        said = " ".join(sentence.split())
        if len(said) > _LONGEST or _CONDITIONAL.search(said):
            continue
        for law in (
            *_equation(said, text, stated),
            *_idempotent(said, own),
            *_kept(said, text, own),
        ):
            found.setdefault(law.test, law)
    return tuple(found.values())


def law_tests(laws: Sequence[Law], module: str) -> str:
    """A pytest file that samples the laws with hypothesis; "" if there are none."""
    if not laws:
        return ""
    names = sorted({name for law in laws for name in law.functions})
    body = "\n\n".join(map(_test, laws))
    head = ["from hypothesis import HealthCheck, given, settings"]
    head += [
        "from hypothesis import strategies as st",
        "",
        f"from {module} import {', '.join(names)}",
    ]
    standard = [("suppress", "contextlib"), ("deepcopy", "copy")]
    imports = [f"from {home} import {name}" for name, home in standard if f"{name}(" in body]
    return "\n".join([*imports, *head, "", "", body])


def _test(law: Law) -> str:
    drawn = ", ".join(f"{each.name}={each.strategy}" for each in law.variables)
    names = ", ".join(each.name for each in law.variables)
    body = "".join(f"    {line}\n" for line in law.body)
    quoted = law.statement.replace("\\", "\\\\").replace('"""', "...").rstrip('"')
    return f'@{SETTINGS}\n@given({drawn})\ndef {law.test}({names}):\n    """{quoted}"""\n{body}'


def _equation(said: str, text: str, stated: Sequence[_Stated]) -> Iterator[Law]:
    """An equation with a variable that the stated examples give values for."""
    match = _EQUATION.fullmatch(said)
    if match is None:
        return
    try:
        left, right = (ast.parse(match[side], mode="eval").body for side in ("left", "right"))
    except (SyntaxError, ValueError):
        return
    nodes = [*ast.walk(left), *ast.walk(right)]
    called = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    names = sorted({n.id for n in nodes if isinstance(n, ast.Name)} - called)
    plain = all(isinstance(n, ast.Name | ast.Call | ast.Constant | ast.Load) for n in nodes)
    bound = {match["before"], match["after"]} - {None}
    if not plain or not names or not (" == " in said or bound) or not _free(names, bound, text):
        return
    variables = tuple(Drawn(name=name, strategy=_drawn_for(name, nodes, stated)) for name in names)
    functions = tuple(sorted(called - _BUILTIN))
    if all(each.strategy for each in variables) and not _inexact(variables, stated):
        yield Law(
            statement=said,
            test=f"test_law_of_{'_and_'.join(functions)}",
            functions=functions,
            variables=variables,
            body=_tried(f"_got = {match['left']}", f"_said = {match['right']}", "_got == _said"),
        )


def _free(names: list[str], bound: set[str], text: str) -> bool:
    """The variables are those that the quantifier binds, and the text gives them no value."""
    given = any(re.search(rf"\b{name}\s*=(?!=)", text) for name in names)
    nouns = {name for name in bound if re.fullmatch(_NOUN, name)}  # "for every text"
    return not given and (not bound or nouns == bound or bound <= set(names))


def _idempotent(said: str, own: Sequence[_Stated]) -> Iterator[Law]:
    match, name = _IDEMPOTENT.fullmatch(said), own[0].function
    if match is None or match["name"] not in (None, name):
        return
    same = all(type(each.result) is type(each.arguments[0]) for each in own)
    variable, rest = _first(own)
    if same and variable and not _inexact([variable], own):
        yield Law(
            statement=said,
            test=f"test_{name}_is_idempotent",
            functions=(name,),
            variables=(variable,),
            body=_tried(
                f"once = {name}(value{rest})", f"again = {name}(once{rest})", "again == once"
            ),
        )


def _kept(said: str, text: str, own: Sequence[_Stated]) -> Iterator[Law]:
    arguments = own[0].arguments
    containers = [value for value in arguments if isinstance(value, list | dict | set)]
    several = len(containers) > 1 and not re.search(
        r"\b(?:argument|input)s?\b", said, re.IGNORECASE
    )
    if not _KEPT.fullmatch(said) or _IN_PLACE.search(text) or several:
        return
    variable, rest = _first(own)
    if variable and containers and containers[0] is arguments[0]:
        name = own[0].function
        call = ("with suppress(Exception):", f"    {name}(value{rest})")
        yield Law(
            statement=said,
            test=f"test_{name}_leaves_its_argument",
            functions=(name,),
            variables=(variable,),
            body=("kept = deepcopy(value)", *call, "assert value == kept"),
        )


def _tried(one: str, other: str, claim: str) -> tuple[str, ...]:
    """A test's lines: two that may raise, which ends it, and what must be so then."""
    attempt = ("try:", f"    {one}", f"    {other}", "except Exception:", "    return")
    return (*attempt, f"assert {claim}")


def _first(own: Sequence[_Stated]) -> tuple[Drawn | None, str]:
    """How the first argument is drawn, if it can be; the first example's others as source."""
    size = len(own[0].arguments)
    values = [each.arguments[0] for each in own if len(each.arguments) == size]
    rest = "".join(f", {value!r}" for value in own[0].arguments[1:])
    source = strategy(values)
    odd = re.search(r"\b(?:inf|nan)\b", rest)
    return (Drawn(name="value", strategy=source) if source and not odd else None), rest


def _inexact(variables: Sequence[Drawn], stated: Sequence[_Stated]) -> bool:
    """Floats are nearly equal, and seldom equal."""
    drawn = any("st.floats" in each.strategy for each in variables)
    return drawn or any(isinstance(each.result, float) for each in stated)


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


def _drawn_for(name: str, nodes: Sequence[ast.AST], stated: Sequence[_Stated]) -> str:
    """How a variable is drawn: as the examples' values at the place where the claim has it."""
    for node in nodes:
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
