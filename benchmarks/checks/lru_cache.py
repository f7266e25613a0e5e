import pytest
from solution import LRUCache


def test_drops_the_least_recently_used():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert "b" not in cache
    assert "a" in cache
    assert len(cache) == 2


def test_put_marks_as_used_and_replaces():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("a", 10)
    cache.put("c", 3)
    assert cache.get("a") == 10
    assert cache.get("b") is None


def test_in_does_not_mark():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert "a" in cache
    cache.put("c", 3)
    assert "a" not in cache


def test_default():
    assert LRUCache(1).get("x", 7) == 7


def test_stored_none_is_a_value():
    cache = LRUCache(1)
    cache.put("a", None)
    assert cache.get("a", 5) is None


@pytest.mark.parametrize("capacity", [0, -1, 1.5, "2"])
def test_capacity(capacity):
    with pytest.raises(ValueError):
        LRUCache(capacity)
