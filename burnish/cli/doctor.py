"""`burnish doctor`: what is here, what is missing, and the command that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from burnish.cli.diagnosis import Part


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Look at this machine; exits with 3 if code cannot be generated and run here."""
    from dataclasses import asdict

    from burnish.cli import diagnosis
    from burnish.cli.ending import ACCEPTED, MISSING
    from burnish.cli.terminal import emit, quiet_stdout, stderr

    console = stderr()
    with quiet_stdout(console), console.status("looking around"):
        parts = diagnosis.examine()
    ready = diagnosis.ready(parts)
    if as_json:
        emit({"ready": ready, "parts": [asdict(part) for part in parts]})
    else:
        _show(parts, ready)
    raise typer.Exit(ACCEPTED if ready else MISSING)


def _show(parts: tuple[Part, ...], ready: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    from burnish.cli.terminal import marks, stdout

    console = stdout()
    good, bad, other = marks(console)
    signs = {"here": (good, "green"), "optional": (other, "yellow"), "missing": (bad, "bold red")}
    table = Table.grid(padding=(0, 2))
    for part in parts:
        sign, style = signs[part.state]
        table.add_row(Text(sign, style), Text(part.name, "bold"), Text(part.detail))
        if part.remedy:
            table.add_row("", "", Text(part.remedy, "cyan"))
    console.print(table)
    verdict = "Ready to generate." if ready else "Not ready: mend what is missing above."
    console.print(Text(verdict, "bold green" if ready else "bold red"))
