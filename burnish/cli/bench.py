"""`burnish bench`: how good is it, on tasks whose right answer is known?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from burnish.cli.options import DollarBudget, TimeBudget, TokenBudget

if TYPE_CHECKING:
    from burnish.errors import OutputFolderError
    from burnish.experiments.bench.bench import Outcome, Plan
    from burnish.experiments.bench.running import Executor

EXAMPLES = """
[bold]Examples[/bold]

  burnish bench burnish --split dev

  burnish bench humaneval --limit 40 --lm openai/gpt-4.1-mini

  burnish bench my_tasks.jsonl --field specification=question --samples 4 --workers 4

  burnish bench burnish --split dev --resume
"""

WORKERS = 2
"""Tasks at a time on this machine, unless --workers says otherwise."""


def bench(
    tasks: Annotated[
        str, typer.Argument(help='"burnish", "humaneval", or a JSONL file.', metavar="TASKS")
    ] = "burnish",
    split: Annotated[str, typer.Option(help="train, dev or test. [all]")] = "",
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many tasks, spread over the set.")
    ] = None,
    lm: Annotated[str | None, typer.Option(help='"local" or provider/name.')] = None,
    program: Annotated[
        Path | None, typer.Option(help="A saved program (JSON) in place of the shipped prompts.")
    ] = None,
    baseline: Annotated[
        str,
        typer.Option(
            help='What it is measured against: "zero-shot", the plain model; "shipped", burnish\'s '
            'own prompts; a saved program; or "none".'
        ),
    ] = "zero-shot",
    samples: Annotated[int, typer.Option(min=1, help="Independent solutions of each task.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Sampling seed.")] = None,
    cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Take repeated answers from DSPy's cache.")
    ] = False,
    budget_tokens: TokenBudget = None,
    budget_usd: DollarBudget = None,
    budget_s: TimeBudget = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Tasks at a time, here. [2]")
    ] = None,
    sandbox: Annotated[str, typer.Option(help="auto, docker or bubblewrap.")] = "auto",
    field: Annotated[
        list[str] | None, typer.Option(help="NAME=FILES_NAME where a file calls a field otherwise.")
    ] = None,
    rows: Annotated[Path | None, typer.Option(help="Results file. [in the data folder]")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the results file.")] = False,
    export: Annotated[
        Path | None, typer.Option(help="Write the solutions there as EvalPlus samples.")
    ] = None,
    executor: Annotated[str, typer.Option(help='"local", or "dask" for a cluster.')] = "local",
    scheduler: Annotated[str, typer.Option(help="With dask: address of its scheduler.")] = "",
    no_track: Annotated[
        bool, typer.Option("--no-track", help="Do not record the run in MLflow.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Measure on labeled tasks: burnish and the plain model, side by side."""
    from burnish.cli import bench_view
    from burnish.cli.terminal import emit, quiet_stdout, stderr, stdout
    from burnish.experiments.bench import ledger
    from burnish.experiments.bench.recording import record

    plan = _plan(
        {
            "tasks": tasks, "split": split, "limit": limit, "lm": lm, "program": program,
            "baseline": baseline, "samples": samples, "seed": seed, "cache": cache,
            "sandbox": sandbox, "fields": field, "no_track": no_track,
            "budget": {"tokens": budget_tokens, "usd": budget_usd, "seconds": budget_s},
        }
    )  # fmt: skip
    if export is not None:
        ledger.require_room(export, plan.contestants)
    outcome = _measure(plan, rows, _executor(executor, workers, scheduler), resume=resume)
    with quiet_stdout(stderr()), stderr().status("recording in MLflow"):
        run = record(plan, outcome).run_id
    exported, lost = _exported(plan, outcome, export)
    if not as_json:
        bench_view.show(outcome.summary, stdout())
    elif lost is None:  # else the error is the one document
        left = {"rows": str(outcome.path), "run": run, "problems": outcome.problems}
        left["samples"] = [str(path) for path in exported]
        emit(left | outcome.summary.model_dump(mode="json"))
    bench_view.epilogue(outcome, run, stderr())
    if exported:
        stderr().print(f"Samples: {', '.join(map(str, exported))}", markup=False, soft_wrap=True)
    if lost is not None:
        raise lost
    raise typer.Exit(3 if outcome.problems else 0)


def _exported(
    plan: Plan, outcome: Outcome, folder: Path | None
) -> tuple[list[Path], OutputFolderError | None]:
    """The files that `--export` wrote, or why there are none."""
    from burnish.errors import OutputFolderError
    from burnish.experiments.bench import ledger

    if folder is None:
        return [], None
    try:
        rows = ledger.read(outcome.path)[1].values()
        return ledger.export(rows, plan.tasks.tasks, folder), None
    except OutputFolderError as error:
        return [], error


def _plan(given: dict[str, Any]) -> Plan:
    """Everything read and found good before a model is called."""
    from burnish import config
    from burnish.cli import intake
    from burnish.config import Memory
    from burnish.evaluation.tasks import load_set
    from burnish.experiments.bench.bench import Plan
    from burnish.registries.models import resolve

    settings = config.load(
        lm=given["lm"],
        sandbox={"kind": None if given["sandbox"] == "auto" else given["sandbox"]},
        budget=given["budget"],
        tracking={"enabled": False if given["no_track"] else None},
    )
    baseline, rival = _baseline(given["baseline"])
    fields = intake.pairs(given["fields"])
    tasks = load_set(given["tasks"], fields).chosen(given["split"], given["limit"])
    program = intake.program(given["program"])
    resolve(settings.lm, settings.model)
    return Plan(
        tasks=tasks,
        config=settings.model_copy(update={"memory": Memory()}),  # tasks are not to be remembered
        split=given["split"],
        limit=given["limit"],
        program=program,
        baseline=baseline,
        baseline_program=rival,
        samples=given["samples"],
        seed=given["seed"],
        cache=given["cache"],
    )


def _baseline(name: str) -> tuple[str, str]:
    """What goes into the rows as its name, and its program if it is one of a file."""
    from burnish.cli import intake
    from burnish.experiments.bench.row import BASELINE, LOOP, SHIPPED

    if not name.endswith(".json"):
        chosen = intake.choice(name, (BASELINE, SHIPPED, "none"), "baseline")
        return ("" if chosen == "none" else chosen), ""
    stem = Path(name).stem
    named = f"{stem}.json" if stem in (BASELINE, LOOP, SHIPPED) else stem
    return named, intake.program(Path(name))


def _executor(name: str, workers: int | None, scheduler: str) -> Executor:
    from burnish.cli import intake
    from burnish.errors import InputError
    from burnish.experiments.bench.running import Threads

    if intake.choice(name, ("local", "dask"), "executor") == "local":
        if scheduler:
            raise InputError(
                "--scheduler needs the dask executor.", remedy="Add --executor dask, or leave it."
            )
        return Threads(workers or WORKERS)
    if workers is not None:
        raise InputError(
            "--workers is of the local executor: a cluster does as much as it has threads.",
            remedy="Leave it out, and start workers with `dask worker --nthreads N`.",
        )
    from burnish.experiments.bench.cluster import Dask

    return Dask(scheduler)


def _measure(plan: Plan, rows: Path | None, executor: Executor, *, resume: bool) -> Outcome:
    """The benchmark, watched; Ctrl-C says how to go on."""
    from burnish.cli import bench_view
    from burnish.cli.ending import InterruptedWork
    from burnish.cli.terminal import quiet_stdout, stderr
    from burnish.experiments.bench.bench import benchmark

    console = stderr()
    try:
        with quiet_stdout(console), bench_view.watching(console, plan) as watch:
            return benchmark(plan, rows=rows, resume=resume, executor=executor, watch=watch)
    except KeyboardInterrupt:
        raise InterruptedWork(
            "Interrupted. What is finished is kept; the same command with --resume goes on."
        ) from None
