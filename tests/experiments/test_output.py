"""What a person asked for is written whole or not at all, and what cannot be is said beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest

from burnish.errors import OutputFolderError
from burnish.experiments import output


def test_a_file_that_does_not_fit_leaves_nothing_in_the_way_of_the_next(small_disk: Path) -> None:
    file = small_disk / "program.json"
    with pytest.raises(OutputFolderError, match=r"program.json cannot be written: No space left"):
        output.write(file, "x" * 64_000)
    assert list(small_disk.iterdir()) == []
    output.write(file, "short")
    assert file.read_text() == "short" and list(small_disk.iterdir()) == [file]


def test_a_full_disk_is_said_before_anything_is_paid(small_disk: Path) -> None:
    output.require(small_disk / "program.json")
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "somebody's").write_bytes(b"x" * 64_000)
    with pytest.raises(OutputFolderError, match=r"program.json cannot be written: No space left"):
        output.require(small_disk / "program.json")


def test_a_place_where_nothing_can_be_written_is_said_before_anything_is_paid(
    tmp_path: Path,
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for place in (tmp_path / "notes.txt" / "deep" / "program.json", Path("/proc/no/program.json")):
        with pytest.raises(OutputFolderError, match=r"program.json cannot be written"):
            output.require(place)
    output.require(tmp_path / "new" / "deep" / "program.json")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_what_is_there_is_never_replaced(tmp_path: Path) -> None:
    file, link = tmp_path / "mine", tmp_path / "link"
    file.write_text("mine")
    link.symlink_to("nowhere")
    for place in (file, link):
        with pytest.raises(OutputFolderError, match="is there already"):
            output.require(place)
        with pytest.raises(OutputFolderError, match="is there already"):
            output.write(place, "ours")
    assert file.read_text() == "mine" and not link.exists()
    assert set(tmp_path.iterdir()) == {file, link}
