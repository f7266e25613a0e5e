"""The words that rules know: for each field, how it is said and what is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from burnish.modules.consultation.values import COUNT, TARGETS, model_names, number, slug

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


@dataclass(frozen=True)
class Rule:
    """Reads one field from the words of a sentence."""

    field: str
    pattern: re.Pattern[str]
    value: Callable[[re.Match[str]], Any]
    """What the match says; None if, looked at closely, it says nothing."""
    needs: re.Pattern[str] | None = None
    """What the sentence must hold besides."""


_ASKS = "requests|conversations|messages|calls|questions|tickets|queries|invocations|chats"
_LAWS = "GDPR|HIPAA|PCI(?:[- ]DSS)?|SOC ?2|ISO ?27001|personal data|PII|encryption at rest"
_DIRECTION = "(?:north|south)?(?:east|west)|north|south|central"
_LEVELS = "basic|standard|enhanced"
_COUNT_BEFORE = COUNT.replace("<count>", "<before>").replace("<scale>", "<before_scale>")
_THING = "agent|bot|assistant|chatbot|helper|project|service|system|one"
_RUNS = (
    r"(?:\b(?:runs?|host|hosts|hosted|deploy|deployed|keep|kept|put|stay|stays|live|lives)"
    r"(?: (?:it|this|that|everything|all|them|the \w+|on [\w ]{1,30}))?"
    r"|\b(?:fargate|ecs|lambda|agentcore|aws|region|data|servers?)"
    r"|\b(?:has to|must|should|shall) be)"
)
"""What has its place in a region."""
_LIMIT = re.compile(
    r"\b(?:budget|spend|afford|limit|maximum|max|at most|up to|no more than|not more than|within"
    r"|under|below|may cost|can cost|must not cost)\b",
    re.I,
)
_MONEY = rf"(?:(?:US)?\$|USD)\s*{COUNT}|{_COUNT_BEFORE}\s*(?:\$|USD|(?:US[ -])?dollars)(?!\w)"


@cache
def general_rules() -> tuple[Rule, ...]:
    """Those that hold whatever tools there are."""
    patterns: tuple[tuple[str, str, Callable[[re.Match[str]], Any]], ...] = (
        (
            "name",
            rf"(?:\b(?:{_THING}|something|it)\s+(?:(?:is|will be|should be|shall be|to be)\s+)?"
            rf"(?:called|named)|\b(?:call|name) (?:it|the (?:{_THING}))"
            rf"|\b(?:its|the|project|(?:{_THING})'s) name (?:is|shall be|should be|will be))"
            r"\s+[\"'`]?(?P<name>[A-Za-z][A-Za-z0-9-]{1,38}[A-Za-z0-9])\b",
            lambda m: slug(m["name"]),
        ),
        (
            "deployment.region",
            rf"\b(?:us|eu|ap|sa|ca|me|af|il|mx)(?:-gov)?-(?:{_DIRECTION})-\d\b",
            lambda m: m[0].lower(),
        ),
        (
            "deployment.region",
            rf"{_RUNS}\s+(?:in|from|near)\s+(?P<city>{'|'.join(map(re.escape, _CITIES))})\b",
            lambda m: _CITIES[m["city"].lower()],
        ),
        (
            "deployment.target",
            rf"\b(?P<target>{'|'.join(TARGETS)})\b",
            lambda m: TARGETS[m["target"].lower()],
        ),
        (
            "deployment.requests_per_month",
            rf"{COUNT}\s*(?:\w+\s+)?(?:{_ASKS})\s*{_PERIOD}",
            _monthly,
        ),
        (
            "budget_usd_per_month",
            rf"(?:{_MONEY})\s*(?:per|a|each|every|/)\s*(?P<period>month|year)\b",
            _usd_per_month,
        ),
        (
            "security.level",
            rf"\b(?P<level>{_LEVELS})\b(?=[^.!?]{{0,30}}\bsecurity)"
            rf"|\bsecurity\b[^.!?]{{0,30}}\b(?P<after>{_LEVELS})\b",
            lambda m: (m["level"] or m["after"]).lower(),
        ),
        ("security.demands", rf"\b(?P<law>{_LAWS})\b", lambda m: (m["law"],)),
        ("model.min_context", rf"{COUNT}[ -]*tokens?(?: of context|[ -]context)", _whole),
        (
            "model.max_usd_per_million",
            rf"(?:{_MONEY})\s*(?:per|a|for a) million tokens",
            _usd,
        ),
        (
            "model.capabilities",
            r"\b(?:must|needs? to|has to|should)\b[^.!?]{0,40}"
            r"\b(?:images?|photos?|pictures?|scans?)\b",
            lambda m: ("vision",),
        ),
        (
            "system_prompt",
            r"system prompt(?: is| shall be| should be|:)\s*[\"“](?P<words>[^\"”]+)[\"”]",
            lambda m: m["words"],
        ),
    )
    limited = {"budget_usd_per_month": _LIMIT, "model.max_usd_per_million": _LIMIT}
    rules = [
        Rule(field, re.compile(text, re.I), value, limited.get(field))
        for field, text, value in patterns
    ]
    return (*rules, _model_rule())


def _model_rule() -> Rule:
    ids = model_names()
    names = "|".join(map(re.escape, sorted(ids, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![\w./-])(?P<model>{names})(?![\w/-]|[.:]\w)", re.I)
    return Rule("model.id", pattern, lambda m: ids[m["model"].lower()])


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


def _monthly(match: re.Match[str]) -> int | None:
    count = number(match["count"], match["scale"])
    return None if count is None else round(count * _PERIODS[match["period"].lower()])


def _whole(match: re.Match[str]) -> int | None:
    count = number(match["count"], match["scale"])
    return None if count is None else round(count)


def _usd(match: re.Match[str]) -> float | None:
    """Dollars, named before or behind the number."""
    behind = match["before"] is not None
    named = ("before", "before_scale") if behind else ("count", "scale")
    return number(match[named[0]], match[named[1]])


def _usd_per_month(match: re.Match[str]) -> float | None:
    count = _usd(match)
    return None if count is None else round(count * _PERIODS[match["period"].lower()], 2)
