"""What the loop said on its way to right code, as chats to fine-tune a model on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from burnish.errors import OutputFolderError
from burnish.experiments.bench import bench
from burnish.experiments.bench.ledger import read, solution_file
from burnish.experiments.bench.running import Threads
from burnish.experiments.bench.work import Done
from burnish.modules.editing import editor
from burnish.records import ModelCall, Solution
from burnish.signatures.adapter import fenced


def export(
    plan: bench.Plan, rows: Path, file: Path, workers: int, watch: Callable[[Done, int, int], None]
) -> int:
    """Run the loop on the plan's tasks and write the chats of those that are right and accepted.

    One JSON object a line, `{"messages": [{"role": ..., "content": ...}, ...]}`, the answer last:
    the form that OpenAI's API, TRL and Axolotl take. What has rows is not run again.

    Returns:
        How many chats were written.

    Raises:
        OutputFolderError: the file is there already, or cannot be written.
    """
    require_new(file)
    bench.benchmark(plan, rows=rows, resume=rows.exists(), executor=Threads(workers), watch=watch)
    found = [
        chat
        for row in read(rows)[1].values()
        if row.solved and row.accepted
        for chat in chats(Solution.model_validate_json(solution_file(rows, row).read_bytes()))
    ]
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.writelines(json.dumps({"messages": chat}) + "\n" for chat in found)
    except OSError as error:
        raise OutputFolderError(
            f"{file} cannot be written: {error.strerror}.", remedy="Name another file."
        ) from None
    return len(found)


def require_new(file: Path) -> None:
    """Refuse a file that is there, before anything is paid.

    Raises:
        OutputFolderError: it is.
    """
    if file.exists():
        raise OutputFolderError(f"{file} is there already.", remedy="Name another file.")


def chats(solution: Solution) -> Iterator[list[dict[str, str]]]:
    """The last usable answer to each question, of code only what passed its tests as it stood.

    A module that was repaired later, or lost against another, is nothing to learn from.
    """
    edit = editor(solution.spec.language)
    passed = [each.candidate.code for each in solution.history if each.execution.tests_pass]
    right = {_bare(code) for code in [*passed, solution.code]}
    last: dict[str, ModelCall] = {}
    for call in solution.calls:
        if not call.response or call.error:
            continue
        if call.stage in ("write_code", "repair_code"):
            module = edit.module(fenced(call.response), solution.analysis.entry_point)
            if _bare(module) not in right:
                continue
        last[call.stage] = call
    for call in last.values():
        yield [*call.messages, {"role": "assistant", "content": call.response}]


def _bare(code: str) -> str:
    """The code however it is laid out."""
    return "".join(code.split())
