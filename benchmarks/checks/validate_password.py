import pytest
from solution import check_password


@pytest.mark.parametrize(
    ("password", "broken"),
    [
        ("Abcdef12", []),
        ("abc", ["too short", "no upper case letter", "no digit"]),
        ("", ["too short", "no lower case letter", "no upper case letter", "no digit"]),
        ("ABCDEFG1", ["no lower case letter"]),
        ("Abc def1", ["contains a space"]),
        (
            "        ",
            ["no lower case letter", "no upper case letter", "no digit", "contains a space"],
        ),
        ("Abcdef1", ["too short"]),
    ],
)
def test_rules(password, broken):
    assert check_password(password) == broken


@pytest.mark.parametrize("password", [None, 12345678, b"Abcdef12", ["A"]])
def test_types(password):
    with pytest.raises(TypeError):
        check_password(password)
