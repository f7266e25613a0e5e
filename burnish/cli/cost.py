"""`burnish cost`: what the agent of a context costs a month, and what would save."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from burnish.agents.cost.estimate import Estimate
    from burnish.agents.cost.usage import Range, Usage
    from burnish.records.context import GenerationContext

EXAMPLES = """
[bold]Examples[/bold]

  burnish cost examples/contexts/support-bot.yaml

  burnish cost support-bot.yaml --requests-per-month 100000 --input-tokens 1000-4000

  burnish cost support-bot.yaml --target lambda --model openai/gpt-4.1-mini --json
"""
QUESTIONS = {
    "model.id": ("model", "--model", "an id of `burnish models list`"),
    "deployment.target": ("target", "--target", "agentcore, ecs-fargate or lambda"),
    "deployment.region": ("AWS region", "--region", "e.g. eu-central-1"),
    "security.level": ("level of security", "--security", "basic, standard or enhanced"),
    "deployment.requests_per_month": (
        "number of requests", "--requests-per-month", "how often it will be asked",
    ),
}  # fmt: skip
"""What an estimate cannot do without, and how it is given."""


def cost(
    context: Annotated[Path, typer.Argument(metavar="CONTEXT", help="YAML or JSON file.")],
    requests_per_month: Annotated[
        int | None, typer.Option(min=0, help="How often the agent is asked. [the context's]")
    ] = None,
    input_tokens: Annotated[
        str, typer.Option(metavar="N|N-M", help="Prompt tokens of a request. [from the context]")
    ] = "",
    output_tokens: Annotated[
        str, typer.Option(metavar="N|N-M", help="Answered tokens of a request.")
    ] = "",
    seconds_per_request: Annotated[
        str, typer.Option(metavar="N|N-M", help="From question to answer.")
    ] = "",
    target: Annotated[
        str, typer.Option(help="agentcore, ecs-fargate or lambda. [the context's]")
    ] = "",
    model: Annotated[str, typer.Option(help="Its id. [the context's]")] = "",
    region: Annotated[str, typer.Option(help="Of AWS. [the context's]")] = "",
    security: Annotated[
        str, typer.Option(help="basic, standard or enhanced. [the context's]")
    ] = "",
    cached_share: Annotated[
        str, typer.Option(metavar="N|N-M", help="Of the prompt, read from the cache, 0 to 1.")
    ] = "",
    cache_written_share: Annotated[
        str, typer.Option(metavar="N|N-M", help="Of the prompt, written to the cache, 0 to 1.")
    ] = "",
    batch: Annotated[bool, typer.Option(help="Answers may take a day.")] = False,
    idle_seconds: Annotated[
        str, typer.Option(metavar="N|N-M", help="An AgentCore session stays after a request.")
    ] = "",
    memory_gb: Annotated[str, typer.Option(metavar="N|N-M", help="Of a session or task.")] = "",
    tasks: Annotated[
        str, typer.Option(metavar="N|N-M", help="Fargate tasks that always run.")
    ] = "",
    log_kb: Annotated[str, typer.Option(metavar="N|N-M", help="Logged with a request.")] = "",
    traced_share: Annotated[
        str, typer.Option(metavar="N|N-M", help="Of the requests, recorded by X-Ray, 0 to 1.")
    ] = "",
    architecture: Annotated[str, typer.Option(help="x86_64 or arm64. [the project's: arm64]")] = "",
    free_tier: Annotated[bool, typer.Option(help="Deduct AWS's lasting free tier.")] = True,
    refresh_prices: Annotated[
        bool, typer.Option(help="Fetch the region's prices from AWS first; needs credentials.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """What an agent costs a month: model, compute, storage, network, logs; and what would save."""
    from burnish.agents.context.file import read_context
    from burnish.agents.cost.cost import estimate
    from burnish.cli.cost_view import show
    from burnish.cli.terminal import emit, stdout

    found = _filled(
        read_context(context),
        {
            "model.id": model, "deployment.target": target, "deployment.region": region,
            "security.level": security, "deployment.requests_per_month": requests_per_month,
        },
        context,
    )  # fmt: skip
    usage = _usage(
        found,
        {
            "input_tokens": ("--input-tokens", input_tokens),
            "output_tokens": ("--output-tokens", output_tokens),
            "seconds": ("--seconds-per-request", seconds_per_request),
            "cached_share": ("--cached-share", cached_share),
            "cache_written_share": ("--cache-written-share", cache_written_share),
            "idle_seconds": ("--idle-seconds", idle_seconds),
            "memory_gb": ("--memory-gb", memory_gb),
            "tasks": ("--tasks", tasks),
            "log_kb": ("--log-kb", log_kb),
            "traced_share": ("--traced-share", traced_share),
        },
        {"batch": batch, "free_tier": free_tier, "architecture": architecture or None},
    )
    if refresh_prices:
        _refresh(found.deployment.region)
    answer: Estimate = estimate(found, usage)
    if as_json:
        emit(answer.model_dump(mode="json"))
    else:
        show(answer, stdout())


def _filled(context: GenerationContext, given: dict[str, Any], path: Path) -> GenerationContext:
    """The context with what the options say; what is then still missing is asked for."""
    from burnish.cli.override import overridden
    from burnish.errors import InputError

    found = overridden(context, given)
    missing = [QUESTIONS[field] for field in QUESTIONS if found.value(field) in (None, "")]
    if missing:
        names = ", ".join(what for what, _, _ in missing)
        options = ", ".join(f"{option} ({hint})" for _, option, hint in missing)
        raise InputError(
            f"{path} does not say the {names}.", remedy=f"Give {options}, or write it there."
        )
    return found


def _usage(
    context: GenerationContext, ranges: dict[str, tuple[str, str]], plain: dict[str, Any]
) -> Usage:
    from typing import get_args

    from pydantic import ValidationError

    from burnish.agents.cost.usage import Architecture, Usage, assumed
    from burnish.cli import intake
    from burnish.errors import InputError

    if plain["architecture"]:
        intake.choice(plain["architecture"], get_args(Architecture), "architecture")
    requests = context.deployment.requests_per_month
    assert requests is not None  # `_filled` has seen to it
    given = {name: _range(*pair) for name, pair in ranges.items() if pair[1]}
    fields = dict(assumed(context, requests)) | given | plain
    try:
        return Usage(**fields)
    except ValidationError as error:
        reason = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        options = ", ".join(ranges[name][0] for name in given)
        raise InputError(f"{reason}.", remedy=f"Correct {options}.") from None


def _range(option: str, text: str) -> Range:
    """A number, or two with a hyphen between; likely is then the middle."""
    from pydantic import ValidationError

    from burnish.agents.cost.usage import MOST, between
    from burnish.errors import InputError

    first, _, last = text.replace(",", "").partition("-")
    try:
        low = float(first)
        high = float(last) if last else low
        return between(low, (low + high) / 2, high)
    except (ValueError, ValidationError):
        raise InputError(
            f"{option} {text!r} is no number and no range.",
            remedy=f"Write a number from 0 to {MOST:,}, or two as in 100-400.",
        ) from None


def _refresh(region: str) -> None:
    from burnish.agents.cost.pricing_api import refresh
    from burnish.cli.terminal import stderr

    done = refresh(region)
    console = stderr()
    console.print(
        f"{len(done.changed)} prices of {region} differ from the pinned ones, {len(done.same)} do "
        f"not; kept in {done.path}",
        markup=False, soft_wrap=True,
    )  # fmt: skip
    for name, why in done.left.items():
        console.print(f"  {name} stays as it was: {why}", style="dim", markup=False)
