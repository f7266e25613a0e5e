"""Agent projects fit what AWS takes, and touch what is theirs alone."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from burnish.agents.project.infrastructure import resources
from burnish.records.context import GenerationContext
from tests.agents.projects import KINDS, project


def test_the_role_writes_to_the_logs_of_its_own_runtime_alone() -> None:
    found = resources(project("agentcore", "standard")["infrastructure/template.yaml"])
    (policy,) = found["Role"]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    logs = [each for each in statements if each["Sid"] in ("LogGroups", "Logs")]
    for statement in logs:
        for resource in statement["Resource"]:
            assert "/runtimes/support_bot-*" in resource["Fn::Sub"]
    assert len(logs) == 2


def test_zones_can_be_chosen_where_agentcore_is_particular() -> None:
    text = project("agentcore", "enhanced")["infrastructure/template.yaml"]
    zone = resources(text)["PrivateSubnetB"]["Properties"]["AvailabilityZone"]["Fn::If"]
    assert zone[:2] == ["HasZoneB", {"Ref": "ZoneB"}]
    assert "  ZoneA:\n" in text and "  HasZoneA: " in text
    for target, level in KINDS:
        if (target, level) != ("agentcore", "enhanced"):
            assert "ZoneA:" not in project(target, level)["infrastructure/template.yaml"]


def test_the_scripts_deploy_where_the_project_says() -> None:
    files = project("lambda", "basic", deployment__region="eusc-de-east-1")
    for name in ("deploy.sh", "destroy.sh", "deploy.ps1", "destroy.ps1"):
        assert "eusc-de-east-1" in files[name] and "AWS_REGION" not in files[name]


def test_powershell_does_not_stop_at_a_repository_that_is_not_there_yet() -> None:
    lines = project("lambda", "basic")["deploy.ps1"].splitlines()
    (at,) = (n for n, line in enumerate(lines) if "*> $null" in line)
    assert lines[at - 1] == "$ErrorActionPreference = 'Continue'"
    assert lines[at + 1] == "$ErrorActionPreference = 'Stop'"


@pytest.mark.parametrize("name", ["a--b", "-ab", "ab-", "a", "1a", "a" * 41, "Ab", "a_b"])
def test_a_name_that_aws_refuses_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        GenerationContext(name=name)
    for fine in ("", "ab", "a1-b2-c", "a" * 40):
        assert GenerationContext(name=fine).name == fine
