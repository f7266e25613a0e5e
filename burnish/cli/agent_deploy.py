"""`burnish agent deploy` and `destroy`: a project brought to AWS, and taken away again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from burnish.agents.deployment.plan import Plan

EXAMPLES = """
[bold]Examples[/bold]

  burnish agent deploy my-agent --dry-run

  burnish agent deploy my-agent --yes

  burnish agent destroy my-agent --yes
"""
FOLDER = typer.Argument(metavar="DIR", help="An agent project.")
AS_JSON = typer.Option("--json", help="One JSON document on stdout.")


def deploy(
    folder: Annotated[Path, FOLDER],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done; leave all as it is.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A parameter of the template."),
    ] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Bring a project to AWS: ECR repository, image, CloudFormation change set, stack.

    Deploying the same again changes nothing. If a step fails, what was made for it is removed.
    """
    from burnish.agents.deployment.deploy import Order, deployed, planned
    from burnish.cli.ending import InterruptedWork
    from burnish.cli.terminal import emit, quiet_stdout, stderr, stdout
    from burnish.errors import InputError

    if dry_run == yes:
        raise InputError(
            "deploying costs money and changes your account.",
            remedy="Give --dry-run to see what would be done, or --yes to do it.",
        )
    console = stderr()
    order = Order(folder, _values(values or []), progress=_teller(console))
    if dry_run:
        with quiet_stdout(console):
            plan = planned(order)
        emit(plan.model_dump(mode="json")) if as_json else _show(plan, stdout())
        return
    try:
        with quiet_stdout(console):
            outcome = deployed(order, lambda plan: _show(plan, console))
    except KeyboardInterrupt:
        raise InterruptedWork("Interrupted; what was made for it is removed.") from None
    if as_json:
        emit(outcome.model_dump(mode="json"))
        return
    result = stdout()
    said = "deployed" if outcome.done else "unchanged"
    result.print(f"{outcome.plan.name} is {said}: {outcome.stack}", markup=False, soft_wrap=True)
    for name, value in outcome.outputs.items():
        result.print(f"{name}: {value}", markup=False, soft_wrap=True)


def destroy(
    folder: Annotated[Path, FOLDER],
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Delete a project's stack, its ECR repository with all images, and what was uploaded."""
    from burnish.agents.deployment.deploy import Order, destroyed
    from burnish.agents.manifest import read_manifest
    from burnish.cli.ending import InterruptedWork
    from burnish.cli.terminal import emit, quiet_stdout, stderr
    from burnish.errors import InputError

    manifest = read_manifest(folder)
    if not yes:
        raise InputError(
            f"this deletes the stack {manifest.name} in {manifest.region}, its repository and all "
            "of its images.",
            remedy="Give --yes to do it.",
        )
    console = stderr()
    try:
        with quiet_stdout(console):
            gone = destroyed(Order(folder, progress=_teller(console)))
    except KeyboardInterrupt:
        raise InterruptedWork("Interrupted; run it again to delete the rest.") from None
    if as_json:
        emit({"deleted": gone})
    else:
        typer.echo("\n".join(f"deleted {each}" for each in gone) or "nothing was there")


def _values(given: list[str]) -> dict[str, str]:
    from burnish.errors import InputError

    made = {}
    for each in given:
        name, sign, value = each.partition("=")
        if not sign or not name:
            raise InputError(f"--set {each!r} is no NAME=VALUE.")
        made[name] = value
    return made


def _teller(console: Console) -> Callable[[str], None]:
    """Progress as dim lines."""
    from burnish.templates.printable import printable

    def tell(line: str) -> None:
        console.print(printable(line), markup=False, style="dim", soft_wrap=True)

    return tell


def _show(plan: Plan, console: Console) -> None:
    from rich.table import Table

    where = f"account {plan.account}" if plan.account else "no account"
    console.print(f"{plan.name} in {plan.region}, {where}", style="bold", markup=False)
    table = Table.grid(padding=(0, 2))
    for step in plan.steps:
        table.add_row(step.action, step.what, step.why)
    console.print(table)
    if plan.note:
        console.print(f"Note: {plan.note}", markup=False, style="yellow", soft_wrap=True)
