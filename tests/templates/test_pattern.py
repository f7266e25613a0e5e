"""The proven patterns are proven: each passes its own check in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from burnish.config import Sandbox as Settings
from burnish.errors import InputError
from burnish.records import Candidate
from burnish.sandbox import Sandbox, open_sandbox
from burnish.templates.pattern import find_pattern, pattern_check, pattern_names, pattern_source

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    sandbox = open_sandbox(Settings(kind="bubblewrap", pool_size=0))
    yield sandbox
    sandbox.close()


@pytest.mark.parametrize("name", pattern_names())
def test_a_pattern_passes_its_own_check(name: str, box: Sandbox) -> None:
    report = box.run(Candidate(code=pattern_source(name)), checks=pattern_check(name))
    assert report.status == "PASSED", report.tests
    assert report.coverage is not None
    assert report.coverage.ratio > 0.8


def test_a_pattern_is_found_by_what_the_text_asks_for() -> None:
    text = (ROOT / "benchmarks/specs/lru_cache.md").read_text("utf-8")
    assert find_pattern(text) == "lru_store"


@pytest.mark.parametrize("text", ["Add two numbers.", "Sort a list of words by length.", ""])
def test_no_pattern_is_forced_on_a_text_that_asks_for_none(text: str) -> None:
    assert find_pattern(text) == ""


def test_an_unknown_pattern_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="lru_store"):
        pattern_source("nothing")
