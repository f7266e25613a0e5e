"""What was asked for and is not in the project is said, a sentence each."""

from __future__ import annotations

import pytest

from burnish.agents.project.blueprint import blueprint
from burnish.agents.project.endpoints import endpoint
from burnish.agents.project.infrastructure import endpoints, resources, template
from burnish.errors import InputError
from burnish.records.context import GenerationContext, Place
from burnish.registries.catalogue.models import catalogue
from burnish.registries.catalogue.tools import toolbox
from tests.agents.projects import context


def said(**changes: object) -> str:
    """The notes of the example with these changes."""
    return "\n".join(blueprint(context(custom_tools=(), **changes), {}).notes)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"security__demands": ("GDPR",)}, "GDPR was asked for: burnish does not check it."),
        ({"model__capabilities": ("audio_input",)}, "audio_input was asked for"),
        ({"model__min_context": 90_000_000}, "90,000,000 tokens of context were asked for"),
        ({"model__max_usd_per_million": 0.0001}, "$0.0001 per million tokens at most"),
    ],
)
def test_a_demand_that_is_not_known_to_be_met_is_named(
    changes: dict[str, object], note: str
) -> None:
    assert note in said(**changes)
    assert note not in said()


def test_what_is_not_known_of_a_model_is_said() -> None:
    priceless = next(m.id for m in catalogue() if m.usd_per_million.blended is None)
    assert f"{priceless} has no known price" in said(
        model__id=priceless, model__max_usd_per_million=1.0
    )


def test_a_demand_that_is_met_is_not_named() -> None:
    met = {"model__min_context": 1000, "model__max_usd_per_million": 50.0}
    assert said(model__capabilities=("tool_use",), **met) == said()


def test_what_was_not_understood_is_quoted() -> None:
    place = Place(field="tools", start=3, end=9, quote="Salesforce\n" * 40, reader="rule")
    (note,) = (n for n in said(unread=(place,)).splitlines() if "not understood" in n)
    assert note.startswith('"Salesforce Salesforce') and "(tools)" in note and len(note) < 200


@pytest.mark.parametrize(
    ("tool", "service", "there"),
    [
        ("mcp/aws_pricing", "pricing", False),
        ("mcp/cloudwatch", "monitoring", True),
        ("mcp/postgres", "rds", True),
        ("agentcore/gateway", "bedrock-agentcore.gateway", True),
        ("memory", "bedrock-agent", True),
    ],
)
def test_a_private_network_has_a_tools_endpoints_or_says_so(
    tool: str, service: str, there: bool
) -> None:
    asked = context(
        custom_tools=(), tools=(tool,), security__level="enhanced", deployment__target="agentcore"
    )
    project = blueprint(asked, {})
    assert (service in endpoints(project)) is there
    without = [note for note in project.notes if f"{tool} calls {service}" in note]
    assert bool(without) is not there
    names = [
        each["Properties"]["ServiceName"]["Fn::Sub"].partition("${AWS::Region}.")[2]
        for each in resources(template(project)).values()
        if each["Type"] == "AWS::EC2::VPCEndpoint"
    ]
    assert len(set(names)) == len(names) and set(endpoints(project)) <= set(names)


def test_no_tool_calls_a_service_that_a_private_network_lacks_without_a_word() -> None:
    silent = []
    for tool in toolbox():
        lacking = {
            action
            for permission in tool.permissions or ()
            for action in permission.actions
            if not endpoint(action)
        }
        if lacking and "agentcore" not in tool.unfit and tool.given_as != "session_manager":
            notes = said(
                tools=(tool.id,), security__level="enhanced", deployment__target="agentcore"
            )
            silent += [tool.id] if f"{tool.id} calls" not in notes else []
    assert not silent
    assert "use_aws reaches only services" in said(tools=("use_aws",), security__level="enhanced")


def test_what_is_missing_is_for_programs_too() -> None:
    with pytest.raises(InputError) as caught:
        blueprint(GenerationContext(name="bot", purpose="Answers."), {})
    missing = caught.value.details["missing"]
    assert missing[:2] == ["system_prompt", "model.id"] and "budget_usd_per_month" not in missing
    actions = caught.value.recovery_actions
    assert len(actions) == len(missing)
    assert all(
        field in action and "?" in action for field, action in zip(missing, actions, strict=True)
    )
