"""What an optimizer gets to see of the loop: steps that can be shown, and how each program did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dspy
import pytest

from burnish.config import Sandbox as Settings
from burnish.config import load
from burnish.errors import SandboxUnavailableError
from burnish.evaluation import as_example
from burnish.evaluation.dspy_metric import Metric, code_of
from burnish.experiments.optimize.optimizers import Work, bootstrap
from burnish.experiments.optimize.standing import as_taken
from burnish.experiments.optimize.student import Student, Trials
from burnish.sandbox import Sandbox, open_sandbox
from burnish.testing import ScriptedLM
from tests.experiments.bench.rows import task
from tests.modules.scripts import CODE, WRONG, fenced, script

TEXT = "Write `double(n)` that returns twice n.\n\n>>> double(4)\n8\n>>> double(0)\n0\n"
HIDDEN = "from solution import double\n\n\ndef test_it():\n    assert double(21) == 42\n"
REPAIRED = {"write_code": fenced(WRONG), "repair_code": fenced(CODE)}
DRAWN = {"write_code": [fenced(WRONG), fenced(CODE)]}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    sandbox = open_sandbox(Settings(kind="bubblewrap"))
    yield sandbox
    sandbox.close()


def student(box: Any, *questions: str, **more: Any) -> Student:
    trials = Trials(lambda: 0.0, lambda trials: None)
    return Student(trials, questions or ("write_code",), sandbox=box, config=load(), **more)


def run(program: Student, steps: dict[str, Any]) -> tuple[dspy.Prediction, list[Any]]:
    """Its prediction and the trace that an optimizer gets."""
    with dspy.context(lm=ScriptedLM(script(**steps)), adapter=None, trace=[]):
        found = program(specification=TEXT, language="python")
        return found, dspy.settings.trace


def modules(program: Student, trace: list[Any]) -> list[str]:
    asked = {id(each) for name, each in program.named_parameters() if name.endswith("write_code")}
    return [code_of(step).strip() for step in trace if id(step[0]) in asked]


@pytest.mark.parametrize("small", [False, True], ids=["repaired", "drawn"])
def test_code_that_did_not_stand_makes_no_demo_but_can_be_learnt_from(
    small: bool, box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNISH_MODEL__SMALL", str(small).lower())
    steps = DRAWN if small else REPAIRED
    found, trace = run(program := student(box), steps)
    assert "2 * n" in found.code
    assert modules(program, trace) == ([CODE.strip()] if small else [])
    _, trace = run(program := student(box, drafts=True), steps)
    assert WRONG.strip() in modules(program, trace)


def test_feedback_is_of_the_answer_that_it_is_given_for(box: Sandbox) -> None:
    found, trace = run(student(box, drafts=True), REPAIRED)
    metric = Metric(Settings(kind="bubblewrap", pool_size=1), module=as_taken)
    example = as_example(task(specification=TEXT, tests=HIDDEN, reference=CODE))
    step = next(step for step in trace if "3 * n" in str(step[2]))
    try:
        given = metric(example, found, None, "prompts['python'].write_code", [step])
        tests = metric(example, found, None, "prompts['python'].write_tests", trace[-1:])
    finally:
        metric.close()
    assert "The code is wrong: 1 of 1 hidden tests fail." in given.feedback
    assert "double(4)" in given.feedback  # the example of the text that it failed
    assert "The code is right" in tests.feedback
    assert given.score == tests.score > 0.8  # of what was delivered


def test_where_no_run_was_right_the_demos_stay_as_shipped(box: Sandbox) -> None:
    program = student(box, "write_code", "write_tests")
    before = {name: predictor.demos for name, predictor in program.named_parameters()}
    assert any(before.values())
    lm = ScriptedLM(script(write_code=fenced(WRONG)))
    example = as_example(task(specification=TEXT, tests=HIDDEN, reference=CODE))
    work = Work(program, [example], lambda *given: False, lm, lm, runs=1, seed=0, threads=1)
    with dspy.context(lm=lm, adapter=None):
        found = bootstrap(work)
    assert {name: predictor.demos for name, predictor in found.named_parameters()} == before


def test_the_best_program_is_better_than_the_first_on_the_same_tasks() -> None:
    trials = Trials(lambda: 0.0, lambda trials: None)
    assert trials.best() is None

    def note(number: int, **values: float) -> None:
        trials.begin({"program": number})
        for name, value in values.items():
            trials.value(dspy.Prediction(trial=number), task(f"python/{name}"), value)

    note(0, a=0.2, b=0.9, c=0.2)
    assert trials.best() is None
    note(1, b=0.9)  # an easy task alone
    assert trials.best() is None
    note(2, a=0.9, c=0.3)
    note(3, d=1.0)  # the first was never run on it
    best = trials.best()
    assert best is not None and best.number == 2


def test_after_the_sandbox_was_lost_no_run_begins() -> None:
    class Gone:
        name = "gone"

        def run(self, *given: Any, **more: Any) -> Any:
            raise SandboxUnavailableError("The Engine is gone.")

    program = student(Gone())
    with pytest.raises(SandboxUnavailableError, match="Engine is gone"):
        run(program, {})
    lm = ScriptedLM(script())
    with (
        dspy.context(lm=lm, adapter=None),
        pytest.raises(SandboxUnavailableError, match="Engine is gone"),
    ):
        program(specification=TEXT)
    assert not lm.prompts
