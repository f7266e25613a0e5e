"""What a test's exception is called and how it reads in a report."""

from __future__ import annotations

import traceback
from types import TracebackType
from typing import Any

MESSAGE_CHARS = 600
_NOISE = ("Use -v to get more diff", "...Full output truncated")


class TestTimeout(BaseException):
    """Raised by the alarm; no `except Exception` of a candidate swallows it."""

    __test__ = False


class Forgery(AssertionError):
    """A comparison passed that no honest value passes."""


def category_of(error: BaseException) -> str:
    """The records' `Category` for this exception."""
    if isinstance(error, Forgery):
        return "forgery"
    if isinstance(error, TestTimeout):
        return "timeout"
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, AssertionError) or type(error).__name__ == "Failed":
        return "assertion"
    if isinstance(error, SyntaxError):
        return "syntax"
    return "import" if isinstance(error, ImportError) else "exception"


def describe(
    error: BaseException, trace: TracebackType | None, sources: dict[str, str], module_file: str
) -> dict[str, Any]:
    """Category, message and module line of one exception, as fields of an event.

    `sources` maps the file names whose lines may be quoted to their text.
    """
    frames = [f for f in traceback.extract_tb(trace) if f.filename in sources]
    line = inside = line_in(trace, module_file)
    if isinstance(error, SyntaxError) and error.filename == module_file:
        line = error.lineno
    parts = []
    test_frames = [f for f in frames if f.filename != module_file]
    if test_frames:
        parts.append("> " + _quote(sources[test_frames[-1].filename], test_frames[-1].lineno))
    text = _text(error)
    parts += ["E " + row for row in text.splitlines() if not row.strip().startswith(_NOISE)]
    if inside is not None:
        parts.append(quoted(sources[module_file], inside))
    message = "\n".join(parts)
    if len(message) > MESSAGE_CHARS:
        message = message[: MESSAGE_CHARS - 4] + " ..."
    return {"category": category_of(error), "message": message, "line": line}


def line_in(trace: TracebackType | None, file: str) -> int | None:
    """The innermost line of a file that a trace passes through; None if it passes it by."""
    lines = [frame.lineno for frame in traceback.extract_tb(trace) if frame.filename == file]
    return lines[-1] if lines else None


def quoted(source: str, line: int) -> str:
    """A line of the module with its number, as messages end with it."""
    return f"  line {line}: {_quote(source, line)}"


def _quote(source: str, line: int | None) -> str:
    rows = source.split("\n")
    return rows[line - 1].strip()[:200] if line and line <= len(rows) else ""


def _text(error: BaseException) -> str:
    try:
        text = str(error)[:4000]
    except BaseException as inner:
        text = f"<message raised {type(inner).__name__}>"
    if isinstance(error, TestTimeout):
        return text
    if isinstance(error, AssertionError) and text.startswith("assert "):
        return text
    if type(error).__name__ == "Failed":
        return text
    name = type(error).__name__
    return f"{name}: {text}" if text else name
