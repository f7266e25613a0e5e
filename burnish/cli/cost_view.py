"""An estimate for people: a table, the range, what is unknown, what would save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from burnish.agents.cost.estimate import Assumption, Estimate

WIDE = 100
"""Columns of a terminal that shows what a unit costs, too."""
VERDICTS = {
    "yes": "even the high end is within it",
    "perhaps": "the high end is beyond it",
    "no": "even the low end is beyond it",
}


def show(answer: Estimate, console: Console) -> None:
    """Print it; nothing that comes from a file is taken for markup."""

    def say(text: str, style: str | None = None) -> None:
        console.print(text, style=style, markup=False, soft_wrap=True)

    say(
        f"{answer.model} on {answer.target} in {answer.region}, "
        f"{answer.requests_per_month:,} requests a month",
        "bold",
    )
    console.print(_table(answer, wide=console.width >= WIDE))
    total = f"${_usd(answer.usd)} a month" + (", without what is unknown" if answer.unknown else "")
    say(f"{total}; {_limits(answer.low_usd, answer.high_usd)}", "bold")
    if answer.within_budget is not None:
        say(f"Budget ${_usd(answer.budget_usd)}: {VERDICTS[answer.within_budget]}.")
    for why in dict.fromkeys(gap.why for gap in answer.unknown):
        gaps = [gap for gap in answer.unknown if gap.why == why]
        highs = [gap.high_usd for gap in gaps]
        high = None if None in highs else sum(each or 0.0 for each in highs)
        names = "; ".join(gap.what for gap in gaps)
        say(f"Unknown: {names}: {_limits(sum(g.low_usd for g in gaps), high)}. {_sentence(why)}",
            "yellow")  # fmt: skip
    if answer.suggestions:
        say("\nWhat would save", "bold")
        for each in answer.suggestions:
            say(f"  ${_usd(each.usd_saved)} a month: {each.title} ({each.but})")
            say(f"    {each.how}", "dim")
    say("\nIt counts with", "bold")
    for assumption in answer.assumptions:
        say(f"  {_counted(assumption)}")
    if any(line.approximate for line in answer.lines):
        say("\n~ another region's price stands in", "dim")
    say(f"\nAWS's prices as of {answer.prices_of}.", "dim")
    for note in answer.notes:
        say(_sentence(note), "dim")


def _table(answer: Estimate, *, wide: bool) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", overflow="fold")
    more = ("$ each", "free") if wide else ()
    for name in ("quantity", *more, "$ a month", "low", "high"):
        table.add_column(name, justify="right", no_wrap=True)
    before = ""
    for line in answer.lines:
        if line.category != before:
            before = line.category
            table.add_row(before, style="dim")
        each = "?" if line.usd_per_unit is None else _price(line.usd_per_unit)
        more = (each, _count(line.free) if line.free else "") if wide else ()
        table.add_row(
            f"  {line.service.removeprefix(answer.model + ', ')}{' ~' if line.approximate else ''}",
            f"{_count(line.quantity)} {line.unit}",
            *more,
            "?" if line.usd is None else _usd(line.usd),
            _usd(line.low_usd),
            "?" if line.high_usd is None else _usd(line.high_usd),
        )
    return table


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _limits(low: float, high: float | None) -> str:
    if high is None:
        return f"at least ${_usd(low)}, no upper limit is known"
    return f"${_usd(low)} to ${_usd(high)}"


def _counted(each: Assumption) -> str:
    name = each.name.replace("_", " ")
    span = _count(each.likely)
    if each.low != each.high:
        span += f" ({_count(each.low)} to {_count(each.high)})"
    option = f"; {each.option}" if each.option and each.why != "given" else ""
    return f"{name}: {span} {each.unit}: {each.why}{option}"


def _usd(value: float | None) -> str:
    """Cents, and less than a cent as such: only nothing is 0."""
    if value and value < 0.005:
        return "<0.01"
    return f"{value or 0:,.2f}"


def _price(value: float) -> str:
    """A price of a unit without an exponent."""
    return f"{value:.13f}".rstrip("0").rstrip(".")


def _count(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
