"""Templates as data: YAML's short functions become what JSON writes."""

from __future__ import annotations

import pytest

from burnish.agents.cloudformation import parsed


def test_short_functions_are_written_out() -> None:
    text = "A: !Ref X\nB: !GetAtt [Y, Arn]\nC: !Sub ['${V}', {V: !If [Warm, 1, 2]}]\nD: !Condition Warm\n"
    assert parsed(text) == {
        "A": {"Ref": "X"},
        "B": {"Fn::GetAtt": ["Y", "Arn"]},
        "C": {"Fn::Sub": ["${V}", {"V": {"Fn::If": ["Warm", 1, 2]}}]},
        "D": {"Condition": "Warm"},
    }


def test_json_is_left_as_it_is() -> None:
    assert parsed('\n{"A": {"Ref": "X"}}') == {"A": {"Ref": "X"}}


@pytest.mark.parametrize("text", ["a: [1", "{", "a: !!python/object/apply:os.system [ls]"])
def test_what_is_neither_is_a_value_error_in_one_line(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parsed(text)
    assert "\n" not in str(caught.value)
