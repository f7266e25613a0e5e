"""`burnish models`: chat models that an agent can be built on, with prices and capabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from burnish.cli import facts

if TYPE_CHECKING:
    from burnish.registries.catalogue.models import ChatModel

app = typer.Typer(
    help="Chat models to build agents on: find, look at, compare.", no_args_is_help=True
)
AS_JSON = typer.Option("--json", help="One JSON document on stdout.")
PROVIDER = typer.Option(help="bedrock, ollama, openai, anthropic or gemini. [any]")
COST = typer.Option(help="US dollars per million tokens, three in four of them prompt, at most.")
SORTS = ("id", "cost", "context")


@app.command("list")
def list_models(
    search: Annotated[str, typer.Argument(help="Part of an id or name.")] = "",
    can: Annotated[
        list[str] | None, typer.Option(help="What it must be known to do; may be repeated.")
    ] = None,
    provider: Annotated[str, PROVIDER] = "",
    max_cost: Annotated[float | None, COST] = None,
    min_context: Annotated[int | None, typer.Option(help="Tokens, at least.")] = None,
    sort: Annotated[str, typer.Option(help="id, cost or context.")] = "id",
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """The models that are known to fulfil all that is asked."""
    from burnish.cli import intake
    from burnish.cli.terminal import emit, stdout
    from burnish.registries.catalogue.models import catalogue

    intake.choice(sort, SORTS, "sort")
    known = catalogue()
    found = known.filter(
        can or [],  # type: ignore[arg-type]
        max_cost=max_cost, provider=provider, min_context=min_context, search=search,
    )  # fmt: skip
    found.sort(key=lambda model: _place(model, sort))
    if as_json:
        emit({"source": known.source, "models": [each.model_dump(mode="json") for each in found]})
        return
    stdout().print(_table(found))
    stdout().print(f"{len(found)} of {len(list(known))}; {known.source}", style="dim")


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="MODEL", help="Its id, as `models list` has it.")],
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Everything that is known of one model."""
    from burnish.cli.terminal import emit, stdout
    from burnish.registries.catalogue.models import catalogue

    model = catalogue().get(id)
    if as_json:
        emit(model.model_dump(mode="json"))
        return
    stdout().print(facts.sheet(_facts(model)))


@app.command()
def compare(
    ids: Annotated[list[str], typer.Argument(metavar="MODEL MODEL ...")],
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """What differs between models."""
    from burnish.cli.terminal import emit, stdout
    from burnish.registries.catalogue.models import catalogue

    rows = catalogue().compare(ids)
    if as_json:
        emit({name: [_plain(value) for value in row] for name, row in rows.items()})
        return
    table = facts.listing(["", *rows.pop("id", [ids[0]])])
    for name, row in rows.items():
        table.add_row(name.replace("_", " "), *map(facts.said, row))
    stdout().print(table)


@app.command()
def recommend(
    use: Annotated[
        str, typer.Argument(help="chat, extraction, rag, agents, coding, reasoning or vision.")
    ],
    max_cost: Annotated[float | None, COST] = None,
    provider: Annotated[str, PROVIDER] = "",
    count: Annotated[int, typer.Option(min=1, max=50, help="At most so many.")] = 3,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Models for a use, with the reasons."""
    from burnish.cli.terminal import emit, stdout
    from burnish.registries.catalogue.models import catalogue

    found = catalogue().recommend(use, max_cost, provider=provider, count=count)
    if as_json:
        emit({"recommendations": [each.model_dump(mode="json") for each in found]})
        return
    console = stdout()
    if not found:
        console.print("No model is known to fit; see `burnish models list`.")
    for each in found:
        console.print(f"{each.model.id}  {each.model.name}", style="bold", markup=False)
        console.print(f"  {'; '.join(each.reasons)}", markup=False)


def _place(model: ChatModel, sort: str) -> tuple[bool, float, str]:
    """Where a model stands; what is not known stands last."""
    cost, window = model.usd_per_million.blended, model.context_window
    if sort == "cost":
        return cost is None, cost or 0.0, model.id
    if sort == "context":
        return window is None, -(window or 0), model.id
    return False, 0.0, model.id


def _table(models: list[ChatModel]) -> Any:
    table = facts.listing(["model"], ["$/M in", "$/M out", "context"])
    for model in models:
        price, window = model.usd_per_million, model.context_window
        table.add_row(model.id, *("?" if v is None else facts.said(v) for v in
                                  (price.input, price.output, window)))  # fmt: skip
    return table


def _facts(model: ChatModel) -> list[tuple[str, str]]:
    price = model.usd_per_million
    known: list[tuple[str, Any]] = [
        ("id", model.id), ("name", model.name), ("context window", model.context_window),
        ("longest answer", model.max_output_tokens),
    ]  # fmt: skip
    known += [(f"$ per million, {name.replace('_', ' ')}", getattr(price, name))
              for name in type(price).model_fields]  # fmt: skip
    known += [("can", [c for c, yes in model.capabilities.items() if yes]),
              ("cannot", [c for c, yes in model.capabilities.items() if not yes]),
              ("regions", model.regions), ("cross-region profiles", model.profiles),
              ("withdrawn on", model.deprecated_on), ("recommended for", model.uses),
              ("source", model.source)]  # fmt: skip
    return [(name, facts.said(value)) for name, value in known]


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, tuple):
        return list(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)
