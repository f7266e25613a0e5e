"""Laws are read from plain words; right code keeps them and wrong code is caught, in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.config import Sandbox as Settings
from burnish.evaluation.examples import find_examples
from burnish.evaluation.laws import find_laws, law_tests, strategy
from burnish.evaluation.requirements import find_entry_point
from burnish.records import Candidate, Law
from burnish.sandbox import Sandbox, open_sandbox

CODEC = """Write `pack(text)` and `unpack(packed)`, run-length encoding.
pack("aab") returns "2a1b". unpack("2a1b") returns "aab".
"""
SORT = 'Write `tidy(words)` that sorts without repeats. tidy(["b", "a", "b"]) returns ["a", "b"]. '


def laws(text: str) -> tuple[Law, ...]:
    name = find_entry_point(text)
    return find_laws(text, name, find_examples(text, name))


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (CODEC + "For every text, unpack(pack(text)) == text.", "unpack(pack(text)) == text"),
        (CODEC + "`unpack(pack(s))` gives back `s` for any s.", "unpack(pack(s)) == s"),
        (SORT + "It is idempotent.", "assert tidy(once) == once"),
        (SORT + "Calling it twice gives the same.", "assert tidy(once) == once"),
        (SORT + "The order of the input does not matter.", "tidy(value[::-1]) == tidy(value)"),
        (SORT + "The list itself is not changed.", "assert value == kept"),
        (SORT + "It returns a new list without modifying its argument.", "assert value == kept"),
        (SORT + "The argument must never be mutated.", "assert value == kept"),
        (SORT + "len(tidy(x)) == len(set(x)).", "assert len(tidy(x)) == len(set(x))"),
        (SORT + "tidy(x) == sorted(set(x)).", "assert tidy(x) == sorted(set(x))"),
        (SORT + "tidy(x) is x.", ""),  # of no x in particular
        (SORT + "For every number n, twice(n) is double(n).", ""),  # nobody knows their numbers
        (SORT + "tidy(x) == tidy(x[1:]) + [x[0]].", ""),  # more than a name or a call
        (SORT + "[0] + tidy(x) == sorted(x).", ""),
        (SORT + "For every x, tidy(x) is x without its repeats.", ""),
        (SORT + "For every x, 2 * len(tidy(x)) == len(x).", ""),
        (SORT + "For every x, tidy(x) returns x again.", "assert tidy(x) == x"),
        (SORT + "It is not idempotent.", ""),
        (SORT + "If it is empty, the list is not changed.", ""),
        (SORT + "The order of the result does not matter.", ""),
        (SORT + "The list of words must not be changed.", "assert value == kept"),
        (SORT + "It leaves the list unchanged.", "assert value == kept"),
        (SORT + "Words that are not changed are kept.", ""),
        (SORT + "It will not change the entries in the list whose index is odd.", ""),
        (SORT + "Lists that are not changed are kept.", ""),
        ("Write `tidy(words)`. The list itself is not changed.", ""),  # no example to draw by
        ('Write `size(x)`. size("ab") returns 2. It is idempotent.', ""),  # a text, then a number
    ],
)
def test_what_is_a_law_and_what_is_not(text: str, body: str) -> None:
    found = laws(text)
    assert [body in law.body[-1] for law in found] == ([True] if body else [])


@pytest.mark.parametrize(
    ("values", "source"),
    [
        ([3, 5], "st.integers(3, 10)"),
        ([0], "st.integers(0, 1)"),
        ([-5, -2], "st.integers(-5, 1)"),
        ([0.5, 2.0], "st.floats(0.5, 4.0)"),
        (["ab", "b"], "st.text('ab', min_size=1, max_size=5)"),
        (["ab", ""], "st.text('ab', min_size=0, max_size=5)"),
        ([[1], [2, 3]], "st.lists(st.integers(1, 6), min_size=1, max_size=5)"),
        ([(1, "a")], "st.tuples(st.integers(1, 2), st.text('a', min_size=1, max_size=4))"),
        ([True], "st.booleans()"),
        ([1, "a"], ""),
        ([[]], ""),
        ([""], ""),
        ([None], ""),
        ([1e999], ""),
    ],
)
def test_arguments_are_drawn_like_those_that_are_stated(values: list[object], source: str) -> None:
    assert strategy(values) == source


@given(st.text(), st.text(alphabet="f(x)= []\"'.,:1ab\n", max_size=60))
def test_no_text_breaks_it(free: str, like: str) -> None:
    laws(f"Write `f(x)`. f([1]) returns [1]. {like} for every x {free}")


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    sandbox = open_sandbox(Settings(kind="bubblewrap"))
    yield sandbox
    sandbox.close()


RIGHT = "def tidy(words):\n    return sorted(set(words))\n"
CHANGES = "def tidy(words):\n    words.sort()\n    return sorted(set(words))\n"
FORGETS = "def tidy(words):\n    return words[1::-1]\n"


@pytest.mark.parametrize(
    ("code", "said", "passes"),
    [
        (RIGHT, "It is idempotent. The list itself is not changed.", True),
        (CHANGES, "It is idempotent.", True),
        (CHANGES, "The list itself is not changed.", False),
        (FORGETS, "It is idempotent.", False),
    ],
)
def test_code_is_held_to_them(code: str, said: str, passes: bool, box: Sandbox) -> None:
    tests = law_tests(laws(SORT + said), "solution")
    run = box.run(Candidate(code=code, tests=tests))
    assert run.ended and run.tests_pass is passes
    if not passes:
        assert all("assert" in test.message for test in run.tests if test.outcome == "failed")
