"""`burnish models`: lists, facts, comparisons and recommendations, for people and programs."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run

NOVA, GPT = "bedrock/amazon.nova-pro-v1:0", "openai/gpt-4.1"


def test_models_are_found_and_sorted(run: Run) -> None:
    done = run("models", "list", "nova", "--sort", "cost")
    assert done.exit_code == 0 and NOVA in done.stdout and GPT not in done.stdout
    assert done.stdout.index("nova-micro") < done.stdout.index("nova-pro-v1")
    told = json.loads(run("models", "list", "--can", "vision", "--max-cost", "1", "--json").stdout)
    assert told["source"].startswith("litellm ") and told["models"]
    assert all(each["capabilities"]["vision"] for each in told["models"])


def test_one_model_is_shown_with_what_is_unknown(run: Run) -> None:
    done = run("models", "show", NOVA)
    assert "300,000" in done.stdout and "Amazon Nova Pro" in done.stdout
    assert "unknown" in done.stdout
    assert json.loads(run("models", "show", NOVA, "--json").stdout)["id"] == NOVA


def test_models_are_compared(run: Run) -> None:
    done = run("models", "compare", NOVA, GPT)
    assert NOVA in done.stdout and "1,047,576" in done.stdout
    told = json.loads(run("models", "compare", NOVA, GPT, "--json").stdout)
    assert told["context_window"] == [300_000, 1_047_576]


def test_a_recommendation_has_its_reasons(run: Run) -> None:
    done = run("models", "recommend", "agents", "--provider", "bedrock", "--max-cost", "2")
    assert "recommended for agents" in done.stdout and "tool use" in done.stdout
    told = json.loads(run("models", "recommend", "coding", "--count", "2", "--json").stdout)
    assert len(told["recommendations"]) == 2
    nothing = run("models", "recommend", "vision", "--max-cost", "0")
    assert "No model is known to fit" in nothing.stdout and nothing.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "nothing"], "unknown model 'nothing'"),
        (["list", "--sort", "beauty"], "sort"),
        (["list", "--max-cost", "nan"], "no model costs nan dollars"),
        (["list", "--can", "fly"], "unknown capability 'fly'"),
        (["recommend", "singing"], "unknown use 'singing'"),
    ],
)
def test_bad_input_is_one_sentence(run: Run, arguments: list[str], said: str) -> None:
    done = run("models", *arguments)
    assert done.exit_code == 2 and said.lower() in done.stderr.lower()
