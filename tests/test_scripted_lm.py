from __future__ import annotations

import asyncio
import logging

import dspy
import pytest
from dspy.utils.exceptions import AdapterParseError, LMError, LMTransportError

from burnish.testing import Answer, ScriptedLM, transport_error

CHAT = dspy.ChatAdapter(use_json_adapter_fallback=False)


class PlainAdapter(dspy.ChatAdapter):  # type: ignore[misc]
    """The whole answer is the first output field, as an adapter for fenced code might read it."""

    def parse(self, signature: type[dspy.Signature], completion: str) -> dict[str, str]:
        return {next(iter(signature.output_fields)): completion.strip("`")}


def test_answers_come_in_order_and_prompts_are_kept() -> None:
    lm = ScriptedLM([Answer.fields(answer="4"), Answer.fields(answer="5")])
    ask = dspy.Predict("question -> answer")
    with dspy.context(lm=lm, adapter=CHAT):
        assert [ask(question=q).answer for q in ("2+2", "2+3")] == ["4", "5"]
    assert "2+2" in lm.prompts[0] and "2+3" in lm.prompts[1]
    assert lm.left == 0


def test_a_function_answers_by_the_prompt() -> None:
    lm = ScriptedLM(lambda prompt: "`yes`" if "sky" in prompt else "`no`")
    ask = dspy.Predict("question -> answer")
    with dspy.context(lm=lm, adapter=PlainAdapter()):
        assert ask(question="the sky").answer == "yes"
        assert ask(question="the sea").answer == "no"
    assert lm.left is None


def test_usage_is_reported_as_scripted_or_counted() -> None:
    lm = ScriptedLM([Answer("abcdefgh"), Answer("x", prompt_tokens=7, completion_tokens=9)])
    lm("12345678")
    assert lm.history[-1]["usage"]["completion_tokens"] == 2
    assert lm.history[-1]["usage"]["prompt_tokens"] == 2
    lm("12345678")
    assert lm.history[-1]["usage"]["total_tokens"] == 16


def test_a_truncated_answer_says_so(caplog: pytest.LogCaptureFixture) -> None:
    lm = ScriptedLM([Answer("def f(", finish_reason="length")])
    with caplog.at_level(logging.CRITICAL, logger="dspy.clients.lm"):
        lm("write")
    assert lm.history[-1]["response"].finish_reason == "length"


def test_an_empty_answer_fails_to_parse() -> None:
    with dspy.context(lm=ScriptedLM([""]), adapter=CHAT), pytest.raises(AdapterParseError):
        dspy.Predict("question -> answer")(question="?")


def test_a_transport_error_comes_through_and_is_retried_if_asked() -> None:
    with pytest.raises(LMTransportError, match="connection reset"):
        ScriptedLM([transport_error(), "late"])("hi")
    assert ScriptedLM([transport_error(), "late"], num_retries=1)("hi") == ["late"]


def test_a_call_after_the_last_answer_fails() -> None:
    with pytest.raises(LMError, match="no answer left for call 1"):
        ScriptedLM([])("hi")


def test_the_same_script_answers_async_calls_and_copies() -> None:
    lm = ScriptedLM(["one", "two"])
    assert asyncio.run(lm.copy(temperature=0.9).acall("hi")) == ["one"]
    assert lm("hi") == ["two"]
    assert len(lm.prompts) == 2
