"""Which things of AWS an agent uses in a month, and how many of each."""

from __future__ import annotations

import math

from burnish.agents.usage import Side, Usage
from burnish.records.base import Record
from burnish.records.context import SecurityLevel, Target

HOURS = 730
"""A month, as AWS counts it."""
BYTES_PER_TOKEN = 6
"""Of a prompt or answer on its way, in JSON."""
REQUESTS_PER_TASK = 10
"""That a Fargate task answers at the same time."""
ENDPOINTS: dict[Target, int] = {"agentcore": 7, "ecs-fargate": 7, "lambda": 5}
"""Interface endpoints where no way leads out: the model, logs, X-Ray, Secrets Manager, KMS, and
ECR's two where an image is pulled; S3 and DynamoDB have gateways that cost nothing."""
ZONES = 2
ALARMS = 4
LCU_CONNECTIONS = 25 * 3600
"""New connections an hour that a load balancer's capacity unit bears; or a gigabyte an hour."""
BILLED_KB = 512
"""Of an answer that API Gateway counts as one request."""
DEPLOYED_GB = 0.01
"""Templates and code in the deployment's bucket."""

THINGS = {
    "agentcore_vcpu_hour": ("compute", "AgentCore Runtime, CPU"),
    "agentcore_gb_hour": ("compute", "AgentCore Runtime, memory"),
    "fargate_vcpu_hour": ("compute", "Fargate, CPU"),
    "fargate_gb_hour": ("compute", "Fargate, memory"),
    "lambda_gb_second": ("compute", "Lambda, duration"),
    "lambda_request": ("compute", "Lambda, requests"),
    "dynamodb_write": ("storage", "DynamoDB, writes"),
    "dynamodb_read": ("storage", "DynamoDB, reads"),
    "dynamodb_gb_month": ("storage", "DynamoDB, stored"),
    "ecr_gb_month": ("storage", "ECR, image"),
    "s3_gb_month": ("storage", "S3, deployment"),
    "http_api_request": ("network", "API Gateway, requests"),
    "alb_hour": ("network", "Load balancer"),
    "alb_lcu_hour": ("network", "Load balancer, capacity units"),
    "nat_hour": ("network", "NAT gateway"),
    "nat_gb": ("network", "NAT gateway, data"),
    "endpoint_hour": ("network", "VPC endpoints"),
    "endpoint_gb": ("network", "VPC endpoints, data"),
    "public_ipv4_hour": ("network", "Public IPv4 addresses"),
    "data_out_gb": ("transfer", "Data to the internet"),
    "logs_gb": ("logs", "CloudWatch Logs, taken in"),
    "logs_gb_month": ("logs", "CloudWatch Logs, kept a month"),
    "trace": ("logs", "X-Ray, traces"),
    "alarm_month": ("logs", "CloudWatch alarms"),
    "secret_month": ("security", "Secrets Manager, secret"),
    "secret_request": ("security", "Secrets Manager, requests"),
    "kms_key_month": ("security", "KMS, key"),
    "kms_request": ("security", "KMS, requests"),
}
"""Category and name of each, in the order in which a bill lists them; two have an architecture."""


class Shape(Record):
    """What is deployed."""

    target: Target
    """The service that runs the agent."""
    level: SecurityLevel
    """How it is guarded."""
    bedrock: bool
    """Whether the model is reached without leaving AWS."""


def quantities(shape: Shape, usage: Usage, side: Side) -> dict[str, float]:
    """Units a month by name in prices.toml, at one end of the range or at the likely place."""
    found = {
        **_compute(shape, usage, side), **_network(shape, usage, side),
        **_common(shape, usage, side),
    }  # fmt: skip
    names = {price_name(thing, usage): thing for thing in THINGS}
    return {name: found[thing] for name, thing in names.items() if thing in found}


def price_name(thing: str, usage: Usage) -> str:
    """The name in prices.toml of a thing in `THINGS`."""
    by_architecture = {"fargate_vcpu_hour", "fargate_gb_hour", "lambda_gb_second"}
    return f"{thing}_{usage.architecture}" if thing in by_architecture else thing


def _compute(shape: Shape, usage: Usage, side: Side) -> dict[str, float]:
    requests, seconds = usage.requests_per_month, usage.seconds.at(side)
    memory = usage.memory_gb.at(side)
    if shape.target == "agentcore":
        busy = requests * seconds * usage.busy_share.at(side) * usage.vcpus
        loaded = requests * (seconds + usage.idle_seconds.at(side)) * memory
        return {"agentcore_vcpu_hour": busy / 3600, "agentcore_gb_hour": loaded / 3600}
    if shape.target == "lambda":
        state = usage.state_kb.at(side)
        return {
            "lambda_gb_second": requests * seconds * memory,
            "lambda_request": requests,
            "http_api_request": requests * max(1, math.ceil(usage.reply_kb.at(side) / BILLED_KB)),
            "dynamodb_write": requests * max(1, math.ceil(state)),  # a kilobyte each
            "dynamodb_read": requests * max(1, math.ceil(state / 4)),  # four each
            "dynamodb_gb_month": requests * state / 1e6,
        }
    at_once = requests * seconds / (HOURS * 3600)
    tasks = max(usage.tasks.at(side), math.ceil(at_once / REQUESTS_PER_TASK))
    return {
        "fargate_vcpu_hour": tasks * usage.vcpus * HOURS,
        "fargate_gb_hour": tasks * memory * HOURS,
    }


def _network(shape: Shape, usage: Usage, side: Side) -> dict[str, float]:
    requests, enhanced = usage.requests_per_month, shape.level == "enhanced"
    tokens = usage.input_tokens.at(side) + usage.output_tokens.at(side)
    model_gb = requests * tokens * BYTES_PER_TOKEN / 1e9
    reply_gb = requests * usage.reply_kb.at(side) / 1e6
    prompt_gb = requests * usage.input_tokens.at(side) * BYTES_PER_TOKEN / 1e9
    found = {"data_out_gb": reply_gb + (0 if shape.bedrock else prompt_gb)}
    addresses = 0
    if shape.target == "ecs-fargate":
        found |= {"alb_hour": HOURS, "alb_lcu_hour": max(reply_gb, requests / LCU_CONNECTIONS)}
        addresses += ZONES
    in_vpc = shape.target == "ecs-fargate" or enhanced
    if in_vpc and not (enhanced and shape.bedrock):
        found |= {"nat_hour": HOURS, "nat_gb": model_gb}
        addresses += 1
    if enhanced:
        logged_gb = requests * usage.log_kb.at(side) / 1e6
        found["endpoint_hour"] = HOURS * ZONES * ENDPOINTS[shape.target]
        found["endpoint_gb"] = logged_gb + (model_gb if shape.bedrock else 0)
    if addresses:
        found["public_ipv4_hour"] = HOURS * addresses
    return found


def _common(shape: Shape, usage: Usage, side: Side) -> dict[str, float]:
    requests, logged_gb = usage.requests_per_month, usage.log_kb.at(side) / 1e6
    found = {
        "ecr_gb_month": usage.image_gb.at(side),
        "s3_gb_month": DEPLOYED_GB,
        "logs_gb": requests * logged_gb,
        "logs_gb_month": requests * logged_gb,
        "trace": requests * usage.traced_share.at(side),
    }
    if shape.level != "basic":
        reads = requests * usage.secret_reads.at(side)
        found |= {"secret_month": 1, "secret_request": reads, "kms_request": reads}
        # a rotated key costs again, for its first two rotations
        found["kms_key_month"] = 3 if shape.level == "enhanced" and side == "high" else 1
    if shape.level == "enhanced":
        found["alarm_month"] = ALARMS
    return found
