"""The words that rules know: for each field, how it is said and what is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

_COUNT = r"(?P<count>\d[\d,.']*)\s*(?P<scale>k|m|thousand|million)?\b"
_SCALES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
_PERIODS = {"hour": 720, "day": 30, "week": 30 / 7, "month": 1, "year": 1 / 12}
"""How many of each are in a month of 30 days."""
_PERIOD = rf"(?:per|a|an|each|every|/)\s*(?P<period>{'|'.join(_PERIODS)})\b"
_CITIES = {
    "frankfurt": "eu-central-1", "ireland": "eu-west-1", "dublin": "eu-west-1",
    "london": "eu-west-2", "paris": "eu-west-3", "stockholm": "eu-north-1",
    "milan": "eu-south-1", "zurich": "eu-central-2", "n. virginia": "us-east-1",
    "virginia": "us-east-1", "ohio": "us-east-2", "oregon": "us-west-2",
    "tokyo": "ap-northeast-1", "seoul": "ap-northeast-2", "singapore": "ap-southeast-1",
    "sydney": "ap-southeast-2", "mumbai": "ap-south-1", "montreal": "ca-central-1",
}  # fmt: skip
"""AWS regions by the names that AWS gives them in its documentation."""
_TARGETS = {"agentcore": "agentcore", "fargate": "ecs-fargate", "ecs": "ecs-fargate",
            "lambda": "lambda"}  # fmt: skip
KEYS = {
    "name": "name", "project_name": "name", "agent_name": "name",
    "purpose": "purpose", "goal": "purpose", "description": "purpose",
    "system_prompt": "system_prompt", "instructions": "system_prompt",
    "model": "model.id", "model_id": "model.id",
    "tools": "tools", "tool_ids": "tools",
    "target": "deployment.target", "deployment_target": "deployment.target",
    "region": "deployment.region", "aws_region": "deployment.region",
    "requests_per_month": "deployment.requests_per_month",
    "monthly_requests": "deployment.requests_per_month",
    "budget_usd_per_month": "budget_usd_per_month", "monthly_budget_usd": "budget_usd_per_month",
    "security_level": "security.level",
}  # fmt: skip
"""Fields by the keys under which a workflow's state keeps them."""


@dataclass(frozen=True)
class Rule:
    """Reads one field from the words of a sentence."""

    field: str
    pattern: re.Pattern[str]
    value: Callable[[re.Match[str]], Any]
    """What the match says; None if, looked at closely, it says nothing."""


_ASKS = "requests|conversations|messages|calls|questions|tickets|queries|invocations|chats"
_LAWS = "GDPR|HIPAA|PCI(?:[- ]DSS)?|SOC ?2|ISO ?27001|personal data|PII|encryption at rest"
_DIRECTION = "(?:north|south)?(?:east|west)|north|south|central"
_LEVELS = "basic|standard|enhanced"
_COUNT_BEFORE = _COUNT.replace("<count>", "<before>").replace("<scale>", "<before_scale>")
_MONEY = rf"(?:(?:US)?\$|USD)\s*{_COUNT}|{_COUNT_BEFORE}\s*(?:\$|USD|(?:US[ -])?dollars)(?!\w)"


@cache
def general_rules() -> tuple[Rule, ...]:
    """Those that hold whatever tools there are."""
    patterns: tuple[tuple[str, str, Callable[[re.Match[str]], Any]], ...] = (
        (
            "name",
            r"\b(?:called|named|name it|call it|name is)\s+[\"'`]?"
            r"(?P<name>[A-Za-z][A-Za-z0-9-]{1,38}[A-Za-z0-9])\b",
            lambda m: _slug(m["name"]),
        ),
        (
            "deployment.region",
            rf"\b(?:us|eu|ap|sa|ca|me|af|il|mx)(?:-gov)?-(?:{_DIRECTION})-\d\b",
            lambda m: m[0].lower(),
        ),
        (
            "deployment.region",
            rf"\b(?:in|from|near)\s+(?P<city>{'|'.join(map(re.escape, _CITIES))})\b",
            lambda m: _CITIES[m["city"].lower()],
        ),
        (
            "deployment.target",
            rf"\b(?P<target>{'|'.join(_TARGETS)})\b",
            lambda m: _TARGETS[m["target"].lower()],
        ),
        (
            "deployment.requests_per_month",
            rf"{_COUNT}\s*(?:\w+\s+)?(?:{_ASKS})\s*{_PERIOD}",
            lambda m: round(_count(m["count"], m["scale"]) * _PERIODS[m["period"].lower()]),
        ),
        ("budget_usd_per_month", rf"(?:{_MONEY})\s*{_PERIOD}", _usd),
        (
            "security.level",
            rf"\b(?P<level>{_LEVELS})\b(?=[^.!?]{{0,30}}\bsecurity)"
            rf"|\bsecurity\b[^.!?]{{0,30}}\b(?P<after>{_LEVELS})\b",
            lambda m: (m["level"] or m["after"]).lower(),
        ),
        ("security.demands", rf"\b(?P<law>{_LAWS})\b", lambda m: (m["law"],)),
        (
            "model.min_context",
            rf"{_COUNT}[ -]*tokens?(?: of context|[ -]context)",
            lambda m: round(_count(m["count"], m["scale"])),
        ),
        (
            "system_prompt",
            r"system prompt(?: is| shall be| should be|:)\s*[\"“](?P<words>[^\"”]+)[\"”]",
            lambda m: m["words"],
        ),
    )
    rules = [Rule(field, re.compile(text, re.I), value) for field, text, value in patterns]
    return (*rules, *_model_rules())


def _model_rules() -> Iterator[Rule]:
    """Models by id, and by the names that people reviewed; of a name, Bedrock's newest."""
    from burnish.registries.catalogue.models import catalogue

    ids: dict[str, str] = {}
    for model in catalogue():
        ids[model.id.lower()] = model.id
        bare = model.id.partition("/")[2].lower()
        ids.setdefault(bare, model.id)
        if " " in model.name and (model.name.lower() not in ids or model.provider == "bedrock"):
            ids[model.name.lower()] = model.id
    for name in [name for name in ids if name.startswith("amazon nova ")]:
        ids[name.removeprefix("amazon ")] = ids[name]
    names = sorted(ids, key=len, reverse=True)
    pattern = re.compile(
        rf"(?<![\w./-])(?P<model>{'|'.join(map(re.escape, names))})(?![\w/-]|[.:]\w)", re.I
    )
    yield Rule("model.id", pattern, lambda m: ids[m["model"].lower()])


def tool_rules(tools: tuple[str, ...]) -> Iterator[Rule]:
    """Ids with an underscore by themselves; words, which may mean anything, beside "tool"."""
    ids = {tool.lower(): tool for tool in tools}
    words = {tool.replace("_", " "): tool for tool in ids} | ids
    spoken = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    coded = "|".join(re.escape(tool) for tool in sorted(ids, key=len, reverse=True) if "_" in tool)
    for pattern in (
        rf"\b(?P<tool>{coded})\b" if coded else "",
        rf"`(?P<tool>{spoken})`|\b(?P<before>{spoken})(?= tool)|(?<=tool )(?P<after>{spoken})\b",
    ):
        if pattern and tools:
            yield Rule(
                "tools",
                re.compile(pattern, re.I),
                lambda m: (ids[words[next(filter(None, m.groups())).lower()]],),
            )


def _count(digits: str, scale: str | None) -> float:
    """A number as people write it: 12,000 and 12k and 1.5 million."""
    digits = digits.rstrip(".,'")
    if re.fullmatch(r"\d{1,3}(?:[,.']\d{3})+", digits):  # thousands
        digits = re.sub(r"[,.']", "", digits)
    number = float(re.sub(r"[,']", "", digits) if digits.count(".") < 2 else "0")
    return number * _SCALES.get((scale or "").lower(), 1)


def _usd(match: re.Match[str]) -> float:
    before = match["before"] is not None
    count = _count(match["before" if before else "count"],
                   match["before_scale" if before else "scale"])  # fmt: skip
    return round(count * _PERIODS[match["period"].lower()], 2)


def _one_of(*known: str) -> Callable[[str], str | None]:
    return lambda text: text.strip().lower() if text.strip().lower() in known else None


def _number(text: str) -> float | None:
    match = re.fullmatch(rf"\$?\s*{_COUNT}", text.strip(), re.I)
    return _count(match["count"], match["scale"]) if match else None


def _named_model(text: str) -> str | None:
    (rule,) = _model_rules()
    match = rule.pattern.fullmatch(text.strip())
    return str(rule.value(match)) if match else None


def _slug(text: str) -> str | None:
    name = re.sub(r"[^a-z0-9]+", "-", text.strip().lower()).strip("-")
    return name if re.fullmatch(r"[a-z][a-z0-9-]{0,38}[a-z0-9]", name) else None


KEY_VALUES: dict[str, Callable[[str], Any]] = {
    "name": _slug,
    "model.id": _named_model,
    "deployment.target": lambda text: _TARGETS.get(text.strip().lower().removeprefix("ecs-")),
    "deployment.region": lambda text: text.strip().lower()
    if re.fullmatch(r"[a-z]{2}(-gov)?-[a-z]+-\d", text.strip().lower()) else None,
    "deployment.requests_per_month": lambda text: None
    if _number(text) is None else round(_number(text) or 0),
    "budget_usd_per_month": _number,
    "security.level": _one_of("basic", "standard", "enhanced"),
}  # fmt: skip
"""How the text of a key becomes a value; the text itself for those that are not here."""
