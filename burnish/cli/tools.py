"""`burnish tools`: what an agent can be given, where it fits, and what must be installed for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from burnish.cli import facts

if TYPE_CHECKING:
    from burnish.registries.catalogue.tool import Parameter, Tool

app = typer.Typer(
    help="Tools to give to agents: find, look at, check together.", no_args_is_help=True
)
AS_JSON = typer.Option("--json", help="One JSON document on stdout.")
CATEGORY = typer.Option(
    help="rag, memory, code_execution, web, file_system, data, aws, media, utility, "
    "communication, reasoning, orchestration or identity. [any]"
)
PLATFORM = "linux, macos, windows, agentcore, ecs-fargate or lambda."
SORTS = ("id", "category", "source")


@app.command("list")
def list_tools(
    search: Annotated[str, typer.Argument(help="Part of an id or description.")] = "",
    category: Annotated[str, CATEGORY] = "",
    platform: Annotated[str, typer.Option(help=f"Where it must fit: {PLATFORM} [any]")] = "",
    key: Annotated[
        bool | None, typer.Option("--key/--no-key", help="Whether it needs a key. [either]")
    ] = None,
    current: Annotated[
        bool, typer.Option("--current", help="None that its authors withdraw.")
    ] = False,
    sort: Annotated[str, typer.Option(help="id, category or source.")] = "id",
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """The tools that fulfil all that is asked."""
    from burnish.cli import intake
    from burnish.cli.terminal import emit, stdout
    from burnish.registries.catalogue.tools import toolbox

    intake.choice(sort, SORTS, "sort")
    known = toolbox()
    found = known.filter(
        category=category, platform=platform, needs_key=key,
        deprecated=False if current else None, search=search,
    )  # fmt: skip
    found.sort(key=lambda tool: (getattr(tool, sort), tool.id))
    if as_json:
        emit({"sources": known.sources, "tools": [each.model_dump(mode="json") for each in found]})
        return
    stdout().print(_table(found))
    withdrawn = sum(tool.deprecated is not None for tool in found)
    stdout().print(
        f"{len(found)} of {len(list(known))}; {withdrawn} withdrawn by their authors, marked -",
        style="dim",
    )


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="TOOL", help="Its id, as `tools list` has it.")],
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Everything that is known of one tool, and how an agent is given it."""
    from rich.syntax import Syntax

    from burnish.cli.terminal import emit, stdout
    from burnish.registries.catalogue.tools import toolbox

    tool = toolbox().get(id)
    if as_json:
        derived = {"platforms": list(tool.platforms), "usage": tool.usage}
        emit({**tool.model_dump(mode="json"), **derived})
        return
    stdout().print(facts.sheet(_facts(tool)))
    stdout().print()
    stdout().print(Syntax(tool.usage, "python", background_color="default"))


@app.command()
def check(
    ids: Annotated[list[str], typer.Argument(metavar="TOOL TOOL ...")],
    platform: Annotated[str, typer.Option(help=PLATFORM)] = "linux",
    resolve: Annotated[
        bool, typer.Option("--resolve/--no-resolve", help="Ask pip which versions go together.")
    ] = True,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Whether one agent can have all of these tools there, and what must be installed.

    Exit code 1 if something stands against it; 2 if their requirements conflict.
    """
    from burnish.cli.terminal import emit, stdout
    from burnish.registries.catalogue.tools import toolbox

    known = toolbox()
    problems = known.compatibility(ids, platform)
    asked = known.requirements(ids)
    withdrawn = {id: said for id in ids if (said := known.get(id).deprecated)}
    pins = known.dependencies(ids).pins if resolve else None
    if as_json:
        found = {"problems": problems, "withdrawn": withdrawn, "requirements": asked, "pins": pins}
        emit({"platform": platform, **found})
    else:
        console = stdout()
        for problem in problems:
            console.print(f"! {problem}", markup=False)
        for id, said in withdrawn.items():
            console.print(f"- {id} is withdrawn by its authors: {said}", markup=False)
        if not problems:
            console.print(f"Nothing is known that stands against it on {platform}.")
        console.print("\n".join(pins or asked), markup=False)
    if problems:
        raise typer.Exit(1)


def _table(tools: list[Tool]) -> Any:
    table = facts.listing(["tool", "category", "key", "what it does"])
    for tool in tools:
        mark = "-" if tool.deprecated else ""
        table.add_row(f"{tool.id} {mark}".strip(), tool.category.replace("_", " "),
                      "yes" if tool.keys else "no", tool.description)  # fmt: skip
    return table


def _facts(tool: Tool) -> list[tuple[str, str]]:
    variables = [
        f"{each.name} ({each.type}{'' if each.default is None else f', {each.default}'})"
        for each in tool.variables
    ]
    permissions = tool.permissions or ()
    allowed = [f"{', '.join(each.actions)} on {', '.join(each.resources)}" for each in permissions]
    calls = "depends on what the agent is told to do" if tool.permissions is None else "none"
    found = [
        ("id", tool.id), ("what it does", tool.description), ("category", tool.category),
        ("called by the model", ", ".join(tool.names) or "unknown"),
        ("the model passes", _parameters(tool.parameters)),
        ("is made with", _parameters(tool.options)),
        ("reads", "\n".join(variables) or "nothing"),
        ("key", ", ".join(tool.keys) or "none"), ("needs", ", ".join(tool.needs) or "nothing"),
        ("pip", ", ".join(tool.requirements)), ("strands", tool.strands or "any version"),
        ("programs", ", ".join(tool.programs) or "none"),
        ("AWS must allow", "\n".join(allowed) or calls),
        ("fits", ", ".join(tool.platforms)),
    ]  # fmt: skip
    found += [(f"not {platform}", why) for platform, why in tool.unfit.items()]
    if tool.deprecated:
        found.append(("withdrawn", tool.deprecated))
    return [*found, ("documentation", facts.said(tool.documentation)), ("source", tool.source)]


def _parameters(parameters: tuple[Parameter, ...] | None) -> str:
    if parameters is None:
        return "unknown"
    return "\n".join(
        f"{each.name}: {each.type or 'any'}{'' if each.required else f' = {each.default!r}'}"
        for each in parameters
    ) or "nothing"  # fmt: skip
