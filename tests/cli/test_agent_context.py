"""`burnish agent context`: what was said, where, and what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from burnish.agents.context.file import read_context
from tests.cli.conftest import Run

TEXT = "Call it order-desk. Run it on Lambda in eu-central-1.\nIt gets 300 requests per day.\n"


@pytest.fixture
def said(here: Path) -> Path:
    path = here / "said.txt"
    path.write_text(TEXT)
    return path


def test_it_shows_what_was_read_and_where_and_asks_for_the_rest(run: Run, said: Path) -> None:
    done = run("agent", "context", said, "--rules-only")
    assert done.exit_code == 0, done.output
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.strip()}
    assert "order-desk" in lines["name"] and "line 1" in lines["name"]
    assert "9000" in lines["deployment.requests_per_month"]
    assert "line 2" in lines["deployment.requests_per_month"]
    assert "40% complete" in done.stdout and "Which model" in lines["model.id:"]


def test_the_file_it_writes_is_the_context(run: Run, said: Path, here: Path) -> None:
    out = here / "bot.yaml"
    told = json.loads(run("agent", "context", said, "--rules-only", "--out", out, "--json").stdout)
    context = read_context(out)
    assert told["context"] == context.model_dump(mode="json")
    assert told["completeness"] == 0.4 and {"model.id"} <= {m["field"] for m in told["missing"]}
    assert context.name == "order-desk" and context.deployment.target == "lambda"
    out.write_text("mine")
    again = run("agent", "context", said, "--rules-only", "--out", out)
    assert again.exit_code == 2 and out.read_text() == "mine"
    assert run("agent", "context", said, "--rules-only", "--out", out, "--force").exit_code == 0


def test_what_is_not_understood_is_said(run: Run, here: Path) -> None:
    (here / "state.json").write_text('{"name": "order-desk", "tools": ["fax_machine"]}')
    done = run("agent", "context", here / "state.json", "--rules-only")
    assert "not understood, tools: 'fax_machine' (line 1)" in done.stdout


def test_a_project_of_it_asks_for_all_that_is_missing_at_once(
    run: Run, said: Path, here: Path
) -> None:
    run("agent", "context", said, "--rules-only", "--out", here / "bot.yaml")
    done = run("agent", "new", here / "bot.yaml")
    assert done.exit_code == 2 and not (here / "order-desk").exists()
    assert "model" in done.stderr and "security" in done.stderr


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"  \n"])
def test_what_cannot_be_read_is_one_sentence(run: Run, here: Path, data: bytes) -> None:
    (here / "said.txt").write_bytes(data)
    done = run("agent", "context", here / "said.txt", "--rules-only")
    assert done.exit_code == 2 and "Traceback" not in done.stderr
    assert run("agent", "context", here / "nothing.txt").exit_code == 2
