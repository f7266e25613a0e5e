"""`burnish optimize`: prompts and demos compiled offline, and kept only if they do better."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from burnish.cli.options import DollarBudget, TimeBudget, TokenBudget

if TYPE_CHECKING:
    from burnish.evaluation.tasks import TaskSet
    from burnish.experiments.optimize.plan import Outcome, Plan

EXAMPLES = """
[bold]Examples[/bold]

  burnish optimize --optimizer bootstrap --lm openai/gpt-4.1-mini --budget-usd 5

  burnish optimize --optimizer gepa --reflection-lm openai/gpt-5 --runs 200 --out program.json

  burnish optimize --train mine.jsonl --dev burnish:dev --language python

  burnish optimize --export-sft chats.jsonl

Afterwards: burnish generate --program program.json "..." and
burnish bench burnish --split test --program program.json --baseline shipped
"""


def optimize(
    optimizer: Annotated[str, typer.Option(help="bootstrap, mipro, simba or gepa.")] = "bootstrap",
    train: Annotated[
        str, typer.Option(help="Tasks that the optimizer sees, as SET or SET:SPLIT.")
    ] = "burnish:train",
    dev: Annotated[
        str, typer.Option(help="Tasks that decide whether the result is kept.")
    ] = "burnish:dev",
    language: Annotated[str, typer.Option(help="Only tasks in this language.")] = "python",
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many tasks of each.")] = None,
    predictors: Annotated[
        str, typer.Option(help="Which may change, by commas; see docs/optimize.md.")
    ] = "write_code",
    runs: Annotated[
        int, typer.Option(min=1, help="About how many program runs the search may plan for.")
    ] = 100,
    lm: Annotated[str | None, typer.Option(help='"local" or provider/name.')] = None,
    reflection_lm: Annotated[
        str, typer.Option(help="Model that writes instructions. [the same]")
    ] = "",
    budget_calls: Annotated[
        int | None, typer.Option(min=1, help="Stop once a model was called so often.")
    ] = None,
    budget_tokens: TokenBudget = None,
    budget_usd: DollarBudget = None,
    budget_s: TimeBudget = None,
    seed: Annotated[int, typer.Option(help="Of the optimizer.")] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Program runs at a time.")] = 2,
    sandbox: Annotated[str, typer.Option(help="auto, docker or bubblewrap.")] = "auto",
    out: Annotated[Path, typer.Option("--out", "-o", help="The program.")] = Path("program.json"),
    export_sft: Annotated[
        Path | None,
        typer.Option(help="Compile nothing: write accepted trajectories there as chat JSONL."),
    ] = None,
    no_track: Annotated[
        bool, typer.Option("--no-track", help="Do not record the run in MLflow.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Compile prompts and demos on labeled tasks; keep them only if they solve more."""
    import os

    os.environ.setdefault("TQDM_DISABLE", "1")  # before dspy is there: it has bars of its own
    from burnish.config import Budget
    from burnish.errors import InputError
    from burnish.experiments import output
    from burnish.experiments.optimize.optimizers import named

    plan = _plan(
        {
            "optimizer": optimizer, "train": train, "dev": dev, "language": language,
            "limit": limit, "predictors": predictors, "runs": runs, "lm": lm,
            "reflection_lm": reflection_lm, "calls": budget_calls, "seed": seed,
            "budget": {"tokens": budget_tokens, "usd": budget_usd, "seconds": budget_s},
            "workers": workers, "sandbox": sandbox, "no_track": no_track,
        }
    )  # fmt: skip
    if export_sft is not None:
        if plan.calls is not None or plan.budget != Budget():
            raise InputError(
                "--export-sft compiles nothing, and takes no budget.",
                remedy="Take fewer tasks with --limit.",
            )
        named(optimizer)
        raise typer.Exit(3 if _export(plan, export_sft, as_json=as_json) else 0)
    output.require(out)
    raise typer.Exit(0 if _optimized(plan, out, as_json=as_json) else 1)


def _plan(given: dict[str, Any]) -> Plan:
    """Everything read and found good before a model is called."""
    from burnish import config
    from burnish.config import Budget, Memory
    from burnish.experiments.optimize.plan import Plan

    settings = config.load(
        lm=given["lm"],
        budget=given["budget"],
        sandbox={"kind": None if given["sandbox"] == "auto" else given["sandbox"]},
        tracking={"enabled": False if given["no_track"] else None},
    )
    whole = {key: value for key, value in given["budget"].items() if value is not None}
    return Plan(
        optimizer=given["optimizer"],
        train=_tasks(given["train"], given["language"], given["limit"]),
        dev=_tasks(given["dev"], given["language"], given["limit"]),
        # what is remembered of one set of tasks must not help with the other
        config=settings.model_copy(update={"budget": config.load().budget, "memory": Memory()}),
        questions=tuple(name.strip() for name in given["predictors"].split(",") if name.strip()),
        reflection_lm=given["reflection_lm"],
        budget=Budget(**whole),
        calls=given["calls"],
        runs=given["runs"],
        seed=given["seed"],
        workers=given["workers"],
    )


def _tasks(named: str, language: str, limit: int | None) -> TaskSet:
    """The tasks of SET or SET:SPLIT that are in a language."""
    from dataclasses import replace

    from burnish.errors import InputError
    from burnish.evaluation.tasks import load_set
    from burnish.registries.languages import language as find_language

    name, _, split = named.partition(":")
    spoken = find_language(language).name
    whole = load_set(name).chosen(split)
    found = replace(whole, tasks=tuple(t for t in whole.tasks if t.language == spoken))
    if not found.tasks:
        raise InputError(f"{named} has no task in {spoken}.", remedy="Choose another --language.")
    return found.chosen("", limit)


def _optimized(plan: Plan, out: Path, *, as_json: bool) -> bool:
    """Compile, write what is better, and show what came of it."""
    from burnish.cli import optimize_view
    from burnish.cli.ending import InterruptedWork
    from burnish.cli.terminal import emit, quiet_stdout, stderr, stdout
    from burnish.experiments.optimize.optimize import optimize
    from burnish.experiments.optimize.recording import record

    console = stderr()
    try:
        with optimize_view.watching(console) as watch, quiet_stdout(console):
            outcome = optimize(plan, watch)
    except KeyboardInterrupt:
        raise InterruptedWork(
            "Interrupted. Nothing was written; the same command goes on: answers that are paid "
            "come from the cache."
        ) from None
    moved = ""
    try:
        if outcome.better:
            out, moved = _write(outcome, out)
    finally:  # a program that is written nowhere is still recorded
        with quiet_stdout(console), console.status("recording in MLflow"):
            run = record(plan, outcome).run_id
    if moved:
        console.print(moved, style="yellow", markup=False, soft_wrap=True)
    if as_json:
        emit(optimize_view.document(outcome, out, run))
    else:
        optimize_view.show(outcome, out, run, stdout())
    return outcome.better


def _write(outcome: Outcome, out: Path) -> tuple[Path, str]:
    """Write the program; if it cannot be where it was asked for, beside its measurement.

    Returns:
        The file, and a sentence on why it is not `out` (empty if it is).
    """
    from contextlib import suppress

    from burnish.errors import OutputFolderError
    from burnish.experiments import output

    try:
        output.write(out, outcome.program)
    except OutputFolderError as error:
        kept = outcome.rows[-1].with_suffix(".json")
        with suppress(OSError), output.draft(kept.parent, outcome.program.encode()) as whole:
            whole.replace(kept)
            return kept, f"{error.message} The program was written to {kept} instead."
        raise OutputFolderError(
            error.message,
            remedy="Name another file with --out; the same command goes on from the cache.",
        ) from None
    return out, ""


def _export(plan: Plan, file: Path, *, as_json: bool) -> tuple[str, ...]:
    """Write the chats; what could not be done."""
    from burnish.cli import bench_view
    from burnish.cli.terminal import emit, quiet_stdout, stderr
    from burnish.experiments.bench import bench
    from burnish.experiments.optimize.optimize import require_no_test
    from burnish.experiments.optimize.trajectories import export

    require_no_test(plan.train.tasks)
    what = bench.Plan(plan.train, plan.config, baseline="")
    rows = bench.default_path(what.header(), resume=False).with_name(
        f"sft-{what.header().fingerprint}.jsonl"
    )
    console = stderr()
    with quiet_stdout(console), bench_view.watching(console, what) as watch:
        done = export(what, rows, file, plan.workers, watch)
    console.print(f"{done.chats} chats: {file}", markup=False, soft_wrap=True)
    bench_view.undone(done.problems, "another file", console)
    if as_json:
        emit({"chats": done.chats, "file": str(file), "problems": list(done.problems)})
    return done.problems
