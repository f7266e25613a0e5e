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
from burnish.experiments.optimize.standing import stood
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
    """The last usable answer to each question, of code only what was right as it stood."""
    serves = stood(solution)
    last: dict[str, ModelCall] = {}
    for call in solution.calls:
        if not call.response or call.error:
            continue
        wrote = call.stage in ("write_code", "repair_code")
        if wrote and not serves(fenced(call.response)):
            continue
        last[call.stage] = call
    for call in last.values():
        yield [*call.messages, {"role": "assistant", "content": call.response}]
