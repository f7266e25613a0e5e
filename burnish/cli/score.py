"""`burnish score`: the same judgement for code that exists already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from burnish.config import Config
    from burnish.records import QualityReport

EXAMPLES = """
[bold]Examples[/bold]

  burnish score solution.py --checks checks.py

  burnish score slugs.py --checks checks.py --tests test_slugs.py --threshold 0.9 --json
"""
SCHEMA_VERSION = "1.0"


def score(
    path: Annotated[Path, typer.Argument(help="The module to judge.", metavar="PATH")],
    checks: Annotated[
        Path | None, typer.Option(help="Your own tests; they import the module by its file's name.")
    ] = None,
    tests: Annotated[
        Path | None, typer.Option(help="Further tests, counted like generated ones.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Language of the module. [by its suffix]")
    ] = None,
    sandbox: Annotated[str, typer.Option(help="auto, docker, bubblewrap or none.")] = "auto",
    threshold: Annotated[
        float | None, typer.Option(help="Score needed for acceptance, 0 to 1. [0.8]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Judge a module: run its tests in a sandbox, measure it, say what is wrong."""
    from burnish import api, config
    from burnish.cli import summary
    from burnish.cli.ending import InterruptedWork
    from burnish.cli.terminal import emit, quiet_stdout, stderr, stdout

    settings = config.load(metric={"threshold": threshold})
    arguments = _arguments(settings, path, {"checks": checks, "tests": tests}, language, sandbox)
    console = stderr()
    try:
        with quiet_stdout(console), console.status("running in the sandbox"):
            quality = api.score(path, **arguments)
    except KeyboardInterrupt:
        raise InterruptedWork("Interrupted; nothing was written.") from None
    if as_json:
        emit(document(path, quality))
    else:
        run = quality.execution
        passing = "tests passing" if run.of("check", "generated") else "no tests were given"
        words = {"PASSED": passing, "FAILED": "tests failing"}.get(run.status, run.status)
        summary.judgement(quality, settings.metric.weights, stdout())
        summary.verdict(quality.accepted, words.replace("_", " ").lower(), quality, stdout())
    raise typer.Exit(0 if quality.accepted else 1)


def document(path: Path, quality: QualityReport) -> dict[str, Any]:
    """What `--json` prints: the quality report, with the verdict and the file's path."""
    head = {"schema_version": SCHEMA_VERSION, "path": str(path), "accepted": quality.accepted}
    return head | quality.model_dump(mode="json")


def _arguments(
    settings: Config, path: Path, suites: dict[str, Path | None], language: str | None, sandbox: str
) -> dict[str, Any]:
    """Everything read and found good before anything runs; the suites as source."""
    from typing import get_args

    from burnish import config
    from burnish.cli import checks, intake
    from burnish.errors import InputError
    from burnish.registries.languages import language as find_language
    from burnish.registries.languages import language_of

    if not intake.read_text(path, "module", settings.limits.max_code_length).strip():
        raise InputError(f"{path} is empty.", remedy="Name a file with code in it.")
    if not path.stem.isidentifier():
        raise InputError(
            f"{path.name} cannot be imported: {path.stem!r} is no module name.",
            remedy="Rename the file to letters, digits and underscores.",
        )
    spoken = find_language(language).name if language else language_of(path.name).name
    kinds = get_args(config.Sandbox.model_fields["kind"].annotation)
    arguments: dict[str, Any] = {
        "language": spoken,
        "sandbox": intake.choice(sandbox, kinds, "sandbox"),
        "config": settings,
    }
    for name, file in suites.items():
        if file is not None:
            source = intake.read_text(file, name, intake.MAX_CHECKS_CHARS)
            checks.module_of(source, file, spoken, expected=path.stem)
            arguments[name] = file
    return arguments
