"""Generate from every specification under examples/specs and benchmarks/specs; print a table.

    python benchmarks/specifications.py [--lm local] [--rows rows.jsonl] [--only NAME ...]
        [--workers 2]
    python benchmarks/specifications.py --language go [...]

Rows are written as they come, one JSON object a line; a specification that has a row already is
not run again, so an interrupted run goes on where it was. `held_out` is the share of passed tests
of `benchmarks/checks/NAME.py`, which were written by hand and which the generator never sees.

With `--language` the specifications are `benchmarks/neutral/*.md`, which name no language, and
the held-out tests are the calls in the `.toml` beside each, made in that language.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from pathlib import Path
from typing import Any

import burnish
from burnish.config import load
from burnish.evaluation.side_by_side import side_by_side
from burnish.experiments.tracking import MlflowTracker
from burnish.records import Candidate, Example
from burnish.registries.languages import language
from burnish.sandbox import open_sandbox

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Run what has no row yet, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lm", default="local")
    parser.add_argument("--rows", type=Path, help="out/specifications[-LANGUAGE].jsonl")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--language", default="")
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    part = f"-{arguments.language}" if arguments.language else ""
    file = arguments.rows or ROOT / "out" / f"specifications{part}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = _read(file)
    paths = [*ROOT.glob("examples/specs/*.md"), *ROOT.glob("benchmarks/specs/*.md")]
    if arguments.language:
        paths = list(ROOT.glob("benchmarks/neutral/*.md"))
    wanted = [
        path for path in sorted(paths)
        if path.stem not in rows and (not arguments.only or path.stem in arguments.only)
    ]  # fmt: skip

    def one(path: Path) -> dict[str, Any]:
        return _run(path, arguments.lm, arguments.language)

    for row in side_by_side(one, wanted, arguments.workers):
        rows[row["name"]] = row
        with file.open("a") as stream:
            stream.write(json.dumps(row) + "\n")
        print(_line(row), flush=True)
    print(table(list(rows.values())))


def _run(path: Path, lm: str, spoken: str) -> dict[str, Any]:
    solution = burnish.generate(
        path.read_text("utf-8"),
        lm=lm,
        language=spoken or "python",
        observers=[MlflowTracker(load().tracking)],
    )
    held_out = None
    if solution.code and spoken:
        held_out = _passing(held_out_calls(path.with_suffix(".toml")), solution.code, spoken)
    elif solution.code:
        checks = ROOT / "benchmarks" / "checks" / path.name.replace(".md", ".py")
        run = burnish.score(solution.code + "\n", checks=checks).execution
        held_out = run.passed("check") / len(run.of("check"))
    folder = ROOT / "out" / "specifications" / spoken / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "solution.json").write_text(solution.model_dump_json(indent=1))
    (folder / language(spoken or "python").module_file).write_text(solution.code)
    (folder / language(spoken or "python").test_file).write_text(solution.tests)
    details = solution.details
    return {
        "name": path.stem,
        "status": solution.status,
        "accepted": solution.accepted,
        "score": round(solution.score, 3),
        "rounds": details.iterations - 1 if details.iterations else 0,
        "moves": list(details.moves),
        "examples": [run_.passed("example") for run_ in _runs(solution)][-1:],
        "tests": f"{details.tests_passed}/{details.tests_total}",
        "coverage": details.coverage,
        "held_out": held_out,
        "tokens": solution.usage.tokens,
        "seconds": round(solution.seconds, 1),
        "stopped": solution.stopped,
    }


def held_out_calls(file: Path) -> tuple[Example, ...]:
    """The calls of a `.toml` beside a specification, and what each gives."""
    asked = tomllib.loads(file.read_text("utf-8"))
    values = [Example(call=call, expected=value) for call, value in asked["values"]]
    return (*values, *(Example(call=call, raises="ValueError") for call in asked["errors"]))


def _passing(examples: tuple[Example, ...], code: str, spoken: str) -> float:
    """Share of the calls that give what they should; one that cannot be made gives nothing."""
    box = open_sandbox(load().sandbox, spoken)
    try:
        run = box.run(Candidate(code=code, language=spoken), examples=examples)
    finally:
        box.close()
    return run.passed("example") / len(examples)


def _runs(solution: burnish.Solution) -> list[Any]:
    return [solution.best.execution] if solution.best else []


def _read(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return {row["name"]: row for row in rows}


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as a Markdown table, with a line of totals under it."""
    head = (
        "| specification | status | accepted | score | rounds | own tests | held-out tests "
        "| tokens | seconds |\n|---|---|---|---|---|---|---|---|---|"
    )
    solved = sum(row["held_out"] == 1.0 for row in rows)
    accepted = sum(row["accepted"] for row in rows)
    right = sum(row["accepted"] and row["held_out"] == 1.0 for row in rows)
    foot = (
        f"\n{accepted} of {len(rows)} accepted; {solved} pass every held-out test, "
        f"{right} of the accepted ones among them."
    )
    return "\n".join([head, *map(_line, rows), foot])


def _line(row: dict[str, Any]) -> str:
    held = "-" if row["held_out"] is None else f"{row['held_out']:.0%}"
    return (
        f"| {row['name']} | {row['status']} | {'yes' if row['accepted'] else 'no'} "
        f"| {row['score']:.2f} | {row['rounds']} | {row['tests']} | {held} "
        f"| {row['tokens']:,} | {row['seconds']:.0f} |"
    )


if __name__ == "__main__":
    main()
