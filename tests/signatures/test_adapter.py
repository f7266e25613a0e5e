"""The plain wire format: what is asked, and what is taken from an answer."""

from __future__ import annotations

from typing import Any

import dspy
import pytest
from dspy.utils.exceptions import AdapterParseError

from burnish.signatures import questions
from burnish.signatures.adapter import PlainAdapter
from burnish.signatures.demonstration import demos_for
from burnish.testing import Answer, ScriptedLM

CODE = "def f() -> int:\n    return 1\n"


def _parsed(answer: str) -> str:
    return str(PlainAdapter().parse(questions.WriteCode, answer)["code"].code).strip()


@pytest.mark.parametrize(
    "answer",
    [
        f"```python\n{CODE}```",
        f"Here it is:\n\n```python\n{CODE}```\nIt returns 1.",
        f"```\n{CODE}```",
        f"```bash\npip\n```\n\n```python\n{CODE}```",
        f"```python\n{CODE}",
        CODE,
    ],
    ids=["fenced", "with prose", "no tag", "longest of two", "cut short", "bare"],
)
def test_code_is_taken_from_every_form_that_models_give(answer: str) -> None:
    assert _parsed(answer) == CODE.strip()


def test_a_fence_inside_a_docstring_does_not_end_the_code() -> None:
    code = 'def f():\n    """Run.\n\n        ```text\n        hello\n        ```\n    """\n    return 1'
    assert _parsed(f"~~~python\n{code}\n~~~") == code


@pytest.mark.parametrize("answer", ["I cannot do that.", "```python\n```", "   "])
def test_an_answer_without_code_is_refused(answer: str) -> None:
    with pytest.raises(AdapterParseError):
        _parsed(answer)


def test_a_readme_keeps_its_own_fences_and_loses_the_outer_one() -> None:
    readme = "# f\n\n```python\nprint(1)\n```\n\nDone."
    wrapped = f"```markdown\n{readme}\n```"
    for answer in (readme, wrapped):
        parsed = PlainAdapter().parse(questions.WriteDocumentation, answer)
        assert parsed["documentation"].strip() == readme


def test_empty_inputs_are_not_shown_to_the_model() -> None:
    lm = ScriptedLM([f"```python\n{CODE}```"])
    with dspy.context(lm=lm, adapter=PlainAdapter()):
        answer = dspy.Predict(questions.WriteCode)(
            specification="Return one.", constraints="", interface="", notes=""
        )
    assert answer.code.code.strip() == CODE.strip()
    assert "Constraints" not in lm.prompts[0] and "[[ ##" not in lm.prompts[0]


def _messages(question: type[dspy.Signature], demos: list[dict[str, str]], **given: str) -> Any:
    inputs = dict.fromkeys(question.input_fields, "") | given
    return PlainAdapter().format(question, demos, inputs)


def test_without_a_demo_the_whole_question_is_one_message_and_the_text_comes_first() -> None:
    (asked,) = _messages(questions.WriteCode, [], specification="Return one.")
    assert asked["role"] == "user" and asked["content"].startswith("Return one.\n\nAnswer with")
    assert "```python. Use type hints" in asked["content"]
    (both,) = _messages(questions.WriteCode, [], specification="Return one.", notes="Do.")
    assert both["content"].startswith("Specification:\nReturn one.\n\nNotes:\nDo.\n\n")


def test_with_a_demo_instructions_come_before_it() -> None:
    demos = demos_for(questions.WriteTests, "write_tests")
    messages = _messages(questions.WriteTests, demos, specification="Return one.")
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    assert messages[0]["content"].startswith("Write a pytest file")
    assert messages[-1]["content"].endswith("in a markdown code block, ```python.")


def test_several_outputs_travel_in_the_chat_form() -> None:
    lm = ScriptedLM(
        [
            Answer.fields(
                interface="def f() -> int",
                requirements='["return one"]',
                edge_cases="[]",
                strategy="direct",
                parts="[]",
            )
        ]
    )
    predictor = dspy.Predict(questions.AnalyzeSpecification)
    predictor.demos = demos_for(questions.AnalyzeSpecification, "analyze")
    with dspy.context(lm=lm, adapter=PlainAdapter()):
        answer = predictor(specification="Return one.", constraints="", test_requirements="")
    assert answer.requirements == ["return one"]
    assert answer.strategy == "direct"
    assert "moving_average" in lm.prompts[0]
