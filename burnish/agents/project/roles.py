"""The roles of a project: what its tools and model need, and what the service around them needs."""

from __future__ import annotations

from collections.abc import Iterator

from burnish.agents.project.blueprint import Blueprint
from burnish.agents.project.iam import Statement

AWS = "arn:${AWS::Partition}:"
HERE = "${AWS::Region}:${AWS::AccountId}"
EVERYTHING = ("*",)
"""Where the service knows no narrower resource for an action."""


def agent_role(project: Blueprint) -> tuple[Statement, ...]:
    """What the running agent may do."""
    found = [*project.statements, *_kept(project), _traces()]
    if project.target == "agentcore":
        found += [*_image(project), *_agentcore_logs(project)]
    if project.target == "lambda":
        found += list(_lambda(project))
    return tuple(found)


def start_role(project: Blueprint) -> tuple[Statement, ...]:
    """What ECS may do before the agent runs: fetch its image, write its logs."""
    return (*_image(project), _own_logs())


def _kept(project: Blueprint) -> Iterator[Statement]:
    if project.state:
        both = ("dynamodb:GetItem", "dynamodb:PutItem")
        yield Statement(sid="State", actions=both, resources=("${State.Arn}",))
    if project.secret:
        get = ("secretsmanager:GetSecretValue",)
        yield Statement(sid="Secret", actions=get, resources=("${Secret}",))
    if project.key:
        use = ("kms:Decrypt", "kms:GenerateDataKey")
        yield Statement(sid="Key", actions=use, resources=("${Key.Arn}",))


def _traces() -> Statement:
    actions = (
        "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    )  # fmt: skip
    return Statement(sid="Traces", actions=actions, resources=EVERYTHING)


def _image(project: Blueprint) -> Iterator[Statement]:
    repository = f"{AWS}ecr:{HERE}:repository/{project.name}"
    actions = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    yield Statement(sid="Image", actions=actions, resources=(repository,))
    yield Statement(sid="Registry", actions=("ecr:GetAuthorizationToken",), resources=EVERYTHING)


def _agentcore_logs(project: Blueprint) -> Iterator[Statement]:
    groups = f"{AWS}logs:{HERE}:log-group:"
    # a runtime's id is its name, a hyphen and what AWS adds
    own = f"{groups}/aws/bedrock-agentcore/runtimes/{project.runtime_name}-*"
    actions = ("logs:CreateLogGroup", "logs:DescribeLogStreams")
    yield Statement(sid="LogGroups", actions=actions, resources=(own,))
    actions = ("logs:CreateLogStream", "logs:PutLogEvents")
    yield Statement(sid="Logs", actions=actions, resources=(f"{own}:log-stream:*",))
    yield Statement(sid="FindLogs", actions=("logs:DescribeLogGroups",), resources=(f"{groups}*",))
    yield Statement(
        sid="Metrics",
        actions=("cloudwatch:PutMetricData",),
        resources=EVERYTHING,
        condition={"StringEquals": {"cloudwatch:namespace": "bedrock-agentcore"}},
    )


def _own_logs() -> Statement:
    return Statement(
        sid="Logs",
        actions=("logs:CreateLogStream", "logs:PutLogEvents"),
        resources=("${Logs.Arn}",),
    )


def _lambda(project: Blueprint) -> Iterator[Statement]:
    yield _own_logs()
    if project.private:  # Lambda asks for these on everything before it joins a VPC
        actions = (
            "ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
        )  # fmt: skip
        yield Statement(sid="Network", actions=actions, resources=EVERYTHING)
