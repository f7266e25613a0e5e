"""The examples stated in prose, lists and code: a call, a connector, a result, an end."""

from __future__ import annotations

import ast
import re

from burnish.evaluation.doubt import Place, is_over, lead_is_sound
from burnish.evaluation.literals import (
    CALL_START,
    call_end,
    has_ellipsis,
    is_exception,
    literal_end,
)
from burnish.records import Example

_TICK = r"[`*]{0,3}"
_SYMBOL = r"(?:->|-->|=>|==>|={1,3}(?!=)|→|➞|⇒|⟶|➜)"
_MODAL = r"(?:should|must|will|shall|has to|would)\s+"
_VERB = (
    rf"(?:(?:returns|gives|equals|produces|outputs|evaluates\s+to|results\s+in|is\s+equal\s+to|"
    rf"becomes|is)|{_MODAL}(?:return|give|equal|be\s+equal\s+to|produce|output|be|"
    r"evaluate\s+to|result\s+in))"
)
_KIND = (
    r"(?:(?:(?:the|an?)\s+)?(?:string|text|list|tuple|integer|int|float|number|value|dict|"
    r"dictionary|set|boolean|bool)\s+)?"
)
_CONNECTOR = re.compile(
    rf"{_TICK}(?:[ ]{{0,40}}(?:\#|//))?\s{{0,60}}(?:(?P<symbol>{_SYMBOL})|(?P<verb>{_VERB}):?\s)"
    rf"\s{{0,60}}(?(verb){_KIND})(?P<tick>{_TICK})"
)
_RAISING = re.compile(
    rf"{_TICK}(?:[ ]{{0,40}}(?:\#|//))?\s{{0,60}}(?:{_SYMBOL}\s{{0,40}})?"
    rf"(?:raises|throws|{_MODAL}(?:raise|throw)|{_SYMBOL}(?=\s{{0,40}}{_TICK}[A-Z]))"
    rf"\s+(?:an?\s+)?{_TICK}(?P<name>[A-Z]\w{{0,60}}){_TICK}"
)
_WORD_VALUE = re.compile(r"(true|false|none)\b")
# Beside a recurrence, `f(n) = ...`, a line `f(1) = 1` may be about something else.
_FORMULA = re.compile(r"\b([A-Za-z_]\w{0,60})\([a-z]\w{0,9}(?: ?[-+] ?\d+)?\)\s*=(?!=)")


def stated_examples(text: str) -> list[tuple[int, Example]]:
    """The examples that are stated beyond doubt, in order, each with the offset of its call."""
    found: list[tuple[int, Example]] = []
    formulas = set(_FORMULA.findall(text))
    last, position = Place(), 0
    while start := CALL_START.search(text, position):
        position = start.end()
        end = call_end(text, start.end() - 1)
        if end < 0:
            continue
        position = end
        statement = _statement(text, start.start(), end, last, formulas)
        if statement is not None:
            example, position = statement
            found.append((start.start(), example))
    return found


def _statement(
    text: str, start: int, end: int, last: Place, formulas: set[str]
) -> tuple[Example, int] | None:
    call = text[start:end]
    lead = lead_is_sound(text, start, last)
    if lead is None:
        return None
    raising = _RAISING.match(text, end)
    if raising and is_exception(raising["name"]):
        if "..." in call or not is_over(text, raising.end(), symbolic=False, raising=True):
            return None
        last.end, last.chained = raising.end(), False
        return Example(call=call, raises=raising["name"]), raising.end()
    joined = _CONNECTOR.match(text, end)
    if not joined or "..." in call or (_only_keywords(call) and joined["symbol"] in (None, "->")):
        return None
    value, value_end = _result(text, joined.end())
    if not value or (joined["symbol"] == "=" and call.partition("(")[0] in formulas):
        return None
    close = re.compile(_TICK).match(text, value_end)
    after = close.end() if close else value_end
    symbolic = joined["symbol"] is not None
    if not is_over(text, after, symbolic=symbolic, asserted=lead == "assert"):
        return None
    last.end, last.chained = after, symbolic
    return Example(call=call, expected=value), after


def _result(text: str, start: int) -> tuple[str, int]:
    """The source of the value at `start`, "" if there is none or a doubtful one, and its end."""
    word = _WORD_VALUE.match(text, start)
    if word:
        return word[0].capitalize(), word.end()
    end = literal_end(text, start)
    value = text[start:end] if end > 0 else ""
    return ("", start) if has_ellipsis(value) else (value, end)


def _only_keywords(call: str) -> bool:
    node = ast.parse(call, mode="eval").body
    return isinstance(node, ast.Call) and not node.args
