"""`burnish doctor`: what is here, what is missing, and the command that mends it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from burnish.cli.diagnosis import Part, ready
from burnish.registries import providers
from burnish.sandbox import opening
from burnish.sandbox.opening import Diagnosis
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No weights, no keys, no sandbox."""
    monkeypatch.setenv("BURNISH_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("BURNISH_MODEL_PATH", raising=False)
    for provider in providers.PROVIDERS:
        for key in provider.keys:
            monkeypatch.delenv(key, raising=False)
    sandboxes(monkeypatch, available=False)


def sandboxes(monkeypatch: pytest.MonkeyPatch, *, available: bool) -> None:
    found = (Diagnosis("bubblewrap", available, "the reason.", "" if available else "do this"),)
    monkeypatch.setattr(opening, "diagnose", lambda settings, language="python": found)


def parts(done: Any) -> dict[str, dict[str, str]]:
    return {part["name"]: part for part in json.loads(done.stdout)["parts"]}


def test_a_bare_machine_ends_with_3_and_says_what_mends_it(run: Run) -> None:
    done = run("doctor")
    assert done.exit_code == 3
    for words in ("burnish lm pull", "do this", "OPENAI_API_KEY", "Not ready"):
        assert words in done.stdout


def test_each_language_says_where_it_runs_or_how_to_get_there(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert parts(run("doctor", "--json"))["Rust"]["remedy"].startswith("burnish sandbox build rust")
    sandboxes(monkeypatch, available=True)
    assert parts(run("doctor", "--json"))["Java"]["detail"] == "runs in bubblewrap"


def test_a_key_and_a_sandbox_are_enough(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    sandboxes(monkeypatch, available=True)
    done = run("doctor", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["ready"] is True
    assert parts(done)["API keys"]["detail"] == "set: ANTHROPIC_API_KEY"
    assert "sk-secret" not in done.stdout + done.stderr


def test_every_part_that_is_missing_names_its_mend(run: Run) -> None:
    missing = [part for part in parts(run("doctor", "--json")).values() if part["state"] != "here"]
    assert missing and all(part["remedy"] for part in missing if part["name"] != "MLflow store")


def test_a_default_model_without_its_key_is_missing(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNISH_LM", "openai/gpt-4.1-mini")
    part = parts(run("doctor", "--json"))["default model"]
    assert part["state"] == "missing" and "OPENAI_API_KEY" in part["detail"]
    monkeypatch.setenv("BURNISH_MODEL__API_BASE", "http://localhost:9")
    assert parts(run("doctor", "--json"))["default model"]["state"] == "here"


@pytest.mark.parametrize("named", ["openai/gpt-4.1", "gpt-4.1", "local", "local:gpt-9"])
def test_another_model_does_not_stand_in_for_the_one_that_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    sandboxes(monkeypatch, available=True)
    assert run("doctor").exit_code == 0
    monkeypatch.setenv("BURNISH_LM", named)
    done = run("doctor", "--json")
    assert done.exit_code == 3 and parts(done)["default model"]["remedy"]


@pytest.mark.parametrize(("kind", "code"), [("bubblewrap", 0), ("docker", 3), ("none", 3)])
def test_another_sandbox_does_not_stand_in_for_the_one_that_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, kind: str, code: int
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    monkeypatch.setenv("BURNISH_SANDBOX__KIND", kind)
    found = (
        Diagnosis("docker", False, "no Engine.", "start it"),
        Diagnosis("bubblewrap", True, "here."),
    )
    monkeypatch.setattr(opening, "diagnose", lambda settings, language="python": found)
    done = run("doctor", "--json")
    assert done.exit_code == code
    missing = {n for n, p in parts(done).items() if p["state"] == "missing"}
    assert missing == {"bubblewrap": set(), "docker": {"docker"}, "none": {"sandbox"}}[kind]
    where = parts(done)["Python"]
    assert ("runs in bubblewrap" in str(parts(done)["Rust"])) == (kind == "bubblewrap"), where


def test_ready_needs_every_base_part_one_model_and_one_sandbox() -> None:
    base, model = Part("a", "base", "here", ""), Part("b", "model", "here", "")
    box, gone = Part("c", "sandbox", "here", ""), Part("d", "sandbox", "missing", "")
    assert ready((base, model, box, gone))
    assert not ready((base, model, gone))
    assert not ready((base, box))
    assert not ready((Part("a", "base", "missing", ""), model, box))


def test_passwords_of_a_tracking_server_are_not_shown(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNISH_TRACKING__ENABLED", "true")
    monkeypatch.setenv("BURNISH_TRACKING__URI", "http://me:secret@host:5000/x")
    assert parts(run("doctor", "--json"))["MLflow store"]["detail"] == "http://host:5000/x"
