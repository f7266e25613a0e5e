import pytest
from solution import flatten


@pytest.mark.parametrize(
    ("data", "flat"),
    [
        ({"a": {"b": 1}}, {"a.b": 1}),
        ({"a": [10, {"c": 20}]}, {"a.0": 10, "a.1.c": 20}),
        ({}, {}),
        ({"a": []}, {"a": []}),
        ({"a": {"b": {}}}, {"a.b": {}}),
        ({"a": None, "b": "x"}, {"a": None, "b": "x"}),
        ({"a": [[1, 2], []]}, {"a.0.0": 1, "a.0.1": 2, "a.1": []}),
    ],
)
def test_flattens(data, flat):
    assert flatten(data) == flat


def test_depth():
    data = 1
    for _ in range(500):
        data = {"k": data}
    assert flatten(data) == {".".join(["k"] * 500): 1}


@pytest.mark.parametrize("data", [[1], 1, None, "x"])
def test_other_types(data):
    with pytest.raises(TypeError):
        flatten(data)
