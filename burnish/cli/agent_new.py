"""`burnish agent new`: a project from a context file, ready to be tried and deployed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from burnish.agents.project.blueprint import Blueprint
    from burnish.agents.project.writing import Written
    from burnish.modules.observer import Observer
    from burnish.records.context import CustomTool, GenerationContext

EXAMPLES = """
[bold]Examples[/bold]

  burnish agent new examples/contexts/support-bot.yaml --out support-bot

  burnish agent new support-bot.yaml --target lambda --security enhanced --out support-bot --force
"""

DRAFTS = "drafts"
"""Folder of a project for tools that were not good enough: nothing in it is used."""


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
    lm: Annotated[
        str | None,
        typer.Option(help='Writes the tools of its own: "local" or "provider/model".'),
    ] = None,
    write_tools: Annotated[
        bool, typer.Option("--write/--no-write", help="Have the tools of its own written.")
    ] = True,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the project's own files in DIR.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Write a whole Strands project: agent, tools, tests, image, CloudFormation, scripts.

    A model is asked for tools that no registry has, and for nothing else.
    """
    from burnish.agents.context.file import read_context
    from burnish.agents.project.blueprint import blueprint
    from burnish.agents.project.project import render, write
    from burnish.agents.project.writing import Written
    from burnish.cli import place
    from burnish.cli.override import overridden
    from burnish.cli.terminal import emit, stdout
    from burnish.config import load
    from burnish.templates.package.folder import check

    given = {
        "deployment.target": target, "deployment.region": region, "security.level": security,
    }  # fmt: skip
    wanted = overridden(read_context(context), given)
    project = blueprint(wanted, {})  # what is missing is said before a model is asked
    folder = place.at_home(out or Path(wanted.name)).absolute()
    check(folder, force=force)
    tools = _written(wanted, lm) if write_tools and wanted.custom_tools else Written({}, {}, {})
    files = render(wanted, custom_tools=tools.sources)
    written = write(files, folder, force=force)
    for name in tools.refused:
        weights = load().metric.weights
        place.write(tools.solutions[name], folder / DRAFTS / name, force=True, weights=weights)
    project = blueprint(wanted, tools.sources)
    if as_json:
        emit(
            {
                "folder": str(folder),
                "manifest": project.manifest.model_dump(mode="json"),
                "files": sorted(files),
                "notes": list(project.notes),
                "written": {name: solution.score for name, solution in tools.solutions.items()},
                "refused": tools.refused,
                "next": steps(project, folder),
            }
        )
        return
    console = stdout()
    console.print(f"{project.name}: {len(written)} files for {project.target}", style="bold")
    for name in sorted(files):
        console.print(f"  {name}", markup=False)
    for name, reason in tools.refused.items():
        draft = f"see {DRAFTS}/{name}/report.html"
        console.print(f"! The tool {name} is {reason}; {draft}.", style="yellow", markup=False)
    for note in project.notes:
        console.print(f"! {note}", style="yellow", markup=False)
    console.print("\nNext:", style="bold")
    for step in steps(project, folder):
        console.print(f"  {step}", markup=False, soft_wrap=True)


def _written(context: GenerationContext, lm: str | None) -> Written:
    """The tools of its own, while a person watches."""
    from collections.abc import Iterator
    from contextlib import contextmanager

    from burnish import config
    from burnish.agents.project.writing import write_tools
    from burnish.cli.progress import watching
    from burnish.cli.terminal import quiet_stdout, stderr

    console, settings = stderr(), config.load(lm=lm)

    @contextmanager
    def watch(tool: CustomTool) -> Iterator[list[Observer]]:
        console.print(f"Writing {tool.name} ...", style="bold", markup=False)
        rounds = settings.limits.max_iterations
        with watching(console, tool.specification, rounds) as view:
            yield [view]

    with quiet_stdout(console):
        return write_tools(context, lm=settings.lm, config=settings, watch=watch)


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
