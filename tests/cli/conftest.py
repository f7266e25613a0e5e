"""The command line in this process, with scripted verbs, in an empty folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import typer.testing

import burnish.api
from burnish.cli.app import app
from tests.cli import program

Run: TypeAlias = Callable[..., Any]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(here: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call `burnish` with arguments; returns exit_code, stdout, stderr. No model is called."""
    monkeypatch.setattr(burnish.api, "generate", program.generate)
    monkeypatch.setattr(burnish.api, "score", program.score)
    monkeypatch.setenv("BURNISH_TRACKING__ENABLED", "false")

    def call(*arguments: object, stdin: str | bytes | None = None) -> Any:
        return typer.testing.CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)

    return call
