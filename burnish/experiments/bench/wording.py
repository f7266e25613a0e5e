"""A benchmark's summary in words: the cells of a table, sentences, Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from burnish.experiments.bench.statistics import Interval
from burnish.experiments.bench.summary import Standing, Summary


def cells(each: Standing) -> list[str]:
    """One standing as the columns of a table."""
    tokens = each.tokens_per_solved
    return [
        each.contestant,
        str(each.tasks),
        interval(each.pass_at[1]),
        "-" if each.score is None else f"{each.score:.2f}",
        "-" if each.accepted is None else f"{each.accepted:.0%}",
        "-" if tokens is None else f"{tokens:,.0f}",
        "-" if each.seconds is None else f"{each.seconds:.1f}",
    ]


def interval(found: Interval) -> str:
    """A share with its interval, short."""
    return f"{found.value:.0%} [{found.low:.0%}, {found.high:.0%}]"


def _points(found: Interval) -> str:
    """A difference of shares in percentage points."""
    low, high = found.low * 100, found.high * 100
    between = "-" if low == high else f"[{low:+.1f}, {high:+.1f}]"  # no spread, no interval
    return f"{found.value * 100:+.1f} points {between}"


def _p(value: float) -> str:
    """A p; resampling cannot tell very small ones apart."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


def sentences(summary: Summary) -> Iterator[str]:
    """What else there is to say, a sentence a line."""
    for each in summary.total:
        more = [f"pass@{k} {interval(v)}" for k, v in each.pass_at.items() if k > 1]
        if more:
            yield f"{each.contestant}: {', '.join(more)}."
        if each.refined is not None:
            yield (
                f"{each.contestant} made {each.refined} right where the model's first answer was "
                f"wrong, and {each.spoilt} wrong where it was right."
            )
        if each.accepted_solved is not None:
            yield f"Of what {each.contestant} accepted, {each.accepted_solved:.0%} is right."
        if each.tasks < (planned := summary.header.planned):
            yield f"Unfinished: {each.contestant} has {each.tasks} of {planned} tasks."
        if each.crashed:
            yield f"{each.crashed} of {each.samples} by {each.contestant} crashed."
        if each.cached:
            yield (
                f"Of {each.contestant}'s model calls, {each.cached} came from the cache: "
                "its seconds and dollars are not known."
            )
    found = summary.comparison
    if found is not None:
        yield (
            f"burnish less {found.baseline}: {_points(found.difference)}, "
            f"{_p(found.p)}; only burnish solved {found.only_loop}, "
            f"only {found.baseline} {found.only_baseline}, of {found.tasks}."
        )
    shares = [f"{each.contestant} {interval(each.hidden)}" for each in summary.total]
    beside = ""
    if found is not None:
        both = [each for each in summary.total if each.tasks != found.tasks]
        on = f" on the {found.tasks} tasks of both" if both else ""
        beside = f"; the difference{on} is {_points(found.hidden)}, {_p(found.hidden_p)}"
    yield f"Of a task's hidden tests pass on average: {', '.join(shares)}{beside}."
    worth = summary.calibration
    if worth is not None and worth.auroc is not None:
        yield (
            f"The quality score tells right from wrong with AUROC {worth.auroc:.2f} "
            f"(0.5 is chance); calibration error {worth.error:.2f}."
        )


def markdown(summary: Summary) -> str:
    """The summary for a run's description, a page or a pull request."""
    lines = [
        "| | | tasks | pass@1 [95%] | score | accepted | tokens per solved | s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    groups = {"all": {"all": summary.total}} | {
        by: summary.groups[by] for by in ("language", "difficulty") if len(summary.groups[by]) > 1
    }
    for group in groups.values():
        for name, standings in group.items():
            lines += [f"| {name} | {' | '.join(cells(each))} |" for each in standings]
    return "\n".join([*lines, "", *sentences(summary)]) + "\n"
