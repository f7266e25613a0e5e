"""What a person, or with --json a program, is told when a work is done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.table import Table
from rich.text import Text

from burnish.cli.progress import tests_text
from burnish.cli.terminal import bar, marks
from burnish.config import Weights
from burnish.records import Attempt, QualityReport, Solution
from burnish.templates.package.folder import REPORT
from burnish.templates.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

    from burnish.experiments.tracking import MlflowTracker

SIDE_BY_SIDE_WIDTH = 100
BAR_WIDTH = 14
SHOWN_FAILURES = 5
TALL = 30
"""Lines of a terminal that has room for blank ones."""


class Outcome(NamedTuple):
    """A finished work and where it went."""

    solution: Solution
    weights: Weights
    files: tuple[Path, ...]
    tracker: MlflowTracker | None


def document(outcome: Outcome) -> dict[str, Any]:
    """The content of report.json, and where the package and the run are."""
    folder, tracker = outcome.files[0].parent, outcome.tracker
    written: dict[str, Any] = json.loads((folder / REPORT).read_text("utf-8"))
    return written | {
        "folder": str(folder),
        "tracking": {"run_id": tracker.run_id, "url": tracker.run_url} if tracker else None,
    }


def show(outcome: Outcome, console: Console) -> None:
    """The grounds, what changed, the verdict last where it stays in sight, and where all lies."""
    solution = outcome.solution
    quality = solution.best.quality if solution.best else None
    if quality is not None:
        judgement(quality, outcome.weights, console)
        _gap(console)
        console.print(_history(solution))
        _gap(console)
    verdict(solution.accepted, solution.status.replace("_", " ").lower(), quality, console)
    if not solution.accepted and solution.stopped:
        console.print(Text(f"Stopped: {printable(solution.stopped)}.".replace("..", ".")))
    _whereabouts(outcome, console)


def verdict(accepted: bool, words: str, quality: QualityReport | None, console: Console) -> None:
    """One line: accepted or not, the status in words, the score."""
    good, bad, _ = marks(console)
    style = "bold green" if accepted else "bold red"
    line = Text.assemble(
        (f"{good} Accepted" if accepted else f"{bad} Not accepted", style), f": {words}"
    )
    if quality is not None:
        line.append(f", score {quality.score:.2f} ({quality.threshold:.2f} needed)")
    console.print(line)


def judgement(quality: QualityReport, weights: Weights, console: Console) -> None:
    """The five dimensions and the gates, and the tests that did not pass."""
    dimensions, gates = _dimensions(quality, weights, console), _gates(quality, console)
    if console.width >= SIDE_BY_SIDE_WIDTH:
        grid = Table.grid(padding=(0, 3))
        grid.add_row(dimensions, gates)
        console.print(grid)
    else:
        console.print(dimensions)
        _gap(console)
        console.print(gates)
    failed = [test for test in quality.execution.tests if test.outcome != "passed"]
    for test in failed[:SHOWN_FAILURES]:
        said = headline(test.message) or test.outcome
        line = Text.assemble(("  " + printable(test.id), "red"), f" ({test.suite}): {said}")
        line.truncate(console.width, overflow="ellipsis")
        console.print(line)
    if len(failed) > SHOWN_FAILURES:
        console.print(f"  and {len(failed) - SHOWN_FAILURES} more")
    if quality.execution.error:
        console.print(Text(f"  {printable(quality.execution.error)}", "yellow"))


def headline(message: str) -> str:
    """The line of a test's message that says what went wrong: pytest marks it with an E."""
    lines = [line.strip() for line in printable(message).splitlines() if line.strip()]
    marked = [line[2:].strip() for line in lines if line.startswith("E ")]
    return next(iter([*marked, *lines]), "")


def _gap(console: Console) -> None:
    """A blank line, unless it would push the verdict off a small screen."""
    if not console.is_terminal or console.height >= TALL:
        console.print()


def _table() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold dim")


def _dimensions(quality: QualityReport, weights: Weights, console: Console) -> Table:
    shares = weights.model_dump()
    total = sum(shares.values()) or 1.0
    table = _table()
    table.add_column("dimension", no_wrap=True)
    table.add_column("weight", justify="right")
    table.add_column("score", no_wrap=True)
    for name, value in quality.dimensions.model_dump().items():
        style = "green" if value >= 0.8 else "yellow" if value >= 0.5 else "red"
        score = Text.assemble((bar(value, BAR_WIDTH, console), style), f" {value:.2f}")
        table.add_row(name.replace("_", " "), f"{shares[name] / total:.2f}", score)
    return table


def _gates(quality: QualityReport, console: Console) -> Table:
    good, bad, _ = marks(console)
    table = _table()
    table.add_column("gate", no_wrap=True)
    table.add_column("measured", overflow="fold")
    for gate in quality.gates:
        mark = (good, "green") if gate.passed else (bad, "bold red")
        name = Text.assemble(mark, f" {gate.name.replace('_', ' ')}")
        table.add_row(name, Text(printable(gate.detail), "" if gate.passed else "red"))
    return table


def _history(solution: Solution) -> Table:
    table = _table()
    table.add_column("# move", no_wrap=True, min_width=14)
    table.add_column("tests", no_wrap=True, min_width=18)
    table.add_column("score", no_wrap=True, min_width=9)
    table.add_column("why", overflow="ellipsis", no_wrap=True)
    before = None
    for attempt in solution.history:
        table.add_row(
            f"{attempt.candidate.round} {attempt.candidate.move.replace('_', ' ')}",
            tests_text(attempt.execution.passed(), len(attempt.execution.tests)),
            f"{attempt.quality.score:.2f}" + (" best" if attempt == solution.best else ""),
            Text(_why(attempt, before), "dim"),
        )
        before = attempt
    return table


def _why(attempt: Attempt, before: Attempt | None) -> str:
    """The move's own reason, else the first thing that the attempt before was told to mend."""
    told = attempt.candidate.note or (before.feedback if before else "")
    lines = [line.strip() for line in printable(told).splitlines() if line.strip()]
    return lines[0] if lines else ""


def _whereabouts(outcome: Outcome, console: Console) -> None:
    usage, solution = outcome.solution.usage, outcome.solution
    cost = "cost unknown" if usage.cost_usd is None else f"${usage.cost_usd:.4f}"
    cost = "free" if usage.cost_usd == 0 else cost
    spent = f"{usage.calls} calls, {usage.tokens:,} tokens, {cost}, {solution.seconds:.1f} s"
    folder = outcome.files[0].parent
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    rows = [("Package", f"{shown}/"), ("Report", f"{shown / 'report.html'}"), ("Spent", spent)]
    if outcome.tracker is not None and outcome.tracker.run_id:
        rows.append(("MLflow", outcome.tracker.summary()))
    for name, value in rows:
        # the terminal wraps: a path must stay in one piece for those who copy it
        console.print(Text.assemble((f"{name:<9}", "bold"), value), soft_wrap=True)
