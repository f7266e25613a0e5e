"""`burnish cost`: a table for people, a document for programs, questions for what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from burnish.agents.cost.pricing_api import Refreshed
from tests.cli.conftest import Run

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "contexts"
BOT, NOTES = EXAMPLES / "support-bot.yaml", EXAMPLES / "meeting-notes.yaml"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_has_its_price(run: Run, path: Path) -> None:
    done = run("cost", path)
    assert done.exit_code == 0, done.stderr
    for said in ("requests a month", "$ a month", "Budget $", "What would save", "--input-tokens"):
        assert said in done.stdout
    told = json.loads(run("cost", path, "--json").stdout)
    assert 0 < told["low_usd"] < told["usd"] < told["high_usd"]
    assert told["usd"] == pytest.approx(sum(line["usd"] for line in told["lines"]))
    assert all(
        each["usd_saved"] > 0 and each["but"] and each["how"] for each in told["suggestions"]
    )
    assert all(line["source"] for line in told["lines"])


def test_options_replace_what_the_context_says(run: Run) -> None:
    told = json.loads(
        run(
            "cost", NOTES, "--requests-per-month", "1000000", "--input-tokens", "1000-3000",
            "--output-tokens", "200", "--seconds-per-request", "2", "--target", "agentcore",
            "--model", "openai/gpt-4.1-mini", "--region", "us-east-1", "--security", "basic",
            "--memory-gb", "0.5", "--idle-seconds", "100", "--log-kb", "1", "--traced-share", "0",
            "--json",
        ).stdout
    )  # fmt: skip
    assert (told["target"], told["requests_per_month"]) == ("agentcore", 1_000_000)
    usd = {line["service"]: line for line in told["lines"]}
    prompt, answers = usd["openai/gpt-4.1-mini, prompt"], usd["openai/gpt-4.1-mini, answers"]
    assert prompt["quantity"] == 2e9  # the middle of 1000 and 3000
    price = prompt["usd_per_unit"]
    assert (prompt["low_usd"], prompt["high_usd"]) == pytest.approx((1e9 * price, 3e9 * price))
    assert answers["low_usd"] == answers["usd"] == answers["high_usd"]
    # a million requests, half a GB for 102 seconds
    memory = usd["AgentCore Runtime, memory"]
    assert memory["usd"] == pytest.approx(1e6 * 102 * 0.5 / 3600 * 0.00945)
    said = {each["name"]: each for each in told["assumptions"]}
    assert said["input_tokens"] | {"unit": "", "option": ""} == {
        "name": "input_tokens", "low": 1000, "likely": 2000, "high": 3000, "why": "given",
        "unit": "", "option": "",
    }  # fmt: skip


def test_switches_reach_the_estimate(run: Run) -> None:
    def usd(*options: str) -> dict[str, float]:
        done = run("cost", NOTES, "--requests-per-month", "2000000", "--json", *options)
        return {line["service"]: line["usd"] for line in json.loads(done.stdout)["lines"]}

    plain, batch = usd(), usd("--batch")
    assert batch["openai/gpt-4.1-mini, prompt"] == pytest.approx(
        plain["openai/gpt-4.1-mini, prompt"] / 2
    )
    assert usd("--architecture", "arm64") == plain  # what the project is made for
    assert usd("--architecture", "x86_64")["Lambda, duration"] > plain["Lambda, duration"]
    assert usd("--no-free-tier")["Lambda, requests"] == pytest.approx(0.4)
    assert plain["Lambda, requests"] == pytest.approx(0.2)
    cached = usd("--cached-share", "0.5", "--cache-written-share", "0.1")
    assert {
        "openai/gpt-4.1-mini, prompt from the cache",
        "openai/gpt-4.1-mini, prompt to the cache",
    } < set(cached)
    always = run("cost", NOTES, "--target", "ecs-fargate", "--tasks", "4", "--json")
    fargate = {line["service"]: line for line in json.loads(always.stdout)["lines"]}
    assert fargate["Fargate, CPU"]["quantity"] == 4 * 0.5 * 730


def test_what_is_missing_is_asked_for_by_its_option(run: Run, here: Path) -> None:
    (here / "bare.yaml").write_text("name: bare-bot\n")
    done = run("cost", "bare.yaml")
    assert done.exit_code == 2
    for option in ("--model", "--target", "--region", "--security", "--requests-per-month"):
        assert option in done.stderr
    given = ("--model", "openai/gpt-4.1-mini", "--target", "lambda", "--region", "us-east-1",
             "--security", "basic")  # fmt: skip
    rest = run("cost", "bare.yaml", *given)
    assert rest.exit_code == 2 and "--model" not in rest.stderr
    assert "--requests-per-month" in rest.stderr
    assert run("cost", "bare.yaml", *given, "--requests-per-month", "0").exit_code == 0


def test_what_is_unknown_is_said_with_its_limits(run: Run) -> None:
    done = run("cost", BOT, "--model", "ollama/llama3.1")
    assert done.exit_code == 0 and "without what is unknown" in done.stdout
    assert "Unknown: ollama/llama3.1: $" in done.stdout and "machine" in done.stdout
    assert "What would save" not in done.stdout
    china = run("cost", BOT, "--region", "cn-north-1")
    assert china.stdout.count("Unknown:") == 1 and "price list of cn-north-1" in china.stdout
    near = run("cost", BOT, "--region", "eu-central-1")
    assert "Approximation" in near.stdout and "Unknown" not in near.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--target", "fargate"], "Did you mean 'ecs-fargate'?"),
        (["--security", "top"], "unknown level of security 'top'"),
        (["--architecture", "mips"], "unknown architecture 'mips'"),
        (["--region", "../../x"], "is no AWS region"),
        (["--model", "bedrock/none"], "unknown model 'bedrock/none'"),
        (["--model", "openai/gpt-4.1-mini", "--security", "enhanced"], "nothing outside AWS"),
        (["--input-tokens", "many"], "--input-tokens 'many' is no number"),
        (["--log-kb", "4-2"], "--log-kb '4-2' is no number and no range"),
        (["--tasks", "nan"], "is no number"),
        (["--cached-share", "2"], "cached_share is a share, at most 1"),
        (["--requests-per-month", "-1"], "requests-per-month"),
        (["--requests-per-month", "9" * 30], "cannot be counted with"),
        (["--model", "bedrock/anthropic.claude-opus-4-8", "--batch"], "for batches"),
    ],
)
def test_bad_input_is_one_sentence(run: Run, options: list[str], said: str) -> None:
    done = run("cost", BOT, *options)
    assert done.exit_code == 2 and said.lower() in done.stderr.lower()
    assert done.stdout == ""


def test_a_tool_that_there_is_not_is_one_sentence(run: Run, here: Path) -> None:
    text = NOTES.read_text("utf-8").replace("tools: []", "tools: [no_such_tool]")
    (here / "wrong.yaml").write_text(text)
    done = run("cost", "wrong.yaml")
    assert done.exit_code == 2 and "no_such_tool" in done.stderr and done.stdout == ""


def test_a_bad_context_is_told_with_its_lines(run: Run, here: Path) -> None:
    (here / "bad.yaml").write_text("name: Bad\ndeployment:\n  target: cloud\n")
    done = run("cost", "bad.yaml", "--json")
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    assert "line 3: deployment.target" in told["message"] and told["recovery_actions"]
    assert run("cost", "nowhere.yaml").exit_code == 2


def test_prices_are_refreshed_first_if_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refresh(region: str) -> Refreshed:
        asked.append(region)
        return Refreshed(
            region=region, path="/data/prices.json", changed=("trace",), same=("nat_hour",),
            left={"alarm_month": "no product found"},
        )  # fmt: skip

    monkeypatch.setattr("burnish.agents.cost.pricing_api.refresh", refresh)
    done = run("cost", BOT, "--refresh-prices", "--json")
    assert asked == ["eu-central-1"] and json.loads(done.stdout)["region"] == "eu-central-1"
    assert "1 prices of eu-central-1 differ" in done.stderr and "/data/prices.json" in done.stderr
    assert "alarm_month stays as it was: no product found" in done.stderr


def test_without_credentials_a_refresh_says_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    done = run("cost", BOT, "--refresh-prices")
    assert done.exit_code == 3 and "pricing:GetProducts" in done.stderr


def test_a_wide_terminal_shows_what_a_unit_costs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "$ each" not in run("cost", NOTES).stdout
    monkeypatch.setenv("COLUMNS", "140")
    wide = run("cost", NOTES).stdout
    assert "$ each" in wide and "0.0000133334" in wide
