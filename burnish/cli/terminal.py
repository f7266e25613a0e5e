"""The two streams: results go to stdout, everything else to stderr."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def stdout() -> Console:
    """A console for results; a reader that went away is a BrokenPipeError."""
    from rich.console import Console

    class Results(Console):
        def on_broken_pipe(self) -> None:  # rich would exit with 1, which means "not accepted"
            raise BrokenPipeError

    return Results(highlight=False)


def stderr() -> Console:
    """A console for progress and errors."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def emit(document: dict[str, Any]) -> None:
    """Print one JSON document, in ASCII, so that no locale can spoil it."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")
    sys.stdout.flush()


def marks(console: Console) -> tuple[str, str, str]:
    """Signs for good, bad and so-so that this console can show."""
    return ("ok", "x", "!") if console.options.ascii_only else ("✓", "✗", "!")


def bar(value: float, width: int, console: Console) -> str:
    """A bar of `width` characters for a value in [0, 1], in eighths where the console can."""
    eighths = round(max(0.0, min(1.0, value)) * width * 8)
    if console.options.ascii_only:
        return "#" * (eighths // 8) + "." * (width - eighths // 8)
    full, rest = divmod(eighths, 8)
    part = " ▏▎▍▌▋▊▉"[rest] if full < width else ""
    return ("█" * full + part).ljust(width)


@contextlib.contextmanager
def quiet_stdout(console: Console) -> Iterator[None]:
    """While the work goes on, what libraries print and log goes to stderr, in one piece."""
    handler = _ConsoleHandler(console)
    logger = logging.getLogger("burnish")
    logger.addHandler(handler)
    propagate, logger.propagate = logger.propagate, False
    # DSPy's remarks on answers are for the program's author; what comes of them is in the report
    remarks = [logging.getLogger(f"dspy.{name}") for name in ("predict.predict", "clients.lm")]
    levels = [logger.level for logger in remarks]
    for each in remarks:
        each.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate
        for each, level in zip(remarks, levels, strict=True):
            each.setLevel(level)


class _ConsoleHandler(logging.Handler):
    """Warnings above the live view instead of through it."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.WARNING)
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        from burnish.templates.printable import printable

        self._console.print(printable(record.getMessage()), style="yellow", markup=False)
