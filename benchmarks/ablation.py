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
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import dspy
from dspy.clients.cache import Cache

from burnish.config import load
from burnish.evaluation.tasks import load_set
from burnish.experiments.bench.bench import Plan, benchmark
from burnish.experiments.bench.ledger import read, solution_file
from burnish.experiments.bench.row import BASELINE, LOOP
from burnish.experiments.bench.summary import Standing, Summary

OUT = Path(__file__).parents[1] / "out" / "ablation"
ONCE = {"limits": {"max_iterations": 0}, "search": {"candidates": 0, "analysis": False}}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "default": ("burnish as it is", {}),
    "once": ("burnish's question by its own adapter, asked once", ONCE),
    "chat": ("burnish's question by DSPy's ChatAdapter, asked once", ONCE),
    "examples": (
        "+ fresh modules where a stated example fails, chosen by examples and agreement",
        {"limits": {"max_iterations": 0}},
    ),
    "repair": (
        "as it is, but repair in place of fresh modules",
        {"model": {"small": False}, "search": {"analysis": False}},
    ),
    "analysis": ("as it is, and asked first what the text demands", {"search": {"analysis": True}}),
    "twice": ("as it is, with eight fresh modules, not four", {"search": {"candidates": 8}}),
    "cold": ("as it is, fresh modules at temperature 0.4", {"search": {"temperature": 0.4}}),
    "memory": (
        "as it is, shown the most similar task that it solved of burnish's training split",
        {"memory": {"demos": 1, "path": str(OUT / "memory.jsonl")}},
    ),
    "compiled": ("as it is, with the program of out/ablation/program.json", {}),
}
"""By name: what it is, and the settings that make it."""


class PaidAnswers(Cache):  # type: ignore[misc]
    """DSPy's cache, but an answer that is found again still says what it cost."""

    def get(self, request: dict[str, Any], ignored_args_for_cache_key: Any = None) -> Any:
        found = super().get(request, ignored_args_for_cache_key)
        if found is not None:
            key = self.cache_key(request, ignored_args_for_cache_key)
            found.usage = deepcopy(self.memory_cache[key].usage)
        return found


def main() -> None:
    """Run what has no row yet, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tasks", help="burnish, humaneval or a JSONL file")
    parser.add_argument("--split", default="")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--lm", default="local")
    parser.add_argument("--budget-tokens", type=int, default=6000, help="for each task")
    parser.add_argument("--only", nargs="*", default=[], choices=VARIANTS)
    arguments = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    dspy.cache = PaidAnswers(True, True, str(OUT / "answers"), disk_size_limit_bytes=10**10)
    found = []
    for name, (described, settings) in VARIANTS.items():
        if arguments.only and name not in arguments.only:
            continue
        if name == "compiled" and not (OUT / "program.json").exists():
            continue  # `burnish optimize --out out/ablation/program.json` found nothing better
        if name == "memory":
            remember(arguments.lm)
        summary, waited = run(name, settings, arguments)
        if name == "default":
            plain = summary.total[-1]
            found.append(("plain words, asked once", plain, plain.seconds or 0.0))
        found.append((described, summary.total[0], waited))
        print(table(found), flush=True)


def run(
    name: str, settings: dict[str, Any], arguments: argparse.Namespace
) -> tuple[Summary, float]:
    """The benchmark of one variant, and its seconds a task; the first measures the plain model."""
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

    summary = benchmark(plan, rows=rows, resume=rows.exists(), watch=told).summary
    return summary, seconds(rows)


def seconds(rows: Path) -> float:
    """Mean seconds a task, with each answer's own: those when it was first asked for."""
    asked: dict[str, float] = {}
    for file in OUT.glob("*.jsonl.solutions/*.json"):
        for key, took in calls(file):
            asked[key] = max(took, asked.get(key, 0.0))
    _, measured, _ = read(rows)
    own = [row for row in measured.values() if row.contestant == LOOP]
    again = [asked[key] - took for row in own for key, took in calls(solution_file(rows, row))]
    return (sum(row.seconds for row in own) + sum(again)) / len(own)


def calls(file: Path) -> Iterator[tuple[str, float]]:
    """Question with answer, and the seconds it took, of each call of the model in a history."""
    history = json.loads(file.read_text("ascii")) if file.exists() else {"calls": []}
    for call in history["calls"]:
        asked = json.dumps([call["messages"], call["response"]])
        yield asked, (call["ended_ns"] - call["started_ns"]) / 1e9


def remember(lm: str) -> None:
    """Solve the training split once, keeping what is accepted."""
    kept = load(lm=lm, memory={"keep": True, "path": str(OUT / "memory.jsonl")})
    plan = Plan(load_set("burnish").chosen("train"), kept, split="train", baseline="")
    rows = OUT / "burnish-train-kept.jsonl"
    benchmark(plan, rows=rows, resume=rows.exists())


def table(found: list[tuple[str, Standing, float]]) -> str:
    """The variants as Markdown."""
    lines = [
        "| | solved | pass@1 | 95% interval | accepted | of these right | tokens | seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for described, standing, waited in found:
        solved = standing.pass_at[1]
        accepted, right = (
            "-" if s is None else f"{s:.0%}" for s in (standing.accepted, standing.accepted_solved)
        )
        lines.append(
            f"| {described} | {solved.value * standing.tasks:.0f} of {standing.tasks} "
            f"| {solved.value:.0%} | {solved.low:.0%} to {solved.high:.0%} "
            f"| {accepted} | {right} | {standing.tokens or 0:,.0f} | {waited:.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
