"""`burnish sandbox`: the Docker images that code runs in."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Build, list and prune the images that code runs in.", no_args_is_help=True)


@app.command()
def build(
    language: Annotated[str, typer.Argument(help='A language, or "all".')] = "python",
    base_image: Annotated[
        str | None, typer.Option(help="Image to build on, with python3 and the toolchain.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Make the base from Debian packages.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Build the image that the docker sandbox uses; bubblewrap needs none."""
    from burnish.cli.ending import InterruptedWork
    from burnish.cli.terminal import emit, quiet_stdout, stderr
    from burnish.errors import InputError
    from burnish.registries.languages import LANGUAGES
    from burnish.sandbox.building import build as build_image

    if offline and base_image:
        raise InputError("both --offline and --base-image were given.", remedy="Give one.")
    names = LANGUAGES.names() if language == "all" else (LANGUAGES.get(language).name,)
    console = stderr()
    try:
        with quiet_stdout(console):
            tags = [
                build_image(
                    name,
                    base_image=base_image,
                    offline=offline,
                    progress=lambda line: console.print(line, markup=False, style="dim"),
                )
                for name in names
            ]
    except KeyboardInterrupt:
        raise InterruptedWork("Interrupted; the image was not built.") from None
    if as_json:
        emit({"images": tags})
    else:
        for tag in tags:
            typer.echo(f"built {tag}")


@app.command("list")
def list_images(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """The images that burnish built on this Engine."""
    from dataclasses import asdict

    from burnish.cli.terminal import emit
    from burnish.sandbox import images

    found = images.available()
    if as_json:
        emit({"images": [asdict(image) for image in found]})
        return
    for image in found:
        state = "in use" if image.current else "old"
        typer.echo(f"{image.tag}  {image.size_bytes / 1e6:.0f} MB  {state}")
    if not found:
        typer.echo("No image was built yet. `burnish sandbox build` makes one.")


@app.command()
def prune(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Remove the images of earlier versions, and containers that a crash left behind."""
    from dataclasses import asdict

    from burnish.cli.terminal import emit
    from burnish.sandbox import images

    pruned = images.prune()
    if as_json:
        emit(asdict(pruned))
        return
    lines = [f"removed image {tag}" for tag in pruned.images]
    lines += [f"removed container {id[:12]}" for id in pruned.containers]
    typer.echo("\n".join(lines) or "There was nothing to remove.")
