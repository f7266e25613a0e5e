"""What is paid is what the project's template deploys, for every target at every level."""

from __future__ import annotations

import re

import pytest

from burnish.agents.cost.cost import estimate
from burnish.agents.cost.shape import shape
from burnish.agents.cost.usage import assumed, exactly
from burnish.agents.manifest import Manifest
from burnish.agents.project.blueprint import LOG_DAYS
from burnish.records.context import SecurityLevel, Target
from tests.agents.projects import IDS, KINDS, context, project
from tests.agents.workload import agent, work

ALL = pytest.mark.parametrize(("target", "level"), KINDS, ids=IDS)


def count(text: str, kind: str) -> int:
    """Resources of a kind, as the text has them."""
    return len(re.findall(rf"^    Type: AWS::{kind}$", text, re.MULTILINE))


@ALL
def test_what_is_counted_is_what_the_template_deploys(target: Target, level: SecurityLevel) -> None:
    files = project(target, level)
    text = files["infrastructure/template.yaml"]
    found = shape(context(deployment__target=target, security__level=level))
    assert (found.target, found.bedrock) == (target, True)
    assert found.nat_gateways == found.public_addresses == count(text, "EC2::NatGateway")
    assert count(text, "EC2::EIP") == found.public_addresses and "internet-facing" not in text
    assert found.endpoint_zones == 2 * text.count("VpcEndpointType: Interface")
    assert found.alarms == count(text, "CloudWatch::Alarm")
    assert found.secrets == count(text, "SecretsManager::Secret")
    assert found.keys == count(text, "KMS::Key")
    assert found.rotated_keys == text.count("EnableKeyRotation: true")
    assert found.tables == count(text, "DynamoDB::Table")
    assert found.recovered_tables == text.count("PointInTimeRecoveryEnabled: true")
    assert found.balancers == count(text, "ElasticLoadBalancingV2::LoadBalancer")
    assert found.apis == found.access_logs == count(text, "ApiGatewayV2::Api")
    assert found.flow_logs == count(text, "EC2::FlowLog")
    assert found.metrics == count(text, "Logs::MetricFilter")
    assert found.insights == len(re.findall(r"containerInsights\n +Value: enabled", text))
    assert set(re.findall(r"RetentionInDays: (\d+)", text)) == {f"{found.log_days:g}"}
    assert found.secret_read == ("AGENT_SECRET_ARN" in text)
    desired = re.findall(r"DesiredCount: (\d+)", text)
    assert found.tasks == exactly(int(desired[0]) if desired else 0)
    platform = Manifest.model_validate_json(files["burnish-agent.json"]).platform
    assert platform == f"linux/{found.architecture}"
    stated = re.findall(r"CpuArchitecture: (\w+)|Architectures:\n +- (\w+)", text)
    assert {found.architecture} >= {(one or other).lower() for one, other in stated}
    memory = re.findall(r'Memory: "(\d+)"|MemorySize: (\d+)', text)
    assert all(found.memory_gb == exactly(int(one or other) / 1024) for one, other in memory)


EXPECTED = {
    # NAT gateways, endpoints in zones, alarms, secrets, keys, tables, balancers, tasks
    ("agentcore", "basic"): (0, 0, 0, 0, 0, 0, 0, 0),
    ("agentcore", "standard"): (0, 0, 0, 1, 1, 0, 0, 0),
    ("agentcore", "enhanced"): (0, 14, 1, 1, 1, 0, 0, 0),
    ("ecs-fargate", "basic"): (1, 0, 0, 0, 0, 1, 1, 1),
    ("ecs-fargate", "standard"): (1, 0, 0, 1, 1, 1, 1, 2),
    ("ecs-fargate", "enhanced"): (0, 14, 2, 1, 1, 1, 1, 2),
    ("lambda", "basic"): (0, 0, 0, 0, 0, 1, 0, 0),
    ("lambda", "standard"): (0, 0, 0, 1, 1, 1, 0, 0),
    ("lambda", "enhanced"): (0, 14, 2, 1, 1, 1, 0, 0),
}


@ALL
def test_every_kind_has_the_resources_that_its_price_was_thought_through_for(
    target: Target, level: SecurityLevel
) -> None:
    found = shape(context(deployment__target=target, security__level=level))
    counted = (
        found.nat_gateways, found.endpoint_zones, found.alarms, found.secrets, found.keys,
        found.tables, found.balancers, int(found.tasks.likely),
    )  # fmt: skip
    assert counted == EXPECTED[target, level]
    assert found.log_days == LOG_DAYS[level] and found.architecture == "arm64"


@ALL
def test_the_bill_has_a_line_for_each_of_them_and_for_nothing_else(
    target: Target, level: SecurityLevel
) -> None:
    asked = context(
        deployment__target=target, security__level=level, deployment__region="us-east-1"
    )
    found = shape(asked)
    answer = estimate(asked, assumed(asked, 20_000))
    quantity = {line.service: line.quantity for line in answer.lines}
    fixed = {
        "NAT gateway": 730 * found.nat_gateways,
        "VPC endpoints": 730 * found.endpoint_zones,
        "Public IPv4 addresses": 730 * found.public_addresses,
        "Load balancer": 730 * found.balancers,
        "CloudWatch alarms": found.alarms,
        "Secrets Manager, secret": found.secrets,
        "KMS, key": found.keys,
        "Fargate, CPU": 730 * found.vcpus * found.tasks.likely,
    }
    assert {name: quantity.get(name, 0) for name in fixed} == fixed
    assert ("DynamoDB, writes" in quantity) == bool(found.tables)
    assert ("CloudWatch metrics" in quantity) == bool(found.insights or found.metrics)
    assert answer.unknown == ()


def test_endpoints_of_tools_are_counted_too() -> None:
    plain = shape(context(security__level="enhanced"))
    retrieving = shape(context(security__level="enhanced", tools=("retrieve",)))
    assert retrieving.endpoint_zones > plain.endpoint_zones


def test_what_no_resource_depends_on_need_not_be_said() -> None:
    nameless = agent().model_copy(update={"name": "", "system_prompt": ""})
    assert shape(nameless) == shape(agent())
    assert estimate(nameless.model_copy(update={"tools": None}), work()).lines
