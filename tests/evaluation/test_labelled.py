"""Inputs and outputs under labels become calls; what is not beyond doubt is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.evaluation.examples import find_examples
from burnish.evaluation.labelled import labelled_examples

TWO_SUM = "def two_sum(nums, target):"


def told(text: str, name: str = "f") -> list[tuple[str, str]]:
    return [(example.call, example.expected) for _, example in labelled_examples(text, name)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Input: 5\nOutput: 25", [("f(5)", "25")]),
        ("Input: n = 5\nOutput: 25\n\nInput: n = 2\nOutput: 4", [("f(5)", "25"), ("f(2)", "4")]),
        ("**Input:** `[1, 2]`\n**Output:** `3`", [("f([1, 2])", "3")]),
        ("- Input: s = 'a', k = 2\n- Output: 'aa'", [("f('a', 2)", "'aa'")]),
        (
            "Example 1:\n    Input: x = 1.5 and y = 2\n    Expected output: 3.0",
            [("f(1.5, 2)", "3.0")],
        ),
        ("For lst = [0, 8] the output should be 7", [("f([0, 8])", "7")]),
        ("For n = 3, the result is 6.", [("f(3)", "6")]),
        ("For a = 1, b = 2 it returns 3", [("f(1, 2)", "3")]),
    ],
)
def test_a_labelled_example_becomes_a_call(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


def test_values_go_where_the_signature_has_their_names() -> None:
    text = f"{TWO_SUM}\n\nInput: target = 9, nums = [2, 7]\nOutput: [0, 1]"
    assert told(text, "two_sum") == [("two_sum([2, 7], 9)", "[0, 1]")]
    other = f"{TWO_SUM}\n\nInput: n = 9, nums = [2, 7]\nOutput: [0, 1]"
    assert told(other, "two_sum") == []


@pytest.mark.parametrize(
    "text",
    [
        "Input: a list of numbers\nOutput: their sum",
        "Input:\n3\n1 2 3\nOutput:\n6",
        "Input: 5\nOutput: an error",
        "Input: 5\nOutput: 25 or 26",
        "Input: 5, 6, ...\nOutput: 1",
        "Input: 5\n\n\n\nOutput: 25",
        "For 5 the output should be 7",
        "For n = 5 the output should be about 7",
        "For n = 5 and m the output should be 7",
        "Input: x = y\nOutput: 1",
    ],
)
def test_what_is_doubtful_is_left_out(text: str) -> None:
    assert told(text) == []


def test_a_text_that_names_nothing_to_call_has_none() -> None:
    assert told("Input: 5\nOutput: 25", "") == []


def test_contradictions_are_left_out_as_among_all_examples() -> None:
    assert find_examples("Write `f(n)`.\n\nInput: 5\nOutput: 25\n\nf(5) == 26", "f") == ()


@given(st.text("InputOutput:=`,for \n5'[]{}x", max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    labelled_examples(text, "f")
