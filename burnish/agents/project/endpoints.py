"""What a private network reaches of AWS: the VPC endpoint that each call goes through."""

from __future__ import annotations

from collections.abc import Iterable

from burnish.agents.project.iam import Statement

ALWAYS = frozenset({"ecr.api", "ecr.dkr", "kms", "logs", "secretsmanager", "xray"})
"""Interface endpoints of every private network."""
GATEWAY = "s3"
"""Reached by a gateway, which every private network has."""
BY_ACTION = {
    "bedrock-agentcore:InvokeGateway": "bedrock-agentcore.gateway",
    "bedrock:GetAsyncInvoke": "bedrock-runtime", "bedrock:InvokeModel": "bedrock-runtime",
    "bedrock:InvokeModelWithResponseStream": "bedrock-runtime",
    "bedrock:ListAsyncInvokes": "bedrock-runtime", "bedrock:Retrieve": "bedrock-agent-runtime",
    "bedrock:StartAsyncInvoke": "bedrock-runtime",
}  # fmt: skip
"""Where actions of one prefix go through several endpoints."""
BY_PREFIX = {
    "bedrock": "bedrock-agent", "bedrock-agentcore": "bedrock-agentcore",
    "cloudwatch": "monitoring", "kms": "kms", "lambda": "lambda", "logs": "logs",
    "rds": "rds", "rds-data": "rds-data", "s3": GATEWAY,
    "secretsmanager": "secretsmanager", "sqs": "sqs", "states": "states", "xray": "xray",
}  # fmt: skip
"""By the beginning of the action; other actions have no endpoint here, and are said."""


def endpoint(action: str) -> str:
    """Of a call that needs this action; "" if a private network has none for it."""
    return BY_ACTION.get(action) or BY_PREFIX.get(action.partition(":")[0], "")


def needed(statements: Iterable[Statement]) -> set[str]:
    """Interface endpoints that these calls go through."""
    found = {endpoint(action) for each in statements for action in each.actions}
    return found - {"", GATEWAY}


def unreached(statements: Iterable[Statement]) -> list[str]:
    """Prefixes of actions whose service a private network does not reach, in order."""
    actions = {action for each in statements for action in each.actions}
    return sorted({action.partition(":")[0] for action in actions if not endpoint(action)})
