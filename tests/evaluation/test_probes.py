"""Probes are calls like those that are stated, mildly changed."""

from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from burnish.evaluation.probes import PROBES, literal_calls, probes

LITERALS = st.recursive(
    st.integers() | st.booleans() | st.text(max_size=5) | st.none() | st.floats(-9, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def test_one_argument_changes_at_a_time_and_every_call_has_its_turn() -> None:
    found = probes(["f('abc', 3)", "g([1, 2])"], 6)
    assert found[:4] == ("f('cba', 3)", "g([2, 1])", "f('abc', 4)", "g([1, 2, 1])")
    assert len(found) == 6


def test_nothing_turns_negative_or_empty_or_into_another_type() -> None:
    found = probes(["f(1)", "f([5])", "f('x')"], 100)
    values = [ast.literal_eval(call[2:-1]) for call in found]
    assert values and all(value and not (isinstance(value, int) and value < 0) for value in values)


def test_what_cannot_be_changed_gives_no_probe() -> None:
    assert probes(["f()", "f(x)", "x + 1", "f(", "", "f(None)", "f('')"]) == ()


def test_calls_of_a_test_file_are_found_whatever_it_expects_of_them() -> None:
    tests = (
        "def test_a():\n    assert f(2) == 5\n    assert g(3)\n    x = f(n)\n    f([1, 2], 'a')\n"
    )
    assert literal_calls(tests, "f") == ["f(2)", "f([1, 2], 'a')"]
    assert literal_calls('assert.equal(f("x"), 1); f("x")', "f") == ['f("x")']
    assert literal_calls(tests, "") == [] and literal_calls("f(", "f") == []


@given(st.lists(LITERALS, max_size=3))
def test_probes_are_new_calls_of_the_same_function_and_bounded(arguments: list[object]) -> None:
    call = f"f({', '.join(map(repr, arguments))})"
    found = probes([call])
    assert len(found) <= PROBES and call not in found and len(set(found)) == len(found)
    for probe in found:
        tree = ast.parse(probe, mode="eval").body
        assert isinstance(tree, ast.Call) and len(tree.args) == len(arguments)
