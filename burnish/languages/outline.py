"""What a source file holds, in a form that is the same for every language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["function", "method", "type", "value", "test"]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function."""

    name: str
    type: str = ""
    """As written; "" where the language or the author states none."""


@dataclass(frozen=True)
class Definition:
    """One thing that a file defines."""

    name: str
    """"add", "Stack.push"; of a test, the id under which its runner reports it."""
    kind: Kind
    start: int
    """Where it begins in the text, in characters, with its comment and attributes."""
    end: int
    """Where it ends, exclusive."""
    line: int
    """1-based line of its name."""
    public: bool = False
    """Visible to a test in another file."""
    doc: str = ""
    """Its documentation comment without the marks of a comment."""
    parameters: tuple[Parameter, ...] = ()
    """Of a function or method, without the receiver."""
    result: str = ""
    """Type of the result as written, "value" where untyped but something is returned, else ""."""
    raises: bool = False
    """It throws, panics or returns an error itself."""
    excused: bool = False
    """Of a test: its own source marks it as skipped or as meant to fail."""


@dataclass(frozen=True)
class Outline:
    """The definitions of one file, in the order of the text."""

    definitions: tuple[Definition, ...] = ()
    imports: tuple[tuple[int, int], ...] = ()
    """Start and end of each import, in characters."""
    statements: tuple[int, ...] = ()
    """1-based lines on which a statement begins."""
    problem: str = ""
    """What does not parse, best effort: the compiler in the sandbox has the last word."""
    problem_line: int = 0
    """1-based line of the problem; 0 if there is none."""
    heading: str = field(default="")
    """The file's own documentation comment; "" if it has none."""

    @property
    def tests(self) -> tuple[Definition, ...]:
        """The tests among the definitions."""
        return tuple(found for found in self.definitions if found.kind == "test")

    @property
    def public(self) -> tuple[Definition, ...]:
        """What others may use."""
        return tuple(found for found in self.definitions if found.public)

    def named(self, name: str) -> Definition | None:
        """The definition of that name."""
        return next((found for found in self.definitions if found.name == name), None)
