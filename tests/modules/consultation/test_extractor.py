"""The model points at sentences; whatever it answers, nothing comes in that nobody said."""

from __future__ import annotations

from pathlib import Path

import dspy
import pytest

from burnish.errors import ModelUnavailableError
from burnish.modules.consultation.extractor import ContextExtractor
from burnish.records.context import GenerationContext
from burnish.registries.models import resolve
from burnish.testing import Answer, ScriptedLM, transport_error

TEXT = """Customer: We need a bot that answers questions about orders. It must never promise a refund.
Consultant: Shall it speak German?
Customer: Yes. Run it on Lambda. Always give the order's number.
"""
TOOLS = ("calculator",)


def read(lm: ScriptedLM, text: str = TEXT) -> GenerationContext:
    with dspy.context(lm=lm):
        context: GenerationContext = ContextExtractor(TOOLS)(consultation=text).context
    return context


def found(purpose: str, behaviour: str) -> Answer:
    return Answer.fields(purpose=purpose, behaviour=behaviour)


def test_it_answers_by_numbers_and_the_words_are_the_customers() -> None:
    lm = ScriptedLM([found("[1]", "[2, 3]")])
    context = read(lm)
    assert context.purpose == "We need a bot that answers questions about orders."
    assert "- You must never promise a refund.\n" in context.system_prompt
    assert "- Always give the order's number.\n" in context.system_prompt
    assert context.deployment.target == "lambda"
    quotes = [place.quote for place in context.places if place.field == "system_prompt"]
    assert quotes == ["It must never promise a refund.", "Always give the order's number."]
    for place in context.places:
        assert TEXT[place.start : place.end] == place.quote
    assert "speak German" not in lm.prompts[0]  # the consultant's own words are no one's wish
    assert "Lambda" not in lm.prompts[0]  # that was read already


def test_of_a_folded_message_only_what_was_read_is_left_out() -> None:
    state = """goal: Answer questions.
messages:
  - role: user
    content: |
      It runs on ECS Fargate here.
      Never approve a payment.
"""
    lm = ScriptedLM([found("[1]", "[]")])
    context = read(lm, state)
    assert "[1] Never approve a payment." in lm.prompts[0] and "Fargate" not in lm.prompts[0]
    assert "- Never approve a payment.\n" in context.system_prompt
    assert context.deployment.target == "ecs-fargate"


@pytest.mark.parametrize("answer", [found("[0, 9, -1]", "[77]"), found("[]", "[1]")])
def test_numbers_that_there_are_not_say_nothing(answer: Answer) -> None:
    context = read(ScriptedLM([answer]))
    assert context.purpose == "" and context.system_prompt == ""
    assert {"purpose", "system_prompt"} <= {missing.field for missing in context.missing}


def test_answers_out_of_form_leave_rules_to_themselves() -> None:
    context = read(ScriptedLM(["I do not know.", "Sorry."]))
    assert context.purpose == "" and context.deployment.target == "lambda"


def test_what_is_stated_is_not_asked_for() -> None:
    stated = "purpose: Answer questions.\nsystem_prompt: You answer.\nname: order-desk\n"
    lm = ScriptedLM([])
    context = read(lm, stated)
    assert (context.purpose, context.system_prompt) == ("Answer questions.", "You answer.")
    assert lm.prompts == []


def test_a_model_that_is_lost_is_an_error_with_a_way_out() -> None:
    with pytest.raises(ModelUnavailableError, match="--lm"):
        read(ScriptedLM([transport_error()]))


@pytest.mark.model
def test_the_embedded_model_adds_nothing_of_its_own(model_path: Path) -> None:
    with dspy.context(lm=resolve("local")):
        context = ContextExtractor(TOOLS)(consultation=TEXT).context
    by_model = [place for place in context.places if place.reader == "model"]
    assert all(TEXT[place.start : place.end] == place.quote for place in by_model)
    assert context.purpose and context.purpose.split(".")[0] in TEXT
    assert context.deployment.target == "lambda"
