import pytest
from solution import prime_factors


@pytest.mark.parametrize(
    ("n", "factors"),
    [
        (12, [2, 2, 3]),
        (97, [97]),
        (1, []),
        (2, [2]),
        (1024, [2] * 10),
        (9409, [97, 97]),
        (600851475143, [71, 839, 1471, 6857]),
        (10**12 + 39, [10**12 + 39]),
    ],
)
def test_factors(n, factors):
    assert prime_factors(n) == factors


@pytest.mark.parametrize("n", [0, -5])
def test_below_one(n):
    with pytest.raises(ValueError):
        prime_factors(n)
