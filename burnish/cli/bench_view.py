"""What a person sees of a benchmark: progress while it runs, then the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from burnish.experiments.bench.statistics import Interval
from burnish.experiments.bench.summary import Standing, Summary

if TYPE_CHECKING:
    from rich.console import Console

    from burnish.experiments.bench.bench import Outcome, Plan
    from burnish.experiments.bench.running import Watch
    from burnish.experiments.bench.work import Done

SPLIT_BY = ("language", "difficulty", "kind")


@contextmanager
def watching(console: Console, plan: Plan) -> Iterator[Watch]:
    """Shows each result on `console` for the length of the block."""
    solved = dict.fromkeys(plan.contestants, 0)
    tried = dict.fromkeys(plan.contestants, 0)

    def counted(done: Done) -> str:
        name = done.unit.contestant
        tried[name] += 1
        solved[name] += bool(done.row and done.row.solved)
        return ", ".join(f"{n} {solved[n]}/{tried[n]}" for n in plan.contestants)

    if not console.is_terminal or console.is_dumb_terminal:

        def say(done: Done, count: int, total: int) -> None:
            verdict = "solved" if done.row and done.row.solved else "not solved"
            console.print(
                f"{count}/{total}  {done.unit.task.id}, {done.unit.contestant}: {verdict}  "
                f"({counted(done)})",
                markup=False, soft_wrap=True,
            )  # fmt: skip

        yield say
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        total = len(plan.tasks.tasks) * plan.samples * len(plan.contestants)
        shown = progress.add_task("", total=total)

        def update(done: Done, count: int, total: int) -> None:
            progress.update(shown, completed=count, description=f"solved: {counted(done)}")

        yield update


def show(summary: Summary, console: Console) -> None:
    """The tables, the comparison and what the score is worth."""
    console.print(_standings("all tasks", {"all": summary.total}))
    for by in SPLIT_BY:
        if len(summary.groups[by]) > 1:
            console.print(_standings(by, summary.groups[by]))
    for line in sentences(summary):
        console.print(line, markup=False)


def _standings(title: str, groups: dict[str, tuple[Standing, ...]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title_justify="left")
    for name, justify in (
        (title, "left"), ("", "left"), ("tasks", "right"), ("pass@1 [95%]", "left"),
        ("score", "right"), ("accepted", "right"), ("tokens/solved", "right"), ("s", "right"),
    ):  # fmt: skip
        table.add_column(name, justify=justify, header_style="bold")  # type: ignore[arg-type]
    for name, standings in groups.items():
        for index, each in enumerate(standings):
            table.add_row("" if index else name, *cells(each))
    return table


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
        f"{each.seconds:.1f}",
    ]


def interval(found: Interval) -> str:
    """A share with its interval, short."""
    return f"{found.value:.0%} [{found.low:.0%}, {found.high:.0%}]"


def sentences(summary: Summary) -> Iterator[str]:
    """What else there is to say, a sentence a line."""
    for each in summary.total:
        more = [f"pass@{k} {interval(v)}" for k, v in each.pass_at.items() if k > 1]
        if more:
            yield f"{each.contestant}: {', '.join(more)}."
        if each.refined is not None:
            yield (
                f"Refinement made {each.refined} right that were wrong at first, and "
                f"{each.spoilt} wrong that were right."
            )
        if each.accepted_solved is not None:
            yield f"Of what {each.contestant} accepted, {each.accepted_solved:.0%} is right."
        if each.crashed:
            yield f"{each.crashed} of {each.samples} by {each.contestant} crashed."
    found = summary.comparison
    if found is not None:
        low, high = found.difference.low * 100, found.difference.high * 100
        yield (
            f"burnish less {found.baseline}: {found.difference.value * 100:+.1f} points "
            f"[{low:+.1f}, {high:+.1f}], p = {found.p:.3f}; only burnish solved "
            f"{found.only_loop}, only {found.baseline} {found.only_baseline}, of {found.tasks}."
        )
    worth = summary.calibration
    if worth is not None and worth.auroc is not None:
        yield (
            f"The quality score tells right from wrong with AUROC {worth.auroc:.2f} "
            f"(0.5 is chance); calibration error {worth.error:.2f}."
        )


def epilogue(outcome: Outcome, run: str, console: Console) -> None:
    """Where it all lies, and what is left to do."""
    console.print(f"Rows: {outcome.path}", markup=False, soft_wrap=True)
    if run:
        console.print(f"MLflow run {run}; `burnish ui` shows it.", markup=False, soft_wrap=True)
    if outcome.problems:
        console.print(
            f"{len(outcome.problems)} could not be done ({outcome.problems[-1]}); the same "
            "command with --resume tries them again.",
            markup=False, soft_wrap=True, style="yellow",
        )  # fmt: skip
