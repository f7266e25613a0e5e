"""What rules read of a consultation, and what they leave alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from burnish.errors import InputError
from burnish.modules.consultation.document import MAX_CHARS, read
from burnish.modules.consultation.rules import read_rules, unread
from burnish.records.context import QUESTIONS, CustomTool, GenerationContext

EXAMPLE = Path(__file__).parents[3] / "examples" / "contexts" / "support-bot.yaml"
TOOLS = ("calculator", "current_time", "think")


def found(text: str) -> dict[str, Any]:
    return {field: value for field, (value, _) in read_rules(read(text), TOOLS).items()}


@pytest.mark.parametrize(
    "sentence, field, value",
    [
        ("Call it order-desk.", "name", "order-desk"),
        ("Run it in eu-central-1.", "deployment.region", "eu-central-1"),
        ("It has to be in Frankfurt.", "deployment.region", "eu-central-1"),
        ("We run everything on ECS Fargate.", "deployment.target", "ecs-fargate"),
        ("Use Bedrock AgentCore.", "deployment.target", "agentcore"),
        ("We get 20,000 requests per month.", "deployment.requests_per_month", 20_000),
        ("Around 12k conversations a month.", "deployment.requests_per_month", 12_000),
        ("1.5 million calls per month.", "deployment.requests_per_month", 1_500_000),
        ("300 tickets per day.", "deployment.requests_per_month", 9_000),
        ("2 requests every hour.", "deployment.requests_per_month", 1_440),
        ("At most $1,200 per month.", "budget_usd_per_month", 1_200.0),
        ("No more than 150 dollars a month.", "budget_usd_per_month", 150.0),
        ("Our budget is USD 2.4k per year.", "budget_usd_per_month", 200.0),
        ("We can spend 1,5 k dollars per month.", "budget_usd_per_month", 1_500.0),
        ("At most $2 per million tokens.", "model.max_usd_per_million", 2.0),
        ("It must read photos of damage.", "model.capabilities", ("vision",)),
        ("It needs 100k tokens of context.", "model.min_context", 100_000),
        ("Deploy it in Dublin.", "deployment.region", "eu-west-1"),
        ("The bot shall be called Anna-2.", "name", "anna-2"),
        ("Standard security is enough.", "security.level", "standard"),
        ("The security level should be enhanced.", "security.level", "enhanced"),
        ("We fall under GDPR and HIPAA.", "security.demands", ("GDPR", "HIPAA")),
        ("Use the calculator tool.", "tools", ("calculator",)),
        ("It needs current_time.", "tools", ("current_time",)),
        ("It needs a current time tool.", "tools", ("current_time",)),
        ("It may `think`.", "tools", ("think",)),
        ("Take Amazon Nova Lite.", "model.id", "bedrock/amazon.nova-lite-v1:0"),
        ('The system prompt is "You are Ann."', "system_prompt", "You are Ann."),
    ],
)
def test_what_is_stated_is_read(sentence: str, field: str, value: object) -> None:
    assert found(f"We want an agent. {sentence} Thanks.")[field] == value


@pytest.mark.parametrize(
    "sentence",
    [
        "Not on Lambda, please.",
        "We do not want Lambda.",
        "Anything rather than Lambda.",
        "Should we take Lambda?",
        "Maybe Lambda.",
        "Peter says Lambda is fine.",
        "Let us think about the calculator of the shop.",
        "Security matters.",
        "Zendesk costs us $3000 a month.",
        "$12.50 per hour is what our clerks earn.",
        "A colleague from Paris helps users in London.",
        "We run a shop in Dublin.",
        "There is a patient named Bob.",
        "Version 1.2.3 $ per month at most.",
        "It must know the current time.",
        "It costs 150 euros a month.",
        "We have 300 employees per day on site.",
    ],
)
def test_what_is_refused_asked_or_doubted_is_not(sentence: str) -> None:
    assert found(sentence) == {}


def test_free_text_that_says_two_things_says_neither() -> None:
    assert found("Run it in Frankfurt. Run it in Dublin.") == {}


def test_in_a_conversation_the_last_word_counts() -> None:
    text = "Customer: Run it in Frankfurt.\nConsultant: Fine.\nCustomer: No: run it in Dublin."
    assert found(text) == {"deployment.region": "eu-west-1"}


def test_what_the_adviser_says_counts_if_it_is_agreed_to() -> None:
    asked = "Consultant: I suggest Lambda. Shall we take it?\nCustomer: {}\nCustomer: Thanks a lot."
    assert found(asked.format("Yes, please."))["deployment.target"] == "lambda"
    assert found(asked.format("Let me see.")) == {}


def test_agreeing_to_a_part_says_nothing_of_the_rest() -> None:
    text = "Adviser: Fargate, and $400 per month at most?\nUser: Yes to the budget, no to Fargate."
    assert found(text) == {}


def test_agreeing_to_a_choice_says_nothing() -> None:
    text = "Assistant: Lambda or Fargate?\nUser: Yes.\nUser: You choose."
    assert found(text) == {}


def test_a_state_is_read_by_its_keys_and_its_messages() -> None:
    text = """{"agent_name": "Order Desk", "aws_region": "eu-west-1", "model": "gpt-9000",
        "tools": ["calculator", "fax"],
        "messages": [{"role": "user", "content": "Say \\"hi\\". Use Lambda."},
                     {"role": "assistant", "content": "Then Fargate."}]}"""
    assert found(text) == {
        "name": "order-desk", "deployment.region": "eu-west-1", "tools": ("calculator",),
        "deployment.target": "lambda",
    }  # fmt: skip
    left = unread(read(text), TOOLS)
    assert [(place.field, place.quote) for place in left] == [
        ("model.id", "gpt-9000"), ("tools", "fax"),
    ]  # fmt: skip


def test_only_the_agents_own_keys_are_read() -> None:
    text = """{"agent": {"name": "Order Desk", "goal": "Help."}, "model": {"id": "nova lite"},
        "security": {"level": "basic"}, "tools": [{"name": "calculator"}, {"id": "fax"}],
        "custom_tools": [{"name": "order_status", "specification": "Write it."}],
        "customer": {"name": "Anna Berger", "description": "A florist", "region": "eu-west-1"}}"""
    assert found(text) == {
        "name": "order-desk", "purpose": "Help.", "model.id": "bedrock/amazon.nova-lite-v1:0",
        "security.level": "basic", "tools": ("calculator",),
        "custom_tools": (CustomTool(name="order_status", specification="Write it."),),
    }  # fmt: skip
    assert [place.quote for place in unread(read(text), TOOLS)] == ["fax"]


def test_no_tools_are_an_answer_too() -> None:
    assert found('{"name": "order-desk", "tools": []}')["tools"] == ()


def test_a_context_file_is_read_as_it_is() -> None:
    text = EXAMPLE.read_text("utf-8")
    readings = read_rules(read(text), ("calculator", "current_time"))
    known = GenerationContext.model_validate(yaml.safe_load(text))
    assert {field: value for field, (value, _) in readings.items()} == {
        field: known.value(field) for field in (*QUESTIONS, "custom_tools")
    }


@pytest.mark.parametrize("text", ["9" * 400 + " requests per day", "1" * 100_000, "1." * 50_000])
def test_long_runs_of_digits_are_no_numbers(text: str) -> None:
    assert found(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Customer: Call it order-desk. Run it in Dublin.\nConsultant: Ok.\nCustomer: Use Lambda.",
        "name: Order Desk\nregion: eu-west-1\nnotes:\n  - content: Use Lambda.\n",
        "Call it order-desk and run it in eu-west-1, on Lambda.",
    ],
)
def test_every_place_is_where_the_words_stand(text: str) -> None:
    readings = read_rules(read(text), TOOLS)
    assert set(readings) == {"name", "deployment.region", "deployment.target"}
    for _, places in readings.values():
        for place in places:
            assert text[place.start : place.end] == place.quote
            assert place.reader == "rule"


def test_escaped_words_are_placed_at_their_value() -> None:
    text = '{"messages": [{"role": "user", "content": "Say \\"hi\\".\\nUse Lambda."}], "a": 1}'
    _, (place,) = read_rules(read(text))["deployment.target"]
    assert place.quote == "Lambda"
    assert text[place.start : place.end] == '"Say \\"hi\\".\\nUse Lambda."'


@pytest.mark.parametrize("text", ["", "  \n", "x" * (MAX_CHARS + 1)])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read(text)


def test_aliases_that_multiply_are_read_once() -> None:
    laughs = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert len(read(laughs).entries) < 100


def test_deep_nesting_is_free_text() -> None:
    assert read("[" * 5_000 + " use Lambda").kind == "text"


@given(st.text(max_size=400).filter(str.strip))
def test_any_text_is_taken(text: str) -> None:
    for _, places in read_rules(read(text), TOOLS).values():
        assert all(0 <= place.start <= place.end <= len(text) for place in places)
