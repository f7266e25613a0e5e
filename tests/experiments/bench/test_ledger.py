"""What is finished is never lost, and never paid for twice."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from burnish.errors import InputError, OutputFolderError
from burnish.experiments.bench.ledger import Ledger, export, read, require_room, solution_file
from burnish.experiments.bench.recorder import _solution
from tests.builders import model_call, solution
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
    with pytest.raises(InputError, match=r"another benchmark: lm 'local', not 'openai/x'\."):
        Ledger(path, header(lm="openai/x"), resume=True)
    set_now = header(settings={"metric.threshold": 0.7})
    with pytest.raises(InputError, match=r"another benchmark: metric.threshold None, not 0\.7\."):
        Ledger(path, set_now, resume=True)


def test_rows_of_another_commit_are_gone_on_with_but_it_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "rows.jsonl"
    written(path, "a")
    Ledger(path, header(), resume=True).close()
    assert caplog.text == ""
    ledger = Ledger(path, header(commit="0123"), resume=True)
    ledger.close()
    assert ledger.header == header()  # what the file says, and the summary will
    assert "begun with commit none of burnish, this is 0123: its rows are of both" in caplog.text


@pytest.mark.parametrize(
    "theirs", ["a note without a newline", "a note\n", '{"task": "a"}\n', "[]"]
)
@pytest.mark.parametrize("resume", [True, False])
def test_a_file_that_is_no_results_file_stays_as_it_is(
    tmp_path: Path, theirs: str, resume: bool
) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(theirs)
    with pytest.raises(InputError, match=r"notes.txt is not the results of a benchmark.*--rows"):
        Ledger(path, header(), resume=resume)
    assert path.read_text() == theirs


def test_a_first_line_that_was_deleted_makes_no_row_the_header(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    written(path, "a", "b")
    path.write_text(path.read_text().partition("\n")[2])
    with pytest.raises(InputError, match="its first line is no header"):
        read(path)


def test_going_on_with_a_file_that_is_not_there_begins_none(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "typo.jsonl"
    with pytest.raises(InputError, match=r"There is no .*typo.jsonl to go on with.*--resume"):
        Ledger(path, header(), resume=True)
    assert not path.parent.exists()


def test_a_file_is_written_by_one_benchmark_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    first = Ledger(path, header())
    first.add(row("a"))
    with pytest.raises(InputError, match=r"Another benchmark is writing .*rows.jsonl.*--rows"):
        Ledger(path, header(), resume=True)
    first.close()
    Ledger(path, header(), resume=True).close()


def test_a_file_that_was_taken_away_by_who_had_it_is_not_written_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    path, lock = tmp_path / "rows.jsonl", fcntl.flock

    def after_the_other(fd: int, how: int) -> None:
        path.unlink()
        lock(fd, how)

    monkeypatch.setattr(fcntl, "flock", after_the_other)
    with pytest.raises(InputError, match="Another benchmark is writing"):
        Ledger(path, header())


def test_a_history_is_on_disk_before_the_row_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, sync = list[int](), os.fsync

    def fsync(fd: int) -> None:
        synced.append(os.fstat(fd).st_ino)
        sync(fd)

    path = tmp_path / "rows.jsonl"
    ledger = Ledger(path, header())
    monkeypatch.setattr(os, "fsync", fsync)
    ledger.add(row("a"), solution())
    ledger.close()
    assert synced == [solution_file(path, row("a")).stat().st_ino, path.stat().st_ino]


def test_every_history_has_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "run.4b"
    rows = [row("a/b"), row("a_b"), row("a/b", sample=1), row("é" * 300)]
    files = {solution_file(path, each) for each in rows}
    assert len(files) == len(rows)
    assert not files & {solution_file(tmp_path / "run.7b", each) for each in rows}
    ledger = Ledger(path, header())
    for each in rows:
        ledger.add(each, solution())
    ledger.close()
    assert set((tmp_path / "run.4b.solutions").iterdir()) == files
    assert all(_solution(path, each) == solution() for each in rows)


@pytest.mark.parametrize("left", [b"", b'{"spec": ', b"{}", b"\xff"])
def test_a_history_that_cannot_be_read_is_none(tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "rows.jsonl"
    file = solution_file(path, row("a"))
    assert _solution(path, row("a")) is None
    file.parent.mkdir()
    file.write_bytes(left)
    assert _solution(path, row("a")) is None


def test_a_history_that_cannot_be_kept_is_told_and_costs_its_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    ledger = Ledger(path, header())
    (tmp_path / "rows.jsonl.solutions").write_text("in the way")
    with pytest.raises(OutputFolderError, match=r"cannot be written.*--resume"):
        ledger.add(row("a"), solution())
    ledger.close()
    assert read(path)[1] == {}


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


def test_a_disk_that_is_full_for_a_history_leaves_no_half_of_it(small_disk: Path) -> None:
    path = small_disk / "rows.jsonl"
    ledger = Ledger(path, header())
    long = solution(calls=(model_call("x" * 64_000),))
    with pytest.raises(OutputFolderError, match=r"No space left.*--resume"):
        ledger.add(row("a"), long)
    ledger.close()
    assert read(path)[1] == {} and list((small_disk / "rows.jsonl.solutions").iterdir()) == []


def test_an_export_that_does_not_fit_leaves_nothing_in_the_way_of_the_next(
    small_disk: Path,
) -> None:
    rows = [row("a", code="x = 1\n"), row("a", "zero-shot", code="x" * 64_000)]
    with pytest.raises(OutputFolderError, match="No space left"):
        export(rows, [], small_disk / "samples")
    require_room(small_disk / "samples", ("burnish", "zero-shot"))
    assert len(export(rows[:1], [], small_disk / "samples")) == 1


def test_exported_solutions_are_whole_modules(tmp_path: Path) -> None:
    given = task(preamble="import math")
    code = "from __future__ import annotations\nx: int = 1"
    rows = [row(code=code), row("python/gone", code="y = 2\n")]
    (file,) = export(rows, [given], tmp_path / "samples")
    first, second = (json.loads(line) for line in file.read_text().splitlines())
    assert first["solution"] == "from __future__ import annotations\nimport math\nx: int = 1"
    assert second == {"task_id": "python/gone", "solution": "y = 2\n"}
