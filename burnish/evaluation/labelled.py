"""The examples that a text gives as inputs and an output, without a call.

Input: nums = [2, 7], target = 9
Output: [0, 1]

For lst = [0, 8, 1] the output should be 7
"""

from __future__ import annotations

import re

from burnish.evaluation.literals import has_ellipsis, literal_end
from burnish.records import Example

_TICK = r"[`*]{0,3}"
_LABEL = re.compile(
    rf"^[ \t>*+-]*(?:(?P<label>{_TICK}Inputs?{_TICK}[ ]?:{_TICK})|For)[ \t]+", re.M | re.I
)
_NAME = re.compile(r"`?(?P<name>[A-Za-z_]\w{0,60})`?[ ]?(?:=|:)[ ]?`?")
_NEXT = re.compile(r"`?[ ]?(?:,[ ]?(?:and[ ])?|[ ]and[ ])")
_OUTPUT = re.compile(
    rf"`?[ \t]*\n(?:[ \t]*\n)?[ \t>*+-]*{_TICK}(?:Expected )?Outputs?{_TICK}[ ]?:{_TICK}"
    rf"[ \t]*{_TICK}",
    re.I,
)
_RESULT = re.compile(
    r"`?,?[ ](?:the[ ](?:output|result|answer)[ ](?:should[ ]be|must[ ]be|is)"
    r"|it[ ](?:should[ ]return|returns))[ ]`?",
    re.I,
)
_END = re.compile(r"`?\.?[ \t]*(?:\n|$)")
_MAX_ARGUMENTS = 8


def labelled_examples(text: str, entry_point: str) -> list[tuple[int, Example]]:
    """The examples with the offsets of their labels; none if the text names nothing to call.

    Values are the arguments in the order of the signature, where the text has one with just these
    names; else in the order given.
    """
    if not entry_point:
        return []
    parameters = _parameters(text, entry_point)
    found = []
    for label in _LABEL.finditer(text):
        given, position = _given(text, label.end())
        named = bool(given) and all(name for name, _ in given)
        if not given or not (label["label"] or named):
            continue
        result = (_OUTPUT if label["label"] else _RESULT).match(text, position)
        end = literal_end(text, result.end()) if result else -1
        if result is None or end < 0 or not _END.match(text, end):
            continue
        arguments = _ordered(given, parameters)
        value = text[result.end() : end]
        if arguments and not has_ellipsis(f"{value}{arguments}"):
            call = f"{entry_point}({', '.join(arguments)})"
            found.append((label.start(), Example(call=call, expected=value)))
    return found


def _given(text: str, position: int) -> tuple[list[tuple[str, str]], int]:
    """Names, "" if not given, and sources of the values from here on, and where they end."""
    given: list[tuple[str, str]] = []
    over = position
    while len(given) < _MAX_ARGUMENTS:
        name = _NAME.match(text, position)
        start = name.end() if name else position + (text[position : position + 1] == "`")
        end = literal_end(text, start)
        if end < 0:
            break
        given.append((name["name"] if name else "", text[start:end]))
        over = end
        after = _NEXT.match(text, end)
        if not after:
            break
        position = after.end()
    return given, over


def _parameters(text: str, entry_point: str) -> list[str]:
    """Names of the parameters in the text's signature; empty if it has none."""
    signature = rf"\b{re.escape(entry_point)}\(([^()\n]{{0,300}})\)`?\s*(?:->|:|$)"
    found = re.search(signature, text, re.M)
    if not found:
        return []
    names = [part.partition(":")[0].partition("=")[0].strip() for part in found[1].split(",")]
    return names if all(map(str.isidentifier, names)) else []


def _ordered(given: list[tuple[str, str]], parameters: list[str]) -> list[str]:
    """The values in the order of the parameters; none if the names are not theirs."""
    names = [name for name, _ in given]
    if parameters and len(parameters) != len(given):
        return []
    if not parameters or not all(names):
        return [value for _, value in given]
    if sorted(names) != sorted(parameters):
        return []
    values = dict(given)
    return [values[name] for name in parameters]
