"""Hand-made tasks, rows and headers."""

from __future__ import annotations

from typing import Any

from burnish.evaluation.tasks import Task, TaskSet
from burnish.experiments.bench.row import Header, Row, row_of
from burnish.records import Usage

ADD = "def add(a, b):\n    return a + b\n"
TESTS = "from solution import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"


def task(id: str = "python/add", **given: Any) -> Task:
    """A task in Python that asks for a sum."""
    fields: dict[str, Any] = {
        "language": "python",
        "split": "dev",
        "specification": f"Write add(a, b) for {id}.",
        "entry_point": "add",
        "tests": TESTS,
        "reference": ADD,
        "difficulty": "easy",
    }
    return Task(id=id, **(fields | given))


def tasks(count: int) -> TaskSet:
    """So many tasks."""
    return TaskSet("made", tuple(task(f"python/t{number}") for number in range(count)))


def header(**given: Any) -> Header:
    """A header of a small benchmark."""
    fields: dict[str, Any] = {
        "tasks": "made", "version": "abc", "lm": "local", "temperature": 0.2,
        "contestants": ("burnish", "zero-shot"), "program": "def", "max_iterations": 3,
        "sandbox": "none",
    }  # fmt: skip
    return Header(**(fields | given))


def row(task_id: str = "python/add", contestant: str = "burnish", **given: Any) -> Row:
    """A row of that task."""
    loop = contestant == "burnish"
    fields: dict[str, Any] = {"usage": Usage(calls=1, prompt_tokens=60, completion_tokens=40)}
    fields["usage"] = fields["usage"].model_copy(update={"cost_usd": 0.01})
    if loop:
        fields |= {"accepted": False, "score": 0.5}
    sample = given.pop("sample", 0)
    language = given.pop("language", "python")
    return row_of(task(task_id, language=language), contestant, sample, **fields | given)
