"""What the host reads from sources and values, on its own side of the wall."""

from __future__ import annotations

import os

import pytest

from burnish import config
from burnish.languages import toolchain
from burnish.languages.python_calls import growth_calls
from burnish.languages.python_tests import parse
from burnish.records import Candidate, Example
from burnish.registries.languages import PYTHON
from burnish.sandbox.comparison import answer, same_value, verdict
from burnish.sandbox.inside.growth import measure, slope
from burnish.sandbox.inside.values import canonical
from burnish.sandbox.inside.wire import event_writer, read_events
from burnish.sandbox.plan import make_plan, promise_of, usage_in

TESTS = '''"""Docs."""
from __future__ import annotations
import pytest, unittest

def helper(): ...
@pytest.fixture
def test_data(): ...
@pytest.mark.parametrize("n", [1, 2])
def test_plain(n): ...
async def test_async(): ...
@pytest.mark.skip
def test_skipped(): ...
class TestStack:
    def test_pop(self): ...
    def helper(self): ...
class TestWithInit:
    def __init__(self): ...
    def test_never(self): ...
class Case(unittest.TestCase):
    def test_case(self): ...
if True:
    def test_maybe(): ...
'''


def test_promise_lists_what_pytest_will_find() -> None:
    promise = promise_of(toolchain("python"), TESTS)
    assert promise.names == (
        "test_plain", "test_async", "test_skipped", "TestStack::test_pop", "Case::test_case",
    )  # fmt: skip
    assert promise.excused == {"test_skipped"}


def test_canaries_keep_every_statement_in_order() -> None:
    lines = TESTS.splitlines()
    for _ in range(50):
        planted = toolchain("python").plant(TESTS)
        parse(planted.source)
        rest = iter(planted.source.splitlines())
        assert all(line in rest for line in lines)  # a subsequence, in order
        assert len(planted.canaries.failing) == 3 and len(planted.canaries.passing) >= 3


def test_canaries_void_a_run_that_turns_failures_green_or_drops_tests() -> None:
    canaries = toolchain("python").plant(TESTS).canaries
    honest = set(canaries.passing), set(canaries.failing)
    assert canaries.void(*honest, complete=True) == ""
    assert "must fail" in canaries.void(honest[0] | honest[1], set(), complete=True)
    assert "never reported" in canaries.void(honest[0], set(), complete=True)
    assert canaries.void(set(), set(), complete=False) == ""


def test_expected_values_never_enter_the_job() -> None:
    secret = "'a value that only the host knows'"
    examples = (Example(call="f(1)", expected=secret), Example(call="g()", raises="KeyError"))
    plan = make_plan(Candidate(code="def f(x): ...\n"), "", examples, config.Sandbox())
    assert "only the host knows" not in str(plan.job) and "KeyError" not in str(plan.job)
    assert "f(1)" in str(plan.job)


@pytest.mark.parametrize(
    ("value", "expected", "same"),
    [
        (0.1 + 0.2, "0.3", True),
        (1, "1.0", True),
        (0.31, "0.3", False),
        ([1, (2, "x")], "[1, (2, 'x')]", True),
        ([1, 2], "(1, 2)", False),
        ({"a": {1, 2}}, "{'a': {2, 1}}", True),
        ({"a": 1}, "{'a': 1, 'b': 2}", False),
        (None, "None", True),
        ("None", "None", False),
        (True, "True", True),
        (b"x", "b'x'", True),
        (2**70, "1180591620717411303424", True),
        (float("nan"), "nan", True),
        ("hello world", "hello world", True),
        (object, "<class 'object'>", True),
        (range(3), "range(0, 3)", True),
    ],
)
def test_examples_compare_values_as_a_reader_would(
    value: object, expected: str, same: bool
) -> None:
    event = {"value": canonical(value), "text": str(value)}
    assert verdict(Example(call="f()", expected=expected), event)[0] is same


def test_value_cannot_answer_for_itself() -> None:
    class Liar(int):
        def __eq__(self, other: object) -> bool:
            return True

        def __repr__(self) -> str:
            return "42"

        __hash__ = int.__hash__

    event = {"value": canonical([Liar(7)])}
    passed, seen = verdict(Example(call="f()", expected="[42]"), event)
    assert not passed and "returned [7]" in seen


def test_raised_exception_matches_by_name_or_base() -> None:
    event = {"raised": ["KeyError", "LookupError", "Exception"], "message": "'k'"}
    assert verdict(Example(call="f()", raises="LookupError"), event)[0]
    assert not verdict(Example(call="f()", raises="ValueError"), event)[0]
    assert not verdict(Example(call="f()", expected="1"), event)[0]


def test_tolerance_is_for_floats_only() -> None:
    assert same_value(1e9 + 1e-3, 1e9) and not same_value(10**9 + 1, 10**9)


@pytest.mark.parametrize(
    ("docs", "script"),
    [
        ("# t\n```python\nprint(1)\n```\n```python\nprint(2)\n```\n", "print(1)\n"),
        ("```python\n>>> x = 1\n>>> x\n1\n```\n", "x = 1\nx\n"),
        ("1. item\n   ```python\n   if 1:\n       print(1)\n   ```\n", "if 1:\n    print(1)\n"),
        ("```\nplain\n```\n", ""),
        ("```bash\nls\n```\n", ""),
    ],
)
def test_usage_example_is_the_first_python_block(docs: str, script: str) -> None:
    assert usage_in(docs, PYTHON) == script


def test_growth_calls_are_simple_calls_of_the_module() -> None:
    code = "def f(x): ...\ndef g(x): ...\n"
    tests = "def test_a():\n    assert f([1]) == g(y) or h(2) or f(3)\n"
    assert growth_calls(code, [tests], ["g('a')"]) == ["g('a')", "f([1])", "f(3)"]
    assert growth_calls(code, ["f([])\nf(1)\nf('', True, 0.5)\nf([], 2)\n"], []) == ["f([], 2)"]


def test_growth_is_not_measured_on_calls_that_raise() -> None:
    examples = (Example(call="f('a')", expected="1"), Example(call="f(0)", raises="ValueError"))
    plan = make_plan(Candidate(code="def f(x): ...\n"), "", examples, config.Sandbox())
    assert plan.job["steps"][-1] == {"kind": "growth", "calls": ["f('a')"]}


def test_slope_is_the_exponent() -> None:
    assert slope([(n, 3e-6 * n**2) for n in (8, 16, 32, 64)]) == 2.0


def test_growth_of_what_cannot_be_driven_is_none() -> None:
    names = {"f": lambda x: x, "broken": lambda xs: [][len(xs)]}
    for call in ("f(None)", "f(x)", "g(1)", "broken([1, 2])", "f("):
        assert measure([call], names, deadline=float("inf")) is None


def test_event_that_is_not_signed_is_a_forgery() -> None:
    read, write = os.pipe()
    emit = event_writer(write, "secret")
    emit("test", id="a")
    emit("done")
    os.write(write, b'{"event": "test"')  # what a killed worker leaves
    data = os.read(read, 4096)
    os.close(read)
    os.close(write)
    events, genuine = read_events(data, "secret")
    assert genuine and [event["event"] for event in events] == ["test", "done"]
    assert read_events(data, "other") == ([], False)
    swapped = b"".join(reversed(data.splitlines(keepends=True)[:2]))
    assert read_events(swapped, "secret")[1] is False


@pytest.mark.parametrize(
    "value",
    [["int", "no number"], ["float", "x"], ["hexint", "g"], ["int", "9" * 5000],
     ["hexint", "f" * 5000], ["list", [["hexint", "f" * 5000], ["int", None]]]],
    ids=["text", "float", "hex", "decimal", "large", "nested"],
)  # fmt: skip
def test_a_number_that_is_none_or_too_large_to_print_is_shown_and_equal_to_nothing(
    value: list[object],
) -> None:
    passed, seen = verdict(Example(call="f()", expected="42"), {"value": value})
    assert not passed and "expected 42" in seen
    assert answer({"value": value}) and len(answer({"value": value})) < 300


def test_a_large_number_is_compared_as_a_number() -> None:
    large = {"value": ["hexint", "f" * 4000]}
    assert verdict(Example(call="f()", expected=hex(16**4000 - 1)), large)[0]
    assert not verdict(Example(call="f()", expected=hex(16**4000 - 2)), large)[0]
