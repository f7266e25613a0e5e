import pytest
from solution import business_days


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2024-01-01", "2024-01-07", 5),
        ("2024-01-06", "2024-01-07", 0),
        ("2024-01-05", "2024-01-05", 1),
        ("2024-01-05", "2024-01-08", 2),
        ("2024-02-26", "2024-03-01", 5),
        ("2023-12-29", "2024-01-02", 3),
        ("2024-01-01", "2024-12-31", 262),
    ],
)
def test_counts(start, end, count):
    assert business_days(start, end) == count


@pytest.mark.parametrize(
    ("start", "end"),
    [("2024-01-02", "2024-01-01"), ("2024-02-30", "2024-03-01"), ("x", "2024-01-01"), ("", "")],
)
def test_invalid(start, end):
    with pytest.raises(ValueError):
        business_days(start, end)
