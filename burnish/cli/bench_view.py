"""What a person sees of a benchmark: progress while it runs, then the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from burnish.experiments.bench.summary import Standing, Summary
from burnish.experiments.bench.wording import cells, sentences

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
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        total = len(plan.tasks.tasks) * plan.samples * len(plan.contestants)
        shown = progress.add_task("", total=total)

        def update(done: Done, count: int, total: int) -> None:
            progress.update(shown, completed=count, description=f"solved: {counted(done)}")

        yield update


def show(summary: Summary, console: Console) -> None:
    """The table, the comparison and what the score is worth."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, justify in (
        ("", "left"), ("", "left"), ("tasks", "right"), ("pass@1 [95%]", "left"),
        ("score", "right"), ("accepted", "right"), ("tokens/solved", "right"), ("s", "right"),
    ):  # fmt: skip
        table.add_column(name, justify=justify, header_style="bold")  # type: ignore[arg-type]
    _add(table, "all", summary.total)
    for by in SPLIT_BY:
        if len(summary.groups[by]) > 1:
            table.add_row()
            for name, standings in summary.groups[by].items():
                _add(table, name, standings)
    console.print(table)
    for line in sentences(summary):
        console.print(line, markup=False)


def _add(table: Table, name: str, standings: tuple[Standing, ...]) -> None:
    for index, each in enumerate(standings):
        table.add_row("" if index else name, *map(escape, cells(each)))


def epilogue(outcome: Outcome, run: str, console: Console) -> None:
    """Where it all lies, and what is left to do."""
    console.print(f"Rows: {outcome.path}", markup=False, soft_wrap=True)
    if run:
        console.print(f"MLflow run {run}; `burnish ui` shows it.", markup=False, soft_wrap=True)
    undone(outcome.problems, "--resume", console)


def undone(problems: Sequence[str], again: str, console: Console) -> None:
    """What could not be done, if anything: the same command `again` tries it once more."""
    if problems:
        console.print(
            f"{len(problems)} could not be done ({problems[-1]}); the same command with {again} "
            "tries them again.",
            markup=False, soft_wrap=True, style="yellow",
        )  # fmt: skip
