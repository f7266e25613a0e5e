"""`burnish agent test`: a project's container, built, started, talked to, and removed again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from burnish.agents.trial.trial import Exchange, Trial

EXAMPLES = """
[bold]Examples[/bold]

  burnish agent test my-agent

  burnish agent test my-agent --input "Where is ORD-123456?" --script answers.json

  burnish agent test my-agent --lm local --interactive
"""
MODELS = ("script", "local", "bedrock")
INPUT = "Hello! What can you do for me?"


def test(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An agent project.")],
    inputs: Annotated[
        list[str] | None, typer.Option("--input", help="What to send; may be repeated.")
    ] = None,
    script: Annotated[
        Path | None,
        typer.Option(help='Answers of a scripted model: a JSON list of texts and {"tool": ...}.'),
    ] = None,
    lm: Annotated[
        str,
        typer.Option(
            help="script; local: the embedded model; bedrock: the project's own, with this shell's "
            "credentials."
        ),
    ] = "script",
    base: Annotated[
        str, typer.Option(help="Image to build on; else one is made without a registry.")
    ] = "",
    interactive: Annotated[
        bool, typer.Option("--interactive", help="Go on with lines of standard input.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the built image.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Build the container of a project, start it shut off from any network, and talk to it.

    Nothing of the project runs outside the container. Answers are shown as they come; the history
    keeps each with its latency and tokens. Container and image are removed whatever happens.
    """
    from burnish.agents.trial.trial import Plan, trying
    from burnish.cli import intake
    from burnish.cli.ending import InterruptedWork
    from burnish.cli.terminal import quiet_stdout, stderr
    from burnish.errors import InputError
    from burnish.templates.printable import printable

    intake.choice(lm, MODELS, "lm")
    if script is not None and lm != "script":
        raise InputError(f"--script and --lm {lm} were both given.", remedy="Give one of them.")
    plan = Plan(model=lm, script=script, base=base, keep=keep)  # type: ignore[arg-type]
    console = stderr()
    live = sys.stdout

    def progress(line: str) -> None:
        console.print(printable(line), markup=False, style="dim", soft_wrap=True)

    asked = [] if interactive and not inputs else inputs or [INPUT]
    try:
        with quiet_stdout(console), trying(folder, plan, progress) as trial:
            hear = None if as_json else live
            done = [
                _exchange(trial, prompt, hear, console) for prompt in _prompts(asked, interactive)
            ]
            faults = trial.faults()
            document = _document(trial, done, faults, keep=keep)
    except KeyboardInterrupt:
        raise InterruptedWork("Interrupted; the container and its image are removed.") from None
    _conclude(document, console, as_json=as_json)


def _prompts(asked: list[str], interactive: bool) -> Iterator[str]:
    """The inputs of the command line, then those of standard input until it ends."""
    yield from asked
    if not interactive:
        return
    if sys.stdin.isatty():
        sys.stderr.write("Ctrl-D ends it.\n")
    while True:
        if sys.stdin.isatty():
            sys.stderr.write("> ")
            sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            return
        if line.strip():
            yield line.rstrip("\n")


def _exchange(trial: Trial, prompt: str, live: TextIO | None, console: Console) -> Exchange:
    """One exchange, its answer shown as it comes."""
    from burnish.templates.printable import printable

    def hear(part: str) -> None:
        if live is not None:
            live.write(printable(part))
            live.flush()

    console.print(f"> {printable(prompt)}", markup=False, style="bold", soft_wrap=True)
    exchange = trial.ask(prompt, hear)
    hear("\n")
    if not exchange.answered:
        console.print(printable(exchange.output), markup=False, style="red", soft_wrap=True)
    tokens = "tokens unknown"
    if exchange.input_tokens is not None:
        tokens = f"{exchange.input_tokens} + {exchange.output_tokens} tokens"
    console.print(
        f"{exchange.latency_s:.3f} s, first part after {exchange.first_byte_s:.3f} s; {tokens}",
        style="dim",
    )
    return exchange


def _document(
    trial: Trial, done: list[Exchange], faults: list[str], *, keep: bool
) -> dict[str, Any]:
    from burnish.agents.trial.trial import history

    faults += [f"{each.input[:60]!r} was not answered" for each in done if not each.answered]
    if trial.unused:
        faults.append(f"{trial.unused} answers of the script were not asked for")
    return {
        "project": trial.manifest.name,
        "model": trial.model,
        "passed": not faults,
        "faults": faults,
        "build_s": trial.build_s,
        "start_s": trial.start_s,
        "exchanges": [each.model_dump(mode="json") for each in done],
        "history": str(history()),
        "image": trial.image if keep else None,
    }


def _conclude(document: dict[str, Any], console: Console, *, as_json: bool) -> None:
    from burnish.cli.ending import NOT_ACCEPTED
    from burnish.cli.terminal import emit
    from burnish.templates.printable import printable

    if as_json:
        emit(document)
    else:
        for fault in document["faults"]:
            console.print(f"Fault: {printable(fault)}", markup=False, style="red", soft_wrap=True)
        kept = f"; image {document['image']}" if document["image"] else ""
        console.print(f"The history is in {document['history']}{kept}.", style="dim")
    if not document["passed"]:
        raise typer.Exit(NOT_ACCEPTED)
