"""The progress bar of a download, or a line now and then where no bar can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from rich.console import Console

PERCENT_PER_LINE = 10


@contextmanager
def pulling(console: Console, name: str) -> Iterator[Callable[[int, int, str], None]]:
    """A function to be told bytes done, bytes in all, and what is going on."""
    if not console.is_terminal:
        yield _lines(console, name)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, expand=True) as progress:
        task = progress.add_task(name)

        def tell(done: int, total: int, what: str) -> None:
            progress.update(task, completed=done, total=total, description=f"{name}: {what}")

        yield tell


def _lines(console: Console, name: str) -> Callable[[int, int, str], None]:
    last = ("", -1)

    def tell(done: int, total: int, what: str) -> None:
        nonlocal last
        step = done * 100 // max(total, 1) // PERCENT_PER_LINE
        if (what, step) != last:
            last = (what, step)
            console.print(f"{name}: {what} {step * PERCENT_PER_LINE}%", markup=False)

    return tell
