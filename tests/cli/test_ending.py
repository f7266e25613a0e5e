"""Exit codes, error documents, and what happens to errors that nobody expected."""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path
from typing import Any

import pytest

import burnish.api
from burnish import __version__
from burnish.errors import ModelUnavailableError, SandboxUnavailableError
from tests.cli.conftest import Run


def raising(error: BaseException) -> Any:
    def generate(*_: Any, **__: Any) -> None:
        raise error

    return generate


@pytest.mark.parametrize(
    "error",
    [
        ModelUnavailableError("no model.", remedy="burnish lm pull"),
        SandboxUnavailableError("no sandbox.", remedy="burnish sandbox build"),
    ],
)
def test_what_the_machine_lacks_ends_with_3_and_the_mend(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: Any
) -> None:
    monkeypatch.setattr(burnish.api, "generate", raising(error))
    done = run("generate", "Write f.", "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout) == {
        "error_type": type(error).__name__,
        "message": error.message.capitalize(),
        "details": {},
        "recovery_actions": [error.remedy],
    }
    assert f"Error: {error.message.capitalize()}\n{error.remedy}\n" in done.stderr


def test_an_unexpected_error_is_logged_not_dumped(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(burnish.api, "generate", raising(ZeroDivisionError("oh [bold]no")))
    done = run("generate", "Write f.", "--json")
    assert done.exit_code == 70
    assert "Traceback" not in done.stderr
    document = json.loads(done.stdout)
    assert document["error_type"] == "UnexpectedError"
    found = re.search(r"in (\S+\.log)", document["recovery_actions"][0])
    assert found
    log = Path(found[1])
    assert "ZeroDivisionError: oh [bold]no" in log.read_text()
    log.unlink()


def test_a_pipe_that_is_not_stdout_breaks_with_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", "/nowhere")
    engine = BrokenPipeError(errno.EPIPE, "Broken pipe")  # as of the Docker Engine's socket
    monkeypatch.setattr(burnish.api, "generate", raising(engine))
    done = run("generate", "Write f.", "--json")
    assert done.exit_code == 70
    assert json.loads(done.stdout)["details"] == {"kind": "BrokenPipeError"}


def test_the_end_of_a_file_is_no_interruption(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/nowhere")
    monkeypatch.setattr(burnish.api, "generate", raising(EOFError("a cut archive")))
    done = run("generate", "Write f.")
    assert done.exit_code == 70 and "Interrupted" not in done.stderr


def test_the_traceback_is_shown_on_demand(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURNISH_DEBUG", "1")
    monkeypatch.setenv("TMPDIR", "/nowhere")
    monkeypatch.setattr(burnish.api, "generate", raising(ZeroDivisionError("oh")))
    done = run("generate", "Write f.")
    assert done.exit_code == 70
    assert "Traceback" in done.stderr and "ZeroDivisionError: oh" in done.stderr


def test_ctrl_c_ends_with_130_and_says_what_is_left(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(burnish.api, "generate", raising(KeyboardInterrupt()))
    done = run("generate", "Write f.", "--json", "--out", "out")
    assert done.exit_code == 130
    assert json.loads(done.stdout)["error_type"] == "Interrupted"
    assert "Interrupted; nothing was written." in done.stderr
    assert list(here.iterdir()) == []


def test_ctrl_c_while_mlflow_records_keeps_the_package_and_its_place_is_told(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders: list[Any] = []

    def slow(module: str, order: str, *_: Any) -> None:
        orders.append(json.loads(order))
        raise KeyboardInterrupt

    monkeypatch.setenv("BURNISH_TRACKING__ENABLED", "true")
    monkeypatch.setattr("burnish.experiments.desk.record", slow)
    done = run("generate", "Write f.", "--json", "--out", "out")
    assert done.exit_code == 130
    said = f"the package is in {here / 'out'}, its recording in MLflow was not finished."
    assert said in done.stderr and said in json.loads(done.stdout)["message"]
    assert (here / "out" / "solution.py").is_file()
    (order,) = orders
    assert [stage["name"] for stage in order["stages"]] == ["analyze", "write_code", "execute"] * 2


def test_burnish_alone_shows_help(run: Run) -> None:
    done = run()
    assert done.exit_code == 0
    for command in ("generate", "score", "doctor", "lm", "sandbox", "ui", "Examples"):
        assert command in done.stdout


def test_version(run: Run) -> None:
    assert run("--version").stdout == f"burnish {__version__}\n"
    assert json.loads(run("--version", "--json").stdout) == {"version": __version__}


@pytest.mark.parametrize("path", [["lm"], ["sandbox"]])
def test_a_group_alone_shows_its_commands(run: Run, path: list[str]) -> None:
    done = run(*path)
    assert "list" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "path",
    ["", "generate", "score", "doctor", "ui", "lm", "lm list", "lm pull", "lm serve",
     "sandbox", "sandbox build", "sandbox list", "sandbox prune"],
)  # fmt: skip
def test_every_command_has_help_within_80_columns(
    run: Run, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = run(*path.split(), "--help")
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert path in ("lm", "sandbox") or "--json" in done.stdout
