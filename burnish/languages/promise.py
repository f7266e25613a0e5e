"""What a test file promises to report, and the canaries mixed into it.

A test that the source promises and the run never reports is "missing". Canaries are tests of
ours among them: some must fail and some must pass. Their names are drawn at random and look like
any other test's. A run in which a canary has the wrong outcome is void: something inside turned
failing tests green, or dropped tests.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass

RNG = random.SystemRandom()
_WORDS = (
    "empty", "single", "large", "small", "basic", "input", "order", "value", "zero", "case",
    "mixed", "nested", "simple", "edge", "result", "type", "length", "first", "last", "same",
    "sorted", "unicode", "repeat", "limit", "border", "default", "many", "pair", "short", "long",
)  # fmt: skip


@dataclass(frozen=True)
class Promise:
    """The tests of one file."""

    names: tuple[str, ...]
    """Test names in order, "test_a" or "TestStack::test_pop"; one for all its parameters."""
    excused: frozenset[str]
    """Names that the source itself marks as skipped or expected to fail."""

    def name_of(self, test_id: str) -> str:
        """The promised name that a reported id belongs to: itself, or without its "[...]"."""
        if test_id in self.names:
            return test_id
        return next((n for n in self.names if test_id.startswith(f"{n}[")), "")


@dataclass(frozen=True)
class Canaries:
    """Which outcomes a run must show; test ids as pytest reports them."""

    failing: frozenset[str]
    passing: frozenset[str]

    def void(self, passed: set[str], failed: set[str], complete: bool) -> str:
        """Why these outcomes cannot be believed; empty if they can."""
        if self.failing & passed:
            return "a test that must fail was reported as passed"
        reported = passed | failed
        if complete and not (self.failing | self.passing) <= reported:
            return "tests that were planted in the file were never reported"
        return ""


def draw_names(
    count: int, taken: Collection[str], spell: Callable[[list[str]], str]
) -> tuple[str, ...]:
    """So many new test names, each spelt from two or three random words."""
    names: list[str] = []
    while len(names) < count:
        name = spell(RNG.sample(_WORDS, RNG.randint(2, 3)))
        if name not in taken and name not in names:
            names.append(name)
    return tuple(names)
