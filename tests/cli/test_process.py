"""The command line as a shell sees it: real streams, real signals, real exit codes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.experiments.bench.rows import task

ROOT = Path(__file__).resolve().parents[2]
TEXT = "Write double(n)."


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    keep = ("PATH", "HOME", "BURNISH_DATA_DIR")
    return {name: os.environ[name] for name in keep if name in os.environ} | {
        "PYTHONPATH": str(ROOT),
        "BURNISH_TRACKING__ENABLED": "false",
        "COLUMNS": "80",
    }


def start(here: Path, environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.cli.program", *arguments],
        cwd=here,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(("accepted", "code"), [("1", 0), ("0", 1)])
def test_json_on_stdout_is_one_document_and_nothing_else(
    here: Path, environment: dict[str, str], accepted: str, code: int
) -> None:
    extra = {"ACCEPTED": accepted, "NOISE": "1", "PYTHONIOENCODING": "ascii"}
    process = start(here, environment | extra, "generate", "Größe → 数", "--json", "--out", "out")
    out, err = process.communicate(timeout=180)
    assert process.returncode == code, err
    assert json.loads(out)["spec"]["text"] == "Größe → 数"
    assert "iteration 1" in err and "\x1b" not in err + out


def test_colours_and_signs_are_left_out_where_they_cannot_be_shown(
    here: Path, environment: dict[str, str]
) -> None:
    process = start(here, environment | {"PYTHONIOENCODING": "ascii"}, "generate", TEXT)
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    assert out.isascii() and "ok Accepted" in out and max(map(len, out.splitlines())) <= 80


def test_bad_input_ends_with_2(here: Path, environment: dict[str, str]) -> None:
    process = start(here, environment, "generate", "--json")
    out, err = process.communicate(timeout=180)
    assert process.returncode == 2
    assert json.loads(out)["error_type"] == "InputError" and err.startswith("Error: ")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interruption_ends_at_once_and_leaves_nothing(
    here: Path, environment: dict[str, str], number: signal.Signals, code: int
) -> None:
    slow = environment | {"SECONDS_PER_STAGE": "600"}
    process = start(here, slow, "generate", TEXT, "--out", "out")
    assert process.stderr is not None
    assert "reading the specification" in process.stderr.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=90)  # the stage would take ten minutes
    assert process.returncode == code, err
    assert out == "" and "Traceback" not in err
    assert number == signal.SIGTERM or "Interrupted; nothing was written." in err
    assert list(here.iterdir()) == []


def test_an_interrupted_benchmark_does_not_wait_for_the_model(
    here: Path, environment: dict[str, str]
) -> None:
    (here / "mine.jsonl").write_text(task("python/one").model_dump_json() + "\n")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the question, never answers
        asked = environment | {
            "OPENAI_API_KEY": "none",
            "OPENAI_API_BASE": f"http://127.0.0.1:{silent.getsockname()[1]}/v1",
            "BURNISH_SANDBOX__KIND": "bubblewrap",
        }
        given = ("bench", "mine.jsonl", "--lm", "openai/silent", "--rows", "rows.jsonl")
        process = start(here, asked, *given, "--no-track")
        silent.settimeout(60)
        with silent.accept()[0] as question:
            question.recv(1)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=90)
    assert (process.returncode, out) == (130, ""), err
    assert "--resume goes on" in err and "Traceback" not in err
    assert (here / "rows.jsonl").read_text().count("\n") == 1  # its header; to go on from


def test_a_reader_that_goes_away_gets_no_traceback(here: Path, environment: dict[str, str]) -> None:
    process = start(here, environment, "lm", "list")
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=180) == 141
    assert err == ""


def test_help_needs_neither_model_nor_network_nor_settings(
    here: Path, environment: dict[str, str]
) -> None:
    (here / "burnish.toml").write_text("broken = [[")
    process = start(here, environment, "generate", "--help")
    out, err = process.communicate(timeout=180)
    assert (process.returncode, err) == (0, "") and "--max-iterations" in out
