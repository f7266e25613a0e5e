"""The command `burnish`: what it is called with, and where each command lives.

Nothing here or in the command modules may import pydantic, dspy or mlflow at the top: `--help`
must answer at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from burnish import __version__
from burnish.cli import (
    agent,
    bench,
    cost,
    doctor,
    generate,
    lm,
    models,
    optimize,
    runs,
    sandbox,
    score,
    tasks,
    tools,
    ui,
)
from burnish.cli.ending import CommandGroup, on_terminate
from burnish.cli.terminal import emit

EXAMPLES = """
[bold]Examples[/bold]

  burnish generate "Write slugify(title): lower case, words joined by hyphens."

  burnish generate --file spec.md --checks checks.py --out slugs

  burnish score solution.py --checks checks.py

  burnish bench burnish --split dev

  burnish doctor

Exit codes: 0 accepted, 1 not accepted, 2 bad input, 3 something is missing here.
"""

app = typer.Typer(
    name="burnish",
    cls=CommandGroup,
    help="From a sentence to working code: generated, run in a sandbox, scored, refined.",
    epilog=EXAMPLES,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("generate", epilog=generate.EXAMPLES)(generate.generate)
app.command("score", epilog=score.EXAMPLES)(score.score)
app.command("bench", epilog=bench.EXAMPLES)(bench.bench)
app.command("optimize", epilog=optimize.EXAMPLES)(optimize.optimize)
app.add_typer(tasks.app, name="tasks")
app.add_typer(agent.app, name="agent")
app.command("doctor")(doctor.doctor)
app.add_typer(lm.app, name="lm")
app.add_typer(models.app, name="models")
app.command("cost", epilog=cost.EXAMPLES)(cost.cost)
app.add_typer(tools.app, name="tools")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(runs.app, name="runs")
app.command("ui")(ui.ui)


@app.callback(invoke_without_command=True)
def burnish(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --version: as JSON.")] = False,
) -> None:
    """From a sentence to working code: generated, run in a sandbox, scored, refined."""
    if context.invoked_subcommand is not None:
        return
    if version:
        emit({"version": __version__}) if as_json else typer.echo(f"burnish {__version__}")
    else:
        typer.echo(context.get_help())


def main() -> None:
    """Run the command line and exit with its code."""
    on_terminate()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app(prog_name="burnish")
