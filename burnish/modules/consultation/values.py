"""How words become the value of a field: numbers, names, targets, models."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

COUNT = r"(?<![\d.,'])(?P<count>\d[\d,.']{0,19})(?![\d,.']*\d)\s*(?P<scale>k|m|thousand|million)?\b"
"""A number as people write it; longer ones are none."""
SCALES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
TARGETS = {"agentcore": "agentcore", "fargate": "ecs-fargate", "ecs": "ecs-fargate",
           "lambda": "lambda"}  # fmt: skip
KEYS = {
    "name": "name", "project_name": "name", "agent_name": "name",
    "purpose": "purpose", "goal": "purpose", "description": "purpose",
    "system_prompt": "system_prompt", "instructions": "system_prompt",
    "model": "model.id", "model_id": "model.id", "model.id": "model.id",
    "model.min_context": "model.min_context",
    "model.max_usd_per_million": "model.max_usd_per_million",
    "model.capabilities": "model.capabilities",
    "tools": "tools", "tool_ids": "tools", "custom_tools": "custom_tools",
    "target": "deployment.target", "deployment_target": "deployment.target",
    "deployment.target": "deployment.target",
    "region": "deployment.region", "aws_region": "deployment.region",
    "deployment.region": "deployment.region",
    "requests_per_month": "deployment.requests_per_month",
    "monthly_requests": "deployment.requests_per_month",
    "deployment.requests_per_month": "deployment.requests_per_month",
    "budget_usd_per_month": "budget_usd_per_month", "monthly_budget_usd": "budget_usd_per_month",
    "budget.usd_per_month": "budget_usd_per_month",
    "security_level": "security.level", "security.level": "security.level",
    "security.demands": "security.demands",
}  # fmt: skip
"""Fields by the paths under which a workflow's state keeps them."""


def number(digits: str, scale: str | None = None) -> float | None:
    """12,000 and 12k and 1.5 million; with a comma before one or two digits, those are decimals.

    None for what is no number.
    """
    digits = digits.rstrip(".,'")
    if re.fullmatch(r"\d{1,3}(?:[,.']\d{3})+", digits):  # thousands
        digits = re.sub(r"[,.']", "", digits)
    elif re.fullmatch(r"\d+,\d{1,2}", digits):
        digits = digits.replace(",", ".")
    if not re.fullmatch(r"\d+(?:\.\d+)?", digits):
        digits = re.sub(r"[,'](?=\d{3})", "", digits)
    try:
        return float(digits) * SCALES.get((scale or "").lower(), 1)
    except ValueError:
        return None


def slug(text: str) -> str | None:
    """A project's name from words; None if they make none."""
    name = re.sub(r"[^a-z0-9]+", "-", text.strip().lower()).strip("-")
    return name if re.fullmatch(r"[a-z][a-z0-9-]{0,38}[a-z0-9]", name) else None


@cache
def model_names() -> dict[str, str]:
    """Ids of the catalogue by id and by the names that people reviewed; of a name, Bedrock's."""
    from burnish.registries.catalogue.models import catalogue

    ids: dict[str, str] = {}
    for model in catalogue():
        ids[model.id.lower()] = model.id
        ids.setdefault(model.id.partition("/")[2].lower(), model.id)
        if " " in model.name and (model.name.lower() not in ids or model.provider == "bedrock"):
            ids[model.name.lower()] = model.id
    for name in [name for name in ids if name.startswith("amazon nova ")]:
        ids[name.removeprefix("amazon ")] = ids[name]
    return ids


def _count(text: str) -> float | None:
    match = re.fullmatch(rf"\$?\s*{COUNT}", text.strip(), re.I)
    return number(match["count"], match["scale"]) if match else None


def _whole(text: str) -> int | None:
    count = _count(text)
    return None if count is None else round(count)


def _region(text: str) -> str | None:
    name = text.strip().lower()
    return name if re.fullmatch(r"[a-z]{2,4}(?:-[a-z]+){1,3}-\d", name) else None


def _level(text: str) -> str | None:
    level = text.strip().lower()
    return level if level in ("basic", "standard", "enhanced") else None


VALUES: dict[str, Callable[[str], Any]] = {
    "name": slug,
    "system_prompt": str,  # word for word
    "model.id": lambda text: model_names().get(text.strip().lower()),
    "model.min_context": _whole,
    "model.max_usd_per_million": _count,
    "deployment.target": lambda text: TARGETS.get(text.strip().lower().removeprefix("ecs-")),
    "deployment.region": _region,
    "deployment.requests_per_month": _whole,
    "budget_usd_per_month": _count,
    "security.level": _level,
}
"""How the text of a field becomes a value, None if it cannot; of others, stripped text."""
