"""What is missing is asked for; what cannot be it is asked for again; nothing is made up."""

from __future__ import annotations

import pytest

from burnish.agents.context.completion import answered, complete
from burnish.errors import InputError
from burnish.records.context import QUESTIONS, GenerationContext, MissingField

GOOD = {
    "name": "order-desk",
    "purpose": "Answers questions.",
    "system_prompt": "You answer.",
    "model.id": "bedrock/amazon.nova-lite-v1:0",
    "tools": "calculator, current_time",
    "deployment.target": "lambda",
    "deployment.region": "eu-central-1",
    "deployment.requests_per_month": "20k",
    "budget_usd_per_month": "$150",
    "security.level": "Basic",
}
TOOLS = ("calculator", "current_time")


def test_every_question_has_an_answer_that_is_taken() -> None:
    context = complete(GenerationContext(), lambda missing, reason: GOOD[missing.field], TOOLS)
    assert context.missing == () and context.completeness == 1.0
    assert context.deployment.requests_per_month == 20_000
    assert context.budget_usd_per_month == 150.0 and context.security.level == "basic"
    assert {place.field for place in context.places} == set(QUESTIONS)
    assert {place.reader for place in context.places} == {"person"}


def test_only_what_is_missing_is_asked_for() -> None:
    asked = []

    def ask(missing: MissingField, reason: str) -> str:
        asked.append(missing.field)
        return ""

    known = GenerationContext(name="order-desk", purpose="Helps.", tools=())
    context = complete(known, ask, TOOLS)
    assert asked == [field for field in QUESTIONS if field not in ("name", "purpose", "tools")]
    assert context == known


@pytest.mark.parametrize(
    "field, wrong",
    [
        ("name", "?"),
        ("model.id", "gpt-9000"),
        ("tools", "calculator, fax"),
        ("deployment.target", "heroku"),
        ("deployment.region", "the moon"),
        ("deployment.requests_per_month", "many"),
        ("budget_usd_per_month", "some"),
        ("security.level", "high"),
    ],
)
def test_what_cannot_be_it_is_asked_for_again(field: str, wrong: str) -> None:
    with pytest.raises(InputError, match="Give"):
        answered(GenerationContext(), field, wrong, TOOLS)
    reasons = []

    def ask(missing: MissingField, reason: str) -> str:
        if missing.field != field:
            return ""
        reasons.append(reason)
        return GOOD[field] if reason else wrong

    assert complete(GenerationContext(), ask, TOOLS).value(field) not in (None, "")
    assert reasons[0] == "" and wrong in reasons[1]
