"""What each part of the loop adds: the same tasks, with one part changed at a time.

    python benchmarks/ablation.py humaneval --limit 40
    python benchmarks/ablation.py burnish --split dev [--only once repair]

Rows are written as they come to `out/ablation/`; run again, it goes on where it was. Hidden tests
grade at the very end and are in no prompt. `make results` runs both.

A question that two variants put alike is answered once, so that they differ by what was changed and
not by chance. Each is charged for the answer all the same, in tokens and in seconds.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dspy

from burnish.config import load
from burnish.evaluation.tasks import load_set
from burnish.experiments.bench.bench import Plan, benchmark
from burnish.experiments.bench.ledger import read, solution_file
from burnish.experiments.bench.row import BASELINE, LOOP, Header, Row
from burnish.experiments.bench.running import Threads
from burnish.experiments.bench.summary import Standing
from burnish.experiments.bench.wording import interval

OUT = Path(__file__).parents[1] / "out" / "ablation"
ONCE = {"limits": {"max_iterations": 0}, "search": {"candidates": 0}}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "default": ("burnish as it is", {}),
    "once": ("one module, asked for by burnish's own adapter", ONCE),
    "chat": ("one module, asked for by DSPy's ChatAdapter", ONCE),
    "examples": (
        "+ fresh modules where a stated example fails, chosen by examples and agreement",
        {"limits": {"max_iterations": 0}},
    ),
    "repair": ("as it is, but repair in place of fresh modules", {"search": {"candidates": 0}}),
    "analysis": ("as it is, and asked first what the text demands", {"search": {"analysis": True}}),
    "twice": ("as it is, with eight fresh modules, not four", {"search": {"candidates": 8}}),
    "agree": ("as it is, and two modules must agree", {"search": {"consensus": 2}}),
    "cold": ("as it is, fresh modules at temperature 0.4", {"search": {"temperature": 0.4}}),
    "memory": (
        "as it is, shown the most similar task that it solved of burnish's training split",
        {"memory": {"demos": 1, "path": str(OUT / "memory.jsonl")}},
    ),
    "compiled": ("as it is, with the program of out/ablation/program.json", {}),
}
"""By name: what it is, and the settings that make it. Where a text states too few examples, the
tests and the README of a module cost each of them tokens, too."""


def main() -> None:
    """Run what has no row yet, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tasks", help="burnish, humaneval or a JSONL file")
    parser.add_argument("--split", default="")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--lm", default="local")
    parser.add_argument("--budget-tokens", type=int, default=4000, help="for each task")
    parser.add_argument("--workers", type=int, default=2, help="tasks at a time")
    parser.add_argument("--only", nargs="*", default=[], choices=VARIANTS)
    arguments = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    dspy.configure_cache(disk_cache_dir=str(OUT / "answers"))
    found = []
    for name, (described, settings) in VARIANTS.items():
        if arguments.only and name not in arguments.only:
            continue
        if name == "compiled" and not (OUT / "program.json").exists():
            continue  # `burnish optimize --out out/ablation/program.json` found nothing better
        if name == "memory":
            remember(arguments.lm)
        ours, *plain = run(name, settings, arguments)
        found += [("plain words, asked once", own) for own in plain]
        found.append((described, ours))
        print(table(found), flush=True)


def run(name: str, settings: dict[str, Any], arguments: argparse.Namespace) -> list[Timed]:
    """The benchmark of one variant; that of burnish as it is measures the plain model, too."""
    adapter = dspy.ChatAdapter(use_json_adapter_fallback=False) if name == "chat" else None
    dspy.configure(adapter=adapter)
    budget = {"budget": {"tokens": arguments.budget_tokens}}
    plan = Plan(
        tasks=load_set(arguments.tasks).chosen(arguments.split, arguments.limit),
        config=load(lm=arguments.lm, **settings, **budget),
        split=arguments.split,
        limit=arguments.limit,
        program=(OUT / "program.json").read_text() if name == "compiled" else "",
        baseline=BASELINE if name == "default" else "",
        cache=True,
    )
    part = f"-{arguments.split}" if arguments.split else ""
    rows = OUT / f"{Path(arguments.tasks).stem}{part}-{name}.jsonl"

    def told(done: Any, count: int, total: int) -> None:
        said = "solved" if done.row and done.row.solved else "not solved"
        print(f"{name} {count}/{total}: {done.unit.task.id}, {done.unit.contestant}, {said}")

    began, _ = _rows(rows)
    if began and began.commit != plan.header().commit:
        raise SystemExit(
            f"{rows} is of commit {began.commit}: one table, one version. Remove {OUT}, or go on "
            "from a checkout of that commit."
        )
    threads = Threads(arguments.workers)
    outcome = benchmark(plan, rows=rows, resume=rows.exists(), executor=threads, watch=told)
    if outcome.problems:
        raise SystemExit(
            f"{rows} lacks {len(outcome.problems)} rows: {outcome.problems[0]} Run it again."
        )
    return [timed(own, rows) for own in outcome.summary.total]


@dataclass(frozen=True)
class Timed:
    """A contestant's figures, and the seconds that it took but for the other variants."""

    standing: Standing
    seconds: float | None
    """Mean over the tasks of which all seconds are known; None if there is none."""
    known: int
    """How many these are: of an answer whose first run was interrupted they are lost."""


def timed(standing: Standing, rows: Path) -> Timed:
    """Each answer is charged with what it took when it was asked for."""
    asked: dict[str, float] = {}
    for file in OUT.glob("*.jsonl.solutions/*.json"):
        asked |= {key: took for key, took, cached in calls(file) if not cached}

    def waited(row: Row) -> float | None:
        if not row.usage.cached_calls:
            return row.seconds
        history = solution_file(rows, row)
        if row.contestant != LOOP or not history.exists():
            return None
        again = [asked.get(key) for key, _, cached in calls(history) if cached]
        return None if None in again else row.seconds + sum(filter(None, again))

    own = [row for row in _rows(rows)[1] if row.contestant == standing.contestant and not row.error]
    seconds = [took for took in map(waited, own) if took is not None]
    return Timed(standing, statistics.mean(seconds) if seconds else None, len(seconds))


def calls(file: Path) -> Iterator[tuple[str, float, bool]]:
    """Of each call of the model in a history: question with answer, seconds, from the cache."""
    for call in json.loads(file.read_text("ascii"))["calls"]:
        asked = json.dumps([call["messages"], call["response"]])
        took = (call["ended_ns"] - call["started_ns"]) / 1e9
        yield asked, took, bool(call["usage"]["cached_calls"])


def _rows(file: Path) -> tuple[Header | None, list[Row]]:
    header, rows, _ = read(file) if file.exists() else (None, {}, 0)
    return header, list(rows.values())


def remember(lm: str) -> None:
    """Solve the training split once, keeping what is accepted."""
    kept = load(lm=lm, memory={"keep": True, "path": str(OUT / "memory.jsonl")})
    plan = Plan(load_set("burnish").chosen("train"), kept, split="train", baseline="")
    rows = OUT / "burnish-train-kept.jsonl"
    benchmark(plan, rows=rows, resume=rows.exists())


def table(found: list[tuple[str, Timed]]) -> str:
    """The variants as Markdown."""
    lines = [
        "| | solved | pass@1 [95%] | hidden tests [95%] | accepted | of these right | tokens | s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for described, own in found:
        standing, solved = own.standing, own.standing.pass_at[1]
        accepted, right = (
            "-" if s is None else f"{s:.0%}" for s in (standing.accepted, standing.accepted_solved)
        )
        seconds = "-" if own.seconds is None else f"{own.seconds:.0f}"
        seconds += f" (of {own.known})" if 0 < own.known < standing.tasks else ""
        tokens = "-" if standing.tokens is None else f"{standing.tokens:,.0f}"
        crashed = f", {standing.crashed} crashed" if standing.crashed else ""
        lines.append(
            f"| {described} | {solved.value * standing.tasks:.0f} of {standing.tasks}{crashed} "
            f"| {interval(solved)} | {interval(standing.hidden)} "
            f"| {accepted} | {right} | {tokens} | {seconds} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
