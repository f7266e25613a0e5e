"""What a person sees of an optimisation: how far it is, then whether it paid."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from burnish.experiments.bench.wording import cells, sentences

if TYPE_CHECKING:
    from rich.console import Console

    from burnish.experiments.optimize.optimize import Watch
    from burnish.experiments.optimize.plan import News, Outcome


@contextmanager
def watching(console: Console) -> Iterator[Watch]:
    """Shows how far it is for the length of the block; DSPy's own talk is kept out."""
    talk = logging.getLogger("dspy")
    level = talk.level
    talk.setLevel(logging.CRITICAL)
    try:
        if not console.is_terminal or console.is_dumb_terminal:
            yield lambda news: console.print(_said(news), markup=False, soft_wrap=True)
            return
        with console.status("beginning") as status:
            yield lambda news: status.update(_said(news))
    finally:
        talk.setLevel(level)


def _said(news: News) -> str:
    best = "" if news.best is None else f", best {news.best:.2f}"
    cost = news.usage.cost_usd
    money = "" if not cost else f", ${cost:.2f}"
    return f"{news.stage} {news.done}/{news.total}{best}, {news.usage.tokens:,} tokens{money}"


def show(outcome: Outcome, out: Path, run: str, console: Console) -> None:
    """The comparison, and what became of the program."""
    if outcome.summary is not None:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for name in ("", "tasks", "pass@1 [95%]", "score", "accepted", "tokens/solved", "s"):
            table.add_column(name, header_style="bold")
        for each in outcome.summary.total:
            name = "compiled" if each.contestant == "burnish" else each.contestant
            table.add_row(name, *cells(each)[1:])
        console.print(table)
        for line in sentences(outcome.summary):
            if " less " in line:
                console.print(line.replace("burnish", "compiled"), markup=False)
    console.print(verdict(outcome, out), markup=False, soft_wrap=True)
    if run:
        console.print(f"MLflow run {run}; `burnish ui` shows it.", markup=False, soft_wrap=True)


LUCK = 0.05
"""A p from which on a lead is called luck."""


def verdict(outcome: Outcome, out: Path) -> str:
    """In a sentence or two, what came of it."""
    ended = f" {outcome.stopped[0].upper()}{outcome.stopped[1:]}." if outcome.stopped else ""
    if outcome.better:
        chance = outcome.chance or 0.0
        luck = f" It may be luck: p = {chance:.2f}." if chance >= LUCK else ""
        return f"Better: {out} is the program.{luck}{ended}"
    if not outcome.program:
        return f"Nothing else than the shipped program was found; nothing is written.{ended}"
    if outcome.summary is None:
        return f"The compiled program was not measured to the end; nothing is written.{ended}"
    return f"Not better than the shipped program; nothing is written.{ended}"


def document(outcome: Outcome, out: Path, run: str) -> dict[str, Any]:
    """The same for a program."""
    return {
        "better": outcome.better,
        "p": outcome.chance,
        "program": str(out) if outcome.better else None,
        "verdict": verdict(outcome, out),
        "stopped": outcome.stopped,
        "run": run,
        "usage": outcome.usage.model_dump(mode="json"),
        "seconds": outcome.seconds,
        "trials": [
            {"number": t.number, "mean": t.mean, "tasks": len(t.values)} for t in outcome.trials
        ],
        "rows": [str(path) for path in outcome.rows],
        "summary": outcome.summary.model_dump(mode="json") if outcome.summary else None,
    }
