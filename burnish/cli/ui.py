"""`burnish ui`: MLflow's own UI on the store that runs are recorded in."""

from __future__ import annotations

from typing import Annotated

import typer


def ui(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 5000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Open the recorded runs in MLflow's UI, until Ctrl-C."""
    from burnish import config
    from burnish.cli.ending import Stopped
    from burnish.cli.terminal import emit, stderr
    from burnish.experiments.store import locate
    from burnish.experiments.ui import serve

    def announce(url: str) -> None:
        if as_json:
            emit({"url": url})
        else:
            typer.echo(f"MLflow is at {url}" + ("" if has_server else " until Ctrl-C."))

    settings = config.load().tracking
    has_server = locate(settings).is_server
    if not has_server:
        stderr().print("Starting MLflow; this takes some seconds.", style="dim")
    try:
        serve(settings, host, port, announce=announce)
    except KeyboardInterrupt:
        raise Stopped("Stopped.") from None
    if not has_server:  # it returns from Ctrl-C only
        raise Stopped("Stopped.")
