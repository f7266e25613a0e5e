"""A stretch of a consultation by one speaker: its sentences, and where its words stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from burnish.records.context import Place, Reader

ADVISERS = {"assistant", "ai", "bot", "consultant", "advisor", "adviser", "architect", "system"}
"""Speakers who are asked, and do not decide."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+")


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
