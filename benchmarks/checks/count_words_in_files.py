import pytest
from solution import count_words, top_words


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("The cat, the DOG! It's 2 o'clock; the end. Straße é É", encoding="utf-8")
    return str(file)


def test_counts(path):
    counts = count_words(path)
    assert counts["the"] == 3
    assert counts["it's"] == 1
    assert counts["2"] == 1
    assert counts["straße"] == 1
    assert counts["é"] == 2


def test_top(path):
    assert top_words(path, 2) == [("the", 3), ("é", 2)]
    assert top_words(path, 0) == []


def test_ties_are_alphabetical(tmp_path):
    file = tmp_path / "b.txt"
    file.write_text("b a c a b d")
    assert top_words(str(file), 3) == [("a", 2), ("b", 2), ("c", 1)]


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        count_words(str(tmp_path / "none"))


def test_negative(path):
    with pytest.raises(ValueError):
        top_words(path, -1)


def test_empty(tmp_path):
    file = tmp_path / "c.txt"
    file.write_text("")
    assert count_words(str(file)) == {}
