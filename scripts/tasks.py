"""The shipped tasks as a folder of TOML files, to be edited, and back.

    python scripts/tasks.py unpack FOLDER   # every task as FOLDER/LANGUAGE/NAME.toml
    python scripts/tasks.py pack FOLDER     # the folder's tasks into the package's JSONL files
    python scripts/tasks.py measured FILE   # what `burnish tasks check --mutants N --json` said,
                                            # into the package and docs/evaluation-set.md

A task that is new gets a split by its place among those of its language and difficulty; one that is
there already keeps its own.
"""

from __future__ import annotations

import json
import sys
import tomllib
from itertools import count
from pathlib import Path
from typing import Any

from burnish.evaluation.tasks import Task, load_set
from burnish.evaluation.tasks.task import SCHEMA_VERSION

DATA = Path(__file__).parents[1] / "burnish" / "evaluation" / "tasks" / "data"
MEASURED = DATA / "measured.json"
PAGE = Path(__file__).parents[1] / "docs" / "evaluation-set.md"
TABLE = (
    "| task | split | difficulty | kind | traits | mutants noticed | share |\n"
    "|---|---|---|---|---|---|---|\n"
)
TURN = ("train", "test", "dev", "test", "train", "dev", "test", "train", "dev", "test")
TEXTS = ("specification", "reference", "tests")


def unpack(folder: Path) -> None:
    """Write every task as TOML."""
    for task in load_set("burnish").tasks:
        path = folder / f"{task.id}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_toml(task), encoding="utf-8")


def as_toml(task: Task) -> str:
    """One task; texts as literal blocks."""
    given = task.model_dump(mode="json")
    lines = [f"{name} = {quoted(given[name])}" for name in
             ("split", "kind", "difficulty", "traits", "entry_point", "note")]  # fmt: skip
    for name in TEXTS:
        if "'''" in given[name]:
            raise SystemExit(f"{task.id}: {name} holds '''")
        lines.append(f"{name} = '''\n{given[name]}'''")
    lines.append("[expected]")
    expected = given["expected"]
    lines += [f"{k} = {quoted(v)}" for k, v in expected.items() if v is not None]
    return "\n".join(lines) + "\n"


def quoted(value: Any) -> str:
    """A TOML value."""
    return json.dumps(value, ensure_ascii=False)


def pack(folder: Path) -> None:
    """Read every TOML file, give splits, write the JSONL files."""
    known = {task.id: task.split for task in load_set("burnish").tasks} if DATA.exists() else {}
    turns: dict[tuple[str, str], Any] = {}
    DATA.mkdir(exist_ok=True)
    for languages in sorted(path for path in folder.iterdir() if path.is_dir()):
        tasks = []
        for path in sorted(languages.glob("*.toml")):
            given = tomllib.loads(path.read_text("utf-8"))
            id, language = f"{languages.name}/{path.stem}", languages.name
            turn = turns.setdefault((language, given["difficulty"]), count())
            split = given.pop("split", "") or known.get(id) or TURN[next(turn) % len(TURN)]
            tasks.append(Task(id=id, language=language, split=split, **given))
        text = "".join(
            json.dumps(
                {"schema_version": SCHEMA_VERSION}
                | task.model_dump(mode="json", exclude_defaults=True),
                ensure_ascii=False,
            )
            + "\n"
            for task in tasks
        )
        (DATA / f"{languages.name}.jsonl").write_text(text, encoding="utf-8")


def measured(file: Path) -> None:
    """Keep what a check measured, by the hash of the labels that it was measured on."""
    kept = json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else {}
    kept |= json.loads(file.read_text("utf-8"))["tasks"]
    tasks = load_set("burnish").tasks
    kept = {task.id: kept[task.id] for task in tasks if task.id in kept}
    lines = [f"{json.dumps(id)}: {json.dumps(found)}" for id, found in kept.items()]
    MEASURED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    rows = []
    for task in tasks:
        found = kept.get(task.id, {}).get("mutation") or {"tried": 0, "killed": 0}
        share = f"{found['killed'] / found['tried']:.0%}" if found["tried"] else "-"
        rows.append(
            f"| {task.id} | {task.split} | {task.difficulty} | {task.kind} "
            f"| {', '.join(task.traits)} | {found['killed']}/{found['tried']} | {share} |"
        )
    head, _, _ = PAGE.read_text("utf-8").partition(TABLE)
    PAGE.write_text(head + TABLE + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    verbs = {"pack": pack, "unpack": unpack, "measured": measured}
    if len(sys.argv) != 3 or sys.argv[1] not in verbs:
        raise SystemExit(__doc__)
    verbs[sys.argv[1]](Path(sys.argv[2]))
