"""What the rows of a benchmark say: each contestant's standing, and one against the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, get_args

from pydantic import Field

from burnish.evaluation.tasks.task import Difficulty
from burnish.experiments.bench import statistics
from burnish.experiments.bench.row import LOOP, Header, Row, mostly
from burnish.experiments.bench.statistics import Interval
from burnish.records.base import Record

GROUPS: dict[str, Callable[[Row], Sequence[str]]] = {
    "language": lambda row: (row.language,),
    "kind": lambda row: (row.kind,),
    "difficulty": lambda row: (row.difficulty,),
    "trait": lambda row: row.traits or ("none",),
}
"""What tables are split by, and the groups that a row belongs to."""


_ORDER = {name: place for place, name in enumerate(get_args(Difficulty))}


class Standing(Record):
    """How one contestant did on some tasks."""

    contestant: str
    """Whose rows these are."""
    tasks: int
    """Tasks that have a row."""
    samples: int
    """Rows."""
    crashed: int
    """Rows without a solution, because something broke."""
    pass_at: dict[int, Interval]
    """pass@k by k: 1, and where there are more samples, their number and powers of two below."""
    hidden: Interval
    """Mean share of a task's hidden tests that pass: what moves where few tasks are solved."""
    refined: int | None = None
    """Rows that are right though the model's first answer was not; None of the plain model."""
    spoilt: int | None = None
    """Rows that are wrong though the model's first answer was right."""
    accepted: float | None = None
    """Share that burnish accepted."""
    accepted_solved: float | None = None
    """Of the accepted, share that is right: what an acceptance is worth."""
    score: float | None = None
    """Mean quality score."""
    dimensions: dict[str, float] = Field(default_factory=dict)
    """Mean of each dimension."""
    cached: int = 0
    """Model calls that DSPy's cache answered. If there are any, seconds and dollars are None."""
    tokens: float | None
    """Mean tokens of a row; None if those of an answer from the cache are not known. What crashed
    rows took is not known: this mean, cost and seconds are of the others."""
    tokens_per_solved: float | None = None
    """All tokens over the number of right rows; None if there is none, or a row crashed."""
    cost_usd: float | None = None
    """US dollars of all rows; None if a price is unknown."""
    cost_per_solved_usd: float | None = None
    """Over the number of right rows; None as above."""
    seconds: float | None
    """Mean wall seconds of a row."""
    stages: dict[str, float] = Field(default_factory=dict)
    """Mean wall seconds by stage."""


class Calibration(Record):
    """Does a higher quality score mean code that is more often right?"""

    auroc: float | None
    """Chance that right code scores higher than wrong code; 0.5 is none."""
    error: float | None
    """Expected calibration error of the score, taken as a probability."""
    bins: tuple[tuple[float, float, float, int], ...]
    """Lower edge, mean score, share right, count."""


class Comparison(Record):
    """The loop against the baseline, on tasks that both have rows of."""

    baseline: str
    """Whom it is compared with."""
    tasks: int
    """Tasks in both."""
    difference: Interval
    """Mean of pass@1 of the loop less that of the baseline, task by task."""
    p: float
    """Two-sided p of a paired permutation test."""
    hidden: Interval
    """Mean of `Standing.hidden` of the loop less that of the baseline, task by task."""
    hidden_p: float
    """As `p`."""
    only_loop: int
    """Tasks that only the loop solved; see `mostly`."""
    only_baseline: int
    """Tasks that only the baseline solved."""


class Summary(Record):
    """Everything that a benchmark says."""

    header: Header
    """What was measured."""
    total: tuple[Standing, ...]
    """Each contestant on all tasks."""
    groups: dict[str, dict[str, tuple[Standing, ...]]]
    """By what, which group, each contestant."""
    comparison: Comparison | None
    """None without a baseline."""
    calibration: Calibration | None
    """Of the loop's quality score; None without rows of it."""


def summarise(header: Header, rows: Iterable[Row]) -> Summary:
    """The figures of a benchmark, finished or not."""
    rows = sorted(rows, key=lambda row: row.key)  # resampling sees their order
    groups: dict[str, dict[str, tuple[Standing, ...]]] = {}
    for by, members in GROUPS.items():
        found: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            for name in members(row):
                found[name].append(row)
        order = sorted(found, key=lambda name: (_ORDER.get(name, 0), name))
        groups[by] = {name: _standings(header, found[name]) for name in order}
    judged = [row for row in rows if row.contestant == LOOP and row.score is not None]
    return Summary(
        header=header,
        total=_standings(header, rows),
        groups=groups,
        comparison=_compare(header, rows),
        calibration=_calibrate(judged) if judged else None,
    )


def _standings(header: Header, rows: list[Row]) -> tuple[Standing, ...]:
    named = [[row for row in rows if row.contestant == name] for name in header.contestants]
    return tuple(standing(own, header.samples) for own in named if own)


def standing(rows: list[Row], samples: int) -> Standing:
    """One contestant's figures; `rows` are all its own and not empty."""
    by_task = _by_task(rows)
    solved = sum(row.solved for row in rows)
    whole = [row for row in rows if not row.error]
    divisor = solved if len(whole) == len(rows) else 0  # what is spent per solved is known
    scores = [row.score for row in rows if row.score is not None]
    accepted = [row for row in rows if row.accepted]
    firsts = [row for row in rows if row.first_solved is not None]
    costs = [row.usage.cost_usd for row in whole]
    cost = None if None in costs else float(sum(c for c in costs if c is not None))
    cached = sum(row.usage.cached_calls for row in rows)
    told = all(row.usage.cached_tokens or not row.usage.cached_calls for row in rows)
    tokens = sum(row.usage.all_tokens for row in whole) if told and whole else None
    spent: dict[str, Any] = {"seconds": None} if cached or not whole else {
        "cost_usd": cost,
        "cost_per_solved_usd": cost / divisor if divisor and cost is not None else None,
        "seconds": sum(row.seconds for row in whole) / len(whole),
        "stages": _means([row.stages for row in rows if row.stages]),
    }  # fmt: skip
    judges = any(row.accepted is not None for row in rows)
    return Standing(
        contestant=rows[0].contestant,
        tasks=len(by_task),
        samples=len(rows),
        crashed=sum(bool(row.error) for row in rows),
        pass_at={k: _pass_at(by_task, k) for k in _ks(by_task, samples)},
        hidden=statistics.mean(list(_hidden(rows).values())),
        refined=sum(r.solved and not r.first_solved for r in firsts) if judges else None,
        spoilt=sum(bool(r.first_solved) and not r.solved for r in firsts) if judges else None,
        accepted=len(accepted) / len(rows) if judges else None,
        accepted_solved=sum(r.solved for r in accepted) / len(accepted) if accepted else None,
        score=sum(scores) / len(scores) if scores else None,
        dimensions=_means([row.dimensions for row in rows if row.dimensions]),
        cached=cached,
        tokens=None if tokens is None else tokens / len(whole),
        tokens_per_solved=tokens / divisor if divisor and tokens is not None else None,
        **spent,
    )


def _by_task(rows: Iterable[Row]) -> dict[str, list[bool]]:
    found: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        found[row.task].append(row.solved)
    return found


def _hidden(rows: Iterable[Row]) -> dict[str, float]:
    """Share of its hidden tests that pass, by task, the mean over its samples."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        found[row.task].append(row.tests_passed / row.tests_total if row.tests_total else 0.0)
    return {task: sum(shares) / len(shares) for task, shares in found.items()}


def _ks(by_task: dict[str, list[bool]], samples: int) -> list[int]:
    most = min(len(solved) for solved in by_task.values())
    powers = [2**n for n in range(10) if 2**n <= min(most, samples)]
    return sorted({*powers, min(most, samples)})


def _pass_at(by_task: dict[str, list[bool]], k: int) -> Interval:
    values = [statistics.pass_at_k(len(s), sum(s), k) for s in by_task.values()]
    return statistics.mean(values)


def _means(dicts: list[dict[str, float]]) -> dict[str, float]:
    """Mean by key over all of them; a key that one lacks counts 0 there."""
    keys = dict.fromkeys(key for each in dicts for key in each)
    return {key: sum(each.get(key, 0.0) for each in dicts) / len(dicts) for key in keys}


def _compare(header: Header, rows: list[Row]) -> Comparison | None:
    baselines = [name for name in header.contestants if name != LOOP]
    if not baselines or LOOP not in header.contestants:
        return None
    own = [row for row in rows if row.contestant == LOOP]
    others = [row for row in rows if row.contestant == baselines[0]]
    ours, theirs = _by_task(own), _by_task(others)
    both = [task for task in ours if task in theirs]
    if not both:
        return None
    difference, p = _paired(
        [sum(ours[task]) / len(ours[task]) for task in both],
        [sum(theirs[task]) / len(theirs[task]) for task in both],
    )
    passed, plainly_passed = _hidden(own), _hidden(others)
    hidden, hidden_p = _paired(
        [passed[task] for task in both], [plainly_passed[task] for task in both]
    )
    return Comparison(
        baseline=baselines[0],
        tasks=len(both),
        difference=difference,
        p=p,
        hidden=hidden,
        hidden_p=hidden_p,
        only_loop=sum(mostly(ours[task]) and not mostly(theirs[task]) for task in both),
        only_baseline=sum(mostly(theirs[task]) and not mostly(ours[task]) for task in both),
    )


def _paired(mine: list[float], plain: list[float]) -> tuple[Interval, float]:
    """Mean difference of values by task, and p."""
    differences = [a - b for a, b in zip(mine, plain, strict=True)]
    return statistics.mean(differences, shares=False), statistics.paired_p(mine, plain)


def _calibrate(rows: list[Row]) -> Calibration:
    scores = [row.score or 0.0 for row in rows]
    solved = [row.solved for row in rows]
    bins = statistics.reliability(scores, solved)
    return Calibration(
        auroc=statistics.auroc(scores, solved),
        error=statistics.calibration_error(bins),
        bins=tuple(tuple(each) for each in bins),
    )
