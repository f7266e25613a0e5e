"""Figures that can be worked out by hand, and what must hold for any."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.experiments.bench.statistics import (
    auroc,
    calibration_error,
    mean,
    paired_p,
    pass_at_k,
    reliability,
)


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_pass_at_k_is_the_share_of_draws_with_a_right_one(
    right: list[bool], data: st.DataObject
) -> None:
    k = data.draw(st.integers(1, len(right)))
    draws = list(itertools.combinations(right, k))
    assert pass_at_k(len(right), sum(right), k) == pytest.approx(sum(map(any, draws)) / len(draws))


def test_more_draws_than_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="needs 5 samples, there are 3"):
        pass_at_k(3, 1, 5)


def test_interval_holds_the_mean_and_narrows_with_more_tasks() -> None:
    few, many = mean([1.0, 0.0] * 10), mean([1.0, 0.0] * 200)
    for found in (few, many):
        assert found.low < found.value == 0.5 < found.high
    assert many.high - many.low < (few.high - few.low) / 3
    assert few == mean([1.0, 0.0] * 10)  # resampled alike


def test_certainty_is_not_claimed_where_all_tasks_went_alike() -> None:
    every, none = mean([1.0] * 20), mean([0.0] * 20)
    assert every.value == every.high == 1.0 and 0.8 < every.low < 0.9
    assert none.value == none.low == 0.0 and 0.1 < none.high < 0.2
    same = mean([0.0] * 20, shares=False)
    assert (same.low, same.high) == (0.0, 0.0)


def test_paired_test_sees_a_real_difference_only() -> None:
    better = [1.0] * 12 + [0.0] * 8
    worse = [0.0] * 10 + [1.0] * 2 + [0.0] * 8
    assert paired_p(better, worse) < 0.01
    assert paired_p([1.0, 0.0] * 10, [0.0, 1.0] * 10) > 0.9
    assert paired_p(better, better) == 1.0


def test_tasks_that_went_alike_change_no_p() -> None:
    won, lost = [1.0] * 5 + [0.0], [0.0] * 5 + [1.0]
    exact = paired_p(won, lost)
    assert exact == pytest.approx(14 / 64)  # 6 tosses of a coin: 5 or more on either side
    assert paired_p([*won, *[1.0] * 300], [*lost, *[1.0] * 300]) == exact
    assert paired_p([1.0, *[0.0] * 50], [0.0] * 51) == 1.0


def test_auroc_of_a_score_that_orders_all_of_them_and_of_one_that_orders_none() -> None:
    assert auroc([0.9, 0.8, 0.2, 0.1], [True, True, False, False]) == 1.0
    assert auroc([0.5, 0.5, 0.5, 0.5], [True, False, True, False]) == 0.5
    assert auroc([0.9, 0.8], [True, True]) is None


def test_reliability_counts_every_score_once_and_its_error_is_the_mean_gap() -> None:
    scores, right = [0.0, 0.05, 0.95, 1.0], [False, True, True, True]
    bins = reliability(scores, right)
    assert [(each.low, each.members) for each in bins] == [(0.0, 2), (0.9, 2)]
    assert bins[0].solved == 0.5 and bins[1].score == pytest.approx(0.975)
    assert calibration_error(bins) == pytest.approx((2 * 0.475 + 2 * 0.025) / 4)
    assert calibration_error([]) is None
