"""Whatever cannot be used ends with 2, one sentence and a fix, before any model is called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import burnish.api
from tests.cli.conftest import Run

GOOD_CHECKS = "from solution import f\ndef test_f(): assert f()\n"


@pytest.fixture(autouse=True)
def no_work(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither verb may be reached."""

    def reached(*_: Any, **__: Any) -> None:
        raise AssertionError("work was begun with bad input")

    monkeypatch.setattr(burnish.api, "generate", reached)
    monkeypatch.setattr(burnish.api, "score", reached)


def refused(done: Any, *words: str) -> None:
    assert done.exit_code == 2, (done.exit_code, done.stdout, done.stderr)
    said = " ".join(done.stderr.split())
    assert "Error: " in said and "Traceback" not in said
    for word in words:
        assert word in said, said
    assert not Path("burnish-out").exists()


GENERATE: dict[str, tuple[list[str], list[str]]] = {
    "nothing": (["generate"], ["no specification"]),
    "empty": (["generate", ""], ["empty"]),
    "blank": (["generate", " \n "], ["empty"]),
    "text and file": (["generate", "Write f.", "--file", "spec.md"], ["Both"]),
    "too long": (["generate", "x" * 20_001], ["too long", "20,000"]),
    "not UTF-8 argument": (["generate", "caf\udce9"], ["not UTF-8"]),
    "a file's name as text": (["generate", "spec.md"], ["--file spec.md"]),
    "no such file": (["generate", "--file", "nowhere.md"], ["no file nowhere.md"]),
    "a path that is not there": (["generate", "no/spec.md"], ["no file no/spec.md", "--file"]),
    "a folder": (["generate", "--file", "."], ["folder"]),
    "binary": (["generate", "--file", "binary"], ["binary"]),
    "endless": (["generate", "--file", "/dev/zero"], ["binary"]),
    "latin-1": (["generate", "--file", "latin1"], ["not UTF-8", "byte 4"]),
    "utf-16": (["generate", "--file", "utf16"], ["binary"]),
    "huge": (["generate", "--file", "huge"], ["too long"]),
    "language": (["generate", "Write f.", "--language", "cobol"], ["cobol", "Known: python"]),
    "sandbox": (["generate", "Write f.", "--sandbox", "dokcer"], ["Did you mean 'docker'"]),
    "strategy": (["generate", "Write f.", "--strategy", "luck"], ["luck", "test-first"]),
    "threshold": (["generate", "Write f.", "--threshold", "1.5"], ["1.5", "less than or equal"]),
    "threshold nan": (["generate", "Write f.", "--threshold", "nan"], ["threshold"]),
    "threshold word": (["generate", "Write f.", "--threshold", "high"], ["--threshold"]),
    "iterations": (["generate", "Write f.", "--max-iterations", "-1"], ["max_iterations"]),
    "unknown option": (["generate", "Write f.", "--speed", "9"], ["--speed"]),
    "unknown command": (["genarate"], ["genarate"]),
    "out is a file": (["generate", "Write f.", "--out", "spec.md"], ["not a folder"]),
    "out below a file": (["generate", "Write f.", "--out", "spec.md/x"], ["not a folder"]),
    "out of nobody": (["generate", "Write f.", "--out", "~nosuchuser/x"], ["no home folder ~nosuchuser"]),
    "out too long": (["generate", "Write f.", "--out", "new/" + "写" * 100], ["name too long"]),
    "tasks too long": (["tasks", "list", "写" * 100], ["no set of tasks"]),
    "out unwritable": (["generate", "Write f.", "--out", "/proc/x"], ["Cannot write"]),
    "out has files": (["generate", "Write f.", "--out", "."], ["not empty", "--force"]),
    "checks missing": (["generate", "Write f.", "--checks", "no.py"], ["no file no.py"]),
    "checks syntax": (["generate", "Write f.", "--checks", "syntax.py"], ["line 2"]),
    "checks no test": (["generate", "Write f.", "--checks", "no_test.py"], ["no test"]),
    "checks no import": (["generate", "Write f.", "--checks", "no_import.py"], ["from solution"]),
    "checks two imports": (["generate", "Write f.", "--checks", "two.py"], ["alpha, beta"]),
    "score nothing": (["score"], ["PATH"]),
    "score missing": (["score", "no.py"], ["no file"]),
    "score folder": (["score", "."], ["folder"]),
    "score empty": (["score", "empty.py"], ["empty"]),
    "score binary": (["score", "binary"], ["binary"]),
    "score name": (["score", "my-code.py"], ["module name"]),
    "score other module": (["score", "f.py", "--checks", "checks.py"], ["import the module 'f'"]),
    "score tests": (["score", "f.py", "--tests", "syntax.py"], ["line 2"]),
    "lm": (["lm", "pull", "gpt-9"], ["gpt-9", "qwen"]),
    "lm serve": (["lm", "serve", "gpt-9"], ["gpt-9"]),
    "lm port": (["lm", "serve", "--port", "70000"], ["70000"]),
    "sandbox language": (["sandbox", "build", "cobol"], ["cobol"]),
    "sandbox both": (["sandbox", "build", "--offline", "--base-image", "x"], ["--offline"]),
    "ui port": (["ui", "--port", "0"], ["Port 0"]),
}  # fmt: skip


@pytest.fixture
def inputs(here: Path) -> None:
    """Files that are good, and files that are wrong in one way each."""
    (here / "spec.md").write_text("Write f.")
    (here / "binary").write_bytes(b"\x7fELF\0\0")
    (here / "latin1").write_bytes(b"caf\xe9")
    (here / "utf16").write_bytes("Write f.".encode("utf-16"))
    (here / "huge").write_bytes(b"x" * 200_000)
    (here / "checks.py").write_text(GOOD_CHECKS)
    (here / "syntax.py").write_text("from f import f\ndef test_f(:\n")
    (here / "no_test.py").write_text("from solution import f\nassert f()\n")
    (here / "no_import.py").write_text("import math, pytest\ndef test_f(): assert math\n")
    (here / "two.py").write_text("import alpha\nimport beta\ndef test_f(): assert alpha\n")
    (here / "empty.py").write_text("\n")
    (here / "my-code.py").write_text("x = 1\n")
    (here / "f.py").write_text("def f(): return 1\n")


@pytest.mark.parametrize("name", GENERATE)
def test_bad_input_ends_with_2_and_a_sentence(run: Run, inputs: None, name: str) -> None:
    arguments, words = GENERATE[name]
    refused(run(*arguments), *words)


@pytest.mark.parametrize("name", GENERATE)
def test_bad_input_with_json_is_one_error_document(run: Run, inputs: None, name: str) -> None:
    done = run(*GENERATE[name][0], "--json")
    assert done.exit_code == 2
    document = json.loads(done.stdout)
    assert document["error_type"] and document["message"]
    assert document["recovery_actions"], document


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "empty"), (b"a\0b", "binary"), (b"\xff", "not UTF-8"), (b"x" * 90_000, "too long")],
)
def test_bad_standard_input_is_refused(run: Run, data: bytes, words: str) -> None:
    refused(run("generate", "-", stdin=data), words)


def test_a_wrong_setting_in_the_environment_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNISH_SANDBOX__CPUS", "none")
    refused(run("generate", "Write f."), "sandbox.cpus", "BURNISH_")
    monkeypatch.setenv("BURNISH_SANDBOX", "{")
    refused(run("generate", "Write f."), "sandbox", "BURNISH_")


def test_a_broken_settings_file_is_refused(run: Run) -> None:
    Path("burnish.toml").write_text("lm = [[\n")
    refused(run("generate", "Write f."), "burnish.toml")
