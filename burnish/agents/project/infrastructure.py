"""The CloudFormation template of a project, and the parts of it that are computed."""

from __future__ import annotations

from typing import Any

from burnish.agents.cloudformation import parsed
from burnish.agents.project.blueprint import Blueprint
from burnish.agents.project.endpoints import ALWAYS, GATEWAY, needed
from burnish.agents.project.roles import agent_role, start_role
from burnish.templates.environment import render

XRAY = "https://xray.${AWS::Region}.amazonaws.com/v1/traces"


def template(project: Blueprint) -> str:
    """YAML, with CloudFormation's short functions."""
    groups = {"agentcore": "/aws/bedrock-agentcore/runtimes/${Runtime.AgentRuntimeId}-DEFAULT"}
    return render(
        "agent/infrastructure/template.yaml.j2",
        name=project.name, target=project.target, security=project.security,
        key=project.key, secret=project.secret, private=project.private,
        network=project.network, state=project.state, log_days=project.log_days,
        log_group=groups.get(project.target, "/agents/${AWS::StackName}"),
        runtime_name=project.runtime_name,
        architecture=project.manifest.platform.partition("/")[2],
        parameters=project.parameters, role=agent_role(project), start=start_role(project),
        environment=environment(project),
        endpoints=endpoints(project), gateways=[GATEWAY, *(["dynamodb"] if project.state else [])],
    )  # fmt: skip


def resources(text: str) -> dict[str, Any]:
    """The template's resources by name, with its short functions written out."""
    found: dict[str, Any] = parsed(text)["Resources"]
    return found


def environment(project: Blueprint) -> dict[str, str]:
    """Variables of the deployed container; none of them is secret."""
    found = {"OTEL_SDK_DISABLED": "false", "OTEL_SERVICE_NAME": project.name}
    if project.target != "lambda":  # which sets them itself
        found |= {"AWS_REGION": "${AWS::Region}", "AWS_DEFAULT_REGION": "${AWS::Region}"}
    if project.keys:
        found["AGENT_SECRET_ARN"] = "${Secret}"
    if project.state:
        found["AGENT_STATE_TABLE"] = "${State}"
    found |= {variable: f"${{{name}}}" for variable, name in project.parameters.items()}
    if project.target != "agentcore":  # which tells OpenTelemetry itself
        found |= {
            "OTEL_PYTHON_DISTRO": "aws_distro",
            "OTEL_PYTHON_CONFIGURATOR": "aws_configurator",
            "OTEL_TRACES_EXPORTER": "otlp",
            "OTEL_METRICS_EXPORTER": "none",
            "OTEL_LOGS_EXPORTER": "none",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_RESOURCE_ATTRIBUTES": "aws.log.group.names=${Logs}",
        }
    if project.target == "ecs-fargate":  # on Lambda its own X-Ray daemon takes them
        found |= {"AGENT_OBSERVABILITY_ENABLED": "true", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": XRAY}
    return found


def endpoints(project: Blueprint) -> list[str]:
    """Services that a private network is joined to."""
    return sorted(ALWAYS | needed(project.statements))
