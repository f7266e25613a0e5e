"""`burnish score`: the same gates, tables and exit codes for code that exists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import burnish.api
from burnish.cli.summary import headline
from tests.cli import program
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def files(here: Path) -> None:
    (here / "slugs.py").write_text("def f() -> int:\n    return 1\n")
    (here / "checks.py").write_text("from slugs import f\n\n\ndef test_f():\n    assert f() == 1\n")


def test_good_code_ends_with_0_and_shows_its_judgement(run: Run) -> None:
    done = run("score", "slugs.py", "--checks", "checks.py")
    assert done.exit_code == 0, done.stderr
    assert "Accepted" in done.stdout and "maintainability" in done.stdout


def test_code_below_the_threshold_ends_with_1(run: Run) -> None:
    assert run("score", "slugs.py", "--threshold", "0.95").exit_code == 1


def test_json_is_the_quality_report(run: Run) -> None:
    done = run("score", "slugs.py", "--json")
    document = json.loads(done.stdout)
    assert (document["path"], document["accepted"], document["score"]) == ("slugs.py", True, 0.9)
    assert document["execution"]["tests"] and document["schema_version"] == "1.0"


def test_options_reach_the_library(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}

    def score(path: Path, **options: Any) -> Any:
        seen.update(options, path=path)
        return program.score(path, **options)

    monkeypatch.setattr(burnish.api, "score", score)
    run("score", "slugs.py", "--tests", "checks.py", "--sandbox", "bubblewrap", "--threshold", 0.5)
    assert seen.pop("config").metric.threshold == 0.5
    assert seen == {
        "path": Path("slugs.py"), "tests": Path("checks.py"), "language": "python",
        "sandbox": "bubblewrap",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("> def test_f():\nE   assert 1 == 2\nE   - 2", "assert 1 == 2"),
        ("\n  ValueError: no\n", "ValueError: no"),
        ("", ""),
    ],
)
def test_of_a_failed_test_the_line_that_says_why_is_shown(message: str, said: str) -> None:
    assert headline(message) == said


def test_without_tests_none_are_said_to_pass(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def score(path: Path, **options: Any) -> Any:
        done = program.score(path, **options)
        return done.model_copy(
            update={"execution": done.execution.model_copy(update={"tests": ()})}
        )

    monkeypatch.setattr(burnish.api, "score", score)
    assert "no tests were given" in run("score", "slugs.py").stdout
