"""What is wrong with the fields of a context, told with the line and the fix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from burnish.agents.context.lines import Lines, line_of, shortened
from burnish.errors import InputError
from burnish.records.context import GenerationContext

MAX_TOLD = 20
"""Wrong fields that are named; more are counted."""


def told(path: Path, wrong: Iterable[Mapping[str, Any]], lines: Lines) -> InputError:
    """One error for all wrong fields, given in pydantic's terms."""
    every = sorted(wrong, key=lambda each: line_of(lines, tuple(each["loc"])) or 0)
    said, mend, fixes = [], [], []
    for each in every[:MAX_TOLD]:
        at = tuple(each["loc"])
        field = shortened(".".join(map(str, at))) or "the file"
        line = line_of(lines, at)
        said.append(f"line {line}: {_sentence(each, field)}" if line else _sentence(each, field))
        if each["type"] == "extra_forbidden":
            fixes.append(_known(at))
        elif each["type"] == "missing":
            fixes.append(f"Add {field}.")
        else:
            mend.append(field)
    if len(every) > MAX_TOLD:
        said.append(f"and {len(every) - MAX_TOLD} more")
    if mend:
        fixes.insert(
            0, f"Correct {', '.join(mend)}, or leave {'it' if len(mend) == 1 else 'them'} out."
        )
    return InputError(f"{path}: {'; '.join(said)}.", remedy=" ".join(dict.fromkeys(fixes)))


def _sentence(error: Mapping[str, Any], field: str) -> str:
    """What is wrong with a field."""
    value = error["input"]
    if error["type"] == "extra_forbidden":
        return f"there is no field {field}"
    if error["type"] == "missing":
        return f"{field} is missing"
    if error["type"] == "json_invalid":  # all else that is no JSON was refused before
        return "its text holds half of a character (a lone surrogate)"
    message = str(error["msg"]).replace("valid array", "list").replace("an object", "fields")
    message = message[:1].lower() + message[1:]
    if isinstance(value, dict | list):  # the user's whole file again would be no help
        return f"{field}: {message}"
    return f"{field}: {message}, not {shortened(repr(value))}"


def _known(at: tuple[str | int, ...]) -> str:
    """What a field that there is not may have been meant to be."""
    known = _fields(at[:-1])
    close = get_close_matches(str(at[-1]), known, 1)
    hint = f"Did you mean {close[0]}? " if close else ""
    group = shortened(".".join(map(str, at[:-1])))
    return f"{hint}{f'Fields of {group}' if group else 'Fields'}: {', '.join(known)}."


def _fields(at: tuple[str | int, ...]) -> list[str]:
    """The fields of the record at that place."""
    record: Any = GenerationContext
    for part in at:
        if isinstance(part, str):
            record = record.model_fields[part].annotation
        while not (isinstance(record, type) and issubclass(record, BaseModel)) and get_args(record):
            record = get_args(record)[0]
    return list(record.model_fields)
