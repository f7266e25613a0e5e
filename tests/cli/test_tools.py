"""`burnish tools`: lists, facts and checks, for people and programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.registries.wheels import use_as_index, wheel


def test_tools_are_found_and_sorted(run: Run) -> None:
    done = run("tools", "list", "interpreter")
    assert done.exit_code == 0 and "agent_core_code_interpreter" in done.stdout
    assert "calculator" not in done.stdout
    told = json.loads(run("tools", "list", "--category", "web", "--key", "--json").stdout)
    assert told["tools"] and all(each["keys"] for each in told["tools"])
    assert any(source.startswith("strands-agents-tools ") for source in told["sources"])
    told = json.loads(
        run("tools", "list", "--sort", "category", "--platform", "lambda", "--json").stdout
    )
    assert [each["category"] for each in told["tools"]] == sorted(
        each["category"] for each in told["tools"]
    )
    assert all("lambda" not in each["unfit"] for each in told["tools"])


def test_withdrawn_tools_are_marked_or_left_out(run: Run) -> None:
    assert "calculator -" in run("tools", "list", "calculator").stdout
    assert "0 of " in run("tools", "list", "sympy", "--current").stdout


def test_one_tool_is_shown_with_its_example(run: Run) -> None:
    done = run("tools", "show", "agent_core_memory")
    assert "Agent(tools=[*memory.tools])" in done.stdout
    assert "bedrock-agentcore:RetrieveMemoryRecords" in done.stdout
    assert "depends on what the agent is told to do" in run("tools", "show", "use_aws").stdout
    told = json.loads(run("tools", "show", "cron", "--json").stdout)
    assert told["platforms"] == ["linux", "macos"]
    assert told["usage"].endswith("agent = Agent(tools=[cron])\n")


def test_tools_are_checked_together(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel(tmp_path, "strands-agents", "1.62.0", requires=["mcp<2.2"])
    wheel(tmp_path, "mcp", "1.30.0")
    wheel(tmp_path, "mcp", "2.1.1")
    wheel(tmp_path, "awslabs.aws-api-mcp-server", "1.5.6", requires=["mcp<2.0,>=1.23.0"])
    wheel(tmp_path, "awslabs.aws-documentation-mcp-server", "1.2.3", requires=["mcp>=2.1.0"])
    use_as_index(tmp_path, monkeypatch)
    told = json.loads(run("tools", "check", "mcp/aws_api", "strands/stop", "--json").stdout)
    assert told["problems"] == [] and told["withdrawn"] == {}
    assert "mcp==1.30.0" in told["pins"] and "strands-agents==1.62.0" in told["pins"]
    done = run("tools", "check", "mcp/aws_api", "mcp/aws_documentation")
    assert done.exit_code == 2 and "mcp<2.0" in done.stderr and "conflict" in done.stderr


def test_what_stands_against_it_is_said_and_ends_with_1(run: Run) -> None:
    done = run("tools", "check", "cron", "speak", "--platform", "lambda", "--no-resolve")
    assert done.exit_code == 1
    assert "cron does not fit lambda" in done.stdout and "loudspeaker" in done.stdout
    assert "cron is withdrawn by its authors" in done.stdout
    fine = run("tools", "check", "calculator", "--no-resolve")
    assert fine.exit_code == 0 and "strands-agents-tools>=0.8.10,<0.9" in fine.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "nothing"], "unknown tool 'nothing'"),
        (["list", "--sort", "beauty"], "sort"),
        (["list", "--category", "fun"], "unknown category 'fun'"),
        (["check", "calculator", "--platform", "mars"], "unknown platform 'mars'"),
    ],
)
def test_bad_input_is_one_sentence(run: Run, arguments: list[str], said: str) -> None:
    done = run("tools", *arguments)
    assert done.exit_code == 2 and said.lower() in done.stderr.lower()
