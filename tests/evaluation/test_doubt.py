"""What looks like an example and is none, and what only sounds like that."""

from __future__ import annotations

import pytest

from tests.evaluation.test_examples import told


@pytest.mark.parametrize(
    "text",
    [
        "The length of `f(12)` is 12.",
        "The number of chunks in `f([1, 2, 3], 2)` is 2.",
        "The first element of f(10) is 2.",
        "Twice f(3) is 8.",
        "It holds that 2 * f(6) == 6",
        "The third `f('bob')` returns False.",
    ],
)
def test_a_statement_of_something_larger_is_left_out(text: str) -> None:
    assert told(text) == []
    assert told("The result of `f(12)` is 12.") == [("f(12)", "12")]


@pytest.mark.parametrize(
    "text",
    [
        "`f(sides)` returns a random integer.\n\n- `f(6)` -> 4",
        "Shuffle a list.\n>>> f([1, 2, 3])\n[3, 1, 2]",
        "`f(born)` returns the age in years as of today. f('2000-01-01') -> 24",
        "`f(path)` counts the number of lines in a file. f('poem.txt') -> 14",
        "`f(a, b)` is a function that prints the sum.\n>>> f(1, 2)\n3",
        "Wrong results:\n\n| call | result |\n|---|---|\n| f('a') | 3 |",
        "Currently it does this, which is wrong:\n\n>>> f('ab')\n3",
        "Write `f(numbers)`: the average.\n\nInput: 1, 2, 3\nOutput: 2.0",
    ],
)
def test_what_no_program_can_be_held_to_is_left_out(text: str) -> None:
    assert told(text, "f") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`f(seed)` returns a random integer. f(6) -> 4", [("f(6)", "4")]),
        ("Words are in random order. f('b a') -> 'a b'", [("f('b a')", "'a b'")]),
        ("Days from today: `f(today, day)`. f(3, 5) -> 2", [("f(3, 5)", "2")]),
        ("The suffix of a file name. f('a.txt') -> 'txt'", [("f('a.txt')", "'txt'")]),
        ("It prints nothing and returns the sum. f(1, 2) -> 3", [("f(1, 2)", "3")]),
        ("Examples:\n\n| call | result |\n|---|---|\n| f('a') | 3 |", [("f('a')", "3")]),
    ],
)
def test_what_only_sounds_like_it_is_taken(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text, "f") == expected
