"""How good are the tests that a model writes from a specification alone?

    python benchmarks/test_writer.py --split dev --rows out/test_writer.jsonl

A test is valid if the task's reference passes it. Of the valid ones together: the share of the
reference's mutants that they notice. Rows are written as they come; run again, it goes on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dspy

from burnish.config import load
from burnish.evaluation.examples import find_examples
from burnish.evaluation.requirements import find_entry_point
from burnish.evaluation.tasks import Task, load_set
from burnish.evaluation.tasks.labels import LIMITS, mutation
from burnish.modules.prompts import Prompts
from burnish.modules.session import Session
from burnish.modules.writing import write_tests
from burnish.records import Analysis, Candidate, Spec
from burnish.registries.models import is_small, resolve
from burnish.sandbox import Sandbox, open_sandbox
from burnish.signatures.adapter import PlainAdapter

MUTANTS = 12


def main() -> None:
    """Measure what has no row yet, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--split", default="dev")
    parser.add_argument("--language", default="python")
    parser.add_argument("--lm", default="local")
    parser.add_argument("--rows", type=Path, default=Path("out/test_writer.jsonl"))
    arguments = parser.parse_args()
    tasks = [
        task for task in load_set("burnish").chosen(arguments.split).tasks
        if task.language == arguments.language
    ]  # fmt: skip
    config = load(lm=arguments.lm, model={"cache": False}, sandbox=LIMITS)
    arguments.rows.parent.mkdir(parents=True, exist_ok=True)
    rows = {row["task"]: row for row in _rows(arguments.rows)}
    box = open_sandbox(config.sandbox, arguments.language)
    with dspy.context(lm=resolve(config.lm, config.model), adapter=PlainAdapter()):
        for task in tasks:
            if task.id in rows:
                continue
            rows[task.id] = measured(task, box)
            with arguments.rows.open("a") as file:
                file.write(json.dumps(rows[task.id]) + "\n")
            print(rows[task.id], flush=True)
    box.close()
    print(table([rows[task.id] for task in tasks]))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def measured(task: Task, box: Sandbox) -> dict[str, Any]:
    """One task: how many tests are written, are valid, and what the valid ones notice."""
    spec = Spec(text=task.specification, language=task.language)
    named = find_entry_point(task.specification)
    examples = find_examples(task.specification, named)
    session = Session(Prompts(task.language), spec, small=is_small(dspy.settings.lm))
    tests = write_tests(session, spec, Analysis(entry_point=named), task.reference)
    written: Candidate = Candidate(code=task.reference, tests=tests, language=task.language)
    ran = box.run(written).of("generated") if tests else ()
    wrong = {test.id for test in ran if test.outcome != "passed"}
    valid = session.editor.drop(tests, wrong) if tests else ""
    there = len(ran) > len(wrong)
    noticed = mutation(task.model_copy(update={"tests": valid}), box, MUTANTS) if there else None
    return {
        "task": task.id,
        "stated": len(examples),
        "tests": len(ran),
        "valid": len(ran) - len(wrong),
        "mutants": noticed.tried if noticed else MUTANTS,
        "killed": noticed.killed if noticed else 0,
        "tokens": session.usage.tokens,
    }


def table(rows: Iterable[dict[str, Any]]) -> str:
    """All tasks together, and apart by whether the text states an example."""
    rows = list(rows)
    lines = [
        "| tasks | | tests | valid | mutants noticed | tokens a task |",
        "|---|---|---|---|---|---|",
    ]
    groups = {
        "all": rows,
        "with stated examples": [row for row in rows if row["stated"]],
        "without": [row for row in rows if not row["stated"]],
    }
    for name, group in groups.items():
        if not group:
            continue
        sums = {key: sum(row[key] for row in group) for key in
                ("tests", "valid", "mutants", "killed", "tokens")}  # fmt: skip
        share = sums["valid"] / sums["tests"] if sums["tests"] else 0.0
        lines.append(
            f"| {len(group)} | {name} | {sums['tests']} | {sums['valid']} ({share:.0%}) "
            f"| {sums['killed']}/{sums['mutants']} ({sums['killed'] / sums['mutants']:.0%}) "
            f"| {sums['tokens'] / len(group):,.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
