"""What each part of the loop adds: the same tasks, with one part changed at a time.

    python benchmarks/ablation.py humaneval --limit 40
    python benchmarks/ablation.py burnish --split dev [--only votes repair]

Rows are written as they come to `out/ablation/`; run again, it goes on where it was. Hidden tests
grade at the very end and are in no prompt. `make results` runs both.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import dspy

from burnish.config import load
from burnish.evaluation.tasks import load_set
from burnish.experiments.bench.bench import Plan, benchmark
from burnish.experiments.bench.row import BASELINE
from burnish.experiments.bench.summary import Standing, Summary

OUT = Path(__file__).parents[1] / "out" / "ablation"
ONCE = {"limits": {"max_iterations": 0}, "search": {"candidates": 0, "analysis": False}}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("burnish's question by DSPy's ChatAdapter, asked once", ONCE),
    "once": ("burnish's question by its own adapter, asked once", ONCE),
    "examples": (
        "+ fresh modules where a stated example fails, chosen by examples and agreement",
        {"limits": {"max_iterations": 0}},
    ),
    "default": ("+ generated tests, probes and refinement: burnish as it is", {}),
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


def main() -> None:
    """Run what has no row yet, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tasks", help="burnish, humaneval or a JSONL file")
    parser.add_argument("--split", default="")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--lm", default="local")
    parser.add_argument("--only", nargs="*", default=[], choices=[[], *VARIANTS])
    arguments = parser.parse_args()
    found = []
    for name, (described, settings) in VARIANTS.items():
        if arguments.only and name not in arguments.only:
            continue
        if name == "compiled" and not (OUT / "program.json").exists():
            continue  # `burnish optimize --out out/ablation/program.json` found nothing better
        if name == "memory":
            remember(arguments.lm)
        summary = run(name, settings, arguments)
        if name == "once":
            found.insert(0, ("plain words, asked once", summary, summary.total[-1]))
        found.append((described, summary, summary.total[0]))
        print(table(found), flush=True)


def run(name: str, settings: dict[str, Any], arguments: argparse.Namespace) -> Summary:
    """The benchmark of one variant; the plain model is measured with "once"."""
    adapter = dspy.ChatAdapter(use_json_adapter_fallback=False) if name == "chat" else None
    dspy.configure(adapter=adapter)
    plan = Plan(
        tasks=load_set(arguments.tasks).chosen(arguments.split, arguments.limit),
        config=load(lm=arguments.lm, **settings),
        split=arguments.split,
        limit=arguments.limit,
        program=(OUT / "program.json").read_text() if name == "compiled" else "",
        baseline=BASELINE if name == "once" else "",
    )
    OUT.mkdir(parents=True, exist_ok=True)
    part = f"-{arguments.split}" if arguments.split else ""
    rows = OUT / f"{Path(arguments.tasks).stem}{part}-{name}.jsonl"

    def told(done: Any, count: int, total: int) -> None:
        said = "solved" if done.row.solved else "not solved"
        print(f"{name} {count}/{total}: {done.unit.task.id}, {done.unit.contestant}, {said}")

    return benchmark(plan, rows=rows, resume=rows.exists(), watch=told).summary


def remember(lm: str) -> None:
    """Solve the training split once, keeping what is accepted."""
    kept = load(lm=lm, memory={"keep": True, "path": str(OUT / "memory.jsonl")})
    plan = Plan(load_set("burnish").chosen("train"), kept, split="train", baseline="")
    rows = OUT / "burnish-train-kept.jsonl"
    benchmark(plan, rows=rows, resume=rows.exists())


def table(found: list[tuple[str, Summary, Standing]]) -> str:
    """The variants as Markdown."""
    lines = [
        "| | pass@1 | 95% interval | accepted | of these right | tokens | seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    for described, _, standing in found:
        solved = standing.pass_at[1]
        accepted, right = (
            "-" if s is None else f"{s:.0%}" for s in (standing.accepted, standing.accepted_solved)
        )
        lines.append(
            f"| {described} | {solved.value:.0%} | {solved.low:.0%} to {solved.high:.0%} "
            f"| {accepted} | {right} | {standing.tokens or 0:,.0f} | {standing.seconds or 0:.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
