"""What is finished is never lost, and never paid for twice."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from burnish.errors import InputError, OutputFolderError
from burnish.experiments.bench.ledger import Ledger, export, read
from tests.conftest import missing
from tests.experiments.bench.rows import header, row, task


def written(path: Path, *ids: str) -> None:
    ledger = Ledger(path, header())
    for id in ids:
        ledger.add(row(id))
    ledger.close()


def test_rows_are_there_again_and_more_are_added(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "rows.jsonl"
    written(path, "a", "b")
    ledger = Ledger(path, header(), resume=True)
    assert set(ledger.rows) == {("a", "burnish", 0), ("b", "burnish", 0)}
    ledger.add(row("c", code="x = '\ud800'\n"))
    ledger.close()
    found, rows, _ = read(path)
    assert found == header() and len(rows) == 3


def test_a_line_that_was_cut_is_done_again(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    written(path, "a", "b")
    data = path.read_bytes()
    path.write_bytes(data[:-20])
    ledger = Ledger(path, header(), resume=True)
    assert set(ledger.rows) == {("a", "burnish", 0)}
    ledger.add(row("b"))
    ledger.close()
    assert path.read_bytes() == data


def test_damage_in_the_middle_names_its_line_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    written(path, "a", "b", "c")
    lines = path.read_text().splitlines()
    lines[2] = lines[2][:30]
    path.write_text("\n".join(lines) + "\n")
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"line 3 is damaged.*--resume"):
        Ledger(path, header(), resume=True)
    assert path.read_bytes() == before


def test_results_that_are_there_are_not_added_to_unasked(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    written(path, "a")
    with pytest.raises(InputError, match=r"holds results already.*--resume"):
        Ledger(path, header())


def test_another_benchmark_is_refused_and_what_differs_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    written(path, "a")
    with pytest.raises(InputError, match=r"another benchmark: lm 'local'"):
        Ledger(path, header(lm="openai/x"), resume=True)
    Ledger(path, header(commit="0123"), resume=True).close()  # the same, built elsewhere


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 32 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32k", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        missing("A small disk", "Mounting one needs root.")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_what_was_finished(small_disk: Path) -> None:
    path = small_disk / "rows.jsonl"
    ledger = Ledger(path, header())
    ledger.add(row("a"))
    whole = path.read_bytes()
    with pytest.raises(OutputFolderError, match=r"No space left.*--resume"):
        ledger.add(row("b", code="x" * 64_000))
    assert path.read_bytes() == whole and set(ledger.rows) == {("a", "burnish", 0)}
    ledger.add(row("c"))
    ledger.close()
    assert len(read(path)[1]) == 2


def test_exported_solutions_are_whole_modules(tmp_path: Path) -> None:
    given = task(preamble="import math")
    code = "from __future__ import annotations\nx: int = 1"
    rows = [row(code=code), row("python/gone", code="y = 2\n")]
    (file,) = export(rows, [given], tmp_path / "samples")
    first, second = (json.loads(line) for line in file.read_text().splitlines())
    assert first["solution"] == "from __future__ import annotations\nimport math\nx: int = 1"
    assert second == {"task_id": "python/gone", "solution": "y = 2\n"}
