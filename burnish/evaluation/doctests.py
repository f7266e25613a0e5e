"""The examples that a text's doctests state."""

from __future__ import annotations

import doctest
import re

from burnish.evaluation.literals import (
    CALL_START,
    call_end,
    has_ellipsis,
    is_exception,
    literal_end,
)
from burnish.evaluation.statements import stated_examples
from burnish.records import Example

_EXCEPTION = re.compile(r"(?:[a-z_]\w*\.)*([A-Z]\w{0,60})\b")
_FENCE_OR_QUOTES = re.compile(r"^\s*(?:```|~~~|\"\"\"|''')")


def take_doctests(text: str) -> tuple[list[tuple[int, Example]], str]:
    """The doctests' examples with their offsets, and the text with the doctests blanked out."""
    found: list[tuple[int, Example]] = []
    lines = text.split("\n")
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    index, trusted = 0, True
    silent_none = re.search(r"\breturns? None\b", text, re.IGNORECASE) is not None
    while index < len(lines):
        if not lines[index].lstrip(" ").startswith(">>>"):
            index += 1
            continue
        end = index
        while end < len(lines) and lines[end].strip() and not _FENCE_OR_QUOTES.match(lines[end]):
            end += 1
        trusted = _read_block(
            "\n".join(lines[index:end]), offsets[index], found, trusted, silent_none
        )
        lines[index:end] = [" " * len(line) for line in lines[index:end]]
        index = end
    return found, "\n".join(lines)


def _read_block(
    block: str, offset: int, found: list[tuple[int, Example]], trusted: bool, silent_none: bool
) -> bool:
    """Add the block's examples to `found`; whether the calls that follow can be trusted.

    They cannot from the first statement on that may have changed what later calls return; one
    without output is a call that returned None, where the text speaks of that (`silent_none`).
    """
    try:
        examples = doctest.DocTestParser().get_examples(block)
    except ValueError:
        return trusted
    for example in examples:
        source = example.source.strip()
        read = _doctest(example, source, silent_none)
        if read is not None and trusted and not example.options:
            found.append((offset + example.lineno, read))
        statement = not example.want and example.exc_msg is None
        if statement and read is None and not source.startswith(("from ", "import ", "#")):
            trusted = False
    return trusted


def _doctest(example: doctest.Example, source: str, silent_none: bool) -> Example | None:
    start = CALL_START.match(source)
    end = call_end(source, start.end() - 1) if start else -1
    if end < 0:
        return None
    call, rest = source[:end], source[end:].strip()
    if rest and not rest.startswith("#"):
        stated = [one for _, one in stated_examples(source)]
        return stated[0] if len(stated) == 1 and example.want.strip() in ("", "True") else None
    if example.exc_msg is not None:
        raised = _EXCEPTION.match(example.exc_msg.strip())
        return Example(call=call, raises=raised[1]) if raised and is_exception(raised[1]) else None
    want = example.want.strip()
    if not want and silent_none:  # an interpreter prints nothing for None
        return Example(call=call, expected="None")
    if not want or literal_end(want, 0) != len(want) or has_ellipsis(want):
        return None
    return Example(call=call, expected=want)
