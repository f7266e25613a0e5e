"""`burnish tasks`: look at sets of labeled tasks, and test their labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from burnish.evaluation.tasks import Task, TaskSet
    from burnish.evaluation.tasks.labels import Mutation

app = typer.Typer(help="Look at labeled tasks, and test their labels.", no_args_is_help=True)

TASKS = typer.Argument(help='"burnish", "humaneval", or a JSONL file.', metavar="TASKS")
FIELD = typer.Option(help="NAME=FILES_NAME where a file calls a field otherwise.")
AS_JSON = typer.Option("--json", help="One JSON document on stdout.")


@app.command("list")
def list_tasks(
    tasks: Annotated[str, TASKS] = "burnish",
    split: Annotated[str, typer.Option(help="train, dev or test. [all]")] = "",
    field: Annotated[list[str] | None, FIELD] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """The tasks of a set, a line each, and how they are spread."""
    from burnish.cli import intake
    from burnish.cli.terminal import emit, stdout
    from burnish.evaluation.tasks import load_set

    found = load_set(tasks, intake.pairs(field)).chosen(split)
    if as_json:
        emit(_document(found))
        return
    console = stdout()
    for task in found.tasks:
        traits = f"  {', '.join(task.traits)}" if task.traits else ""
        console.print(
            f"{task.id:<44}{task.split:<7}{task.difficulty:<8}{task.kind}{traits}",
            markup=False, soft_wrap=True,
        )  # fmt: skip
    console.print(f"{len(found.tasks)} tasks, version {found.version}. {found.licence}".strip())


def _document(found: TaskSet) -> dict[str, Any]:
    shown = ("id", "language", "split", "difficulty", "kind", "traits")
    return {
        "name": found.name,
        "version": found.version,
        "licence": found.licence,
        "languages": dict(Counter(task.language for task in found.tasks)),
        "splits": dict(Counter(task.split for task in found.tasks)),
        "tasks": [task.model_dump(mode="json", include=set(shown)) for task in found.tasks],
    }


@app.command()
def show(
    id: Annotated[str, typer.Argument(help="Id of a task.", metavar="ID")],
    tasks: Annotated[str, typer.Option("--tasks", help=TASKS.help)] = "burnish",
    field: Annotated[list[str] | None, FIELD] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """One task whole: specification, hidden tests, reference."""
    from burnish.cli import intake
    from burnish.cli.terminal import emit, stdout
    from burnish.errors import InputError
    from burnish.evaluation.tasks import load_set

    known = load_set(tasks, intake.pairs(field)).tasks
    found = next((task for task in known if task.id == id), None)
    if found is None:
        raise InputError(f"There is no task {id!r}.", remedy="See `burnish tasks list`.")
    if as_json:
        emit(found.model_dump(mode="json"))
        return
    for title, text in (
        ("specification", found.specification), ("hidden tests", found.tests),
        ("reference", found.reference), ("note", found.note),
    ):  # fmt: skip
        if text:
            stdout().print(f"-- {title}\n{text.strip()}\n", markup=False, soft_wrap=True)


@app.command()
def schema(_as_json: Annotated[bool, AS_JSON] = False) -> None:
    """The JSON Schema of a task: one JSON object a line makes a set."""
    from burnish.cli.terminal import emit
    from burnish.evaluation.tasks import Task

    emit(Task.model_json_schema())


@app.command()
def check(
    tasks: Annotated[str, TASKS] = "burnish",
    only: Annotated[list[str] | None, typer.Option(help="Id of a task; can be repeated.")] = None,
    mutants: Annotated[
        int, typer.Option(min=0, help="Mutants a task, to see what its tests notice; 0 for none.")
    ] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Tasks at a time.")] = 2,
    field: Annotated[list[str] | None, FIELD] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Test the labels: references pass, and with --mutants mistakes are noticed."""
    from burnish.cli import intake
    from burnish.cli.terminal import emit, stderr, stdout
    from burnish.errors import InputError
    from burnish.evaluation.tasks import load_set
    from burnish.evaluation.tasks.labels import KILLED, label_hash

    known = load_set(tasks, intake.pairs(field)).tasks
    found = [task for task in known if not only or task.id in only]
    if unknown := set(only or ()) - {task.id for task in found}:
        raise InputError(
            f"There is no task {sorted(unknown)[0]!r}.", remedy="See `burnish tasks list`."
        )
    console, results, bad = stdout(), {}, 0
    for task, problem, mutation in _checked(found, mutants, workers):
        weak = mutation is not None and mutation.score < KILLED
        bad += bool(problem) or weak
        results[task.id] = _result(problem, mutation) | {"labels": label_hash(task)}
        # with --json too, so that one sees how far it is
        told = stderr() if as_json else console
        told.print(f"{task.id:<44}{_said(task, problem, mutation)}", markup=False, soft_wrap=True)
    if as_json:
        emit({"tasks": results, "bad": bad})
    else:
        console.print(f"{len(found)} tasks, {bad} with a label that does not hold.")
    raise typer.Exit(1 if bad else 0)


def _checked(
    tasks: list[Task], mutants: int, workers: int
) -> Iterator[tuple[Task, str, Mutation | None]]:
    from burnish import config
    from burnish.evaluation.side_by_side import side_by_side
    from burnish.evaluation.tasks.labels import LIMITS, mutation, reference_grade
    from burnish.sandbox import Sandbox, open_sandbox

    settings = config.load(sandbox=LIMITS).sandbox
    boxes: dict[str, Sandbox] = {}

    def one(task: Task) -> tuple[Task, str, Mutation | None]:
        if not task.reference:
            return task, "", None
        found = reference_grade(task, boxes[task.language])
        if not found.passed:
            said = " ".join(found.message.split())
            return task, ": ".join(filter(None, (", ".join(found.failed), said))), None
        return task, "", mutation(task, boxes[task.language], mutants) if mutants else None

    with ExitStack() as opened:
        for language in dict.fromkeys(task.language for task in tasks):
            boxes[language] = opened.enter_context(closing(open_sandbox(settings, language)))
        yield from side_by_side(one, tasks, workers)


def _result(problem: str, mutation: Mutation | None) -> dict[str, Any]:
    return {"problem": problem, "mutation": mutation.model_dump(mode="json") if mutation else None}


def _said(task: Task, problem: str, mutation: Mutation | None) -> str:
    if not task.reference:
        return "there is no reference to check"
    if problem:
        return f"the reference fails: {problem}"
    if mutation is None:
        return "the reference passes"
    said = f"{mutation.killed} of {mutation.tried} mutants noticed ({mutation.score:.0%})"
    return "; ".join([said, *mutation.survivors])
