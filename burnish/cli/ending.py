"""How a command ends: the one place where errors become exit codes and sentences."""

from __future__ import annotations

import os
import select
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from typer import Abort
from typer.core import TyperGroup

from burnish.cli.terminal import emit, stderr
from burnish.errors import BurnishError, report
from burnish.templates.printable import printable

ACCEPTED, NOT_ACCEPTED, BAD_INPUT, MISSING = 0, 1, 2, 3
UNEXPECTED = 70  # EX_SOFTWARE: none of the four above may be mistaken for a mistake of ours
INTERRUPTED = 130
PIPE_CLOSED = 141


class InterruptedWork(BaseException):
    """Ctrl-C, with a sentence on what was left; not an Exception, as KeyboardInterrupt is none."""


class Stopped(InterruptedWork):
    """Ctrl-C as the way to end a server: its document was printed when it began."""


class CommandGroup(TyperGroup):
    """A group that ends every command through `ended`, called by a shell or by a test."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run and exit; with `standalone_mode=False` return the exit code instead."""
        arguments = list(sys.argv[1:] if args is None else args)
        run = super().main
        code = ended(
            lambda: run(
                arguments, prog_name, complete_var, False, windows_expand_args=False, **extra
            ),
            as_json="--json" in arguments,
        )
        if standalone_mode:
            sys.exit(code)
        return code

    def invoke(self, ctx: Any) -> Any:
        """Keep typer's own handling of Ctrl-C and closed pipes away from ours."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise InterruptedWork("Interrupted.") from None
        except BrokenPipeError as error:
            if _reader_gone():
                raise PipeClosed from None
            # without its number, which click takes for a reader of ours that is gone
            raise BrokenPipeError(str(error)) from error
        except EOFError as error:  # click takes it for Ctrl-D; prompts have told that by Abort
            raise RuntimeError(f"EOFError: {error}") from error


class PipeClosed(BaseException):
    """Nobody reads our output any more."""


def ended(command: Callable[[], Any], *, as_json: bool) -> int:
    """Run a command and return its exit code; whatever it raises is told in one sentence."""
    try:
        code = command()
    except BurnishError as error:
        tell(error.report(), as_json=as_json)
        return error.exit_code
    except (InterruptedWork, KeyboardInterrupt, Abort) as error:
        said = report("Interrupted", str(error) or "Interrupted.", {}, [])
        tell(said, as_json=as_json and not isinstance(error, Stopped))
        return INTERRUPTED
    except PipeClosed:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that the exit's own flush finds a reader
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  the last line of defence
        if _is_usage_error(error):
            return _usage_error(error, as_json=as_json)
        return _unexpected(error, as_json=as_json)
    return code if isinstance(code, int) else ACCEPTED


def _reader_gone() -> bool:
    """Whether nobody reads stdout: other pipes break too, such as one to the Docker Engine."""
    if not hasattr(select, "poll"):  # Windows has none
        return True
    stdout = select.poll()
    stdout.register(1, 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in stdout.poll(0))


def tell(document: dict[str, Any], *, as_json: bool) -> None:
    """The sentence and its fixes on stderr, and with --json the error's report on stdout."""
    expected = document["error_type"] == "Interrupted"
    prefix, style = ("", "yellow") if expected else ("Error: ", "bold red")
    console = stderr()
    # the terminal wraps: a path must stay in one piece for those who copy it
    text = f"{prefix}{printable(document['message'])}"
    console.print(text, style=style, markup=False, soft_wrap=True)
    for action in document["recovery_actions"]:
        console.print(printable(action), markup=False, soft_wrap=True)
    if as_json:
        emit(document)


def on_terminate() -> None:
    """A polite kill runs the clean-up that Ctrl-C runs: no container, no half-written file."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)


def _is_usage_error(error: Exception) -> bool:
    # by what it can do, because typer carries a click of its own in some versions
    return hasattr(error, "format_message") and hasattr(error, "exit_code")


def _usage_error(error: Any, *, as_json: bool) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "burnish"
    message = " ".join(str(error.format_message()).split())
    tell(report("UsageError", message, {}, [f"See `{path} --help`."]), as_json=as_json)
    return BAD_INPUT


def _unexpected(error: Exception, *, as_json: bool) -> int:
    if os.environ.get("BURNISH_DEBUG") == "1":
        traceback.print_exception(error)
    log = _write_log(error)
    remedy = f"The details are in {log}; please report them, with what you did." if log else ""
    message = f"this is a mistake of burnish itself ({type(error).__name__})"
    action = remedy or "Set BURNISH_DEBUG=1 to see it."
    details = {"kind": type(error).__name__}
    tell(report("UnexpectedError", message, details, [action]), as_json=as_json)
    return UNEXPECTED


def _write_log(error: Exception) -> Path | None:
    try:
        number, name = tempfile.mkstemp(prefix="burnish-error-", suffix=".log")
        with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write("".join(traceback.format_exception(error)))
    except OSError:
        return None
    return Path(name)
