"""`burnish agent new`: a project from a context file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.agents.projects import EXAMPLE
from tests.cli.conftest import Run


@pytest.fixture
def bot(here: Path) -> Path:
    """A copy of the example's context."""
    return Path(shutil.copy(EXAMPLE, here / "bot.yaml"))


def test_a_project_is_written_and_what_comes_next_is_said(run: Run, bot: Path, here: Path) -> None:
    done = run("agent", "new", bot, "--no-write")
    assert done.exit_code == 0, done.output
    folder = here / "support-bot"
    assert (folder / "burnish-agent.json").is_file() and (folder / "Dockerfile").is_file()
    assert "infrastructure/template.yaml" in done.stdout
    assert "order_status is not written yet" in " ".join(done.stdout.split())
    assert f"burnish agent test {folder}" in done.stdout
    again = run("agent", "new", bot, "--no-write")
    assert again.exit_code == 2 and "--force" in again.stderr
    (folder / "notes.md").write_text("mine")
    assert run("agent", "new", bot, "--no-write", "--force").exit_code == 0
    assert (folder / "notes.md").read_text() == "mine"


def test_the_command_line_has_the_last_word(run: Run, bot: Path, here: Path) -> None:
    done = run("agent", "new", bot, "--no-write", "--target", "lambda", "--security", "enhanced",
               "--region", "us-east-1", "--out", "x", "--json")  # fmt: skip
    told = json.loads(done.stdout)
    assert told["folder"] == str(here / "x") and "lambda_handler.py" in told["files"]
    wanted = {"target": "lambda", "security": "enhanced", "region": "us-east-1"}
    assert wanted.items() <= told["manifest"].items()
    assert told["manifest"]["model_id"] == "us.amazon.nova-lite-v1:0"
    assert told["notes"] and told["next"][0] == f"burnish agent test {here / 'x'}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--target", "heroku"], "agentcore, ecs-fargate, lambda"),
        (["--security", "some"], "basic, standard, enhanced"),
        (["--region", "mars"], "eu-central-1"),
        (["--out", "~nosuchuser/x"], "no home folder ~nosuchuser"),
    ],
)
def test_bad_input_is_one_sentence(run: Run, bot: Path, arguments: list[str], said: str) -> None:
    done = run("agent", "new", bot, *arguments)
    assert done.exit_code == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_what_the_context_leaves_out_is_asked_for(run: Run, here: Path) -> None:
    (here / "bare.yaml").write_text("name: bare-bot\n")
    told = json.loads(run("agent", "new", "bare.yaml", "--json").stdout)
    assert told["error_type"] == "InputError" and "What is the agent for" in told["message"]
