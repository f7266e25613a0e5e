"""Rows of other people's files as tasks: HumanEval's and MBPP's shape, and our own."""

from __future__ import annotations

import re
from typing import Any

from burnish.evaluation.tasks.task import Task

Row = dict[str, Any]
_NAME = re.compile(r"[^\w./-]+")


def as_task(row: Row, fields: dict[str, str]) -> Task:
    """The task that a row describes.

    Args:
        fields: Our or the format's name of a field, to the name in the row.

    Raises:
        KeyError: a field that the row's format needs is missing.
        ValidationError: a field holds what it must not.
    """
    named = {ours: row[theirs] for ours, theirs in fields.items() if theirs in row}
    row = {key: value for key, value in row.items() if key not in fields.values()} | named
    if "specification" in row:
        return Task.model_validate(row)
    if "prompt" in row and "test" in row:
        return humaneval(row)
    if "test_list" in row:
        return mbpp(row)
    raise KeyError("specification")


def humaneval(row: Row) -> Task:
    """HumanEval's: a Python function's head and docstring to be completed.

    What stands in the prompt before the function, imports and helpers, is there for every solution.
    """
    prompt, entry_point = str(row["prompt"]), str(row["entry_point"])
    before = re.search(rf"^(async )?def {re.escape(entry_point)}\b", prompt, re.M)
    preamble = prompt[: before.start()] if before else ""
    tests = (
        f"from solution import {entry_point}\n{row['test']}\n\n"
        f"def test_reference_cases():\n    check({entry_point})\n"
    )
    return Task(
        id=_id(row),
        language="python",
        split=row.get("split", "test"),
        specification=f"Complete this function:\n```python\n{prompt.rstrip()}\n```",
        entry_point=entry_point,
        tests=tests,
        reference=prompt + row["canonical_solution"] if "canonical_solution" in row else "",
        difficulty=row.get("difficulty", "medium"),
        traits=("examples",) if ">>>" in prompt else (),
        preamble=preamble,
    )


def mbpp(row: Row) -> Task:
    """MBPP's: a sentence, and assertions, of which the first is shown as the data set's paper does.

    Source: Austin et al., 2021, arXiv:2108.07732.
    """
    asserted = [str(line) for line in row["test_list"]]
    called = re.search(r"\b([A-Za-z_]\w*)\s*\(", asserted[0].replace("assert", "", 1))
    names = re.findall(r"^def (\w+)", str(row.get("code", "")), re.M)
    used = [name for name in names if re.search(rf"\b{name}\s*\(", asserted[0])]
    entry_point = str(row.get("entry_point") or (used or [called[1] if called else ""])[0])
    setup = str(row.get("test_setup_code") or "\n".join(row.get("test_imports", ())))
    tests = [f"from solution import {entry_point}", setup, ""]
    for number, line in enumerate(asserted, start=1):
        tests += ["", f"def test_{number}():", f"    {line}", ""]
    text = row["text"] if "text" in row else row["prompt"]
    return Task(
        id=_id(row),
        language="python",
        split=row.get("split", "test"),
        specification=f"{text}\n\nIt must satisfy: `{asserted[0]}`",
        entry_point=entry_point,
        tests="\n".join(tests),
        reference=str(row.get("code", "")),
        difficulty=row.get("difficulty", "easy"),
    )


def _id(row: Row) -> str:
    """The row's id; what an id of ours may not hold becomes an underscore."""
    return _NAME.sub("_", str(row["task_id"]))
