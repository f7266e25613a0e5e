"""What a project deploys: counted in its own template, so that the bill cannot be another's."""

from __future__ import annotations

import functools
from typing import Any

from burnish.agents.cost.usage import Architecture, Range, between, exactly
from burnish.agents.project.blueprint import blueprint
from burnish.agents.project.infrastructure import resources, template
from burnish.records.base import Record
from burnish.records.context import GenerationContext, Target

STAND_INS = {"name": "agent", "purpose": "an agent", "system_prompt": "Help."}
"""Of what a project must say and no resource depends on."""
USED_GB = between(0.3, 0.5, 1.0)
"""Memory of an AgentCore session; it is charged as used, and nothing orders it."""
OPEN = "internet-facing"


class Shape(Record):
    """The resources of one project, as far as they cost something."""

    target: Target
    """The service that runs the agent."""
    bedrock: bool
    """Whether the model is reached without leaving AWS."""
    architecture: Architecture
    """Of the CPUs."""
    memory_gb: Range
    """Memory of a session, task or function."""
    vcpus: float
    """CPUs of a session or task; Lambda's come with the memory."""
    tasks: Range
    """Of Fargate that always run."""
    apis: int
    """HTTP APIs of API Gateway."""
    tables: int
    """Of DynamoDB, charged by the request."""
    recovered_tables: int
    """Of these, the ones with point-in-time recovery."""
    balancers: int
    """Application load balancers."""
    public: bool
    """Whether answers go to the internet, and not to a network of one's own alone."""
    nat_gateways: int
    """Ways out of private subnets."""
    public_addresses: int
    """IPv4 addresses."""
    endpoint_zones: int
    """Interface endpoints, each as often as it has subnets; gateway endpoints cost nothing."""
    flow_logs: int
    """Logs of a VPC's connections."""
    access_logs: int
    """Logs of an API's requests."""
    log_days: float
    """How long logs are kept."""
    insights: int
    """Clusters with Container Insights."""
    metrics: int
    """That are made from logs."""
    alarms: int
    """Of CloudWatch."""
    secrets: int
    """Of Secrets Manager."""
    secret_read: bool
    """Whether the agent is told of the secret: it reads it where it needs a key."""
    keys: int
    """Of KMS, the customer's own."""
    rotated_keys: int
    """Of these, the ones that are replaced every year."""


def shape(context: GenerationContext) -> Shape:
    """What the project of a context deploys; its name, purpose and prompt need not be known.

    Raises:
        InputError: there can be no such project, e.g. because of a tool that does not fit.
    """
    unsaid = {field: text for field, text in STAND_INS.items() if not context.value(field)}
    known = context.model_copy(update={**unsaid, "tools": context.tools or ()})
    project = blueprint(known, {})
    return _counted(template(project), project.manifest.platform, project.provider == "bedrock")


@functools.lru_cache(maxsize=64)
def _counted(text: str, platform: str, bedrock: bool) -> Shape:
    """A template's resources; AgentCore's names no architecture, the image's platform does."""
    found = resources(text).values()

    def of(kind: str) -> list[dict[str, Any]]:
        return [each.get("Properties", {}) for each in found if each["Type"] == f"AWS::{kind}"]

    functions, tasks = of("Lambda::Function"), of("ECS::TaskDefinition")
    balancers, keys = of("ElasticLoadBalancingV2::LoadBalancer"), of("KMS::Key")
    tables, logs = of("DynamoDB::Table"), of("Logs::LogGroup")
    open_balancers = [each for each in balancers if each["Scheme"] == OPEN]
    architecture: Architecture = "arm64" if platform.endswith("arm64") else "x86_64"
    target: Target = "agentcore"
    memory, vcpus = USED_GB, 1.0
    for each in functions:
        target, architecture = "lambda", each["Architectures"][0]
        memory = exactly(each["MemorySize"] / 1024)
    for each in tasks:
        target, architecture = "ecs-fargate", each["RuntimePlatform"]["CpuArchitecture"].lower()
        memory, vcpus = exactly(float(each["Memory"]) / 1024), float(each["Cpu"]) / 1024
    return Shape(
        target=target, bedrock=bedrock, architecture=architecture, memory_gb=memory, vcpus=vcpus,
        tasks=exactly(sum(each["DesiredCount"] for each in of("ECS::Service"))),
        apis=len(of("ApiGatewayV2::Api")),
        tables=len(tables),
        recovered_tables=sum(_recovered(each) for each in tables),
        balancers=len(balancers),
        public=not balancers or bool(open_balancers),
        nat_gateways=len(of("EC2::NatGateway")),
        public_addresses=len(of("EC2::EIP")) + sum(len(lb["Subnets"]) for lb in open_balancers),
        endpoint_zones=sum(
            len(each["SubnetIds"])
            for each in of("EC2::VPCEndpoint")
            if each["VpcEndpointType"] == "Interface"
        ),
        flow_logs=len(of("EC2::FlowLog")),
        access_logs=sum("AccessLogSettings" in each for each in of("ApiGatewayV2::Stage")),
        log_days=max((each["RetentionInDays"] for each in logs), default=0),
        insights=sum(_insights(each) for each in of("ECS::Cluster")),
        metrics=sum(len(each["MetricTransformations"]) for each in of("Logs::MetricFilter")),
        alarms=len(of("CloudWatch::Alarm")),
        secrets=len(of("SecretsManager::Secret")),
        secret_read="AGENT_SECRET_ARN" in text,
        keys=len(keys),
        rotated_keys=sum(bool(each.get("EnableKeyRotation")) for each in keys),
    )  # fmt: skip


def _recovered(table: dict[str, Any]) -> bool:
    wanted = table.get("PointInTimeRecoverySpecification", {})
    return bool(wanted.get("PointInTimeRecoveryEnabled"))


def _insights(cluster: dict[str, Any]) -> bool:
    wanted = {each["Name"]: each["Value"] for each in cluster.get("ClusterSettings", ())}
    return bool(wanted.get("containerInsights", "disabled") != "disabled")
