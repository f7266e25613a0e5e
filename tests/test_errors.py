"""What a program is told of an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from burnish import errors
from burnish.errors import AgentError, BurnishError, CredentialsError, InputError, reading


def tree(root: type[BurnishError]) -> list[type[BurnishError]]:
    return [root, *(each for child in root.__subclasses__() for each in tree(child))]


@pytest.mark.parametrize("kind", tree(BurnishError), ids=lambda kind: kind.__name__)
def test_every_error_reports_itself_in_one_form(kind: type[BurnishError]) -> None:
    report = kind("the disk is full", remedy="Free space.", details={"path": "/x"}).report()
    assert report == {
        "error_type": kind.__name__,
        "message": "The disk is full.",
        "details": {"path": "/x"},
        "recovery_actions": ["Free space."],
    }
    assert json.loads(json.dumps(report)) == report


def test_an_error_that_knows_nothing_more_says_so_with_empty_fields() -> None:
    assert InputError("config.toml is empty!").report() == {
        "error_type": "InputError",
        "message": "config.toml is empty!",
        "details": {},
        "recovery_actions": [],
    }


def test_the_remedy_leads_the_ways_out_and_is_named_once() -> None:
    ways = ("Log in.", "Set AWS_PROFILE.", "Use --dry-run.")
    assert CredentialsError("no.", remedy="Log in.", recovery_actions=ways).recovery_actions == [
        "Log in.", "Set AWS_PROFILE.", "Use --dry-run.",
    ]  # fmt: skip
    assert AgentError("no.", recovery_actions=ways[:1]).recovery_actions == ["Log in."]
    assert str(AgentError("no.", remedy="Do it.", recovery_actions=ways)) == "no. Do it."


def test_the_drawing_of_the_tree_shows_every_error() -> None:
    public = [kind for kind in tree(BurnishError) if kind.__module__ == errors.__name__]
    assert len(public) > 5  # others are of one room, for itself
    for kind in public:
        assert kind.__name__ in (errors.__doc__ or "")


def test_what_keeps_a_named_file_from_being_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"a\xe9b")
    told = {
        tmp_path: "is a folder. Name the context file in it.",
        tmp_path / "none.txt": "there is no file",
        tmp_path / "latin.txt": "is not UTF-8 text (byte 2).",
        Path("a\0b"): "cannot be read: ",
    }
    for path, words in told.items():
        with pytest.raises(InputError) as caught, reading(path, "context"):
            path.read_text("utf-8")
        assert words in str(caught.value)
