"""`burnish generate`: a specification in, a package and its report out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from burnish.cli.options import DollarBudget, TimeBudget, TokenBudget

if TYPE_CHECKING:
    from burnish.cli.tracking import Deferred
    from burnish.config import Config
    from burnish.records import Solution

EXAMPLES = """
[bold]Examples[/bold]

  burnish generate "Write median(numbers). median([3, 1, 2]) returns 2."

  burnish generate --file spec.md --checks checks.py --out slugs

  cat spec.md | burnish generate - --lm openai/gpt-4.1-mini --json

Checks are a pytest file of yours that imports the module: from solution import median
"""


class Request(NamedTuple):
    """What was asked for, read and found good."""

    arguments: dict[str, Any]
    """Of `burnish.api.generate`."""
    folder: Path
    config: Config


def generate(
    text: Annotated[
        str | None, typer.Argument(help="What the code must do; - reads it from standard input.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="Read it from a file.")] = None,
    checks: Annotated[
        Path | None, typer.Option(help="Your own tests; code that fails them is not accepted.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder to write. [burnish-out/...]")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace burnish's own files in that folder.")
    ] = False,
    lm: Annotated[
        str | None, typer.Option(help='"local" or "provider/model"; see burnish lm list.')
    ] = None,
    api_base: Annotated[
        str | None, typer.Option(help="URL of an OpenAI-compatible server.")
    ] = None,
    sandbox: Annotated[str, typer.Option(help="auto, docker, bubblewrap or none.")] = "auto",
    max_iterations: Annotated[
        int | None, typer.Option(help="Refinement rounds after the first attempt. [3]")
    ] = None,
    budget_tokens: TokenBudget = None,
    budget_usd: DollarBudget = None,
    budget_s: TimeBudget = None,
    threshold: Annotated[
        float | None, typer.Option(help="Score needed for acceptance, 0 to 1. [0.8]")
    ] = None,
    strategy: Annotated[
        str | None, typer.Option(help="direct, test-first, incremental or template.")
    ] = None,
    program: Annotated[
        Path | None, typer.Option(help="A saved program (JSON) in place of the shipped prompts.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language to write.")] = "python",
    constraints: Annotated[str, typer.Option(help="Limits on the solution.")] = "",
    test_requirements: Annotated[str, typer.Option(help="What its tests must cover.")] = "",
    no_track: Annotated[
        bool, typer.Option("--no-track", help="Do not record the run in MLflow.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Generate code, tests and documentation from a specification."""
    request = _request(
        {
            "text": text, "file": file, "checks": checks, "out": out, "force": force,
            "lm": lm, "api_base": api_base, "sandbox": sandbox, "strategy": strategy,
            "max_iterations": max_iterations, "threshold": threshold, "language": language,
            "constraints": constraints, "test_requirements": test_requirements,
            "budget": {"tokens": budget_tokens, "usd": budget_usd, "seconds": budget_s},
            "no_track": no_track, "program": program,
        }
    )  # fmt: skip
    solution = _work(request, force=force, as_json=as_json)
    raise typer.Exit(0 if solution.accepted else 1)


def _request(given: dict[str, Any]) -> Request:
    """Read and check everything before a model is called."""
    from typing import get_args

    from burnish import config
    from burnish.cli import checks, intake, place
    from burnish.records import Strategy
    from burnish.registries.languages import language as find_language

    settings = config.load(
        lm=given["lm"],
        model={"api_base": given["api_base"]},
        limits={"max_iterations": given["max_iterations"]},
        budget=given["budget"],
        metric={"threshold": given["threshold"]},
        tracking={"enabled": False if given["no_track"] else None},
    )
    kinds = get_args(config.Sandbox.model_fields["kind"].annotation)
    arguments = {
        "specification": intake.specification(given["text"], given["file"], settings.limits),
        "language": find_language(given["language"]).name,
        "constraints": given["constraints"],
        "test_requirements": given["test_requirements"],
        "program": intake.program(given["program"]),
        "sandbox": intake.choice(given["sandbox"], kinds, "sandbox"),
        "lm": settings.lm,
        "config": settings,
    }
    if given["strategy"] is not None:
        arguments["strategy"] = intake.choice(given["strategy"], get_args(Strategy), "strategy")
    if (path := given["checks"]) is not None:
        source = intake.read_text(path, "checks", intake.MAX_CHECKS_CHARS)
        module = checks.module_of(source, path, arguments["language"])
        arguments |= {"checks": source, "module": module}
    folder = place.chosen(given["out"], arguments["specification"], force=given["force"])
    return Request(arguments, folder, settings)


def _work(request: Request, *, force: bool, as_json: bool) -> Solution:
    """Generate, write, and show what came of it."""
    from burnish import api
    from burnish.cli import place, summary
    from burnish.cli.ending import InterruptedWork
    from burnish.cli.progress import watching
    from burnish.cli.terminal import emit, quiet_stdout, stderr, stdout
    from burnish.cli.tracking import Deferred, tracker
    from burnish.templates.package.folder import REPORT

    console, weights = stderr(), request.config.metric.weights
    written: tuple[Path, ...] = ()
    try:
        with quiet_stdout(console):
            tracked = tracker(request.config)
            deferred = Deferred(tracked) if tracked else None
            limit = request.config.limits.max_iterations
            with watching(console, request.arguments["specification"], limit) as view:
                observers = [view, *([deferred] if deferred else [])]
                solution = api.generate(**request.arguments, observers=observers)
                written, moved = place.write(solution, request.folder, force=force, weights=weights)
                if deferred is not None:
                    _record(deferred, written[0].parent)
        if moved:
            console.print(moved, style="yellow", markup=False)
        outcome = summary.Outcome(solution, weights, written, tracked)
        if as_json:
            emit(summary.document(outcome))
        else:
            summary.show(outcome, stdout())
    except KeyboardInterrupt:
        there = bool(written) or (not force and (request.folder / REPORT).is_file())
        folder = written[0].parent if written else request.folder
        left = f"the package is in {folder}" if there else "nothing was written"
        raise InterruptedWork(f"Interrupted; {left}.") from None
    return solution


def _record(deferred: Deferred, folder: Path) -> None:
    """Record the work whose package is in `folder`; a Ctrl-C costs the record alone."""
    from burnish.cli.ending import InterruptedWork

    try:
        deferred.record()
    except KeyboardInterrupt:
        raise InterruptedWork(
            f"Interrupted; the package is in {folder}, its recording in MLflow was not finished."
        ) from None
