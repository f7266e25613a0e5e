"""`burnish agent context`: a consultation in, a context file out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from burnish.records.context import GenerationContext, MissingField

EXAMPLES = """
[bold]Examples[/bold]

  burnish agent context transcript.txt --out support-bot.yaml

  burnish agent context state.json --rules-only --json
"""


def context(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="CONSULTATION",
            help="A transcript, a workflow's state in JSON or YAML, or free text.",
        ),
    ],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="YAML file to write.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace that file.")] = False,
    lm: Annotated[
        str | None, typer.Option(help='"local" or "provider/model"; see burnish lm list.')
    ] = None,
    rules_only: Annotated[bool, typer.Option("--rules-only", help="Ask no model.")] = False,
    ask: Annotated[
        bool, typer.Option("--ask/--no-ask", help="Ask for what is missing, at a terminal.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Read what an agent is to be: what was said, where, and what is missing."""
    from burnish.agents.context.completion import complete
    from burnish.agents.context.extraction import extract, known_tools
    from burnish.agents.context.file import require_free, write_context
    from burnish.cli import intake
    from burnish.cli.terminal import emit, quiet_stdout, stderr, stdout
    from burnish.modules.consultation.document import MAX_CHARS

    text = intake.read_text(file, "consultation", MAX_CHARS)
    if out is not None and not force:
        require_free(out)
    console = stderr()
    with quiet_stdout(console):
        found = extract(text, lm=lm, rules_only=rules_only)
    if ask and not as_json and sys.stdin.isatty():
        _values(stdout(), text, found)
        found = complete(found, _asker(console), known_tools())
    if out is not None:
        write_context(found, out, overwrite=force)
    if as_json:
        emit(document(found))
    else:
        _report(stdout(), text, found)
        if out is not None:
            console.print(
                f"Written to {out}. Next: burnish agent new {out} --out DIR", markup=False
            )


def document(found: GenerationContext) -> dict[str, Any]:
    """The context as JSON, with what follows from it."""
    return {
        "context": found.model_dump(mode="json"),
        "completeness": round(found.completeness, 2),
        "missing": [each.model_dump() for each in found.missing],
    }


def _asker(console: Console) -> Any:
    """Questions at the terminal; an empty line leaves one open, the end of input all others."""
    ended = False

    def ask(missing: MissingField, reason: str) -> str:
        nonlocal ended
        if reason:
            console.print(reason, markup=False)
        try:
            question = f"{missing.question} [empty: leave open] "
            return "" if ended else console.input(question, markup=False)
        except EOFError:
            ended = True
            console.print()
            return ""

    return ask


def _report(console: Console, text: str, found: GenerationContext) -> None:
    """What was read and where, and a list of what was not."""
    _values(console, text, found)
    console.print(f"\n{found.completeness:.0%} complete", style="bold")
    for missing in found.missing:
        console.print(f"  {missing.field}: {missing.question}", markup=False)


def _values(console: Console, text: str, found: GenerationContext) -> None:
    """A table of what was read and where, and what was not understood."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("field", "value", "read from"):
        table.add_column(name, overflow="fold")
    for field in dict.fromkeys(place.field for place in found.places):
        places = [place for place in found.places if place.field == field]
        value = found.value(field)
        listed = ", ".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)
        table.add_row(field, Text(listed), Text("; ".join(_where(text, place) for place in places)))
    if found.places:
        console.print(table)
    for place in found.unread:
        console.print(
            f"not understood, {place.field}: {place.quote!r} ({_where(text, place)})", markup=False
        )


def _where(text: str, place: Any) -> str:
    if place.reader == "person":
        return "your answer"
    line = text.count("\n", 0, place.start) + 1
    return f"line {line}" + (", by the model" if place.reader == "model" else "")
