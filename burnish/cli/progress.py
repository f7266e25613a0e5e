"""What a person sees while the work goes on: a live view, or plain lines where none is possible."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from burnish.cli.terminal import bar
from burnish.records import Attempt, Solution, Spec, Usage
from burnish.templates.printable import printable

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

    from burnish.modules.observer import Observer

STAGES = {
    "analyze": "reading the specification",
    "write_code": "writing code",
    "write_tests": "writing tests",
    "extend_tests": "adding tests",
    "document": "writing documentation",
    "add_docstrings": "writing docstrings",
    "repair_code": "repairing code",
    "repair_tests": "repairing tests",
    "execute": "running in the sandbox",
    "evaluate": "judging",
}
SHOWN_ATTEMPTS = 8
BAR_WIDTH = 10


@contextmanager
def watching(console: Console, specification: str, max_rounds: int) -> Iterator[Observer]:
    """An observer that shows the work on `console` for the length of the block."""
    if not console.is_terminal or console.is_dumb_terminal:
        yield Lines(console)
        return
    view = LiveView(specification, max_rounds)
    with Live(view, console=console, refresh_per_second=8, transient=True):
        yield view


def stage_words(stage: str) -> str:
    """A stage in words; unknown ones as they are called."""
    return STAGES.get(stage, stage.replace("_", " "))


class Lines:
    """One plain line per stage and attempt, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()

    def on_stage(self, spec: Spec, stage: str, round: int, usage: Usage) -> None:
        """Say what begins."""
        self._say(f"iteration {round}: {stage_words(stage)} ({usage.tokens:,} tokens so far)")

    def on_attempt(self, spec: Spec, attempt: Attempt, best: Attempt) -> None:
        """Say how it did."""
        run = attempt.execution
        self._say(
            f"iteration {attempt.candidate.round}: {run.passed()} of {len(run.tests)} tests "
            f"passed, score {attempt.quality.score:.2f}"
        )

    def on_solution(self, solution: Solution) -> None:
        """Say how it ended."""
        self._say(f"done: {solution.status}")

    def _say(self, text: str) -> None:
        seconds = time.monotonic() - self._started
        self._console.print(f"[{seconds:6.1f} s] {text}", markup=False, soft_wrap=True)


class LiveView:
    """The work as it stands: stage, iteration, tokens, seconds, and the attempts so far."""

    def __init__(self, specification: str, max_rounds: int) -> None:
        self._title = " ".join(printable(specification).split())
        self._max_rounds = max_rounds
        self._started = time.monotonic()
        self._stage, self._round, self._usage = "preparing model and sandbox", 0, Usage()
        self._attempts: tuple[Attempt, ...] = ()
        self._best: Attempt | None = None
        self._spinner = Spinner("dots")
        self._ascii_spinner = Spinner("line")

    def on_stage(self, spec: Spec, stage: str, round: int, usage: Usage) -> None:
        """Show what begins."""
        self._stage, self._round, self._usage = stage_words(stage), round, usage

    def on_attempt(self, spec: Spec, attempt: Attempt, best: Attempt) -> None:
        """Add a row."""
        self._attempts += (attempt,)
        self._best = best

    def on_solution(self, solution: Solution) -> None:
        """Show that only recording and writing are left."""
        self._stage, self._usage = "recording", solution.usage

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Two lines, and the attempts."""
        title = Text.assemble(("burnish ", "bold"), (self._title, "dim"))
        title.truncate(options.max_width - 1, overflow="ellipsis")
        yield title
        yield self._status(options)
        if self._attempts:
            yield Text()
            yield self._rows(console)

    def _status(self, options: ConsoleOptions) -> Table:
        spinner = self._ascii_spinner if options.ascii_only else self._spinner
        line = Table.grid(padding=(0, 2), expand=True)
        line.add_column(width=1)
        line.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        for _ in range(3):
            line.add_column(justify="right", no_wrap=True)
        seconds = time.monotonic() - self._started
        line.add_row(
            spinner,
            Text(self._stage, "cyan"),
            f"iteration {self._round}/{self._max_rounds}" if self._round else "first attempt",
            f"{self._usage.tokens:,} tokens",
            f"{seconds:.0f} s ",
        )
        return line

    def _rows(self, console: Console) -> Table:
        table = Table.grid(padding=(0, 2))
        for _ in range(6):
            table.add_column(no_wrap=True, overflow="ellipsis")
        for attempt in self._attempts[-SHOWN_ATTEMPTS:]:
            run, best = attempt.execution, attempt is self._best
            passed, total = run.passed(), len(run.tests)
            table.add_row(
                Text(f"  {attempt.candidate.round}", "dim"),
                attempt.candidate.move.replace("_", " "),
                tests_text(passed, total),
                Text(bar(attempt.quality.score, BAR_WIDTH, console), score_style(attempt)),
                f"{attempt.quality.score:.2f}",
                Text("best" if best else "", "bold"),
            )
        return table


def tests_text(passed: int, total: int) -> Text:
    """ "3 passed, 1 failed", in the colour that it deserves."""
    if not total:
        return Text("no test ran", "yellow")
    if passed == total:
        return Text(f"{passed} passed", "green")
    return Text(f"{passed} passed, {total - passed} failed", "red")


def score_style(attempt: Attempt) -> str:
    """Green at or over the threshold."""
    return "green" if attempt.quality.score >= attempt.quality.threshold else "yellow"
