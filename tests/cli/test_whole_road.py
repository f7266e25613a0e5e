"""The command line over the real loop, a real sandbox and a real store; only the model is scripted."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import typer.testing

import burnish.registries.models
from burnish.cli.app import app
from burnish.testing import ScriptedLM
from tests.modules.scripts import CODE, WRONG, fenced, script

SPECIFICATION = "Write double(n) that returns twice n. double(2) returns 4."
CHECKS = "from solution import double\n\n\ndef test_two():\n    assert double(2) == 4\n"


def burnish_(*arguments: object) -> Any:
    return typer.testing.CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def model(here: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A model that is wrong once and then right."""
    lm = ScriptedLM(script(write_code=fenced(WRONG), repair_code=fenced(CODE)))
    monkeypatch.setattr(burnish.registries.models, "resolve", lambda *_, **__: lm)
    return monkeypatch


def test_wrong_code_is_repaired_written_and_recorded(
    model: pytest.MonkeyPatch, here: Path, tmp_path: Path
) -> None:
    model.setenv("BURNISH_DATA_DIR", str(tmp_path / "data"))
    Path("checks.py").write_text(CHECKS)
    done = burnish_(
        "generate", SPECIFICATION, "--checks", "checks.py", "--sandbox", "bubblewrap",
        "--out", "out", "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["accepted"] and len(document["history"]) == 2
    assert document["history"][0]["quality"]["execution"]["status"] == "FAILED"
    assert (here / "out" / "solution.py").read_text().strip() == CODE.strip()
    assert (here / "out" / "test_checks.py").read_text() == CHECKS
    assert "was executed there without an error" in (here / "out" / "README.md").read_text()
    with sqlite3.connect(tmp_path / "data" / "mlflow.db") as store:
        runs = [row[0] for row in store.execute("select run_uuid from runs")]
    store.close()
    assert runs == [document["tracking"]["run_id"]]
    assert any((tmp_path / "data" / "artifacts").rglob("package/solution.py"))


def test_code_that_stays_wrong_ends_with_1_and_says_why(
    model: pytest.MonkeyPatch, here: Path
) -> None:
    done = burnish_(
        "generate", SPECIFICATION, "--sandbox", "bubblewrap", "--max-iterations", 0,
        "--no-track", "--out", "out",
    )  # fmt: skip
    assert done.exit_code == 1, done.stderr
    assert "Not accepted" in done.stdout and "double(2)" in done.stdout
    assert (here / "out" / "solution.py").is_file()


def test_code_that_exists_is_scored(here: Path) -> None:
    Path("solution.py").write_text(CODE)
    Path("checks.py").write_text(CHECKS)
    good = burnish_("score", "solution.py", "--checks", "checks.py", "--sandbox", "bubblewrap")
    assert good.exit_code == 0, good.stdout + good.stderr
    Path("solution.py").write_text(WRONG)
    bad = burnish_(
        "score", "solution.py", "--checks", "checks.py", "--sandbox", "bubblewrap", "--json"
    )
    assert bad.exit_code == 1, bad.stderr
    outcomes = {test["id"]: test for test in json.loads(bad.stdout)["execution"]["tests"]}
    assert outcomes["test_two"]["outcome"] == "failed" and "6" in outcomes["test_two"]["message"]


def test_nothing_is_executed_without_a_sandbox(model: pytest.MonkeyPatch, here: Path) -> None:
    done = burnish_(
        "generate", SPECIFICATION, "--sandbox", "none", "--no-track", "--out", "out", "--json"
    )
    assert done.exit_code == 1, done.stderr
    document = json.loads(done.stdout)
    assert document["status"] == "SANDBOX_UNAVAILABLE"
    assert document["validation_method"] == "STATIC_ANALYSIS_ONLY"
    assert "never executed" in (here / "out" / "README.md").read_text()
