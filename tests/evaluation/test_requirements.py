"""Names and bounds are read from plain words; what belongs to the problem is not a bound."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.evaluation.requirements import (
    asked_names,
    find_entry_point,
    find_performance,
    speaks_of_errors,
)
from burnish.evaluation.tasks import load_set
from burnish.languages import toolchain

ROOT = Path(__file__).parents[2]
NONE: dict[str, float] = {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It must take less than 2 seconds.", {"max_seconds": 2.0}),
        ("Runs in under 100 ms.", {"max_seconds": 0.1}),
        ("It must finish within 1.5 s", {"max_seconds": 1.5}),
        ("use at most 64 MB of memory", {"max_memory_bytes": 64 * 1024**2}),
        ("It must run in O(n).", {"max_growth": 1.0}),
        ("It must run in O(n log n).", {"max_growth": 1.2}),
        ("at worst O(n**2) time and O(n) space", {"max_growth": 2.0}),
        ("in linear time", {"max_growth": 1.0}),
        ("get and put run in constant time", NONE),
        ("get runs in O(1)", NONE),
        ("Avoid O(n^2) solutions", NONE),
        ("parse a text such as \"O(n^2)\"", NONE),
        ("a duration such as 1h30m", NONE),
        ("files of 64 MB are split", NONE),
        ("Tasks that take less than 2 seconds are dropped", NONE),
        ("It takes a timeout of at most 2 seconds", NONE),
    ],
)  # fmt: skip
def test_bounds_on_the_solution(text: str, expected: dict[str, float]) -> None:
    assert find_performance(text).model_dump(exclude_none=True) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Write a function `slug(text)` that uses `sorted(x)`.", "slug"),
        ("Write slug(text).", "slug"),
        ("I need a function called slug.", "slug"),
        ("Implement the class Stack with push and pop.", "Stack"),
        ("def slug(text):\n    ...\n", "slug"),
        ("def double(x):\n    return 2 * x\n\n\ndef slug(x):\n    '''Text.'''\n", "slug"),
        (">>> slug('a')\n'a'\n", "slug"),
        ("`slug('a')` returns 'a'", "slug"),
        ("`slug('a')` and `trim('a')` are the same", ""),
        ("Turn a text into a slug.", ""),
        ("Without using the function `reduce`, write a function `slug(xs)`.", "slug"),
        ("Given a function f(x), write a function `slug(f, a, b)`.", "slug"),
        ("Similar to the function `strip_tags`, write a function `slug(text)`.", "slug"),
        ("We already have a function `load(path)`. Write a function `slug(path)`.", "slug"),
        ("Using the class `Counter` from collections, write `slug(text)`.", "slug"),
        ("Given a list of objects of class `Point`, write a function `slug(points)`.", "slug"),
        ("Add a `created_at` column to every row: write a function `slug(rows)`.", "slug"),
        ("Create a dataclass Product. Define a `price` field.", "Product"),
        ("Using recursion create a function `slug(n)`.", "slug"),
        ("A function called `slug` takes a text.", "slug"),
        ("", ""),
    ],
)
def test_the_name_to_define(text: str, name: str) -> None:
    assert find_entry_point(text) == name


def test_a_stub_in_a_code_block_is_what_is_to_be_written() -> None:
    done = "def help_out(x):\n    return x\n\n"
    text = f'Complete this:\n```python\n{done}def main_one(x):\n    """Do."""\n```\n'
    assert find_entry_point(text) == "main_one"


def test_all_names_that_are_asked_for_in_order() -> None:
    text = (ROOT / "benchmarks/specs/count_words_in_files.md").read_text(encoding="utf-8")
    assert asked_names(text) == ("count_words", "top_words")


@pytest.mark.parametrize(
    "text", ["Raise ValueError.", "Zero is an error.", "It must not be empty."]
)
def test_words_for_errors(text: str) -> None:
    assert speaks_of_errors(text) and not speaks_of_errors("Keep the order of the praised terrors.")


def test_no_specification_of_the_training_set_fails_in_silence() -> None:
    for task in load_set("burnish").chosen("train").tasks:
        outline = toolchain(task.language).outline(task.reference)
        if any(found.raises for found in outline.public) or task.expected.raises:
            assert speaks_of_errors(task.specification), task.id


def test_bounds_of_the_real_specifications() -> None:
    found = {}
    for folder in ("examples", "benchmarks"):
        for path in (ROOT / folder / "specs").glob("*.md"):
            bounds = find_performance(path.read_text(encoding="utf-8"))
            if read := bounds.model_dump(exclude_none=True):
                found[path.stem] = read
    assert found == {"merge_intervals": {"max_growth": 1.2}, "prime_factors": {"max_seconds": 2.0}}


@given(st.text(max_size=300) | st.text(alphabet="O(n^2)* takes<1s\nwriteclass def`", max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    find_performance(text)
    find_entry_point(text)
