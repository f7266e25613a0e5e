"""A consultation as text: who says what, and at which characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from burnish.errors import InputError
from burnish.modules.consultation.state import Entry, entries
from burnish.modules.consultation.statement import ADVISERS, Statement

MAX_CHARS = 200_000
"""Longest consultation that is taken."""
_TURN = re.compile(
    r"^(?:\[[^\]\n]{1,30}\] *)?\**(?P<who>[A-Za-z][\w .'-]{0,30}?)\**: *\**[ \n]", re.M
)
Kind = Literal["transcript", "state", "text"]


@dataclass(frozen=True)
class Consultation:
    """What was said, in order."""

    text: str
    kind: Kind
    statements: tuple[Statement, ...]
    entries: tuple[Entry, ...] = ()
    """Of a state."""


def read(text: str) -> Consultation:
    """Take a consultation apart: a transcript, a state in JSON or YAML, or free text.

    Raises:
        InputError: it is empty or longer than `MAX_CHARS`.
    """
    if not text.strip():
        raise InputError(
            "the consultation is empty.", remedy="Give what was said about the agent, in any form."
        )
    if len(text) > MAX_CHARS:
        raise InputError(
            f"the consultation has {len(text):,} characters; at most {MAX_CHARS:,} are taken.",
            remedy="Leave out what is not about the agent.",
        )
    turns = list(_TURN.finditer(text))
    if _is_transcript([turn["who"].strip().lower() for turn in turns]):
        return Consultation(text, "transcript", tuple(_turns(text, turns)))
    if values := tuple(entries(text)):
        said = tuple(entry.statement for entry in values if entry.spoken)
        return Consultation(text, "state", said, values)
    return Consultation(text, "text", (Statement(text, 0, len(text)),))


def _is_transcript(speakers: list[str]) -> bool:
    """Two speakers, of whom one speaks twice or is an adviser: keys of a state are not repeated."""
    several = len(set(speakers)) > 1
    return several and (len(set(speakers)) < len(speakers) or bool(ADVISERS & set(speakers)))


def _turns(text: str, turns: list[re.Match[str]]) -> Iterator[Statement]:
    if before := text[: turns[0].start()].strip():
        yield Statement(before, text.index(before), text.index(before) + len(before))
    for turn, following in zip(turns, [*turns[1:], None], strict=True):
        start, end = turn.end(), following.start() if following else len(text)
        end -= len(text[start:end]) - len(text[start:end].rstrip())
        yield Statement(text[start:end], start, end, turn["who"].strip().lower() in ADVISERS)
