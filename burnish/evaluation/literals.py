"""Where a literal, or a call with nothing but literal arguments, ends in a text.

A token scanner finds the end first, so the work is bounded; only what it accepts is parsed, and
nothing is ever evaluated.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re

_MAX_LITERAL = 4000
_MAX_DEPTH = 40

_ESCAPE = r"\\(?:[\\'\"abfnrtv\n]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-3]?[0-7]{1,2})"
_STRING = (
    r'[bBuU]?"""(?:[^"\\]|' + _ESCAPE + r'|"(?!""))*"""'
    r"|[bBuU]?'''(?:[^'\\]|" + _ESCAPE + r"|'(?!''))*'''"
    r'|[bBuU]?"(?:[^"\\\n]|' + _ESCAPE + r')*"'
    r"|[bBuU]?'(?:[^'\\\n]|" + _ESCAPE + r")*'"
    r"|[rR]\"[^\"\\\n]*(?:\\[^\"\n][^\"\\\n]*)*\"|[rR]'[^'\\\n]*(?:\\[^'\n][^'\\\n]*)*'"
)
_NUMBER = (
    r"[+-]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+"
    r"|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?[jJ]?|\.\d+)(?!\w)"
)
_TOKEN = re.compile(
    rf"(?P<space>\s+|\#[^\n]*\n)|(?P<value>{_STRING}|{_NUMBER}|(?:True|False|None)\b|set\(\))"
    r"|(?P<open>[\[({])|(?P<close>[\])}])|(?P<comma>[,:])|(?P<keyword>[A-Za-z_]\w*\s*=(?!=))"
)


def literal_end(text: str, start: int) -> int:
    """Where the literal that begins at `start` ends; -1 if there is none, or a doubtful one.

    Longer than 4000 characters or nested deeper than 40 counts as none.
    """
    position, depth = start, 0
    stop = min(len(text), start + _MAX_LITERAL)
    while position < stop:
        token = _TOKEN.match(text, position, stop)
        if token is None or (depth == 0 and token.lastgroup not in ("value", "open")):
            return -1
        position = token.end()
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        if depth > _MAX_DEPTH:
            return -1
        if depth == 0:
            value = _value_of(text[start:position])
            # ("a") may be meant as ("a",): doubtful.
            doubtful = value is None or (text[start] == "(" and not isinstance(value[0], tuple))
            return -1 if doubtful else position
    return -1


def _value_of(source: str) -> tuple[object] | None:
    """The literal's value in a tuple of one; None if the source is no plain literal."""
    try:
        value = ast.literal_eval(source)
        repr(value)  # refuses integers with too many digits
        return (value,)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


_KEYWORDS = "|".join(keyword.kwlist)
CALL_START = re.compile(rf"(?<![\w.])(?!(?:{_KEYWORDS})\()([A-Za-z_]\w{{0,60}})\(")


def call_end(text: str, name_end: int) -> int:
    """Where the call whose "(" is at `name_end` ends; -1 if an argument is not literal.

    Calls without arguments are left out: their results mostly depend on what ran before.
    """
    position, depth = name_end, 0
    stop = min(len(text), name_end + _MAX_LITERAL)
    while position < stop:
        token = _TOKEN.match(text, position, stop)
        if token is None or (token.lastgroup == "keyword" and depth != 1):
            return -1
        position = token.end()
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        if depth > _MAX_DEPTH:
            return -1
        if depth == 0:
            return position if _is_call(f"f{text[name_end:position]}") else -1
    return -1


def _is_call(source: str) -> bool:
    try:
        node = ast.parse(source, mode="eval").body
        if not isinstance(node, ast.Call) or not (node.args or node.keywords):
            return False
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            ast.literal_eval(argument)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def has_ellipsis(source: str) -> bool:
    """Whether the literal is abridged; "..." that begins and ends as a string is not."""
    return "..." in source and source.lstrip()[:1] not in "'\""


def is_exception(name: str) -> bool:
    """Whether the name is a built-in exception's, or that of no built-in and formed like one."""
    known = getattr(builtins, name, None)
    if isinstance(known, type):
        return issubclass(known, BaseException)
    return name.endswith(("Error", "Exception"))
