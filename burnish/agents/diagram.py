"""A picture of a CloudFormation template: of the resources that are in it, as they refer to others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from burnish.records.base import Record

COLUMNS = ("Asks", "Front door", "Runs the agent", "May do", "Uses", "Watches")
PLACES = {
    "AWS::ApiGatewayV2::Api": 1, "AWS::ElasticLoadBalancingV2::LoadBalancer": 1,
    "AWS::ElasticLoadBalancingV2::TargetGroup": 1,
    "AWS::BedrockAgentCore::Runtime": 2, "AWS::Lambda::Function": 2, "AWS::ECS::Service": 2,
    "AWS::ECS::Task": 2, "AWS::ECS::TaskDefinition": 2,
    "AWS::ApplicationAutoScaling::ScalableTarget": 2, "AWS::EC2::VPC": 2,
    "AWS::IAM::Role": 3,
    "AWS::DynamoDB::Table": 4, "AWS::SecretsManager::Secret": 4, "AWS::KMS::Key": 4,
    "AWS::EC2::VPCEndpoint": 4, "AWS::EC2::NatGateway": 4,
    "AWS::Logs::LogGroup": 5, "AWS::CloudWatch::Alarm": 5, "AWS::SNS::Topic": 5,
}  # fmt: skip
"""Which column a kind of resource stands in; other kinds join these and are left out."""
FRONT = ("AWS::ApiGatewayV2::Api", "AWS::ElasticLoadBalancingV2::LoadBalancer",
         "AWS::BedrockAgentCore::Runtime")  # fmt: skip
FILLS = ("#f8fafc", "#e0f2fe", "#dcfce7", "#fef9c3", "#ede9fe", "#fee2e2")
CALLER, MODEL, X_RAY = "Caller", "BedrockModel", "XRay"
WIDTH, HEIGHT, GAP, COLUMN, TOP = 176, 44, 16, 232, 52


class Node(Record):
    """A box."""

    name: str
    """Of the resource in the template."""
    kind: str
    """As people say it: "DynamoDB Table"."""
    column: int
    """Of `COLUMNS`."""


class Graph(Record):
    """What is drawn."""

    nodes: tuple[Node, ...]
    """By column."""
    edges: tuple[tuple[str, str], ...]
    """Pairs of names."""


def graph(resources: Mapping[str, Mapping[str, Any]]) -> Graph:
    """The resources that a person wants to see, and which of them refers to which."""
    nodes = [
        Node(name=name, kind=_kind(each["Type"]), column=PLACES[each["Type"]])
        for name, each in resources.items()
        if each["Type"] in PLACES
    ]
    shown = {node.name for node in nodes}
    edges = {(name, other) for name in shown for other in _reached(name, resources, shown)}
    doors = [each for kind in FRONT for each in resources if resources[each]["Type"] == kind][:1]
    nodes.append(Node(name=CALLER, kind="Your application", column=0))
    edges |= {(CALLER, door) for door in doors}
    for name, each in resources.items():
        text = str(each)
        if each["Type"] == "AWS::IAM::Role" and "bedrock:InvokeModel" in text:
            nodes.append(Node(name=MODEL, kind="Amazon Bedrock", column=4))
            edges.add((name, MODEL))
        if each["Type"] == "AWS::IAM::Role" and "xray:PutTraceSegments" in text:
            nodes.append(Node(name=X_RAY, kind="AWS X-Ray", column=5))
            edges.add((name, X_RAY))
    nodes.sort(key=lambda node: node.column)
    return Graph(nodes=tuple(nodes), edges=tuple(sorted(edges)))


def mermaid(resources: Mapping[str, Mapping[str, Any]]) -> str:
    """The graph as a flowchart of Mermaid."""
    found = graph(resources)
    lines = ["flowchart LR"]
    for column, title in enumerate(COLUMNS):
        inside = [node for node in found.nodes if node.column == column]
        if inside:
            lines.append(f'  subgraph c{column}["{title}"]')
            lines += [f'    {node.name}["{node.name}<br/>{node.kind}"]' for node in inside]
            lines.append("  end")
    lines += [f"  {start} --> {end}" for start, end in found.edges]
    return "\n".join(lines) + "\n"


def drawing(resources: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The graph as boxes and paths, in pixels, for architecture.svg."""
    found = graph(resources)
    used = sorted({node.column for node in found.nodes})
    boxes: dict[str, dict[str, Any]] = {}
    rows = dict.fromkeys(used, 0)
    for node in found.nodes:
        x = 20 + used.index(node.column) * COLUMN
        y = TOP + rows[node.column] * (HEIGHT + GAP)
        rows[node.column] += 1
        boxes[node.name] = {
            "x": x, "y": y, "width": WIDTH, "height": HEIGHT, "fill": FILLS[node.column],
            "name": node.name, "kind": node.kind,
        }  # fmt: skip
    return {
        "width": 20 + len(used) * COLUMN,
        "height": TOP + max(rows.values()) * (HEIGHT + GAP) + 4,
        "columns": [{"x": 20 + i * COLUMN, "title": COLUMNS[c]} for i, c in enumerate(used)],
        "boxes": list(boxes.values()),
        "lines": [_path(boxes[start], boxes[end]) for start, end in found.edges],
    }


def _path(start: Mapping[str, int], end: Mapping[str, int]) -> str:
    from_y, to_y = start["y"] + HEIGHT // 2, end["y"] + HEIGHT // 2
    if start["x"] == end["x"]:  # round the side
        x, out = start["x"] + WIDTH, start["x"] + WIDTH + 24
        return f"M{x} {from_y} C{out} {from_y} {out} {to_y} {x} {to_y}"
    forth = start["x"] < end["x"]
    from_x, to_x = start["x"] + WIDTH * forth, end["x"] + WIDTH * (not forth)
    bend = 28 if forth else -28
    return f"M{from_x} {from_y} C{from_x + bend} {from_y} {to_x - bend} {to_y} {to_x} {to_y}"


def _reached(
    name: str, resources: Mapping[str, Mapping[str, Any]], shown: set[str]
) -> Iterator[str]:
    """Shown resources that one refers to, directly or by those left out between them."""
    seen, waiting = {name}, list(_references(resources[name]))
    while waiting:
        other = waiting.pop()
        if other in seen or other not in resources:
            continue
        seen.add(other)
        if other in shown:
            yield other
        else:
            waiting += _references(resources[other])


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inside in value.items():
            if key == "Ref":
                yield str(inside)
            elif key == "Fn::GetAtt":
                yield str(inside[0] if isinstance(inside, list) else inside).partition(".")[0]
            elif key == "Fn::Sub":
                text = inside[0] if isinstance(inside, list) else inside
                yield from re.findall(r"\$\{(\w+)[.}]", str(text))
                yield from _references(inside[1:]) if isinstance(inside, list) else ()
            else:
                yield from _references(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _references(inside)


def _kind(kind: str) -> str:
    _, service, thing = kind.split("::")
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", thing)
    known = {"ElasticLoadBalancingV2": "", "ApiGatewayV2": "HTTP", "BedrockAgentCore": "AgentCore",
             "ApplicationAutoScaling": "Auto scaling", "SecretsManager": "Secrets Manager",
             "EC2": "", "Logs": "CloudWatch", "DynamoDB": "DynamoDB"}  # fmt: skip
    return f"{known.get(service, service)} {words}".strip()
