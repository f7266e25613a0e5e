"""The catalogue of tools: what is known, what is not, what fits, and that its examples are real."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest

from burnish.errors import InputError
from burnish.registries.catalogue.tool import (
    CONSENT,
    TARGETS,
    Category,
    Permission,
    Platform,
    Tool,
    Variable,
)
from burnish.registries.catalogue.tools import Toolbox, toolbox

ALL = list(toolbox())
IDS = [tool.id for tool in ALL]
STRANDS = "strands-agents>=1.62.0,<2"
RUN = """
import json, sys
found = {}
for id, text in json.load(sys.stdin):
    scope = {}
    exec(compile(text, id, "exec"), scope)
    agent = scope.get("agent")
    specs = agent.tool_registry.get_all_tools_config() if agent else {}
    found[id] = {
        name: sorted(spec["inputSchema"]["json"].get("properties", {}))
        for name, spec in specs.items()
    }
json.dump(found, sys.stdout)
"""
"""Runs examples and tells what each agent's model is offered: names and their parameters."""


def tool(id: str, **given: Any) -> Tool:
    """A tool of which nothing else is known."""
    known = {"category": "utility", "description": "", "requirements": ("x",), "setup": "import x",
             "expression": "x", "source": "x 1"}  # fmt: skip
    return Tool.model_validate({"id": id, **known, **given})


def test_there_are_enough_from_every_origin() -> None:
    origins = defaultdict(list)
    for id in IDS:
        origins[id.partition("/")[0] if "/" in id else ""].append(id)
    assert len(IDS) >= 50 and len(set(IDS)) == len(IDS)
    assert {"", "strands", "agentcore", "mcp"} <= set(origins)
    assert set(get_args(Category)) == {each.category for each in ALL}
    assert all(each.description and each.requirements and each.source for each in ALL)


def test_every_tool_was_reviewed_and_every_review_is_of_a_tool() -> None:
    text = (files("burnish.registries.catalogue") / "tools.toml").read_text("utf-8")
    assert sorted(tomllib.loads(text)["tool"]) == sorted(IDS)


def test_facts_are_those_of_the_package() -> None:
    """By the source of strands-agents-tools 0.8.10."""
    retrieve = toolbox().get("retrieve")
    assert {each.name: (each.type, each.default) for each in retrieve.variables} == {
        "AWS_REGION": ("string", "us-west-2"),
        "KNOWLEDGE_BASE_ID": ("string", None),
        "MIN_SCORE": ("number", "0.4"),
        "RETRIEVE_ENABLE_METADATA_DEFAULT": ("boolean", "false"),
    }
    assert retrieve.permissions == (
        Permission(
            actions=("bedrock:Retrieve",),
            resources=(
                "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}"
                ":knowledge-base/${KnowledgeBaseId}",
            ),
        ),
    )
    search = toolbox().get("tavily_search")
    assert search.keys == ("TAVILY_API_KEY",) and search.deprecated
    assert [(each.name, each.type) for each in search.parameters or () if each.required] == [
        ("query", "str")
    ]
    mem0 = toolbox().get("mem0_memory")
    assert mem0.requirements == ("strands-agents-tools[mem0-memory]>=0.8.10,<0.9",)
    browser = toolbox().get("local_chromium_browser")
    assert browser.requirements == ("strands-agents-tools[local-chromium-browser]>=0.8.10,<0.9",)


def test_unknown_is_neither_nothing_nor_no() -> None:
    subagent = toolbox().get("strands/subagent")
    assert subagent.parameters is None and subagent.options is not None
    assert toolbox().get("use_aws").permissions is None
    assert toolbox().get("calculator").permissions == ()
    for each in ALL:
        assert all(variable.default != "" for variable in each.variables), each.id
        for parameter in (*(each.parameters or ()), *(each.options or ())):
            assert not (parameter.required and parameter.default is not None), each.id


def test_permissions_are_exact() -> None:
    for each in ALL:
        for permission in each.permissions or ():
            for action in permission.actions:
                assert re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z0-9]+", action), (each.id, action)
            for resource in permission.resources:
                assert resource == "*" or resource.startswith("arn:${AWS::Partition}:"), each.id


def test_keys_are_read_by_the_tool_that_needs_them() -> None:
    for each in ALL:
        assert set(each.keys) <= {variable.name for variable in each.variables}, each.id


@pytest.mark.parametrize("each", ALL, ids=IDS)
def test_an_example_compiles(each: Tool) -> None:
    tree = ast.parse(each.usage)
    assert isinstance(tree.body[-1], ast.Assign) and "agent = Agent(" in each.usage
    compile(each.usage, each.id, "exec")
    compile("\n".join([*each.imports, each.statements, f"[{each.expression}]"]), each.id, "exec")


def test_what_is_made_for_two_tools_has_two_names() -> None:
    """So that one program can make all of them; tools with one name never meet in one."""
    owners: dict[str, list[Tool]] = defaultdict(list)
    for each in ALL:
        for node in ast.parse(each.statements).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            for name in [*names, *([node.name] if isinstance(node, ast.FunctionDef) else [])]:
                owners[name].append(each)
    assert len(owners) > 20
    for name, tools in owners.items():
        same = len({each.names for each in tools}) == 1 and tools[0].names
        public = not name.startswith("_")
        assert len({each.id for each in tools}) == 1 or same or not public, name


def test_examples_run_and_offer_the_model_what_the_catalogue_says(tmp_path: Path) -> None:
    """With the packages themselves: names and parameters, as the agent registered them.

    Some packages make folders where they are imported.
    """
    plain = [each for each in ALL if not each.needs_extras]
    asked = [
        (each.id, each.setup if each.given_as == "memory_stores" else each.usage) for each in plain
    ]
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    needed = {need: "x" for each in plain for need in each.needs if need.isupper()}
    environment = {**os.environ, **keys, **needed, "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(
        [sys.executable, "-c", RUN], input=json.dumps(asked), env=environment,
        capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    offered = json.loads(done.stdout)
    assert len(offered) == len(plain) > 50
    for each in plain:
        if each.given_as == "memory_stores":
            continue  # its manager has the tool
        names = offered[each.id]
        assert set(names) == set(each.names), each.id
        if len(names) == 1 and each.parameters is not None:
            (parameters,) = names.values()
            assert parameters == sorted(one.name for one in each.parameters), each.id


def test_what_is_asked_for_is_all_fulfilled() -> None:
    found = toolbox().filter(category="web", platform="lambda", needs_key=True, search="SEARCH")
    assert "tavily_search" in [each.id for each in found]
    for each in found:
        assert each.category == "web" and "lambda" in each.platforms and each.keys
        assert "search" in f"{each.id} {each.description}".lower()
    assert not {each.id for each in toolbox().filter(needs_key=False)} & {e.id for e in found}
    kept = toolbox().filter(deprecated=False)
    assert kept and all(each.deprecated is None for each in kept)
    assert "shell" not in {each.id for each in kept} and "strands/shell" in {e.id for e in kept}


def test_what_does_not_fit_somewhere_is_said_with_the_reason() -> None:
    said = toolbox().compatibility(["use_computer", "calculator"], "agentcore")
    assert said == ["use_computer does not fit agentcore: there is no screen, mouse or keyboard."]
    assert toolbox().compatibility(["use_computer", "calculator"], "linux") == []
    for each in ALL:
        assert set(each.platforms) | set(each.unfit) == set(get_args(Platform)), each.id


def test_who_asks_a_person_cannot_do_so_in_the_cloud() -> None:
    asking = tool("asking", variables=(Variable(name=CONSENT, type="boolean"),))
    for target in TARGETS:
        (said,) = Toolbox([asking], []).compatibility(["asking"], target)
        assert f"{CONSENT}=true" in said
    assert Toolbox([asking], []).compatibility(["asking"], "macos") == []


def test_two_tools_of_one_name_are_too_many() -> None:
    (said,) = toolbox().compatibility(["stop", "strands/stop", "stop"], "linux")
    assert "stop and strands/stop are both called stop" in said
    sessions = [tool(id, given_as="session_manager") for id in ("a", "b")]
    (said,) = Toolbox(sessions, []).compatibility(["a", "b"], "linux")
    assert "a and b each keep the session" in said


def test_requirements_are_those_of_all_tools_each_once() -> None:
    assert toolbox().requirements(["calculator", "current_time"]) == (
        "strands-agents-tools>=0.8.10,<0.9", STRANDS,
    )  # fmt: skip
    asked = toolbox().requirements(["mcp/time"])
    assert len(asked) == 2 and STRANDS in asked  # else pip may take one that is years old
    assert Toolbox([], []).requirements([]) == ("strands-agents",)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda box: box.get("calculater"), "Did you mean calculator"),
        (lambda box: box.get(""), "burnish tools list"),
        (lambda box: box.filter(category="fun"), "unknown category 'fun'"),
        (lambda box: box.filter(platform="mars"), "unknown platform 'mars'"),
        (lambda box: box.compatibility(["calculator"], ""), "unknown platform ''"),
        (lambda box: box.dependencies(["nothing at all"]), "unknown tool 'nothing at all'"),
    ],
)
def test_what_is_not_known_is_said_with_what_is(asked: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        asked(toolbox())


def test_a_server_is_told_what_it_reads_and_nothing_else() -> None:
    usage = toolbox().get("mcp/cloudwatch").usage
    assert "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" in usage and "dict(os.environ)" not in usage
    assert "env=" not in toolbox().get("mcp/fetch").usage
    assert 'os.environ["DB_CLUSTER_ARN"]' in toolbox().get("mcp/postgres").usage
