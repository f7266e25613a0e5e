"""The examples in a text's Markdown tables: a column of calls and a column of results."""

from __future__ import annotations

import re

from burnish.evaluation.literals import CALL_START, call_end, is_exception, literal_end
from burnish.records import Example

_RULER = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_CALL_HEADS = {"call", "example", "expression", "input", "calls", "examples"}
_RESULT_HEADS = {
    "result", "returns", "expected", "output", "value", "return value", "expected result",
    "expected output", "return", "results", "raises",
}  # fmt: skip


def take_tables(text: str) -> tuple[list[tuple[int, Example]], str]:
    """The tables' examples with their offsets, and the text with the table rows blanked out."""
    found: list[tuple[int, Example]] = []
    lines = text.split("\n")
    offset, columns = 0, None
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if "|" in line and "|" in following and _RULER.match(following):
            columns = _columns(_cells(line))
        elif "|" not in line:
            columns = None
        elif columns and not _RULER.match(line):
            cells = _cells(line)
            if len(cells) == columns[2]:
                example = _from_cells(cells[columns[0]], cells[columns[1]])
                found += [(offset, example)] if example else []
        if columns or (line.lstrip().startswith("|") and line.rstrip().endswith("|")):
            lines[index] = " " * len(line)
        offset += len(line) + 1
    return found, "\n".join(lines)


def _cells(line: str) -> list[str]:
    parts = re.findall(r"(?:`[^`]*`|\\\||[^|`]|`)+|(?<=\|)(?=\|)", line.strip().strip("|"))
    return [part.strip().replace("\\|", "|").strip("`").strip() for part in parts]


def _columns(heads: list[str]) -> tuple[int, int, int] | None:
    lowered = [head.lower() for head in heads]
    calls = [i for i, head in enumerate(lowered) if head in _CALL_HEADS]
    results = [i for i, head in enumerate(lowered) if head in _RESULT_HEADS]
    return (calls[0], results[0], len(heads)) if len(calls) == len(results) == 1 else None


def _from_cells(call: str, result: str) -> Example | None:
    start = CALL_START.match(call)
    if not start or call_end(call, start.end() - 1) != len(call):
        return None
    raised = re.fullmatch(r"(?:raises\s+)?`?([A-Z]\w*)", result)
    if raised and is_exception(raised[1]):
        return Example(call=call, raises=raised[1])
    result = {"true": "True", "false": "False", "none": "None"}.get(result, result)
    if not result or literal_end(result, 0) != len(result) or "..." in result:
        return None
    return Example(call=call, expected=result)
