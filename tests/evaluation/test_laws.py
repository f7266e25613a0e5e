"""Laws are read from plain words; right code keeps them and wrong code is caught, in the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.config import Sandbox as Settings
from burnish.evaluation.examples import find_examples
from burnish.evaluation.laws import find_laws, law_tests
from burnish.evaluation.requirements import find_entry_point
from burnish.evaluation.strategies import strategy
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
    ("text", "line"),
    [
        (CODEC + "For every text, unpack(pack(text)) == text.", "_got = unpack(pack(text))"),
        (CODEC + "`unpack(pack(s))` gives back `s` for any text s.", "_said = s"),
        (CODEC + "unpack(pack(s)) == s", "_got = unpack(pack(s))"),
        (SORT + "len(tidy(x)) == len(set(x)).", "_said = len(set(x))"),
        (SORT + "tidy(x) == sorted(set(x)).", "_said = sorted(set(x))"),
        (SORT + "It is idempotent.", "again = tidy(once)"),
        (SORT + "`tidy` must be idempotent.", "again = tidy(once)"),
        (SORT + "The list itself is not changed.", "kept = deepcopy(value)"),
        (SORT + "It returns a new list without modifying its argument.", "kept = deepcopy(value)"),
        (SORT + "The argument must never be mutated.", "kept = deepcopy(value)"),
        (SORT + "It leaves the list unchanged.", "kept = deepcopy(value)"),
        (SORT + "Sort them; the list of words must not be changed.", "kept = deepcopy(value)"),
    ],
)
def test_what_is_a_law(text: str, line: str) -> None:
    (law,) = laws(text)
    assert line in [part.strip() for part in law.body]


@pytest.mark.parametrize(
    "said",
    [
        "tidy(x) is x.",
        "For every number n, twice(n) equals double(n).",  # nobody knows their numbers
        "tidy(x) == tidy(x[1:]) + [x[0]].",
        "[0] + tidy(x) == sorted(x).",
        "For every x, tidy(x) returns x without its repeats.",
        "For every x, 2 * len(tidy(x)) == len(x).",
        "For every x, tidy(x) returns x.copy().",
        "For every x, tidy(x) returns x, with its words sorted.",
        "tidy(x) == x for x of one word.",
        "tidy(x) == x for every sorted list x.",
        "For every sorted x, tidy(x) == x.",
        "If x has one word: tidy(x) == x.",
        "In general tidy(x) == x does not hold.",
        "Lists are alike iff tidy(a) == tidy(b).",
        "x = ['a']\n\ntidy(x) == x",
        "It is not idempotent.",
        "It need not be idempotent.",
        "`clean` is idempotent.",
        "Calling it twice gives back the same.",
        "If it is empty, the list is not changed.",
        "The order of the input does not matter.",
        "Words that are not changed are kept.",
        "It will not change the entries in the list whose index is odd.",
        "Lists that are not changed are kept.",
        "The length of the list must not change.",
        "An empty list is returned unchanged.",
        "The second list is never modified.",
        "The input list may or may not be modified.",
        "Sort in place.\n\nThe list itself is not changed.",
    ],
)
def test_what_is_no_law(said: str) -> None:
    assert laws(SORT + said) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Write `tidy(words)`. The list itself is not changed.",  # no example to draw by
        'Write `size(x)`. size("ab") returns 2. It is idempotent.',  # a text, then a number
        "Write `half(x)`. half(3.0) returns 1.5. half(x) == half(x).",  # floats are nearly equal
        "Write `both(a, b)`. both([1], [2]) returns [1, 2]. The list is not changed.",  # which?
    ],
)
def test_where_arguments_do_not_allow_a_law(text: str) -> None:
    assert laws(text) == ()


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
        ([1e308], ""),
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
RAISES = "def tidy(words):\n    words[1]\n    return sorted(set(words))\n"


@pytest.mark.parametrize(
    ("code", "said", "passes"),
    [
        (RIGHT, "It is idempotent. The list itself is not changed.", True),
        (CHANGES, "It is idempotent.", True),
        (CHANGES, "The list itself is not changed.", False),
        (FORGETS, "It is idempotent.", False),
        (RAISES, "It is idempotent. The list itself is not changed.", True),
        (RAISES, "For every list x, tidy(x) == tidy(tidy(x)).", True),
        (FORGETS, "For every list x, tidy(x) == tidy(tidy(x)).", False),
    ],
)
def test_code_is_held_to_them(code: str, said: str, passes: bool, box: Sandbox) -> None:
    tests = law_tests(laws(SORT + said), "solution")
    run = box.run(Candidate(code=code, tests=tests))
    assert run.ended and run.tests_pass is passes
    if not passes:
        assert all("assert" in test.message for test in run.tests if test.outcome == "failed")


def test_hypothesis_reads_nothing_but_the_solution_for_constants(box: Sandbox) -> None:
    """It would read all of pytest, for seconds, at the cost of the first law's time."""
    tests = (
        "import sys\n\nfrom hypothesis.internal.constants_ast import is_local_module_file\n\n"
        "import solution\n\n\ndef test_modules():\n"
        "    files = [getattr(each, '__file__', None) for each in list(sys.modules.values())]\n"
        "    assert [file for file in files if file and is_local_module_file(file)] == "
        "[solution.__file__]\n"
    )
    run = box.run(Candidate(code=RIGHT, tests=tests))
    assert run.tests_pass, run
