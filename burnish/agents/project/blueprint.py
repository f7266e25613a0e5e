"""What a project is to be, decided: every template is filled from this record alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from burnish import __version__
from burnish.agents.manifest import Manifest
from burnish.agents.project.iam import Statement, model_statements
from burnish.agents.project.notes import notes
from burnish.agents.project.tools import ToolSource, ToolUse, approved, nameable, used
from burnish.errors import InputError
from burnish.records.base import Record
from burnish.records.context import REGION, GenerationContext, SecurityLevel, Target
from burnish.registries.catalogue.models import ChatModel, catalogue

OPTIONAL = {"deployment.requests_per_month", "budget_usd_per_month"}
"""What cost needs to know and a project does not."""
KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "gemini": "GEMINI_API_KEY"}
LOG_DAYS: dict[SecurityLevel, int] = {"basic": 14, "standard": 90, "enhanced": 365}
MAX_ANSWER_TOKENS = 4096
PREFIXES = (
    ("us-gov-", ("us-gov",)), ("us-", ("us", "global")), ("eu-", ("eu", "global")),
    ("ap-northeast-1", ("jp", "apac", "global")), ("ap-northeast-3", ("jp", "apac", "global")),
    ("ap-southeast-2", ("au", "apac", "global")), ("ap-southeast-4", ("au", "apac", "global")),
    ("ap-south-", ("in", "apac", "global")), ("ap-", ("apac", "global")), ("", ("global",)),
)  # fmt: skip
"""Of Bedrock's inference profiles, the nearest first, by the beginning of the region's name."""


class Blueprint(Record):
    """One project."""

    name: str
    """Of the project and of its resources."""
    purpose: str
    """What the agent is for; a person's words."""
    target: Target
    """What runs it."""
    security: SecurityLevel
    """How it is guarded."""
    region: str
    """Of AWS."""
    provider: str
    """Who serves the model."""
    model_id: str
    """As the provider calls it; with the prefix of a profile if there is one."""
    max_tokens: int
    """Of an answer."""
    tools: tuple[ToolUse, ...]
    """Of the registry."""
    custom_tools: tuple[str, ...]
    """Written for this agent."""
    keys: tuple[str, ...]
    """Environment variables that must hold keys, sorted."""
    variables: tuple[str, ...]
    """Other environment variables that tools need, sorted; parameters of the template."""
    statements: tuple[Statement, ...]
    """What the agent's role may do, beyond its target's own needs."""
    notes: tuple[str, ...]
    """What a person should know or do; a sentence each."""

    @property
    def key(self) -> bool:
        """A KMS key of the customer's encrypts what is kept."""
        return self.security != "basic"

    @property
    def secret(self) -> bool:
        """There is a secret: from standard on, and wherever a key is needed."""
        return self.key or bool(self.keys)

    @property
    def private(self) -> bool:
        """Nothing is reached but through VPC endpoints."""
        return self.security == "enhanced"

    @property
    def network(self) -> bool:
        """It has a VPC of its own."""
        return self.private or self.target == "ecs-fargate"

    @property
    def state(self) -> bool:
        """Conversations outlive the process, in DynamoDB; AgentCore keeps a session's process."""
        return self.target != "agentcore"

    @property
    def parameters(self) -> dict[str, str]:
        """Of the template, for what only a person knows, by the variable that carries each.

        A name in a resource of a permission is one too; its variable is spelt after it.
        """
        named = {
            name.lower(): name
            for each in self.statements
            for name in re.findall(r"\$\{(\w+)\}", " ".join(each.resources))
        }
        asked = {variable: _camel(variable) for variable in self.variables}
        found = {
            variable: named.pop(name.lower(), name) for variable, name in sorted(asked.items())
        }
        return found | {_snake(name): name for name in named.values()}

    @property
    def runtime_name(self) -> str:
        """Of AgentCore's runtime, which takes no hyphens."""
        return self.name.replace("-", "_")

    @property
    def log_days(self) -> int:
        """How long logs are kept."""
        return LOG_DAYS[self.security]

    @property
    def manifest(self) -> Manifest:
        """What the project says of itself."""
        return Manifest(
            name=self.name, target=self.target, security=self.security, region=self.region,
            model_id=self.model_id, provider=self.provider, platform="linux/arm64",
            serve=("python", "app.py"), secrets=self.keys, variables=self.variables,
            burnish=__version__,
        )  # fmt: skip


def blueprint(context: GenerationContext, custom_tools: Mapping[str, ToolSource]) -> Blueprint:
    """Decide everything that the context leaves to us.

    Raises:
        InputError: something that is needed is missing, unknown, or contradicts something else.
    """
    _complete(context)
    model = catalogue().get(context.model.id)
    target, region = context.deployment.target, context.deployment.region
    level = context.security.level
    assert target is not None and level is not None  # _complete
    tools, of_tools = used(context.tools or (), target)
    custom = [tool.name for tool in context.custom_tools]
    nameable((*custom, *(name for name in custom_tools if name not in custom)), tools)
    approved(custom_tools)
    profile = _profile(model, region)
    name = model.id.partition("/")[2]
    own = KEYS.get(model.provider)
    keys = sorted({key for tool in tools for key in tool.keys} | ({own} if own else set()))
    variables = {name for tool in tools for name in tool.variables}
    variables |= {"OLLAMA_HOST"} if model.provider == "ollama" else set()
    if level == "enhanced" and model.provider != "bedrock":
        raise InputError(
            f"security level 'enhanced' reaches nothing outside AWS, where {model.id} is served.",
            remedy="Choose a model of Bedrock (`burnish models list --provider bedrock`), "
            "or the level 'standard'.",
        )
    unwritten = tuple(t.name for t in context.custom_tools if t.name not in custom_tools)
    called_there = model.provider != "bedrock" or bool(profile) or region in model.regions
    said = notes(context, model, tools, called_there=called_there, unwritten=unwritten)
    return Blueprint(
        name=context.name, purpose=context.purpose, target=target, security=level, region=region,
        provider=model.provider, model_id=f"{profile}.{name}" if profile else name,
        tools=tools, custom_tools=tuple(sorted(custom_tools)),
        max_tokens=min(MAX_ANSWER_TOKENS, model.max_output_tokens or MAX_ANSWER_TOKENS),
        keys=tuple(keys),
        variables=tuple(sorted(variables - set(keys))),
        statements=(
            *model_statements(model, profile),
            *(each for tool in tools for each in tool.permissions),
        ),
        notes=(*said, *of_tools),
    )  # fmt: skip


def _camel(variable: str) -> str:
    return "".join(part.capitalize() for part in variable.split("_"))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()


def _complete(context: GenerationContext) -> None:
    missing = [each for each in context.missing if each.field not in OPTIONAL]
    if missing:
        raise InputError(
            "the context does not say, and its file must: "
            + "; ".join(f"{each.field} ({each.question})" for each in missing)
            + ".",
            details={"missing": [each.field for each in missing]},
            recovery_actions=[f"Add {each.field}: {each.question}" for each in missing],
        )
    region = context.deployment.region
    if not REGION.fullmatch(region):
        raise InputError(f"{region!r} is no region of AWS.", remedy="Write it as eu-central-1.")


def _profile(model: ChatModel, region: str) -> str:
    """The nearest inference profile, where the model is not known to be in the region itself."""
    if model.provider != "bedrock" or region in model.regions:
        return ""
    near = next(prefixes for start, prefixes in PREFIXES if region.startswith(start))
    return next((prefix for prefix in near if prefix in model.profiles), "")
