"""The results file of a benchmark: JSON lines, a header first, each row on disk when it is made."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from burnish.errors import InputError, OutputFolderError
from burnish.evaluation.tasks.grading import whole_module
from burnish.evaluation.tasks.task import Task
from burnish.experiments import output
from burnish.experiments.bench.row import Header, Key, Row
from burnish.records import Solution

ANOTHER = "Mend that, or name another file with --rows."
ROOM = "Make room, then go on with --resume."
_log = logging.getLogger("burnish.bench")


class Ledger:
    """Appends rows; knows those that are there.

    A line that was cut, as by a full disk or a lost machine, is dropped: its task is done again.
    Until it is closed, no other benchmark can open the file.
    """

    def __init__(self, path: Path, header: Header, *, resume: bool = False) -> None:
        """Begin a file, or go on with one.

        Raises:
            InputError: the file is there and `resume` is not asked for, or the other way round; or
                it is in use, no results file, of another benchmark, or damaged elsewhere than at
                its end. It is then left as it was.
            OutputFolderError: it cannot be written.
        """
        self.path, self.header = path, header
        self.rows: dict[Key, Row] = {}
        try:
            if not resume:
                path.parent.mkdir(parents=True, exist_ok=True)
            create = 0 if resume else os.O_CREAT
            self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | create, 0o644)
        except FileNotFoundError:
            raise InputError(
                f"There is no {path} to go on with.",
                remedy="Leave --resume out to begin it, or name another file with --rows.",
            ) from None
        except OSError as error:
            raise self._unwritable(error, ANOTHER) from None
        try:
            self._lock()
            found, self.rows, whole = read(path)
            if found is None:
                self._append(header.model_dump_json())
            else:
                self._go_on(found, whole, resume=resume)
        except OSError as error:
            self.close()
            raise self._unwritable(error, ANOTHER) from None
        except BaseException:
            self.close()
            raise

    def _lock(self) -> None:
        try:
            import fcntl
        except ModuleNotFoundError:  # Windows has none
            return
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            taken = not os.fstat(self._fd).st_nlink  # whoever had it took it away
        except BlockingIOError:
            taken = True
        if taken:
            raise InputError(
                f"Another benchmark is writing {self.path}.",
                remedy="Wait for it, or name another file with --rows.",
            )

    def _go_on(self, found: Header, whole: int, *, resume: bool) -> None:
        if not resume:
            raise InputError(
                f"{self.path} holds results already.",
                remedy="Go on with --resume, or name another file with --rows.",
            )
        if found.fingerprint != self.header.fingerprint:
            theirs, ours = found.decisive, self.header.decisive
            names = [name for name in theirs | ours if theirs.get(name) != ours.get(name)]
            other = [f"{name} {theirs.get(name)!r}, not {ours.get(name)!r}" for name in names]
            raise InputError(
                f"{self.path} is of another benchmark: {'; '.join(other)}.",
                remedy="Ask for the same as then, or name another file with --rows.",
            )
        if found.commit != self.header.commit:
            _log.warning(
                "%s was begun with commit %s of burnish, this is %s: its rows are of both.",
                self.path, found.commit or "none", self.header.commit or "none",
            )  # fmt: skip
        self.header = found
        os.ftruncate(self._fd, whole)

    def add(self, row: Row, solution: Solution | None = None) -> None:
        """Write a row down, after its history if it has one; when this returns it is on disk.

        Raises:
            OutputFolderError: the disk is full or gone; what was written before is kept.
        """
        try:
            if solution is not None:
                _keep(solution, solution_file(self.path, row))
            self._append(row.model_dump_json())
        except OSError as error:
            raise self._unwritable(error, ROOM) from None
        self.rows[row.key] = row

    def _append(self, line: str) -> None:
        begin = os.fstat(self._fd).st_size
        left = memoryview(line.encode() + b"\n")
        try:
            while left:
                left = left[os.write(self._fd, left) :]
            os.fsync(self._fd)
        except OSError:
            os.ftruncate(self._fd, begin)
            raise

    def _unwritable(self, error: OSError, remedy: str) -> OutputFolderError:
        return OutputFolderError(
            f"{self.path} cannot be written: {error.strerror or error}.", remedy=remedy
        )

    def close(self) -> None:
        """Close the file."""
        os.close(self._fd)


def read(path: Path) -> tuple[Header | None, dict[Key, Row], int]:
    """Header and rows of a results file, and how many of its bytes are whole lines.

    The header is None of an empty file.

    Raises:
        InputError: it cannot be read, its first line is no header, or another line is no row.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}.", remedy="Name a results file.") from None
    whole = data.rfind(b"\n") + 1
    header: Header | None = None
    rows: dict[Key, Row] = {}
    for number, line in enumerate(data[:whole].decode("utf-8", "replace").split("\n"), 1):
        if not line:
            continue
        try:
            given = json.loads(line)
            if header is None:
                header = Header.model_validate(given)
            else:
                row = Row.model_validate(given)
                rows[row.key] = row
        except (ValueError, ValidationError):
            if header is None:
                break
            raise InputError(
                f"{path}, line {number} is damaged.",
                remedy="Delete that line and go on with --resume: only its task is done again.",
            ) from None
    if header is None and data:
        raise InputError(
            f"{path} is not the results of a benchmark: its first line is no header.",
            remedy="Name a results file, or a new one with --rows.",
        )
    return header, rows, whole


def require_room(folder: Path, contestants: Iterable[str]) -> None:
    """Refuse a folder for `export` before the work whose results are to go there.

    Raises:
        OutputFolderError: a file is there already, or none can be written there.
    """
    for contestant in contestants:
        output.require(folder / f"{contestant}.jsonl")


def export(rows: Iterable[Row], tasks: Iterable[Task], folder: Path) -> list[Path]:
    """Solutions as other benchmarks' tools score them: one `CONTESTANT.jsonl` each.

    A line is EvalPlus' sample: `{"task_id": ..., "solution": ...}`, the solution a whole module.

    Raises:
        OutputFolderError: a file is there already, or cannot be written; then none is.
    """
    known = {task.id: task for task in tasks}
    lines: dict[str, list[str]] = {}
    for row in rows:
        task = known.get(row.task)
        sample = {
            "task_id": row.task,
            "solution": whole_module(row.code, task) if task else row.code,
        }
        lines.setdefault(row.contestant, []).append(json.dumps(sample))
    written = list[Path]()
    try:
        for contestant, samples in lines.items():
            output.write(folder / f"{contestant}.jsonl", "\n".join(samples) + "\n")
            written.append(folder / f"{contestant}.jsonl")
    except OutputFolderError:
        for path in written:
            path.unlink()
        raise
    return written


def solution_file(rows: Path, row: Row) -> Path:
    """Where the loop's whole history of a row is kept, beside the results file."""
    stem = re.sub(r"[^\w.-]+", "_", row.task, flags=re.ASCII)[:80]
    key = hashlib.sha256(json.dumps(row.key).encode()).hexdigest()[:12]
    return rows.with_name(f"{rows.name}.solutions") / f"{stem}-{key}.json"


def _keep(solution: Solution, file: Path) -> None:
    """Written whole or not at all."""
    file.parent.mkdir(exist_ok=True)
    with output.draft(file.parent, json.dumps(solution.model_dump(mode="json")).encode()) as whole:
        whole.replace(file)
