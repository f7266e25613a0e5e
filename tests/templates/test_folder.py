"""Files get into a folder and into nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from burnish.errors import OutputFolderError
from burnish.templates.package.folder import listing, place


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../../x", "/etc/x", "a/../x", "./x", "a//x", "", ".", "a\\x", "C:x", "a/", "x\0"],
)
def test_a_name_that_leads_out_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputFolderError, match="would not be in"):
        place({"fine": b"", name: b"x"}, tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_link_in_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside, out = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    out.mkdir()
    (out / "docs").symlink_to(outside)
    with pytest.raises(OutputFolderError, match="links in it are not followed"):
        place({"docs/a": b"x"}, out, force=True)
    assert not list(outside.iterdir())


def test_a_link_of_a_files_name_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("theirs")
    out = tmp_path / "out"
    out.mkdir()
    (out / "a").symlink_to(tmp_path / "theirs")
    place({"a": b"ours"}, out, force=True)
    assert (out / "a").read_text() == "ours" and (tmp_path / "theirs").read_text() == "theirs"


def test_files_of_others_are_kept_and_scripts_can_be_run(tmp_path: Path) -> None:
    out = tmp_path / "out"
    place({"a/b/c": b"1", "run.sh": b"#!/bin/sh\n"}, out)
    (out / "a" / "mine").write_text("mine")
    with pytest.raises(OutputFolderError, match="is not empty"):
        place({"a/b/c": b"2"}, out)
    place({"a/b/c": b"2", "d/e": b"3"}, out, force=True)
    assert (out / "a" / "b" / "c").read_text() == "2" and (out / "d" / "e").read_text() == "3"
    assert (out / "a" / "mine").read_text() == "mine"
    assert (out / "run.sh").stat().st_mode & 0o100
    assert not (out / "a" / "b" / "c").stat().st_mode & 0o111
    assert {path.name for path in out.iterdir()} == {"a", "d", "run.sh"}


def recorded(**files: bytes) -> dict[str, bytes]:
    """Files, "__" for "/", with the record of them."""
    made = {name.replace("__", "/"): data for name, data in files.items()}
    return made | {"all.json": json.dumps({"files": listing(made)}).encode()}


def test_what_is_left_over_goes_with_its_folder_and_what_was_changed_stays(tmp_path: Path) -> None:
    out = tmp_path / "out"
    place(recorded(a=b"1", old__deep__b=b"2", old__c=b"3", d=b"4"), out, record="all.json")
    (out / "d").write_bytes(b"mine")
    place(recorded(a=b"1", old__c=b"3"), out, force=True, record="all.json")
    assert {path.relative_to(out).as_posix() for path in out.rglob("*")} == {
        "a", "all.json", "d", "old", "old/c",
    }  # fmt: skip
    place(recorded(a=b"1"), out, force=True, record="all.json")
    assert {path.name for path in out.iterdir()} == {"a", "all.json", "d"}


@pytest.mark.parametrize("name", ["../theirs", "link/theirs", "/theirs", ""])
def test_a_record_cannot_have_a_file_outside_removed(name: str, tmp_path: Path) -> None:
    theirs, out = tmp_path / "theirs", tmp_path / "out"
    theirs.write_bytes(b"theirs")
    out.mkdir()
    (out / "link").symlink_to(tmp_path)
    claim = listing({name: b"theirs"})
    (out / "all.json").write_text(json.dumps({"files": claim}))
    place(recorded(a=b"1"), out, force=True, record="all.json")
    assert theirs.read_bytes() == b"theirs"
