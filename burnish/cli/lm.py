"""`burnish lm`: the language models that can be used, and the embedded one."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(
    help="List language models; fetch and serve the embedded one.", no_args_is_help=True
)


@app.command("list")
def list_models(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Every model and provider that --lm takes, and what it still needs."""
    from dataclasses import asdict

    from burnish.cli.terminal import emit, marks, stdout
    from burnish.registries import models

    choices = models.describe()
    if as_json:
        emit({"models": [asdict(choice) for choice in choices]})
        return
    from rich.table import Table
    from rich.text import Text

    console = stdout()
    good, _, other = marks(console)
    table = Table.grid(padding=(0, 2))
    for choice in choices:
        mark = Text(good, "green") if choice.ready else Text(other, "yellow")
        table.add_row(mark, Text(choice.name, "bold"), Text(choice.detail))
        table.add_row("", "", Text(choice.command, "cyan"))
    console.print(table)


@app.command()
def pull(
    name: Annotated[str, typer.Argument(help="Embedded model; see burnish lm list.")] = "local",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Fetch the embedded model's weights and verify them; goes on where it was interrupted."""
    from burnish.cli.download import pulling
    from burnish.cli.ending import InterruptedWork
    from burnish.cli.terminal import emit, quiet_stdout, stderr
    from burnish.registries import download, weights

    model = weights.MODELS.get(name)
    console = stderr()
    try:
        with quiet_stdout(console), pulling(console, model.name) as progress:
            path = download.pull(name, progress=progress)
    except KeyboardInterrupt:
        raise InterruptedWork(
            "Interrupted; what came so far is kept, and the same command goes on from there."
        ) from None
    if as_json:
        found = {"name": model.name, "path": str(path), "sha256": model.sha256}
        emit(found | {"size_bytes": model.size_bytes})
    else:
        typer.echo(f"{model.name} is here, verified: {path}")


@app.command()
def serve(
    name: Annotated[str, typer.Argument(help="Embedded model; see burnish lm list.")] = "local",
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 for a free one.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Serve the embedded model to other programs (OpenAI-compatible) until Ctrl-C."""
    from burnish.cli.ending import Stopped
    from burnish.cli.terminal import emit, quiet_stdout, stderr
    from burnish.errors import InputError, ModelUnavailableError
    from burnish.registries import embedded, weights

    if not 0 <= port <= 65535:
        raise InputError(f"port {port} is not between 0 and 65535.", remedy="Choose another.")
    model, path = weights.MODELS.get(name), weights.find(name)
    if not embedded.installed():
        raise ModelUnavailableError("xllamacpp is not installed.", remedy=embedded.INSTALL)
    if path is None:
        raise ModelUnavailableError(
            f"the weights of {model.name} are not here.",
            remedy=f"Fetch them with `burnish lm pull {model.name}`.",
        )
    console = stderr()
    try:
        with quiet_stdout(console), console.status(f"loading {path.name}"):
            server = embedded.running(path, options=embedded.ServerOptions(port=port))
        base = f"{server.url}/v1"
        if as_json:
            emit({"url": base, "api_key": server.key, "model": model.name})
        else:
            typer.echo(f"Serving {path.name} until Ctrl-C.")
            typer.echo(f"  export OPENAI_API_BASE={base} OPENAI_API_KEY={server.key}")
        server.wait()
    except KeyboardInterrupt:
        raise Stopped("Stopped.") from None
    raise ModelUnavailableError("the server ended by itself.", remedy="Start it again.")
