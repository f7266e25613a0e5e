import pytest
from solution import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h30m", 5400),
        ("45s", 45),
        ("2d", 172800),
        ("1d2h3m4s", 93784),
        ("  10m ", 600),
        ("0s", 0),
        ("90m", 5400),
        ("1d5s", 86405),
    ],
)
def test_valid(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "  ", "5", "h", "1x", "30m1h", "1h1h", "-1h", "1.5h", "1h 30m", "1hm"]
)
def test_invalid(text):
    with pytest.raises(ValueError):
        parse_duration(text)
