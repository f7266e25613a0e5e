"""What rows say together: estimates with their intervals, tests, calibration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from burnish.records.base import Record

SEED = 20260101
"""Of every resampling: the same rows give the same figures."""
RESAMPLES = 9_999
BATCH = 1_000
"""Resamples in memory at a time."""
CONFIDENCE = 0.95


class Interval(Record):
    """A mean over tasks, with its 95% confidence interval.

    Both ends are the estimate where there was no spread to tell an interval from.
    """

    value: float
    """The estimate."""
    low: float
    """Lower end."""
    high: float
    """Upper end."""

    def __str__(self) -> str:
        return f"{self.value:.1%} [{self.low:.1%}, {self.high:.1%}]"


class Bin(NamedTuple):
    """One column of a reliability plot."""

    low: float
    """Lower edge of the score, in [0, 1)."""
    score: float
    """Mean score in the bin."""
    solved: float
    """Share that is right."""
    members: int


def pass_at_k(n: int, c: int, k: int) -> float:
    """Unbiased estimate of the chance that one of k samples is right, from n of which c are.

    1 - C(n - c, k) / C(n, k). Source: Chen et al., 2021, arXiv:2107.03374, section 2.1.

    Raises:
        ValueError: k is over n.
    """
    if k > n:
        raise ValueError(f"pass@{k} needs {k} samples, there are {n}")
    return 1.0 - math.comb(n - c, k) / math.comb(n, k)


def mean(values: Sequence[float], *, shares: bool = True) -> Interval:
    """The mean of one value a task, with a bootstrap interval over tasks.

    Percentile bootstrap. Where all values are the same resampling sees no spread at all; of
    `shares`, which are in [0, 1], it is then Wilson's interval for a proportion.
    """
    data = np.asarray(values, dtype=float)
    if not len(data):
        return Interval(value=math.nan, low=math.nan, high=math.nan)
    centre = float(data.mean())
    if np.ptp(data) == 0:
        low, high = _wilson(centre, len(data)) if shares else (centre, centre)
        return Interval(value=centre, low=low, high=high)
    from scipy.stats import bootstrap

    found = bootstrap(
        (data,), np.mean, n_resamples=RESAMPLES, confidence_level=CONFIDENCE,
        method="percentile", batch=BATCH, rng=np.random.default_rng(SEED),
    ).confidence_interval  # fmt: skip
    return Interval(value=centre, low=float(found.low), high=float(found.high))


def _wilson(share: float, n: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    found = binomtest(round(share * n), n).proportion_ci(CONFIDENCE, method="wilson")
    return float(found.low), float(found.high)


def paired_p(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Two-sided p of a difference this large if it made no difference who solved which task.

    A permutation test that swaps the two contestants within tasks; exact if they differ in up to 13
    of them. Tasks that went alike say nothing and are left out. 1.0 where fewer than two differ.

    Args:
        ours: One value a task.
        theirs: The same tasks in the same order.
    """
    a, b = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    differ = a != b
    if differ.sum() < 2:
        return 1.0
    from scipy.stats import permutation_test

    found = permutation_test(
        (a[differ], b[differ]), lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples", vectorized=True, n_resamples=RESAMPLES, batch=BATCH,
        rng=np.random.default_rng(SEED),
    )  # fmt: skip
    return float(found.pvalue)


def auroc(scores: Sequence[float], solved: Sequence[bool]) -> float | None:
    """Chance that right code has a higher score than wrong code; None if there is only one kind."""
    if len(set(solved)) < 2:
        return None
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(solved, scores))


def reliability(scores: Sequence[float], solved: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Of scores in equal bins: how many of them are right. Empty bins are left out."""
    found = []
    for index in range(bins):
        inside = [n for n, s in enumerate(scores) if min(int(s * bins), bins - 1) == index]
        if inside:
            mean_score = sum(scores[n] for n in inside) / len(inside)
            share = sum(solved[n] for n in inside) / len(inside)
            found.append(Bin(index / bins, mean_score, share, len(inside)))
    return found


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error: mean |score - share right|, weighted by count.

    Source: Guo et al., 2017, arXiv:1706.04599. None without bins.
    """
    total = sum(each.members for each in bins)
    if not total:
        return None
    return sum(each.members * abs(each.score - each.solved) for each in bins) / total
