"""What counts as a stated example, what is doubtful, and that any text is survived."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.evaluation.examples import find_examples
from burnish.records import Example

ROOT = Path(__file__).parents[2]
DOUBTFUL = [
    ">>> f(0)\n>>> f(2)\n3",
    "`f(2)` does not return 3.",
    "f(2) returns 3 if x is set",
    "f(2) returns 3 or 4",
    "f(2) returns 3, 4 and so on",
    "`f(1)` and `f(2)` return 3",
    "`f(1)` and `f(2)` returns 3",
    "f(2) returns 3 ... 5",
    "f(2) == [1, ...]",
    "After `put(1)`, `f(2)` returns 3.",
    "After `put(1)`,\n`f(2)` returns 3.",
    "cache.get(2) == 3",
    "f(2) returns 50%",
    "f(2) returns 1,000",
    "f(2) == 3 + 4",
    "f(2) == 3 == x",
    "if f(2) == 3:",
    "def f(x=2) -> 3",
    "Write `g(x=2)` returns None",
    "f(2) != 3",
    "not f(2) == 3",
    "g(f(2) == 3)",
    "sorted(f(2)) == 3",
    "x - f(2) == 3",
    "f(x) returns 3",
    "f() == 3",
    "f(2) returns 3\nor 4",
    "f(2) returns 3\nif x",
    "If strict: `f(2)` returns 3.",
    "f(2) returns 3?",
    "A wrong result is `f(2)` == 3.",
    "Wrong results:\n\n- f(2) == 3",
    "f(2) == 1\nf(2) == 3",
    "f(2) returns about 3.",
    "f(2) returns a list",
    "f(2) returns 3 seconds.",
    "f(2) -> 3.5.1",
    "f(2) == 3 * x",
    "f(2) returns 3 (if x)",
    "f('a...') returns 3",
    "f(2) raises ValueError or TypeError",
    "f(2) raises ValueError if x",
    "f(2) raises Foo",
    "f(2) returns `3` or `4`",
    "f(2) returns '3' + x",
    "f(2) -> 3 -> 4",
    "-f(2) == 3",
    "x.f(2) == 3",
    "f(2)(3) == 3",
    "f(2)[0] == 3",
    "f(2) == 3 and f(3) == 4",
    "f(2) returns 3 and raises x",
    "f(2) returns 3 and calls f(3)",
    "f(2) returns 3 and f(3) times what f(4) returns",
    "f(2) returns 3 and f(3) returns something if x",
    "len('abc') == 3",
    ">>> x = f(2)\n>>> f(2)\n3",
    ">>> f(2) # doctest: +SKIP\n3",
    ">>> f(2) # doctest: +ELLIPSIS\n3",
    ">>> f(2)\n<Foo>",
    ">>> print(f(2))\n3",
    ">>> f(2)\n[1, ..., 3]",
    "f(2) is 3 times f(1)",
    "f(2) = 3 for small x",
    "Without cache f(2) returns 3.",
    "f(2) returns 3 unless x.",
    "`f(2)` returns 3 the first time.",
    "f(2) returns 3; otherwise 4",
    "f(2) returns 3 most of the time",
    "f(2) == 3 is wrong",
    'f(2) returns ("a")',
    "It is false that f(2) == 3",
    "f(2) should return 3 instead of 4",
    "f(2) returns [1, 2",
    "f(2) returns 3, f(3) 4",
    "f(2) returns None of these",
    "f(2) is true if",
    "f(2) -> int",
    "f(2) returns 3.\nBut not always",
    "- f(2) returns 3\n  or 4",
    "f(2) returns 3 -- or 4",
    "There is no x for which f(2) == 3.",
    "With X=1:\n\n- f(2) -> 3",
    "Output of f(2) is 3 lines",
    "f(2) would return 3, but should return 4",
    "f(2) returns 3; it used to return 4",
    "Why does f(2) return 3?",
    "Example that fails: f(2) == 3",
    "f(2) == 3 fails",
    "f(2) -> 3 # wrong",
    "f(2) -> 3  # bug: should be 4",
]
STATED = [
    ("f(1, 2) -> 3", [("f(1, 2)", "3")]),
    ("`f(1, 2)` -> `3`", [("f(1, 2)", "3")]),
    ("f(2) returns 3", [("f(2)", "3")]),
    ("f(2) returns 3.", [("f(2)", "3")]),
    ("f(2) == 3", [("f(2)", "3")]),
    ("f(2) => 3", [("f(2)", "3")]),
    ("`f(2)` should return `3`", [("f(2)", "3")]),
    ("`f(2)` gives [1,\n 2]", [("f(2)", "[1,\n 2]")]),
    ('`f(2)` returns\n`{"a": []}`.', [("f(2)", '{"a": []}')]),
    ("assert f(2) == 3, 'no'", [("f(2)", "3")]),
    ("    assert f(2) == 3", [("f(2)", "3")]),
    ("f(2) returns true", [("f(2)", "True")]),
    ("f(2) is False.", [("f(2)", "False")]),
    ("f('') raises ValueError", [("f('')", "ValueError")]),
    ("`f('')` raises a `ValueError`.", [("f('')", "ValueError")]),
    ("`f('')` -> ValueError", [("f('')", "ValueError")]),
    ('`f("")` should raise `TypeError`, since', [('f("")', "TypeError")]),
    ("* `f(2)` → 3 (because it is)", [("f(2)", "3")]),
    ("1. f(2) ➞ 3  # why", [("f(2)", "3")]),
    ("```python\nf(1) == 2\nf(3) == 4\n```", [("f(1)", "2"), ("f(3)", "4")]),
    ("```\nf(1)  # => 2\n```", [("f(1)", "2")]),
    ("```\nf(1)  # returns 2\n```", [("f(1)", "2")]),
    ("f(1) = 2, f(3) = 4", [("f(1)", "2"), ("f(3)", "4")]),
    ("For example, `f(2)` returns 3.", [("f(2)", "3")]),
    ("(e.g. f(2) returns 3)", [("f(2)", "3")]),
    ("f(2) returns 3 and f(4) returns 5.", [("f(2)", "3"), ("f(4)", "5")]),
    ("`f(2)` is `3`, while `f(0)` raises ValueError.", [("f(2)", "3"), ("f(0)", "ValueError")]),
    ("Examples: f(2) == 3; f(4) == 5", [("f(2)", "3"), ("f(4)", "5")]),
    ("f(2) returns the string 'x'.", [("f(2)", "'x'")]),
    (
        ">>> f(2)\nTraceback (most recent call last):\n    ...\nValueError: no",
        [("f(2)", "ValueError")],
    ),
    ("```python\n>>> f(2)\n3\n```\ntext", [("f(2)", "3")]),
    (">>> f(\n...   2)\n3", [("f(\n  2)", "3")]),
    (
        "|call|result|\n|---|---|\n|`f('a|b')`|`3`|\n| f(2) | ValueError |",
        [("f('a|b')", "3"), ("f(2)", "ValueError")],
    ),
    ("f(2) -> -3", [("f(2)", "-3")]),
    ("f(2) -> 1.5", [("f(2)", "1.5")]),
    ("f(x=2) == 3", [("f(x=2)", "3")]),
    ("f(2) returns 3\n\nMore text", [("f(2)", "3")]),
    ("f(2) returns 3\nf(4) returns 5", [("f(2)", "3"), ("f(4)", "5")]),
    ("- `f(2)` returns 3, because x.\n- `f(4)` returns 5", [("f(2)", "3"), ("f(4)", "5")]),
    ("f(2) should equal 3", [("f(2)", "3")]),
    ("f(2) evaluates to 3", [("f(2)", "3")]),
    ("`f(2)` returns `None`.", [("f(2)", "None")]),
    ("f(2) == set()", [("f(2)", "set()")]),
    ("It says whether n, that is odd, or\nExamples\nf(2) == 3", [("f(2)", "3")]),
    ("Returns None for 0.\n>>> f(0)\n>>> f(2)\n3", [("f(0)", "None"), ("f(2)", "3")]),
    ("f(2) returns: 3", [("f(2)", "3")]),
    ("`f('x')` raises ValueError: empty", [("f('x')", "ValueError")]),
]


def told(text: str, entry_point: str = "") -> list[tuple[str, str]]:
    return [(e.call, e.expected or e.raises) for e in find_examples(text, entry_point)]


@pytest.mark.parametrize(("text", "expected"), STATED)
def test_a_stated_example_is_found_with_its_source_text(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert told(text) == expected


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_doubtful_statement_is_left_out(text: str) -> None:
    assert told(text) == []


def test_an_exception_is_told_from_a_value() -> None:
    assert find_examples("f(1) raises KeyError") == (Example(call="f(1)", raises="KeyError"),)
    assert find_examples("f(1) == 2") == (Example(call="f(1)", expected="2"),)


def test_only_calls_of_names_that_are_asked_for_count() -> None:
    text = "Write a class `Account(owner)`.\n\n- `deposit(50)` returns 50\n"
    assert told(text) == []
    assert told("`g(1)` returns 2\n`f(1)` returns 3", "f") == [("f(1)", "3")]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("examples/specs/account.md", []),
        (
            "examples/specs/merge_intervals.md",
            [
                ("merge_intervals([(1, 3), (2, 6), (8, 10)])", "[(1, 6), (8, 10)]"),
                ("merge_intervals([(1, 4), (4, 5)])", "[(1, 5)]"),
                ("merge_intervals([])", "[]"),
            ],
        ),
        (
            "examples/specs/parse_duration.md",
            [
                ('parse_duration("1h30m")', "5400"),
                ('parse_duration("45s")', "45"),
                ('parse_duration("2d")', "172800"),
            ],
        ),
        (
            "benchmarks/specs/business_days.md",
            [
                ('business_days("2024-01-01", "2024-01-07")', "5"),
                ('business_days("2024-01-06", "2024-01-07")', "0"),
                ('business_days("2024-01-05", "2024-01-05")', "1"),
            ],
        ),
        ("benchmarks/specs/count_words_in_files.md", []),
        (
            "benchmarks/specs/flatten_json.md",
            [
                ('flatten({"a": {"b": 1}})', '{"a.b": 1}'),
                ('flatten({"a": [10, {"c": 20}]})', '{"a.0": 10, "a.1.c": 20}'),
                ("flatten({})", "{}"),
                ('flatten({"a": []})', '{"a": []}'),
            ],
        ),
        ("benchmarks/specs/lru_cache.md", []),
        (
            "benchmarks/specs/prime_factors.md",
            [
                ("prime_factors(12)", "[2, 2, 3]"),
                ("prime_factors(97)", "[97]"),
                ("prime_factors(1)", "[]"),
            ],
        ),
        (
            "benchmarks/specs/validate_password.md",
            [
                ('check_password("Abcdef12")', "[]"),
                ('check_password("abc")', '["too short", "no upper case letter", "no digit"]'),
                (
                    'check_password("")',
                    '["too short", "no lower case letter", "no upper case letter", "no digit"]',
                ),
            ],
        ),
        (
            "benchmarks/specs/wrap_text.md",
            [
                ('wrap("the quick brown fox", 10)', '["the quick", "brown fox"]'),
                ('wrap("abcdefgh", 3)', '["abc", "def", "gh"]'),
                ('wrap("", 5)', "[]"),
            ],
        ),
    ],
)
def test_the_real_specifications(spec: str, expected: list[tuple[str, str]]) -> None:
    assert told((ROOT / spec).read_text(encoding="utf-8")) == expected


LITERALS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(codec="ascii"), max_size=8).filter(lambda t: "..." not in t),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner),
    max_leaves=5,
)
FORMS = [
    "{} -> {}", "- `{}` returns {}", "`{}` should return `{}`.", "assert {} == {}",
    ">>> {}\n{}\n", "| call | result |\n|---|---|\n| `{}` | {} |", "Examples:\n\n{} => {}\n",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@given(arguments=st.lists(LITERALS, min_size=1, max_size=3), result=LITERALS)
def test_what_is_written_in_a_supported_form_is_read_back(
    form: str, arguments: list[object], result: object
) -> None:
    call = f"work({', '.join(map(repr, arguments))})"
    if {"|", "`", "\\"} & set(call + repr(result)) or (">>>" in form and result is None):
        return
    assert told(form.format(call, repr(result))) == [(call, repr(result))]


@given(st.text(alphabet="f(1)'\"[]{}`|>-=. \n#:,\\returnsaiF\ud800", max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    assert isinstance(find_examples(text, "f"), tuple)


@pytest.mark.parametrize(
    "piece",
    ["f(", "f(1", "f(1) ", "f(1) == ", "f(1) returns ", "f('", 'f(\"\"\"', ">>> f(1)\n", "|", "`",
     " ", "\n", "=f(1)", "f(1) = 1, ", "f(1) -> 2 (", "f(#\n", "\\", "f(1,", "[" , "|`"],
)  # fmt: skip
def test_the_longest_specification_is_read_in_bounded_time(piece: str) -> None:
    started = time.process_time()
    find_examples((piece * 20_000)[:20_000])
    find_examples("f(1)" + (piece * 20_000)[:19_990])
    assert time.process_time() - started < 8


@pytest.mark.parametrize(
    "text",
    [
        "assert(2) == 3",
        ">>> assert(2)\n3\n",
        "| call | result |\n|---|---|\n| if(2) | 3 |",
        "return(2) raises ValueError",
        "not(2) == 3",
    ],
)
def test_a_keyword_is_no_function(text: str) -> None:
    assert find_examples(text) == ()
