"""What the loop said on its way to right code, as chats to fine-tune a model on."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from burnish.experiments import output
from burnish.experiments.bench import bench
from burnish.experiments.bench.ledger import read, solution_file
from burnish.experiments.bench.row import Row
from burnish.experiments.bench.running import Threads, Watch
from burnish.experiments.optimize.standing import stood
from burnish.records import ModelCall, Solution
from burnish.signatures.adapter import fenced

_log = logging.getLogger("burnish.bench")


@dataclass(frozen=True)
class Exported:
    """What became of an export."""

    chats: int
    """Chats that were written."""
    problems: tuple[str, ...]
    """Tasks that the environment cost; they have no row."""


def export(plan: bench.Plan, rows: Path, file: Path, workers: int, watch: Watch) -> Exported:
    """Run the loop on the plan's tasks and write the chats of those that are right and accepted.

    One JSON object a line, `{"messages": [{"role": ..., "content": ...}, ...]}`, the answer last:
    the form that OpenAI's API, TRL and Axolotl take. What has rows is not run again. A row whose
    history cannot be read is left out, with a warning.

    Raises:
        OutputFolderError: the file is there already, or cannot be written.
        EnvironmentMissingError: see `benchmark`.
    """
    output.require(file)
    outcome = bench.benchmark(
        plan, rows=rows, resume=rows.exists(), executor=Threads(workers), watch=watch
    )
    right = [row for row in read(rows)[1].values() if row.solved and row.accepted]
    found = [chat for row in right if (made := _history(rows, row)) for chat in chats(made)]
    output.write(file, "".join(json.dumps({"messages": chat}) + "\n" for chat in found))
    return Exported(len(found), outcome.problems)


def _history(rows: Path, row: Row) -> Solution | None:
    """What was kept of a row's making; None, and a warning, if it cannot be read."""
    file = solution_file(rows, row)
    try:
        return Solution.model_validate_json(file.read_bytes())
    except (OSError, ValueError):
        _log.warning("%s is left out: its history cannot be read from %s.", row.task, file)
        return None


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
