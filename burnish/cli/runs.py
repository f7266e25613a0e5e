"""`burnish runs`: what was recorded, in the terminal."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from burnish.experiments.runs import Comparison, Run, Runs

app = typer.Typer(help="List, show and compare recorded runs.", no_args_is_help=True)

AS_JSON = typer.Option("--json", help="One JSON document on stdout.")


def _runs() -> Runs:
    from burnish import config
    from burnish.experiments.desk import HTTP_PATIENCE
    from burnish.experiments.runs import Runs

    for name, value in HTTP_PATIENCE.items():
        os.environ.setdefault(name, value)
    return Runs(config.load().tracking)


@app.command("list")
def list_runs(
    kind: Annotated[
        str, typer.Option(help="generate, benchmark, row, optimisation or trial. [no parts]")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 20,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """The newest runs first."""
    from rich.table import Table

    from burnish.cli import intake
    from burnish.cli.terminal import emit, stdout
    from burnish.experiments.runs import KINDS

    if kind:
        intake.choice(kind, KINDS, "kind")
    found = _runs().newest(kind, limit)
    if as_json:
        emit({"runs": [_document(run) for run in found]})
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("run", "started", "kind", "name", "model", "", "status"):
        table.add_column(name, header_style="bold", no_wrap=name == "run")
    for run in found:
        first = run.headline
        table.add_row(
            run.id[:8], run.started.astimezone().strftime("%Y-%m-%d %H:%M"), run.kind, run.name,
            run.params.get("lm", ""), f"{first[0]} {first[1]:.2f}" if first else "",
            run.status.lower(),
        )  # fmt: skip
    stdout().print(table, markup=False)


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="Id of a run, or its beginning.", metavar="RUN")],
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Parameters and figures of one run."""
    from burnish.cli.terminal import emit, stdout

    run = _runs().get(id)
    if as_json:
        emit(_document(run))
        return
    console = stdout()
    console.print(f"{run.name}  {run.id}  {run.status.lower()}", markup=False, soft_wrap=True)
    for name, text in sorted(run.params.items()):
        console.print(f"  {name:<40}{' '.join(text.split())[:100]}", markup=False, soft_wrap=True)
    for name, value in sorted(run.metrics.items()):
        console.print(f"  {name:<40}{value:.4g}", markup=False, soft_wrap=True)


@app.command()
def compare(
    first: Annotated[str, typer.Argument(help="Id of a run, or its beginning.", metavar="A")],
    second: Annotated[str, typer.Argument(help="Id of another.", metavar="B")],
    markdown: Annotated[
        Path | None, typer.Option(help="Write the comparison there, for a pull request.")
    ] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Two runs side by side: what differs, and of benchmarks which tasks."""
    from burnish.cli.terminal import emit, stderr, stdout
    from burnish.experiments import output
    from burnish.experiments.runs import markdown as as_markdown

    found = _runs().compare(first, second)
    text = as_markdown(found)
    if markdown is not None:
        output.write(markdown, text)
        stderr().print(f"Written to {markdown}.", markup=False)
    if as_json:
        emit({
            "first": _document(found.first), "second": _document(found.second),
            "params": found.params, "metrics": found.metrics,
            "gained": found.gained, "lost": found.lost,
        })  # fmt: skip
    elif markdown is None:
        _print(found, stdout())


def _print(found: Comparison, console: Console) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    heads = ("", *(f"{run.name} {run.id[:8]}" for run in (found.first, found.second)), "change")
    for head, justify in zip(heads, ("left", "right", "right", "right"), strict=True):
        table.add_column(head, justify=justify, header_style="bold")  # type: ignore[arg-type]
    for name, (first, second) in found.params.items():
        table.add_row(name, first[:40], second[:40], "")
    for name, (old, new) in found.metrics.items():
        change = "" if old is None or new is None else f"{new - old:+.4g}"
        shown = ["" if value is None else f"{value:.4g}" for value in (old, new)]
        table.add_row(name, *shown, change)
    console.print(table, markup=False)
    for title, tasks in (("Solved now", found.gained), ("No longer solved", found.lost)):
        if tasks:
            console.print(f"{title}: {', '.join(tasks)}.", markup=False)


def _document(run: Run) -> dict[str, Any]:
    return {
        "id": run.id, "name": run.name, "kind": run.kind, "started": run.started.isoformat(),
        "status": run.status, "params": dict(run.params), "metrics": dict(run.metrics),
    }  # fmt: skip
