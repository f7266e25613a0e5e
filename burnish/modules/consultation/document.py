"""A consultation as text: who says what, and at which characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from burnish.errors import InputError
from burnish.records.context import Place, Reader

MAX_CHARS = 200_000
"""Longest consultation that is taken."""
MAX_NODES = 10_000
"""Most values of a workflow's state that are looked at."""
_TURN = re.compile(
    r"^(?:\[[^\]\n]{1,30}\] *)?\**(?P<who>[A-Za-z][\w .'-]{0,30}?)\**: *\**[ \n]", re.M
)
_ADVISERS = {"assistant", "ai", "bot", "consultant", "advisor", "adviser", "architect", "system"}
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+")
_SPOKEN = {"content", "text", "message", "utterance"}
Kind = Literal["transcript", "state", "text"]


@dataclass(frozen=True)
class Statement:
    """A stretch of text by one speaker."""

    text: str
    start: int
    """Of its words in the consultation, in characters."""
    end: int
    adviser: bool = False
    """It is the assistant who speaks: what it says counts only if it is agreed to."""

    def place(self, field: str, start: int, end: int, reader: Reader) -> Place:
        """Where the words [start, end) of this statement stand in the consultation.

        In a state whose words are escaped or folded, that is the whole value.
        """
        quote = self.text[start:end]
        if self.end - self.start == len(self.text):
            start, end = self.start + start, self.start + end
        else:
            start, end = self.start, self.end
        return Place(field=field, start=start, end=end, quote=quote, reader=reader)

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Its sentences or lines, each with where it begins in `text`."""
        began = 0
        for gap in [*_SENTENCE.finditer(self.text), None]:
            stop = gap.start() if gap else len(self.text)
            if sentence := self.text[began:stop].strip():
                yield began + self.text[began:stop].index(sentence[0]), sentence
            began = gap.end() if gap else stop


@dataclass(frozen=True)
class Entry:
    """A value of a workflow's state, under its key."""

    key: str
    """The last name on its path, in lower case, words joined by underscores."""
    value: Any
    """A text, or the texts of a list."""
    statement: Statement


@dataclass(frozen=True)
class Consultation:
    """What was said, in order."""

    text: str
    kind: Kind
    statements: tuple[Statement, ...]
    entries: tuple[Entry, ...] = field(default=())


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
    if entries := tuple(_entries(text)):
        said = tuple(entry.statement for entry in entries if entry.key in _SPOKEN)
        return Consultation(text, "state", said, entries)
    return Consultation(text, "text", (Statement(text, 0, len(text)),))


def _is_transcript(speakers: list[str]) -> bool:
    """Two speakers, of whom one speaks twice or is an adviser: keys of a state are not repeated."""
    several = len(set(speakers)) > 1
    return several and (len(set(speakers)) < len(speakers) or bool(_ADVISERS & set(speakers)))


def _turns(text: str, turns: list[re.Match[str]]) -> Iterator[Statement]:
    if before := text[: turns[0].start()].strip():
        yield Statement(before, text.index(before), text.index(before) + len(before))
    for turn, following in zip(turns, [*turns[1:], None], strict=True):
        start, end = turn.end(), following.start() if following else len(text)
        end -= len(text[start:end]) - len(text[start:end].rstrip())
        yield Statement(text[start:end], start, end, turn["who"].strip().lower() in _ADVISERS)


def _entries(text: str) -> Iterator[Entry]:
    """The values of a state, by its syntax tree: it knows where each stands. JSON is YAML too."""
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode) or not _is_state(root):
            return
    except (yaml.YAMLError, RecursionError, ValueError):
        return
    seen: set[int] = set()
    waiting: list[Any] = [root]
    while waiting and len(seen) < MAX_NODES:
        node = waiting.pop()
        if id(node) in seen:
            continue  # an alias: it was read where it is anchored
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += reversed(node.value)
            continue
        if not isinstance(node, yaml.MappingNode):
            continue
        adviser = any(
            key.value in ("role", "speaker") and str(value.value).lower() in _ADVISERS
            for key, value in node.value
        )
        for key, value in node.value:
            name = re.sub(r"\W+", "_", str(key.value)).lower()
            if isinstance(value, yaml.ScalarNode):
                yield Entry(name, value.value, _statement(text, value, adviser))
            elif isinstance(value, yaml.SequenceNode) and all(
                isinstance(each, yaml.ScalarNode) for each in value.value
            ):
                texts = [each.value for each in value.value]
                yield Entry(name, texts, _statement(text, value, adviser))
        waiting += reversed([value for _, value in node.value])


def _is_state(root: Any) -> bool:
    """Not a text that happens to be YAML, as "Note: we need a bot" is."""
    names = [key.value for key, _ in root.value]
    worded = [name for name in names if re.fullmatch(r"[A-Za-z_][\w-]*", str(name))]
    braced = root.flow_style is True
    return braced or (len(worded) == len(names) and (len(names) > 1 or _nested(root)))


def _nested(root: Any) -> bool:
    return any(not isinstance(value.value, str) for _, value in root.value)


def _statement(text: str, node: Any, adviser: bool) -> Statement:
    start, end = node.start_mark.index, node.end_mark.index
    value = node.value if isinstance(node.value, str) else text[start:end]
    inside = text.find(value, start, end)
    if value and inside >= 0:
        return Statement(value, inside, inside + len(value), adviser)
    return Statement(value, start, end, adviser)
