"""Rows of other people's files as tasks: HumanEval's and MBPP's shape, and our own."""

from __future__ import annotations

import re
from typing import Any

from pydantic import AliasChoices, BaseModel, Field

from burnish.evaluation.tasks.task import Task

Row = dict[str, Any]
_NAME = re.compile(r"[^\w./-]+")


class HumanEvalRow(BaseModel):
    """A row of HumanEval, and what may stand beside it."""

    task_id: str | int
    prompt: str
    entry_point: str
    test: str
    canonical_solution: str | None = None
    split: str = "test"
    difficulty: str = "medium"


class MbppRow(BaseModel):
    """A row of MBPP, in its first or its sanitized form, and what may stand beside it."""

    task_id: str | int
    text: str = Field(validation_alias=AliasChoices("text", "prompt"))
    test_list: list[str] = Field(min_length=1)
    code: str = ""
    entry_point: str = ""
    test_setup_code: str = ""
    test_imports: list[str] = []
    split: str = "test"
    difficulty: str = "easy"


FIELDS = tuple(sorted({*Task.model_fields, *HumanEvalRow.model_fields, *MbppRow.model_fields}))
"""Every name of a field that a file may call otherwise: ours, and the formats'."""


def as_task(row: Row, fields: dict[str, str]) -> Task:
    """The task that a row describes.

    Args:
        fields: Our or the format's name of a field, to the name in the row.

    Raises:
        KeyError: a row of no known format; the field is what it would need to be one of ours.
        ValidationError: a field is missing, or holds what it must not.
    """
    named = {ours: row[theirs] for ours, theirs in fields.items() if theirs in row}
    row = {key: value for key, value in row.items() if key not in fields.values()} | named
    if "specification" in row:
        return Task.model_validate(row)
    if "prompt" in row and "test" in row:
        return humaneval(HumanEvalRow.model_validate(row))
    if "test_list" in row:
        return mbpp(MbppRow.model_validate(row))
    raise KeyError("specification")


def humaneval(row: HumanEvalRow) -> Task:
    """HumanEval's: a Python function's head and docstring to be completed.

    What stands in the prompt before the function, imports and helpers, is there for every solution,
    and for the tests, some of which call a helper.
    """
    before = re.search(rf"^(async )?def {re.escape(row.entry_point)}\b", row.prompt, re.M)
    preamble = row.prompt[: before.start()] if before else ""
    tests = (
        f"{preamble}\nfrom solution import {row.entry_point}\n{row.test}\n\n"
        f"def test_reference_cases():\n    check({row.entry_point})\n"
    )
    return _task(
        row,
        specification=f"Complete this function:\n```python\n{row.prompt.rstrip()}\n```",
        entry_point=row.entry_point,
        tests=tests,
        reference="" if row.canonical_solution is None else row.prompt + row.canonical_solution,
        traits=("examples",) if ">>>" in row.prompt else (),
        preamble=preamble,
    )


def mbpp(row: MbppRow) -> Task:
    """MBPP's: a sentence, and assertions, of which the first is shown as the data set's paper does.

    Assertions see whatever the module has, such as a class beside the function; the test file
    imports none of it, for a name such as `test_distinct` would be taken for a test.

    Source: Austin et al., 2021, arXiv:2108.07732.
    """
    shown = row.test_list[0]
    called = re.search(r"\b([A-Za-z_]\w*)\s*\(", shown.replace("assert", "", 1))
    names = re.findall(r"^def (\w+)", row.code, re.M)
    used = [name for name in names if re.search(rf"\b{name}\s*\(", shown)]
    setup = row.test_setup_code or "\n".join(row.test_imports)
    tests = ["import solution", ""]
    for number, line in enumerate(row.test_list, start=1):
        source = f"{setup}\n{line}".strip()
        tests += ["", f"def test_{number}():", f"    exec({source!r}, dict(vars(solution)))", ""]
    return _task(
        row,
        specification=f"{row.text}\n\nIt must satisfy: `{shown}`",
        entry_point=row.entry_point or (used or [called[1] if called else ""])[0],
        tests="\n".join(tests),
        reference=row.code,
    )


def _task(row: HumanEvalRow | MbppRow, **given: Any) -> Task:
    """In Python; what an id of ours may not hold becomes an underscore."""
    return Task.model_validate(
        {
            "id": _NAME.sub("_", str(row.task_id)), "language": "python", "split": row.split,
            "difficulty": row.difficulty,
        } | given
    )  # fmt: skip
