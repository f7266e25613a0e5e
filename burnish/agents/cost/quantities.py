"""Which things of AWS an agent uses in a month, and how many of each."""

from __future__ import annotations

import math

from burnish.agents.cost.shape import Shape
from burnish.agents.cost.usage import Architecture, Side, Usage

HOURS = 730
"""A month, as AWS counts it."""
DAYS = HOURS / 24
BYTES_PER_TOKEN = 6
"""Of a prompt or answer on its way, in JSON."""
REQUESTS_PER_TASK = 10
"""That a Fargate task answers at the same time."""
LCU_CONNECTIONS = 25 * 3600
"""New connections an hour that a load balancer's capacity unit bears; or a gigabyte an hour."""
BILLED_KB = 512
"""Of an answer that API Gateway counts as one request."""
DEPLOYED_GB = 0.01
"""Templates and code in the deployment's bucket."""
ACCESS_KB = 0.2
"""Of an API's access log for a request: four fields in JSON, and what CloudWatch adds."""
CHECKED_GB = 0.2
"""Of flow logs for the health checks of a task: of a load balancer in two zones, 4 a minute each;
a record of 0.15 kB for each direction at each end."""
INSIGHTS_GB = 0.04
"""Of Container Insights for a cluster, a service or a container: an event of 1 kB a minute."""

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
    "dynamodb_recovery_gb_month": ("storage", "DynamoDB, recovery"),
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
    "logs_gb_month": ("logs", "CloudWatch Logs, kept"),
    "trace": ("logs", "X-Ray, traces"),
    "metric_month": ("logs", "CloudWatch metrics"),
    "alarm_month": ("logs", "CloudWatch alarms"),
    "secret_month": ("security", "Secrets Manager, secret"),
    "secret_request": ("security", "Secrets Manager, requests"),
    "kms_key_month": ("security", "KMS, key"),
    "kms_request": ("security", "KMS, requests"),
}
"""Category and name of each, in the order in which a bill lists them; two have an architecture."""


def quantities(shape: Shape, usage: Usage, side: Side) -> dict[str, float]:
    """Units a month by name in prices.toml, at one end of the range or at the likely place."""
    found = {
        **_compute(shape, usage, side), **_kept(shape, usage, side),
        **_network(shape, usage, side), **_watched(shape, usage, side),
        **_guarded(shape, usage, side),
    }  # fmt: skip
    architecture = usage.architecture or shape.architecture
    names = {price_name(thing, architecture): thing for thing in THINGS}
    return {name: found[thing] for name, thing in names.items() if thing in found}


def price_name(thing: str, architecture: Architecture) -> str:
    """The name in prices.toml of a thing in `THINGS`."""
    by_architecture = {"fargate_vcpu_hour", "fargate_gb_hour", "lambda_gb_second"}
    return f"{thing}_{architecture}" if thing in by_architecture else thing


def _compute(shape: Shape, usage: Usage, side: Side) -> dict[str, float]:
    requests, seconds = usage.requests_per_month, usage.seconds.at(side)
    memory, vcpus = (usage.memory_gb or shape.memory_gb).at(side), usage.vcpus or shape.vcpus
    if shape.target == "agentcore":
        busy = requests * seconds * usage.busy_share.at(side) * vcpus
        loaded = requests * (seconds + usage.idle_seconds.at(side)) * memory
        return {"agentcore_vcpu_hour": busy / 3600, "agentcore_gb_hour": loaded / 3600}
    if shape.target == "lambda":
        return {"lambda_gb_second": requests * seconds * memory, "lambda_request": requests}
    hours = _tasks(shape, usage, side) * HOURS
    return {"fargate_vcpu_hour": hours * vcpus, "fargate_gb_hour": hours * memory}


def _tasks(shape: Shape, usage: Usage, side: Side) -> float:
    """Fargate tasks that run; more than the template's where so many requests need them."""
    at_once = usage.requests_per_month * usage.seconds.at(side) / (HOURS * 3600)
    return max((usage.tasks or shape.tasks).at(side), math.ceil(at_once / REQUESTS_PER_TASK))


def _kept(shape: Shape, usage: Usage, side: Side) -> dict[str, float]:
    requests, state = usage.requests_per_month, usage.state_kb.at(side)
    found = {"ecr_gb_month": usage.image_gb.at(side), "s3_gb_month": DEPLOYED_GB}
    if shape.tables:
        found |= {
            "dynamodb_write": requests * max(1, math.ceil(state)),  # a kilobyte each
            "dynamodb_read": requests * max(1, math.ceil(state / 4)),  # four each
            "dynamodb_gb_month": requests * state / 1e6,
        }
    if shape.recovered_tables:
        found["dynamodb_recovery_gb_month"] = requests * state / 1e6
    return found


def _network(shape: Shape, usage: Usage, side: Side) -> dict[str, float]:
    requests, reply_kb = usage.requests_per_month, usage.reply_kb.at(side)
    tokens = usage.input_tokens.at(side) + usage.output_tokens.at(side)
    model_gb = requests * tokens * BYTES_PER_TOKEN / 1e9
    prompt_gb = requests * usage.input_tokens.at(side) * BYTES_PER_TOKEN / 1e9
    reply_gb, logged_gb = requests * reply_kb / 1e6, requests * usage.log_kb.at(side) / 1e6
    found: dict[str, float] = {}
    if shape.public or not shape.bedrock:
        found["data_out_gb"] = reply_gb * shape.public + prompt_gb * (not shape.bedrock)
    if shape.apis:
        found["http_api_request"] = requests * max(1, math.ceil(reply_kb / BILLED_KB))
    if shape.balancers:
        found["alb_hour"] = HOURS * shape.balancers
        found["alb_lcu_hour"] = max(reply_gb, requests / LCU_CONNECTIONS)
    if shape.nat_gateways:
        # the conversation is read and written; what comes from ECR comes seldom
        state_gb = 2 * requests * usage.state_kb.at(side) / 1e6 if shape.tables else 0
        found["nat_hour"] = HOURS * shape.nat_gateways
        found["nat_gb"] = model_gb + logged_gb + state_gb
    if shape.endpoint_zones:
        found["endpoint_hour"] = HOURS * shape.endpoint_zones
        found["endpoint_gb"] = logged_gb + (model_gb if shape.bedrock else 0)
    if shape.public_addresses:
        found["public_ipv4_hour"] = HOURS * shape.public_addresses
    return found


def _watched(shape: Shape, usage: Usage, side: Side) -> dict[str, float]:
    requests, tasks = usage.requests_per_month, _tasks(shape, usage, side)
    each_kb = usage.log_kb.at(side) + ACCESS_KB * shape.access_logs
    each_kb += usage.flow_kb.at(side) * shape.flow_logs
    logged_gb = requests * each_kb / 1e6
    if shape.balancers:
        logged_gb += CHECKED_GB * tasks * shape.flow_logs
    # its events are kept for a day: that they are kept costs next to nothing
    insights_gb = INSIGHTS_GB * shape.insights * (2 + tasks)
    months = shape.log_days / DAYS
    found = {
        "logs_gb": logged_gb + insights_gb,
        # so much, once they are kept for as long as they are to be; in the first month less
        "logs_gb_month": logged_gb * (min(1, months) if side == "low" else months),
        "trace": requests * usage.traced_share.at(side),
    }
    if shape.metrics or shape.insights:
        figures = usage.insight_metrics.at(side) * shape.insights
        found["metric_month"] = shape.metrics + figures
    if shape.alarms:
        found["alarm_month"] = shape.alarms
    return found


def _guarded(shape: Shape, usage: Usage, side: Side) -> dict[str, float]:
    reads = usage.requests_per_month * usage.secret_reads.at(side)
    found: dict[str, float] = {}
    if shape.secrets:
        found["secret_month"] = shape.secrets
    if shape.secret_read:
        found["secret_request"] = reads
    if shape.keys:
        # a rotated key costs again, for its first two rotations
        rotated = 2 * shape.rotated_keys if side == "high" else 0
        found |= {"kms_key_month": shape.keys + rotated, "kms_request": reads}
    return found
