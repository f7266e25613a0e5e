import pytest
from solution import wrap


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("the quick brown fox", 10, ["the quick", "brown fox"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("", 5, []),
        ("   ", 5, []),
        ("a  b\n c", 5, ["a b c"]),
        ("one two", 3, ["one", "two"]),
        ("one two", 7, ["one two"]),
        ("hi", 1, ["h", "i"]),
    ],
)
def test_wraps(text, width, lines):
    assert wrap(text, width) == lines


def test_no_line_is_too_long():
    assert all(len(line) <= 7 for line in wrap("a verylongword in between words", 7))


def test_width():
    with pytest.raises(ValueError):
        wrap("a", 0)
