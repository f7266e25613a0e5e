"""What the agent's role may do: named actions on the narrowest resources that AWS offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from burnish.records.base import Record
from burnish.registries.catalogue.models import ChatModel

INVOKE = ("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream")


class Statement(Record):
    """One statement that allows something."""

    sid: str
    """Letters and digits."""
    actions: tuple[str, ...]
    """Each by its full name: never a wildcard."""
    resources: tuple[str, ...]
    """ARNs, with the pseudo parameters and resources of CloudFormation in "${}"."""
    condition: Mapping[str, Mapping[str, str]] | None = None
    """Operator, key and value; the value may hold "${}" too."""


def model_statements(model: ChatModel, profile: str) -> Iterator[Statement]:
    """To ask this model, by a profile of cross-region inference if one is named."""
    if model.provider != "bedrock":
        return
    name = model.id.partition("/")[2]
    arn = "arn:${AWS::Partition}:bedrock:"
    if not profile:
        here = f"{arn}${{AWS::Region}}::foundation-model/{name}"
        yield Statement(sid="Model", actions=INVOKE, resources=(here,))
        return
    own = f"{arn}${{AWS::Region}}:${{AWS::AccountId}}:inference-profile/{profile}.{name}"
    yield Statement(sid="Profile", actions=INVOKE, resources=(own,))
    # the profile chooses the region, so the model is allowed in each, but only through it
    yield Statement(
        sid="ModelOfProfile",
        actions=INVOKE,
        resources=(f"{arn}*::foundation-model/{name}",),
        condition={"StringEquals": {"bedrock:InferenceProfileArn": own}},
    )
