"""`burnish agent new`: a project from a context file, ready to be tried and deployed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from burnish.agents.blueprint import Blueprint
    from burnish.records.context import GenerationContext

EXAMPLES = """
[bold]Examples[/bold]

  burnish agent new examples/contexts/support-bot.yaml --out support-bot

  burnish agent new support-bot.yaml --target lambda --security enhanced --out support-bot --force
"""


def new(
    context: Annotated[Path, typer.Argument(metavar="CONTEXT", help="YAML or JSON file.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for it. [the agent's name]")
    ] = None,
    target: Annotated[
        str, typer.Option(help="agentcore, ecs-fargate or lambda. [the context's]")
    ] = "",
    security: Annotated[
        str, typer.Option(help="basic, standard or enhanced. [the context's]")
    ] = "",
    region: Annotated[str, typer.Option(help="Of AWS. [the context's]")] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Replace the project's own files in DIR.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Write a whole Strands project: agent, tools, tests, image, CloudFormation, scripts.

    No model is asked, and the same context gives the same files.
    """
    from burnish.agents.blueprint import blueprint
    from burnish.agents.context_file import read_context
    from burnish.agents.project import render, write
    from burnish.cli.terminal import emit, stdout

    wanted = changed(read_context(context), target=target, security=security, region=region)
    files = render(wanted)
    folder = (out or Path(wanted.name)).expanduser().absolute()
    written = write(files, folder, force=force)
    project = blueprint(wanted, {})
    if as_json:
        emit(
            {
                "folder": str(folder),
                "manifest": project.manifest.model_dump(mode="json"),
                "files": sorted(files),
                "notes": list(project.notes),
                "next": steps(project, folder),
            }
        )
        return
    console = stdout()
    console.print(f"{project.name}: {len(written)} files for {project.target}", style="bold")
    for name in sorted(files):
        console.print(f"  {name}", markup=False)
    for note in project.notes:
        console.print(f"! {note}", style="yellow", markup=False)
    console.print("\nNext:", style="bold")
    for step in steps(project, folder):
        console.print(f"  {step}", markup=False, soft_wrap=True)


def changed(context: GenerationContext, **given: str) -> GenerationContext:
    """The context with what the command line says instead.

    Raises:
        InputError: a target or level that is none.
    """
    from typing import get_args

    from burnish.cli import intake
    from burnish.records.context import SecurityLevel, Target

    deployment: dict[str, Any] = {}
    security: dict[str, Any] = {}
    if given["target"]:
        deployment["target"] = intake.choice(given["target"], get_args(Target), "target")
    if given["region"]:
        deployment["region"] = given["region"]
    if given["security"]:
        levels = get_args(SecurityLevel)
        security["level"] = intake.choice(given["security"], levels, "security level")
    return context.model_copy(
        update={
            "deployment": context.deployment.model_copy(update=deployment),
            "security": context.security.model_copy(update=security),
        }
    )


def steps(project: Blueprint, folder: Path) -> list[str]:
    """What to do with the project, a command each."""
    import shlex

    place = shlex.quote(str(folder))
    values = "".join(f" --set {name}=..." for name in project.parameters.values())
    return [
        f"burnish agent test {place}",
        f"burnish agent deploy {place} --dry-run{values}",
        f"burnish agent deploy {place} --yes{values}",
    ]
