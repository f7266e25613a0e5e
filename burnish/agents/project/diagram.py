"""A picture of a CloudFormation template: its resources, and which has to do with which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
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
JOINTS = ("AWS::ApiGatewayV2::Integration", "AWS::ElasticLoadBalancingV2::Listener")
"""What is not shown itself, and joins what it names."""
ENDPOINT, KEY = "AWS::EC2::VPCEndpoint", "AWS::KMS::Key"
CALLER = "Caller"
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


OUTSIDE = {
    "bedrock:InvokeModel": Node(name="Model", kind="Amazon Bedrock", column=4),
    "xray:PutTraceSegments": Node(name="Traces", kind="AWS X-Ray", column=5),
}
"""What is no resource of the template, and which action of a role tells of it."""


def graph(resources: Mapping[str, Mapping[str, Any]]) -> Graph:
    """The resources that a person wants to see, and which of them have to do with which."""
    kinds = {name: str(each["Type"]) for name, each in resources.items()}
    columns = {name: PLACES[kind] for name, kind in kinds.items() if kind in PLACES}
    ends = [name for name, kind in kinds.items() if kind == ENDPOINT]
    nodes = [
        Node(name=name, kind=_kind(kinds[name]), column=column)
        for name, column in columns.items()
        if name not in ends
    ]
    edges: set[tuple[str, str]] = set()
    for name, each in resources.items():
        found = [other for other in _references(each) if other in columns]
        if name in columns:
            edges |= {
                _forth(name, other, columns) for other in found if _shown(kinds[name], kinds[other])
            }
        elif kinds[name] in JOINTS:
            edges |= {_forth(*pair, columns) for pair in pairwise(dict.fromkeys(found))}
    if ends:
        (network,) = (name for name, kind in kinds.items() if kind == "AWS::EC2::VPC")
        nodes.append(Node(name="Endpoints", kind=f"{len(ends)} VPC endpoints", column=4))
        edges = {pair for pair in edges if not set(pair) & set(ends)} | {(network, "Endpoints")}
    doors = [each for kind in FRONT for each in resources if kinds[each] == kind][:1]
    nodes.append(Node(name=CALLER, kind="Your application", column=0))
    edges |= {(CALLER, door) for door in doors}
    for name in (each for each, kind in kinds.items() if kind == "AWS::IAM::Role"):
        for action, node in OUTSIDE.items():
            if action in str(resources[name]):
                nodes.append(node)
                edges.add((name, node.name))
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
        shift = used.index(node.column) % 2 * (HEIGHT + GAP) // 2  # lines pass between boxes
        y = TOP + shift + rows[node.column] * (HEIGHT + GAP)
        rows[node.column] += 1
        boxes[node.name] = {
            "x": x, "y": y, "width": WIDTH, "height": HEIGHT, "fill": FILLS[node.column],
            "name": node.name, "kind": node.kind,
        }  # fmt: skip
    return {
        "width": 20 + len(used) * COLUMN,
        "height": TOP + max(rows.values()) * (HEIGHT + GAP) + (HEIGHT + GAP) // 2,
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


def _forth(one: str, other: str, columns: Mapping[str, int]) -> tuple[str, str]:
    """A pair as it is drawn: from left to right."""
    return (one, other) if columns[one] <= columns[other] else (other, one)


def _shown(kind: str, other: str) -> bool:
    """All but who is encrypted by the key, which is nearly everything."""
    return other != KEY or kind == "AWS::IAM::Role"


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
