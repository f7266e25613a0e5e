"""Agent projects: whole, clean by every tool that looks at files, and the same for the same."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from burnish.agents.manifest import PORT, read_manifest
from burnish.agents.project.infrastructure import resources
from burnish.agents.project.project import WRITTEN, render, write
from burnish.agents.project.tools import ToolSource
from burnish.errors import InputError
from burnish.records.context import GenerationContext, SecurityLevel, Target
from burnish.registries.catalogue.tools import toolbox
from tests.agents.projects import EXAMPLE, IDS, KINDS, ORDERS, context, project
from tests.conftest import missing

SECRETS = re.compile(r"AKIA[0-9A-Z]{16}|-----BEGIN|\bsk-[A-Za-z0-9]{16}|aws_secret_access_key\s*=")


@pytest.fixture(scope="module")
def all_nine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project for every target at every level."""
    folder = tmp_path_factory.mktemp("projects")
    for (target, level), name in zip(KINDS, IDS, strict=True):
        write(project(target, level), folder / name)
    return folder


def checked(folder: Path, program: str, *arguments: str) -> None:
    """Run one of the tools that this Python has, in a folder; it must be content."""
    path = Path(sys.executable).with_name(program)
    found = str(path) if path.exists() else shutil.which(program)
    if found is None:
        missing(program, "Install the extra 'dev'.")
    done = subprocess.run(
        [found, *arguments], capture_output=True, text=True, cwd=folder, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", IDS)
def test_the_code_is_formatted_and_nothing_is_found_in_it(all_nine: Path, name: str) -> None:
    checked(all_nine / name, "black", "--check", "--quiet", ".")
    checked(all_nine / name, "ruff", "check", "--no-cache", ".")
    checked(all_nine / name, "bandit", "-q", "-r", "-c", "pyproject.toml", ".")


def test_cloudformation_is_content(all_nine: Path) -> None:
    templates = [f"{name}/infrastructure/template.yaml" for name in IDS]
    checked(all_nine, "cfn-lint", "--regions", "eu-central-1", "us-east-1", "--", *templates)


def test_the_shell_is_content(all_nine: Path) -> None:
    scripts = [f"{name}/{verb}.sh" for name in IDS for verb in ("deploy", "destroy")]
    checked(all_nine, "shellcheck", *scripts)


@pytest.mark.parametrize(("target", "level"), KINDS, ids=IDS)
def test_no_action_is_a_wildcard_and_few_resources_are(
    target: Target, level: SecurityLevel
) -> None:
    found = resources(project(target, level)["infrastructure/template.yaml"])
    actions: list[str] = []
    anywhere: set[str] = set()
    for statement in statements(found):
        asked = statement["Action"]
        asked = [asked] if isinstance(asked, str) else asked
        actions += asked
        if statement.get("Resource") in ("*", ["*"]):
            anywhere |= set(asked)
    assert actions and not [action for action in actions if "*" in action]
    # what knows no narrower resource in AWS; a key's policy is about the key itself
    assert {action.partition(":")[0] for action in anywhere} <= {
        "cloudwatch", "ec2", "ecr", "kms", "xray",
    }  # fmt: skip
    assert "ecr:BatchGetImage" not in anywhere and "bedrock:InvokeModel" not in anywhere


def statements(found: object) -> list[dict[str, Any]]:
    """Every statement of every policy in a template."""
    if isinstance(found, dict):
        own = [found] if {"Effect", "Action"} <= set(found) else []
        return own + [each for value in found.values() for each in statements(value)]
    return [each for part in found for each in statements(part)] if isinstance(found, list) else []


@pytest.mark.parametrize(("target", "level"), KINDS, ids=IDS)
def test_what_a_level_promises_is_in_the_template(target: Target, level: SecurityLevel) -> None:
    found = resources(project(target, level)["infrastructure/template.yaml"])
    kinds = {each["Type"] for each in found.values()}
    guarded = {"AWS::KMS::Key", "AWS::SecretsManager::Secret"}
    assert guarded <= kinds if level != "basic" else not guarded & kinds
    private = {"AWS::EC2::VPCEndpoint", "AWS::CloudWatch::Alarm", "AWS::SNS::Topic"}
    assert private <= kinds if level == "enhanced" else not private & kinds
    assert ("AWS::EC2::NatGateway" in kinds) == (target == "ecs-fargate" and level != "enhanced")
    if level != "basic":
        assert found["Key"]["Properties"]["EnableKeyRotation"] is (level == "enhanced")
        assert found["Logs"]["Properties"]["KmsKeyId"] == {"Fn::GetAtt": "Key.Arn"}
    days = found["Logs"]["Properties"]["RetentionInDays"]
    assert days == {"basic": 14, "standard": 90, "enhanced": 365}[level]
    runs = {
        "agentcore": "AWS::BedrockAgentCore::Runtime",
        "ecs-fargate": "AWS::ECS::Service",
        "lambda": "AWS::Lambda::Function",
    }
    assert runs[target] in kinds
    assert ("AWS::DynamoDB::Table" in kinds) == (target != "agentcore")


@pytest.mark.parametrize(("target", "level"), KINDS, ids=IDS)
def test_the_picture_shows_what_the_template_has(target: Target, level: SecurityLevel) -> None:
    files = project(target, level)
    found = resources(files["infrastructure/template.yaml"])
    drawing = ElementTree.fromstring(files["docs/architecture.svg"])
    bold = [t.text for t in drawing.iter() if t.tag.endswith("text") and t.get("y") != "34"]
    names = {text for text in bold[::2] if text}
    assert names - set(found) <= {"Caller", "Model", "Traces", "Endpoints"}
    assert {"Role", "Logs"} <= names and len(names) >= 6
    for name in names:
        assert f'{name}["{name}<br/>' in files["README.md"]


def test_no_secret_is_in_any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "OPENAI_API_KEY", "TAVILY_API_KEY"):
        monkeypatch.setenv(name, "never-to-be-seen")
    for target, level in KINDS:
        asked = {"tools": ("tavily_search",)} if level != "enhanced" else {}
        for name, text in project(target, level, **asked).items():
            assert "never-to-be-seen" not in text and not SECRETS.search(text), name


def test_keys_are_read_from_a_secret_at_every_level() -> None:
    files = project("lambda", "basic", model__id="openai/gpt-4.1", tools=("tavily_search",))
    found = resources(files["infrastructure/template.yaml"])
    assert found["Secret"]["Type"] == "AWS::SecretsManager::Secret"
    variables = found["Function"]["Properties"]["Environment"]["Variables"]
    assert variables["AGENT_SECRET_ARN"] == {"Fn::Sub": "${Secret}"}
    keys = ["OPENAI_API_KEY", "TAVILY_API_KEY"]
    assert json.loads(files["config.json"])["keys"] == keys
    assert not set(keys) & set(variables) and "bedrock:" not in str(statements(found))


def test_the_manifest_is_what_trying_and_deploying_read(all_nine: Path) -> None:
    for (target, level), name in zip(KINDS, IDS, strict=True):
        manifest = read_manifest(all_nine / name)
        assert (manifest.target, manifest.security) == (target, level)
        assert manifest.platform == "linux/arm64" and manifest.model_id.startswith("eu.amazon.nova")
        text = (all_nine / name / manifest.template).read_text("utf-8")
        assert "ImageUri" in text and "arm64" in (text + "agentcore:arm64").lower()
        dockerfile = (all_nine / name / "Dockerfile").read_text("utf-8")
        assert f"EXPOSE {PORT}" in dockerfile and "USER 10001:10001" in dockerfile
        assert (all_nine / name / "deploy.sh").stat().st_mode & 0o100


def test_the_model_is_called_where_the_region_has_it() -> None:
    def allowed(**changes: str) -> str:
        return project("agentcore", "basic", **changes)["infrastructure/template.yaml"]

    nova = "foundation-model/amazon.nova-lite-v1:0"
    here = allowed(deployment__region="us-gov-west-1")
    assert f"bedrock:${{AWS::Region}}::{nova}" in here and "inference-profile" not in here
    tokyo = allowed(deployment__region="ap-northeast-1")
    assert "inference-profile/apac.amazon.nova-lite-v1:0" in tokyo
    assert f"bedrock:*::{nova}" in tokyo and "bedrock:InferenceProfileArn" in tokyo


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("openai/gpt-4.1", "strands-agents[openai]=="),
        ("anthropic/claude-haiku-4-5", "strands-agents[anthropic,openai]=="),
        ("gemini/gemini-2.5-flash", "strands-agents[gemini,openai]=="),
        ("ollama/codegeex4", "strands-agents[ollama,openai]=="),
    ],
)
def test_other_providers_bring_their_package(model: str, said: str, tmp_path: Path) -> None:
    files = project("lambda", "standard", model__id=model)
    assert said in files["requirements.txt"] and "BedrockModel" not in files["model.py"]
    write(files, tmp_path / "x")
    checked(tmp_path / "x", "black", "--check", "--quiet", ".")
    checked(tmp_path / "x", "ruff", "check", "--no-cache", ".")


def test_a_tool_brings_its_permissions_packages_and_parameters() -> None:
    files = project("ecs-fargate", "standard", tools=("retrieve", "agent_core_code_interpreter"))
    template = files["infrastructure/template.yaml"]
    assert "bedrock:Retrieve" in template and "StartCodeInterpreterSession" in template
    assert "knowledge-base/${KnowledgeBaseId}" in template and "  KnowledgeBaseId:\n" in template
    assert "Name: KNOWLEDGE_BASE_ID" in template and "KNOWLEDGE_BASE_ID=" in files[".env.example"]
    assert "strands-agents-tools[agent-core-code-interpreter]==" in files["requirements.txt"]
    assert "tools/retrieve.py" in files and "KnowledgeBaseId=..." in files["README.md"]


def test_every_tool_that_fits_makes_a_project(tmp_path: Path) -> None:
    refused = []
    for tool in toolbox():
        try:
            files = project("agentcore", "standard", tools=(tool.id,))
        except InputError as error:
            assert "agentcore" in tool.unfit or tool.given_as == "session_manager", error
            refused.append(tool.id)
            continue
        write(files, tmp_path / tool.id.replace("/", "_"))
        assert json.loads(files["config.json"])["tools"]
    assert len(refused) < len(list(toolbox())) / 2
    checked(tmp_path, "black", "--check", "--quiet", "--line-length", "100", ".")
    checked(tmp_path, "ruff", "check", "--no-cache", ".")
    checked(tmp_path, "cfn-lint", "*/infrastructure/template.yaml")


def test_the_same_context_gives_the_same_files() -> None:
    assert project("lambda", "enhanced") == project("lambda", "enhanced")


def test_a_custom_tool_stands_with_its_tests_and_is_given_to_the_agent() -> None:
    files = project("agentcore", "basic")
    assert files["custom_tools/order_status.py"] == ORDERS.code
    assert files["tests/custom_tools/test_order_status.py"] == ORDERS.tests
    assert json.loads(files["config.json"])["custom_tools"] == ["order_status"]
    assert "not written yet" not in files["README.md"]
    without = render(context())
    assert json.loads(without["config.json"])["custom_tools"] == []
    assert "order\\_status is not written yet" in without["README.md"]


LONG = """def order_status(order_id: str) -> str:
    return (
        "shipped" if order_id.endswith("0") else "processing" if order_id else "of no order"
    )
"""


def test_a_written_tool_passes_the_projects_own_checks_and_a_draft_does_not_matter(
    tmp_path: Path,
) -> None:
    written = ToolSource(code=LONG, tests="from order_status import order_status\n\n\n\n" + LONG)
    write(render(context(), custom_tools={"order_status": written}), tmp_path / "x")
    (tmp_path / "x" / "drafts").mkdir()
    (tmp_path / "x" / "drafts" / "bad.py").write_text("import os\nassert( eval('1'))\n")
    checked(tmp_path / "x", "black", "--check", "--quiet", ".")
    checked(tmp_path / "x", "bandit", "-q", "-r", "-c", "pyproject.toml", ".")
    (tmp_path / "x" / "tests" / "custom_tools" / "test_order_status.py").unlink()  # defines it anew
    checked(tmp_path / "x", "ruff", "check", "--no-cache", ".")


def test_a_project_that_is_made_anew_leaves_nothing_of_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    write(project("lambda", "basic", tools=("retrieve",)), folder)
    (folder / "notes.md").write_text("mine")
    files = project("agentcore", "basic", tools=())
    write(files, folder, force=True)
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert kept - set(files) == {"notes.md", WRITTEN}
    assert not {"lambda_handler.py", "tests/test_lambda.py", "tools/retrieve.py"} & kept


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("../app", ORDERS.code, "cannot be named"),
        ("app", ORDERS.code, "cannot be named"),
        ("json", ORDERS.code, "cannot be named"),
        ("class", ORDERS.code, "cannot be named"),
        ("order_state", ORDERS.code, "no function of that name"),
        ("order_status", "def order_status(:", "is no Python"),
    ],
)
def test_a_module_that_cannot_be_a_tool_is_refused(name: str, code: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        render(context(), custom_tools={name: ToolSource(code=code)})


def test_everything_that_is_missing_is_asked_for_at_once() -> None:
    with pytest.raises(InputError) as caught:
        render(GenerationContext(name="bot"))
    for field in ("purpose", "system_prompt", "model.id", "tools", "deployment.target"):
        assert f"{field} (" in str(caught.value)
    assert "What shall the model be told" in str(caught.value)
    assert "budget" not in str(caught.value)  # cost needs it, a project does not


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"deployment__region": "Frankfurt"}, "no region of AWS"),
        ({"deployment__region": "eu-central-1\nx: y"}, "no region of AWS"),
        ({"model__id": "bedrock/nothing"}, "unknown model"),
        ({"tools": ("nothing",)}, "unknown tool"),
        ({"tools": ("shell",)}, "does not fit agentcore"),
        ({"model__id": "openai/gpt-4.1", "security__level": "enhanced"}, "nothing outside AWS"),
    ],
)
def test_what_cannot_be_is_refused_with_a_way_out(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        render(context(**changes))
    assert caught.value.remedy


def test_the_picture_in_the_documentation_is_the_projects_own() -> None:
    shown = (EXAMPLE.parents[2] / "docs" / "agents-architecture.svg").read_text("utf-8")
    assert shown == render(context())["docs/architecture.svg"]
