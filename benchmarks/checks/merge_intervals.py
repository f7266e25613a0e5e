import pytest
from solution import merge_intervals


@pytest.mark.parametrize(
    ("given", "merged"),
    [
        ([(1, 3), (2, 6), (8, 10)], [(1, 6), (8, 10)]),
        ([(1, 4), (4, 5)], [(1, 5)]),
        ([], []),
        ([(5, 6), (1, 2)], [(1, 2), (5, 6)]),
        ([(1, 10), (2, 3), (4, 5)], [(1, 10)]),
        ([(1, 1)], [(1, 1)]),
        ([(1, 2), (3, 4)], [(1, 2), (3, 4)]),
        ([(-5, -1), (-2, 3)], [(-5, 3)]),
    ],
)
def test_merges(given, merged):
    assert merge_intervals(given) == merged


def test_the_argument_is_not_changed():
    given = [(5, 6), (1, 2)]
    merge_intervals(given)
    assert given == [(5, 6), (1, 2)]


def test_start_after_end():
    with pytest.raises(ValueError):
        merge_intervals([(1, 2), (4, 3)])


def test_many():
    assert merge_intervals([(2 * n, 2 * n + 1) for n in range(20000)][::-1])[0] == (0, 1)
