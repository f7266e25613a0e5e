"""`burnish agent test`, `deploy` and `destroy`: what they ask for, print, and end with."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from burnish.agents.deployment import deploy
from burnish.agents.deployment.plan import Outcome, Plan, Step
from burnish.agents.trial import trial
from burnish.agents.trial.trial import Exchange
from burnish.errors import AgentError, DeploymentError
from tests.cli.conftest import Run

TINY = Path(__file__).parents[1] / "agents" / "tiny"
PLAN = Plan(
    name="tiny", region="eu-central-1", account="123456789012",
    steps=(Step(action="replace", what="Queue (AWS::SQS::Queue)", why="QueueName"),),
)  # fmt: skip


class Talk:
    """A trial without a container: it answers in capitals, and not to "no"."""

    def __init__(self) -> None:
        self.manifest = SimpleNamespace(name="tiny")
        self.model, self.image, self.unused = "scripted", "burnish-agent:tiny-1", 0
        self.build_s = self.start_s = 0.5

    def ask(self, prompt: str, hear: Callable[[str], None]) -> Exchange:
        good = prompt != "no"
        for word in prompt.upper().split(" ") if good else ():
            hear(word + " ")
        return Exchange(
            at=datetime(2026, 1, 1, tzinfo=UTC), project="tiny", model="scripted", session="s" * 33,
            input=prompt, output=prompt.upper() if good else "HTTP 502", answered=good,
            streamed=True, latency_s=0.25, first_byte_s=0.125, model_calls=1, input_tokens=4,
            output_tokens=2,
        )  # fmt: skip

    def faults(self) -> list[str]:
        return []


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Plans of the trials that were begun, none of which needs an Engine."""
    plans: list[Any] = []

    @contextlib.contextmanager
    def trying(folder: Path, plan: Any, progress: Callable[[str], None]) -> Iterator[Talk]:
        plans.append(plan)
        progress("Step 1/3 : FROM \x1b[31mred")
        yield Talk()

    monkeypatch.setattr(trial, "trying", trying)
    return plans


def test_answers_go_to_stdout_and_the_rest_to_stderr(run: Run, asked: list[Any]) -> None:
    done = run("agent", "test", TINY, "--input", "good day", "--input", "\x1b[31mx", "--keep")
    assert done.exit_code == 0 and asked[0].keep and asked[0].model == "script"
    assert done.stdout == "GOOD DAY \n\\x1b[31MX \n"
    assert "0.250 s, first part after 0.125 s; 4 + 2 tokens" in done.stderr
    assert "> good day" in done.stderr and "burnish-agent:tiny-1" in done.stderr
    assert "FROM \\x1b[31mred" in done.stderr and "\x1b[31mred" not in done.stderr


def test_one_document_with_every_exchange(run: Run, asked: list[Any]) -> None:
    done = run("agent", "test", TINY, "--input", "a", "--json")
    document = json.loads(done.stdout)
    assert done.exit_code == 0 and document["passed"] and document["image"] is None
    assert (
        document["exchanges"][0]["output"] == "A" and document["exchanges"][0]["latency_s"] == 0.25
    )


def test_an_input_without_an_answer_is_not_accepted(run: Run, asked: list[Any]) -> None:
    done = run("agent", "test", TINY, "--input", "no", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["faults"] == ["'no' was not answered"]
    assert "Fault: 'no' was not answered" in run("agent", "test", TINY, "--input", "no").stderr


def test_lines_of_stdin_are_inputs_until_it_ends(run: Run, asked: list[Any]) -> None:
    done = run("agent", "test", TINY, "--interactive", stdin="one\n\ntwo")
    assert done.stdout == "ONE \nTWO \n" and done.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["test", TINY, "--lm", "gpt"], "unknown lm 'gpt'"),
        (["test", TINY, "--lm", "local", "--script", "x.json"], "were both given"),
        (["test", TINY, "--script", "nowhere.json"], "there is no file nowhere.json"),
        (["test", "nowhere"], "no agent project"),
        (["deploy", TINY], "Give --dry-run"),
        (["deploy", TINY, "--yes", "--dry-run"], "Give --dry-run"),
        (["deploy", TINY, "--dry-run", "--set", "x"], "no NAME=VALUE"),
        (["deploy", "nowhere", "--dry-run"], "no agent project"),
        (["destroy", TINY], "all of its images"),
        (["destroy", "nowhere", "--yes"], "no agent project"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_any_work(
    run: Run, arguments: list[Any], said: str
) -> None:
    done = run("agent", *arguments, "--json")
    document = json.loads(done.stdout)
    assert done.exit_code == 2 and set(document) == {
        "error_type", "message", "details", "recovery_actions",
    }  # fmt: skip
    told = f"{document['message']} {' '.join(document['recovery_actions'])}".lower()
    assert said.lower() in told


def test_an_error_is_printed_as_it_reports_itself(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = AgentError("it ended.\nlast words", remedy="Mend it.", details={"last_lines": ["x"]})

    def trying(*_: Any) -> None:
        raise error

    monkeypatch.setattr(trial, "trying", trying)
    done = run("agent", "test", TINY, "--json")
    assert done.exit_code == 1 and json.loads(done.stdout) == error.report()
    assert "Error: It ended.\nlast words\nMend it.\n" in done.stderr


def test_a_plan_is_a_table_and_a_document(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    orders: list[Any] = []

    def planned(order: Any) -> Plan:
        orders.append(order)
        return PLAN

    monkeypatch.setattr(deploy, "planned", planned)
    done = run("agent", "deploy", TINY, "--dry-run", "--set", "A=b=c")
    assert "replace  Queue (AWS::SQS::Queue)  QueueName" in done.stdout
    assert "account 123456789012" in done.stdout and orders[0].values == {"A": "b=c"}
    document = json.loads(run("agent", "deploy", TINY, "--dry-run", "--json").stdout)
    assert document == PLAN.model_dump(mode="json")


def test_a_deployment_shows_its_plan_before_and_its_outputs_after(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deployed(order: Any, show: Callable[[Plan], None]) -> Outcome:
        order.progress("creating the ECR repository tiny")
        show(PLAN)
        return Outcome(plan=PLAN, done=True, image="i", stack="arn", outputs={"Url": "https://x"})

    monkeypatch.setattr(deploy, "deployed", deployed)
    done = run("agent", "deploy", TINY, "--yes")
    assert done.stdout == "tiny is deployed: arn\nUrl: https://x\n"
    assert "Queue (AWS::SQS::Queue)" in done.stderr and "creating the ECR" in done.stderr
    assert json.loads(run("agent", "deploy", TINY, "--yes", "--json").stdout)["done"] is True


def test_ctrl_c_during_a_deployment_says_what_became_of_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deployed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(deploy, "deployed", deployed)
    done = run("agent", "deploy", TINY, "--yes", "--json")
    assert done.exit_code == 130 and "removed" in json.loads(done.stdout)["message"]


def test_destroying_says_what_is_gone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deploy, "destroyed", lambda order: ["the stack tiny"])
    assert run("agent", "destroy", TINY, "--yes").stdout == "deleted the stack tiny\n"
    assert json.loads(run("agent", "destroy", TINY, "--yes", "--json").stdout) == {
        "deleted": ["the stack tiny"]
    }
    monkeypatch.setattr(deploy, "destroyed", lambda order: [])
    assert run("agent", "destroy", TINY, "--yes").stdout == "nothing was there\n"


def test_what_a_failed_deployment_left_is_in_the_document(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = DeploymentError("no.", details={"removed": ["a"], "left": []})

    def deployed(*_: Any) -> None:
        raise error

    monkeypatch.setattr(deploy, "deployed", deployed)
    document = json.loads(run("agent", "deploy", TINY, "--yes", "--json").stdout)
    assert document["details"] == {"removed": ["a"], "left": []}
