"""What a project's container is told: placeholders without a network, the shell's values with one."""

from __future__ import annotations

import json

import pytest

from burnish.agents.manifest import Manifest
from burnish.agents.project.blueprint import blueprint
from burnish.agents.trial.container import PLACEHOLDER, environment
from burnish.errors import InputError
from tests.agents.projects import context, project


def manifest(**changes: object) -> Manifest:
    return blueprint(context(**changes), {}).manifest


NEEDY = {"tools": ("strands/bedrock_knowledge_base", "tavily_search")}


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KNOWLEDGE_BASE_ID", "TAVILY_API_KEY", "OLLAMA_HOST", "AWS_BEARER_TOKEN_BEDROCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")


def test_the_manifest_names_what_tools_and_the_model_need() -> None:
    found = manifest(**NEEDY)
    assert (found.secrets, found.variables) == (("TAVILY_API_KEY",), ("KNOWLEDGE_BASE_ID",))
    assert manifest(model__id="ollama/llama3.1").variables == ("OLLAMA_HOST",)
    written = json.loads(project("lambda", "basic", **NEEDY)["burnish-agent.json"])
    assert written["variables"] == ["KNOWLEDGE_BASE_ID"]


def test_one_that_was_made_before_still_counts() -> None:
    old = manifest().model_dump()
    del old["variables"]
    assert Manifest.model_validate(old).variables == ()


def test_without_a_network_each_has_a_placeholder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KNOWLEDGE_BASE_ID", "the user's")
    found = environment(manifest(**NEEDY), "scripted", connected=False)
    assert found["KNOWLEDGE_BASE_ID"] == found["TAVILY_API_KEY"] == PLACEHOLDER
    assert "AWS_ACCESS_KEY_ID" not in found and "the user's" not in found.values()


def test_the_projects_own_model_gets_the_shells_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KNOWLEDGE_BASE_ID", "KB12345678")
    monkeypatch.setenv("TAVILY_API_KEY", "k")
    found = environment(manifest(**NEEDY), "", connected=True)
    assert (found["KNOWLEDGE_BASE_ID"], found["TAVILY_API_KEY"]) == ("KB12345678", "k")
    assert found["AWS_ACCESS_KEY_ID"] == "a" and "AGENT_MODEL_URL" not in found


def test_all_that_the_shell_lacks_is_said_at_once() -> None:
    with pytest.raises(InputError, match="needs TAVILY_API_KEY, KNOWLEDGE_BASE_ID, which"):
        environment(manifest(**NEEDY), "", connected=True)


def test_ollama_is_reached_where_the_shell_says(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = manifest(model__id="ollama/llama3.1")
    with pytest.raises(InputError, match="needs OLLAMA_HOST"):
        environment(asked, "", connected=True)
    monkeypatch.setenv("OLLAMA_HOST", "http://192.0.2.1:11434")
    assert environment(asked, "", connected=True)["OLLAMA_HOST"] == "http://192.0.2.1:11434"
