"""One labeled task. The JSON Schema of this record documents the shipped files."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from burnish.records.base import Record
from burnish.registries.languages import LANGUAGES

SCHEMA_VERSION = 1
Split = Literal["train", "dev", "test"]
Difficulty = Literal["basic", "easy", "medium", "hard"]
Kind = Literal[
    "text", "parsing", "numbers", "dates", "collections", "graphs", "search", "state", "encoding",
    "other",
]  # fmt: skip
Trait = Literal["examples", "performance", "ambiguous", "conflicting"]


class Expected(Record):
    """Properties of a right solution beside its values."""

    raises: tuple[str, ...] = ()
    """Errors that it must raise, by name; the hidden tests provoke them."""
    max_growth: float | None = Field(None, gt=0)
    """Largest exponent k of time ~ n^k, where the specification asks for one; None elsewhere."""
    forbidden_imports: tuple[str, ...] = ()
    """Modules that the specification forbids, or, in other languages than Python, globals."""


class Task(Record):
    """A specification, and how to tell whether a solution is right.

    A generator is given `specification` and `language`, never the rest.
    """

    schema_version: Literal[1] = 1
    """Version of this schema."""
    id: str = Field(pattern=r"^[\w.-]+(/[\w.-]+)*$")
    """Unique in its set, e.g. "python/parse_size"."""
    language: str
    """Name of a registered language."""
    split: Split
    """Prompts and demos are made from train, choices on dev; test is for the last word."""
    specification: str = Field(min_length=1)
    """What a user would write."""
    entry_point: str
    """Function or class that the tests use first."""
    tests: str = Field(min_length=1)
    """Hidden tests, as the language's runner finds them; they import the module `solution`."""
    reference: str
    """A solution that passes them; "" where a foreign set brings none."""
    difficulty: Difficulty
    """By its author's judgement; "basic" is what a model of a billion parameters may solve."""
    kind: Kind = "other"
    """What it is about."""
    traits: tuple[Trait, ...] = ()
    """What is peculiar about the specification: it states examples, demands speed, leaves
    something open, or contradicts itself in a corner."""
    expected: Expected = Expected()
    """Further properties of a right solution."""
    preamble: str = ""
    """Source that stands before every solution when it is graded, e.g. imports that a prompt
    gives."""
    note: str = ""
    """Of an ambiguous or conflicting task: what is open, and which readings the tests accept."""

    @field_validator("language")
    @classmethod
    def _registered(cls, value: str) -> str:
        if value not in LANGUAGES.names():
            raise ValueError(f"is no language; known: {', '.join(LANGUAGES.names())}")
        return value
