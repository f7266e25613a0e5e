"""`burnish score FILE --checks FILE` in every language, each by its own convention."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import typer.testing

from burnish.cli.app import app
from burnish.errors import SandboxUnavailableError
from burnish.registries.languages import LANGUAGES, language
from burnish.sandbox.bubblewrap import open_bubblewrap
from burnish.testing import sandbox_limits
from tests.conftest import missing


def example(name: str) -> dict[str, Any]:
    """The worked example of a language."""
    path = files("burnish.signatures") / "demos" / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8"))


def run(*arguments: object) -> Any:
    """Call `burnish` with nothing scripted."""
    return typer.testing.CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture(params=LANGUAGES.names())
def spoken(request: pytest.FixtureRequest) -> str:
    """A language that bubblewrap runs here."""
    settings = sandbox_limits().model_copy(update={"pool_size": 0})
    try:
        open_bubblewrap(settings, request.param).close()
    except SandboxUnavailableError as error:
        missing(f"{request.param} in bubblewrap", str(error))
    return str(request.param)


def test_right_code_is_accepted_by_its_suffix_alone(tmp_path: Path, spoken: str) -> None:
    found = language(spoken)
    (tmp_path / found.module_file).write_text(example(spoken)["code"])
    (tmp_path / found.test_file).write_text(example(spoken)["tests"])
    done = run(
        "score", str(tmp_path / found.module_file), "--checks", str(tmp_path / found.test_file),
        "--sandbox", "bubblewrap", "--json",
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert done.exit_code == 0, [gate for gate in report["gates"] if not gate["passed"]]
    assert report["accepted"] and report["execution"]["status"] == "PASSED"
    assert len(report["execution"]["tests"]) == 5


def test_wrong_code_is_not_accepted_and_the_check_is_named(tmp_path: Path, spoken: str) -> None:
    found = language(spoken)
    right, wrong = example(spoken)["broken"]
    (tmp_path / found.module_file).write_text(example(spoken)["code"].replace(right, wrong))
    (tmp_path / found.test_file).write_text(example(spoken)["tests"])
    done = run(
        "score", str(tmp_path / found.module_file), "--checks", str(tmp_path / found.test_file),
        "--sandbox", "bubblewrap", "--json",
    )  # fmt: skip
    assert done.exit_code == 1
    gates = {gate["name"]: gate for gate in json.loads(done.stdout)["gates"]}
    assert not gates["checks"]["passed"] and "failing" in gates["checks"]["detail"]


def test_checks_without_a_test_are_refused(tmp_path: Path, spoken: str) -> None:
    found = language(spoken)
    (tmp_path / found.module_file).write_text(example(spoken)["code"])
    checks = tmp_path / f"empty{found.suffix}"
    checks.write_text("x = 1\n" if spoken == "python" else "// nothing\n")
    done = run("score", str(tmp_path / found.module_file), "--checks", str(checks))
    assert done.exit_code == 2
    assert "There is no test in" in done.stderr
