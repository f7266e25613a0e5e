"""The loop, with a scripted model and a real sandbox: what it makes of good and bad answers."""

from __future__ import annotations

from typing import Any

import dspy
import pytest

import burnish
from burnish.errors import ModelUnavailableError
from burnish.records import Attempt, Solution, Spec, Usage
from burnish.sandbox import Sandbox
from burnish.testing import Answer, ScriptedLM, transport_error
from tests.modules.scripts import CODE, README, TESTS, WRONG, fenced, script

TEXT = "Write `double(n)` that returns twice n."
CHECKS = "from solution import double\n\n\ndef test_check():\n    assert double(21) == 42\n"


def _generate(lm: ScriptedLM, box: Sandbox, text: str = TEXT, **options: Any) -> Solution:
    return burnish.generate(text, lm=lm, sandbox=box, **options)


def test_good_answers_are_accepted_at_once(box: Sandbox) -> None:
    solution = _generate(ScriptedLM(script()), box, checks=CHECKS)
    assert solution.accepted, solution.best
    assert solution.status == "TESTS_PASSING"
    assert solution.stopped == "accepted"
    assert solution.details.iterations == 1
    assert solution.confidence_level == "HIGH"
    assert [call.stage for call in solution.calls] == [
        "analyze", "write_code", "write_tests", "document",
    ]  # fmt: skip
    assert solution.usage.tokens == sum(call.usage.tokens for call in solution.calls) > 0
    assert solution.usage.cost_usd is None


def test_failing_checks_are_repaired_with_the_real_error(box: Sandbox) -> None:
    lm = ScriptedLM(script(write_code=fenced(WRONG)))
    solution = _generate(lm, box, checks=CHECKS)
    assert solution.status == "TESTS_PASSING_AFTER_REFINEMENT"
    assert solution.details.moves == ("write", "repair_code")
    assert "63" in lm.prompts[-1] and "42" in lm.prompts[-1]


def test_a_syntax_error_is_corrected(box: Sandbox) -> None:
    broken = CODE.replace("return 2 * n", "return (2 * n")
    solution = _generate(ScriptedLM(script(write_code=fenced(broken))), box, checks=CHECKS)
    assert solution.status == "SYNTAX_ERROR_CORRECTED"
    assert solution.history[0].execution.status == "SYNTAX_ERROR"


def test_code_that_repair_does_not_help_is_written_anew(box: Sandbox) -> None:
    lm = ScriptedLM(script(write_code=[fenced(WRONG), fenced(CODE)], repair_code=fenced(WRONG)))
    solution = _generate(lm, box, checks=CHECKS)
    assert solution.accepted
    assert solution.details.moves == ("write", "rewrite")


def test_a_repair_that_gives_back_the_same_code_is_not_asked_for_again(box: Sandbox) -> None:
    other = WRONG.replace("3 * n", "4 * n")
    lm = ScriptedLM(
        script(write_code=[fenced(WRONG), fenced(other), fenced(CODE)], repair_code=fenced(WRONG))
    )
    solution = _generate(lm, box, checks=CHECKS)
    assert solution.accepted and solution.details.moves == ("write", "rewrite")
    assert [call.stage for call in solution.calls].count("repair_code") == 1


def test_a_wrong_generated_test_cannot_ruin_correct_code(box: Sandbox) -> None:
    wrong = TESTS.replace("double(2) == 4", "double(2) == 5")
    lm = ScriptedLM(script(write_tests=fenced(wrong), repair_tests=fenced(wrong)))
    solution = _generate(lm, box, checks=CHECKS)
    assert solution.code.strip() == CODE.strip()
    assert solution.accepted
    assert "double(2) == 5" not in solution.tests
    assert "test_two" in " ".join(solution.details.notes)


def test_examples_of_the_specification_are_trusted(box: Sandbox) -> None:
    text = f"{TEXT}\n\n>>> double(4)\n8\n"
    agreeing = "from solution import double\n\n\ndef test_it():\n    assert double(1) == 3\n"
    lm = ScriptedLM(
        script(write_code=fenced(WRONG), write_tests=fenced(agreeing), repair_code=fenced(WRONG))
    )
    solution = _generate(lm, box, text, max_iterations=1)
    assert not solution.accepted
    assert solution.status == "TESTS_FAILING"
    assert [t.outcome for t in solution.history[0].execution.of("example")] == ["failed"]


def test_worse_never_replaces_better_and_the_budget_ends_the_work(box: Sandbox) -> None:
    undocumented = "def double(n):\n    return 2 * n\n"
    lm = ScriptedLM(
        script(
            write_code=fenced(undocumented), add_docstrings=fenced("def double(n):\n    return 0")
        )
    )
    solution = _generate(lm, box, checks=CHECKS, max_iterations=2)
    assert solution.best is not None
    assert solution.best.execution.status == "PASSED"
    assert "2 * n" in solution.code
    assert solution.details.iterations <= 3


def test_missing_docstrings_are_added_without_touching_the_code(box: Sandbox) -> None:
    undocumented = "def double(n: int) -> int:\n    return 2 * n\n"
    solution = _generate(ScriptedLM(script(write_code=fenced(undocumented))), box, checks=CHECKS)
    assert solution.accepted
    assert '"""Return twice the number `n`.' in solution.code
    assert solution.details.moves == ("write", "document")


def test_tests_that_reach_nothing_new_are_followed_by_others(box: Sandbox) -> None:
    code = CODE.replace("    return 2 * n", "    if n == 7:\n        return 14\n    return 2 * n")
    less = "from solution import double\n\n\ndef test_four():\n    assert double(4) == 8\n"
    more = "from solution import double\n\n\ndef test_seven():\n    assert double(7) == 14\n"
    lm = ScriptedLM(script(write_code=fenced(code), extend_tests=[fenced(less), fenced(more)]))
    solution = _generate(lm, box)
    assert solution.details.moves == ("write", "add_tests", "add_tests")
    assert "test_seven" in solution.tests


def test_lines_that_no_test_runs_get_tests(box: Sandbox) -> None:
    code = CODE.replace("    return 2 * n", "    if n == 7:\n        return 14\n    return 2 * n")
    more = "from solution import double\n\n\ndef test_seven():\n    assert double(7) == 14\n"
    lm = ScriptedLM(script(write_code=fenced(code), extend_tests=fenced(more)))
    solution = _generate(lm, box)
    assert solution.details.moves == ("write", "add_tests")
    assert "test_seven" in solution.tests
    assert solution.details.coverage == 1.0
    assert solution.confidence_level == "MEDIUM"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(fenced(CODE), finish_reason="length"), "cut"),
        (Answer(""), "empty"),
        ("I would rather not.", "out of form"),
    ],
)
def test_an_unusable_answer_is_a_failed_attempt_with_its_reason(
    box: Sandbox, answer: Answer | str, reason: str
) -> None:
    solution = _generate(ScriptedLM(script(write_code=answer)), box)
    assert solution.status == "NO_USABLE_ANSWER"
    assert solution.best is None and solution.code == ""
    assert reason in solution.stopped
    assert [call.error != "" for call in solution.calls if call.stage == "write_code"] == [True] * 2


def test_one_bad_answer_is_asked_again(box: Sandbox) -> None:
    lm = ScriptedLM(script(write_code=[Answer(""), fenced(CODE)]))
    assert _generate(lm, box, checks=CHECKS).accepted


def test_a_model_that_cannot_be_reached_is_an_error_with_a_remedy(box: Sandbox) -> None:
    with pytest.raises(ModelUnavailableError, match="--lm"):
        _generate(ScriptedLM(lambda prompt: transport_error()), box)


@pytest.mark.parametrize("question", ["write_tests", "document"])
def test_a_model_lost_beside_the_code_costs_only_that_part(question: str, box: Sandbox) -> None:
    solution = _generate(ScriptedLM(script(**{question: transport_error()})), box)
    assert "def double" in solution.code and len(solution.history) >= 1
    assert solution.accepted or "the model was lost" in solution.stopped


def test_every_request_of_an_adapter_that_asks_again_is_counted(box: Sandbox) -> None:
    lm = ScriptedLM(script())
    with dspy.context(adapter=dspy.ChatAdapter()):  # it falls back to JSON
        solution = _generate(lm, box)
    assert len(solution.calls) == solution.usage.calls == len(lm.prompts)
    assert any("could not read" in call.error for call in solution.calls)


def test_a_model_lost_in_the_middle_keeps_the_best_attempt(box: Sandbox) -> None:
    lm = ScriptedLM(script(write_code=fenced(WRONG), repair_code=transport_error()))
    solution = _generate(lm, box, checks=CHECKS)
    assert solution.code.strip() == WRONG.strip()
    assert "lost" in solution.stopped


def test_without_a_sandbox_code_is_analysed_but_never_accepted() -> None:
    solution = burnish.generate(TEXT, lm=ScriptedLM(script()), sandbox="none", checks=CHECKS)
    assert solution.status == "SANDBOX_UNAVAILABLE"
    assert solution.validation_method == "STATIC_ANALYSIS_ONLY"
    assert solution.confidence_level == "MEDIUM"
    assert solution.manual_review_recommended
    assert not solution.accepted
    assert solution.code.strip() == CODE.strip()


class _Watcher:
    def __init__(self) -> None:
        self.stages: list[str] = []
        self.attempts: list[Attempt] = []
        self.solutions: list[Solution] = []

    def on_stage(self, spec: Spec, stage: str, round: int, usage: Usage) -> None:
        self.stages.append(stage)

    def on_attempt(self, spec: Spec, attempt: Attempt, best: Attempt) -> None:
        self.attempts.append(attempt)

    def on_solution(self, solution: Solution) -> None:
        self.solutions.append(solution)
        raise RuntimeError("an observer must not cost the solution")


def test_observers_are_told_in_order_and_may_fail(box: Sandbox) -> None:
    watcher = _Watcher()
    solution = _generate(ScriptedLM(script()), box, checks=CHECKS, observers=[watcher])
    assert watcher.stages == [
        "analyze", "write_code", "write_tests", "document", "execute", "evaluate",
    ]  # fmt: skip
    assert tuple(watcher.attempts) == solution.history
    assert watcher.solutions == [solution]


@pytest.mark.parametrize("strategy", ["direct", "test-first", "incremental", "template"])
def test_every_strategy_ends_in_working_code(box: Sandbox, strategy: Any) -> None:
    lm = ScriptedLM(script())
    solution = _generate(lm, box, checks=CHECKS, strategy=strategy)
    assert solution.accepted
    assert solution.analysis.strategy == strategy


def test_test_first_shows_the_tests_to_the_writer_of_the_code(box: Sandbox) -> None:
    lm = ScriptedLM(script())
    _generate(lm, box, strategy="test-first")
    asked = [prompt for prompt in lm.prompts if "Use type hints" in prompt]
    assert "def test_zero" in asked[0]


def test_incremental_parts_are_added_one_by_one_and_broken_ones_left_out(box: Sandbox) -> None:
    analysis = Answer.fields(
        interface="def double(n: int) -> int",
        requirements="[]",
        edge_cases="[]",
        strategy="incremental",
        parts='["the doubling", "the rest"]',
    )
    lm = ScriptedLM(
        script(
            analyze=analysis, write_code=[fenced(CODE), fenced(f"{CODE}\nimport nothing_there\n")]
        )
    )
    solution = _generate(lm, box, checks=CHECKS)
    assert solution.accepted
    assert "nothing_there" not in solution.code
    asked = [prompt for prompt in lm.prompts if "Use type hints" in prompt]
    assert "Part 2 of 2" in asked[1] and "return 2 * n" in asked[1]


def test_the_readme_of_the_solution_holds_an_example_that_ran(box: Sandbox) -> None:
    solution = _generate(ScriptedLM(script()), box, checks=CHECKS)
    assert solution.docs.strip() == README.strip()
    assert solution.best is not None
    assert solution.best.execution.passed("usage") == 1


def test_a_question_put_again_is_put_warmer_so_that_the_cache_does_not_answer(box: Sandbox) -> None:
    lm = ScriptedLM(script(write_tests=["no tests today", "none", fenced(TESTS)]))
    solution = _generate(lm, box, checks=CHECKS)
    assert solution.accepted
    assert solution.details.moves == ("write", "add_tests")
    asked = [call for call in solution.calls if call.stage == "write_tests"]
    assert [call.error != "" for call in asked] == [True, True, False]


def test_code_that_never_parses_ends_with_its_own_status(box: Sandbox) -> None:
    broken = fenced("def double(n:\n    return 2")
    solution = _generate(ScriptedLM(script(write_code=broken, repair_code=broken)), box)
    assert solution.status == "SYNTAX_ERROR"
    assert not solution.accepted


def test_fresh_starts_go_on_as_long_as_the_limits_allow(box: Sandbox) -> None:
    other = [fenced(WRONG.replace("3 * n", f"{k} * n")) for k in range(4, 9)]
    lm = ScriptedLM(
        script(write_code=[fenced(WRONG), *other, fenced(CODE)], repair_code=fenced(WRONG))
    )
    solution = _generate(lm, box, checks=CHECKS, max_iterations=3)
    assert solution.accepted
    assert solution.details.moves == ("write", "rewrite")


def test_the_complete_tests_of_an_answer_that_was_cut_are_kept(box: Sandbox) -> None:
    cut = Answer(
        fenced(TESTS)[:-30] + "\n\ndef test_more():\n    assert dou", finish_reason="length"
    )
    solution = _generate(ScriptedLM(script(write_tests=cut)), box, checks=CHECKS)
    assert "def test_two" in solution.tests and "test_more" not in solution.tests
    (call,) = [call for call in solution.calls if call.stage == "write_tests"]
    assert "cut" in call.error


def test_a_module_over_the_limit_is_no_usable_answer(box: Sandbox) -> None:
    long = CODE + "\n".join(f"LINE_{n} = {n}" for n in range(1500))
    solution = _generate(ScriptedLM(script(write_code=fenced(long))), box)
    assert solution.status == "NO_USABLE_ANSWER"
    assert "at most 10,000 are taken" in solution.stopped


def test_tests_are_not_dropped_where_no_test_stands_behind_the_code(box: Sandbox) -> None:
    lm = ScriptedLM(
        script(
            write_code=[fenced(WRONG.replace("3 * n", "n + 7")), fenced(CODE)],
            repair_code=fenced(WRONG.replace("3 * n", "n + 7")),
        )
    )
    solution = _generate(lm, box)
    assert solution.accepted
    assert solution.details.moves == ("write", "rewrite")
    assert "def test_two" in solution.tests
