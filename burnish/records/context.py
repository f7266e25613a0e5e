"""What an agent is to be: the bridge from a consultation to a project that can be deployed.

None, "" and an absent tuple mean that nobody said it yet. Nothing here has a default that decides
something for the user.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field

from burnish.records.base import Record

Target = Literal["agentcore", "ecs-fargate", "lambda"]
SecurityLevel = Literal["basic", "standard", "enhanced"]
Reader = Literal["rule", "model", "person"]
REGION = re.compile(r"(?:[a-z]{2}|eusc)(?:-[a-z]{2,12}){1,2}-[1-9]")
"""The whole name of a region of AWS, in any of its partitions."""


class Place(Record):
    """Where in the consultation something was read."""

    field: str
    """What was read there, as a dotted name: "deployment.region"."""
    start: int
    """Of the words, in characters of the consultation's text; 0 is its first."""
    end: int
    """Just behind them."""
    quote: str
    """The words."""
    reader: Reader
    """A rule, the model, or a person who was asked (then `start` and `end` are 0)."""


class ModelRequirements(Record):
    """Which chat model the agent thinks with, or what one must be."""

    id: str = ""
    """PROVIDER/NAME of the catalogue; "" if none was named."""
    capabilities: tuple[str, ...] = ()
    """What it must be known to do, in the catalogue's words."""
    min_context: int | None = None
    """Tokens that it must take at least."""
    max_usd_per_million: float | None = None
    """What a million tokens, three in four of them prompt, may cost."""


class CustomTool(Record):
    """A tool that no registry has: it is generated, run and scored like any other code."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    """The function's name."""
    specification: str
    """What it does, in words, as `burnish generate` takes them."""


class DeploymentPreferences(Record):
    """Where the agent is to run, and how much it has to do."""

    target: Target | None = None
    """The AWS service that runs it."""
    region: str = ""
    """Of AWS, as "eu-central-1"."""
    requests_per_month: int | None = None
    """How often it is asked."""


class SecurityRequirements(Record):
    """How well it must be guarded."""

    level: SecurityLevel | None = None
    """basic: least-privilege IAM, encryption by the service; standard: and Secrets Manager, a KMS
    key, kept logs; enhanced: and private networking only, key rotation, alarms."""
    demands: tuple[str, ...] = ()
    """What else was asked for, e.g. "GDPR", "personal data"."""


class MissingField(Record):
    """Something that is not known yet, and how to ask for it."""

    field: str
    """Its dotted name."""
    question: str
    """For a person."""


class GenerationContext(Record):
    """Everything that a project is made from."""

    name: Annotated[str, Field(pattern=r"^([a-z](-?[a-z0-9])+)?$", max_length=40)] = ""
    """Of the project and its resources in AWS: 2 to 40 lower-case letters, digits and single
    hyphens between them."""
    purpose: str = ""
    """What the agent is for, in a sentence."""
    system_prompt: str = ""
    """What the model is told, word for word."""
    model: ModelRequirements = ModelRequirements()
    """What it thinks with."""
    tools: tuple[str, ...] | None = None
    """Ids of the registry of tools; () for an agent that needs none."""
    custom_tools: tuple[CustomTool, ...] = ()
    """Tools to be written for it."""
    deployment: DeploymentPreferences = DeploymentPreferences()
    """Where it runs."""
    budget_usd_per_month: float | None = None
    """What all of it may cost."""
    security: SecurityRequirements = SecurityRequirements()
    """How it is guarded."""
    places: tuple[Place, ...] = ()
    """Where each of this was read; () if a person wrote it down."""
    unread: tuple[Place, ...] = ()
    """What was stated but not understood: a tool, model or region that no registry has."""

    @property
    def missing(self) -> tuple[MissingField, ...]:
        """What nobody said yet, in the order in which one would ask."""
        return tuple(
            MissingField(field=field, question=question)
            for field, question in QUESTIONS.items()
            if self.value(field) in (None, "")
        )

    @property
    def completeness(self) -> float:
        """The share of `QUESTIONS` that is answered, in [0, 1]."""
        return 1 - len(self.missing) / len(QUESTIONS)

    def value(self, field: str) -> Any:
        """What is known under a dotted name."""
        found: Any = self
        for part in field.split("."):
            found = getattr(found, part)
        return found


QUESTIONS = {
    "name": "What shall the project be called (lower-case letters, digits, hyphens)?",
    "purpose": "What is the agent for, in a sentence?",
    "system_prompt": "What shall the model be told about its task and manners?",
    "model.id": "Which model shall it think with (an id of `burnish models list`)?",
    "tools": "Which tools may it use (ids of `burnish tools list`, or none)?",
    "deployment.target": "Where shall it run: agentcore, ecs-fargate or lambda?",
    "deployment.region": "In which AWS region, e.g. eu-central-1?",
    "deployment.requests_per_month": "How many requests a month do you expect?",
    "budget_usd_per_month": "What may it cost a month, in US dollars?",
    "security.level": "How well must it be guarded: basic, standard or enhanced?",
}
"""What must be known of an agent, and how a person is asked for it."""
