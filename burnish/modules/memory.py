"""Solved tasks that were kept on this machine; the most similar are shown with the next question.

Similarity is the cosine of TF-IDF vectors of the specifications. Nothing is kept or shown unless
it was asked for: see `config.Memory`.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from burnish.records import Solution

LEAST = 0.15
"""Cosine below which nothing is shown: it would only be another style to imitate."""
MOST_CHARS = 4000
"""Longest text and code that are kept together: each question would pay for them."""


@dataclass(frozen=True)
class Lesson:
    """One solved task."""

    specification: str
    language: str
    code: str


class Memory:
    """A JSONL file of lessons, read once; several processes may add to it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lessons: list[Lesson] | None = None

    @property
    def lessons(self) -> list[Lesson]:
        """All that can be read, the newest last."""
        if self._lessons is None:
            self._lessons = list(_read(self._path))
        return self._lessons

    def similar(self, specification: str, language: str, count: int) -> list[Lesson]:
        """At most `count` lessons in that language, the most similar last.

        A task that was solved before in the same words is left out: it would be its own answer.
        """
        if not count:
            return []
        own = _words(specification)
        known = {_words(each.specification): each for each in self.lessons
                 if each.language == language and _words(each.specification) != own}  # fmt: skip
        if not known:
            return []
        from sklearn.feature_extraction.text import TfidfVectorizer

        texts = [*known, own]
        vectors = TfidfVectorizer(sublinear_tf=True, token_pattern=r"\w+").fit_transform(texts)
        nearness = (vectors[:-1] @ vectors[-1].T).toarray().ravel()
        order = sorted(range(len(known)), key=lambda place: float(nearness[place]))
        near = [place for place in order if nearness[place] >= LEAST]
        lessons = list(known.values())
        return [lessons[place] for place in near[-count:]]

    def keep(self, solution: Solution) -> None:
        """Add an accepted solution; one whose words are there already, or that is long, is not."""
        spec = solution.spec
        lesson = Lesson(spec.text, spec.language, solution.code)
        known = {(each.language, _words(each.specification)) for each in self.lessons}
        long = len(lesson.specification) + len(lesson.code) > MOST_CHARS
        if not solution.accepted or long or (lesson.language, _words(spec.text)) in known:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(asdict(lesson)) + "\n"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode("ascii"))
        finally:
            os.close(descriptor)
        self.lessons.append(lesson)


def _read(path: Path) -> list[Lesson]:
    """The lessons of a file; lines that are none, as after a full disk, are passed over."""
    try:
        lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            found.append(Lesson(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return found


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
