"""Optimisation end to end, with a model whose answers depend on its instructions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dspy
import pytest

from burnish.config import Budget, load
from burnish.errors import EnvironmentMissingError, InputError
from burnish.evaluation.tasks import Task, TaskSet
from burnish.experiments.bench import contestants
from burnish.experiments.bench.ledger import read
from burnish.experiments.optimize import optimize as whole
from burnish.experiments.optimize import optimizers
from burnish.experiments.optimize.optimize import optimize
from burnish.experiments.optimize.plan import Plan
from burnish.modules.program import load_program, program_hash
from burnish.records import Usage
from burnish.testing import Answer, ScriptedLM, transport_error
from tests.experiments.bench.rows import task
from tests.modules.scripts import CODE, WRONG, fenced, script

BETTER = "Use type hints and Google-style docstrings. Multiply by two."
SECRET = "test_a_secret_name"
HIDDEN = f"from solution import double\n\n\ndef {SECRET}():\n    assert double(21) == 42\n"
REFERENCE = "def double(n):\n    the_reference_alone_says_this = n + n\n    return n + n\n"


def doubling(name: str, split: str = "train", who: str = "") -> Task:
    """A task that the model solves only if it is told how, or shown a solution."""
    return task(
        f"python/{name}",
        split=split,
        specification=f"Write double(n) that returns twice n, as {who or name} asks.",
        entry_point="double",
        tests=HIDDEN,
        reference=REFERENCE,
    )


def sets(trained: int = 2, tested: int = 1) -> tuple[TaskSet, TaskSet]:
    """To train on, and to decide by. The first training task is solved without help."""
    train = [doubling("easy"), *(doubling(f"hard{n}") for n in range(1, trained))]
    return (
        TaskSet("made", tuple(train)),
        TaskSet("made", tuple(doubling(f"dev{n}", "dev") for n in range(tested))),
    )


class Model:
    """Right where the instructions, a demo or an easy task help it; it proposes BETTER."""

    def __init__(self) -> None:
        self.prompts: list[str] = []
        self._right, self._wrong = script(), script(write_code=fenced(WRONG))

    def __call__(self, asked: str) -> Any:
        self.prompts.append(asked)
        if proposed := self._proposed(asked):
            return proposed
        helped = "multiply by two" in asked.lower() or "as easy asks" in asked
        return self._right(asked) if helped else self._wrong(asked)

    def _proposed(self, asked: str) -> Answer | None:
        fields = re.findall(r"\[\[ ## (\w+) ## \]\]|\"(\w+)\": ", asked)
        named = {name for pair in fields for name in pair}
        found = {"new_instruction": BETTER, "proposed_instruction": BETTER, "observations": "none",
                 "summary": "none", "program_description": "none", "module_description": "none",
                 "discussion": "none", "module_advice": json.dumps(
                     {"prompts['python'].write_code": "Multiply by two."})}  # fmt: skip
        asked_for = {name: text for name, text in found.items() if name in named}
        if "JSON object" in asked and asked_for:
            return Answer(json.dumps(asked_for))
        return Answer.fields(**asked_for) if asked_for else None


Given = Callable[..., Plan]


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def given(model: Model, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Given:
    """A plan whose model is scripted and whose rows go to a folder of their own."""
    monkeypatch.setenv("BURNISH_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(contestants, "model", lambda *_: ScriptedLM(model))
    monkeypatch.setattr(whole, "resolve", lambda *_: ScriptedLM(model))
    train, dev = sets()

    def plan(optimizer: str = "bootstrap", **more: Any) -> Plan:
        config = load(
            sandbox={"kind": "bubblewrap", "pool_size": 1}, lm="openai/scripted",
            limits={"max_iterations": 0},
        )  # fmt: skip
        fields: dict[str, Any] = {"train": train, "dev": dev, "config": config, "runs": 6}
        return Plan(optimizer, **(fields | more))

    return plan


@pytest.mark.parametrize("name", sorted(optimizers.OPTIMIZERS))
def test_every_optimizer_finds_a_better_program_and_sees_no_hidden_test(
    name: str, given: Given, model: Model
) -> None:
    train, _ = sets(trained=3)
    outcome = optimize(given(name, train=train))
    assert outcome.better and outcome.summary is not None
    assert outcome.summary.comparison is not None
    assert outcome.summary.comparison.only_loop == 1
    assert "multiply by two" in outcome.program.lower() or "as easy asks" in outcome.program
    origin = json.loads(outcome.program)["metadata"]["origin"]
    assert origin["optimizer"] == name and origin["dev"]["shipped"] == 0.0
    assert origin["dev"]["burnish"] == 1.0 and origin["train"]["tasks"] == 3
    assert origin["spent"]["calls"] == outcome.usage.calls  # both measurements in it
    again = load_program(outcome.program, sandbox="none")
    assert program_hash(json.dumps(again.dump_state(), default=str)) != program_hash("")
    for secret in (SECRET, "double(21)", "the_reference_alone_says_this"):
        assert not [p for p in model.prompts if secret in p]


def test_what_trained_it_does_not_decide(given: Given) -> None:
    train, _ = sets()
    with pytest.raises(InputError, match="2 tasks are in both sets, such as python/easy"):
        optimize(given(dev=train))
    tested = TaskSet("made", (doubling("last", "test"),))
    with pytest.raises(InputError, match="1 tasks are of the test split"):
        optimize(given(dev=tested))
    with pytest.raises(InputError, match="no predictor dream"):
        optimize(given(questions=("dream",)))


def test_what_an_optimizer_needs_is_known_before_anything_is_paid(
    given: Given, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="no optimizer 'copro'"):
        optimize(given("copro"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EnvironmentMissingError, match="mipro needs optuna"):
        optimize(given("mipro"))
    assert not model.prompts


def test_a_program_that_does_no_better_is_not_better(given: Given, model: Model) -> None:
    dev = TaskSet("made", tuple(doubling(f"dev{n}", "dev", who="easy") for n in range(1)))
    outcome = optimize(given(dev=dev))
    assert outcome.program and not outcome.better and outcome.summary is not None
    assert outcome.summary.total[0].pass_at[1].value == 1.0


def test_no_call_is_made_beyond_the_budget(given: Given, model: Model) -> None:
    before = optimize(given("gepa"))
    per_run = before.summary.total[0].tokens if before.summary else 0
    assert per_run
    model.prompts.clear()
    budget = Budget(tokens=before.usage.tokens // 2)
    bounded = optimize(given("gepa", budget=budget, workers=1))
    assert bounded.usage.tokens <= budget.tokens + per_run  # type: ignore[operator]
    assert "tokens is spent" in bounded.stopped


def test_a_search_that_was_cut_gives_the_best_that_it_had(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs that were refused counted as bad, so the optimizer itself prefers where it began."""

    def cut(work: optimizers.Work) -> dspy.Module:
        other = work.student.deepcopy()
        for predictor in other.predictors():
            predictor.signature = predictor.signature.with_instructions(BETTER)
        for program in (work.student, other):
            work.metric(work.train[1], program(**work.train[1].inputs()))
        work.lm.meter.add(Usage(calls=1, prompt_tokens=10**9))
        return work.student

    monkeypatch.setitem(optimizers.OPTIMIZERS, "simba", optimizers.Optimizer(cut))
    outcome = optimize(given("simba", budget=Budget(tokens=10**9), workers=1))
    assert BETTER in outcome.program and "tokens is spent" in outcome.stopped


def test_a_budget_that_cannot_reach_is_refused_with_what_is_needed(given: Given) -> None:
    with pytest.raises(InputError, match="as much is needed once more: the budget of 2 calls"):
        optimize(given(calls=2))


def test_what_is_under_way_when_the_budget_is_spent_is_kept_and_counted(
    given: Given, model: Model, tmp_path: Path
) -> None:
    _, dev = sets(tested=5)
    with pytest.raises(InputError, match="the budget of 1 calls is spent") as refused:
        optimize(given(calls=1, dev=dev, workers=2))
    (rows,) = tmp_path.glob("optimize/*/shipped.jsonl")
    found = read(rows)[1].values()
    assert {row.task for row in found} == {"python/dev0", "python/dev1"}
    assert sum(row.usage.calls for row in found) == len(model.prompts)
    assert f" {sum(row.usage.tokens for row in found):,} tokens" in refused.value.message


def test_measured_once_is_not_measured_again(given: Given, model: Model) -> None:
    first = optimize(given())
    asked = len(model.prompts)
    again = optimize(given())
    assert again.summary == first.summary
    assert len(model.prompts) - asked <= asked / 2  # the search alone; a real model's is cached
    assert "as dev0 asks" not in "".join(model.prompts[asked:])


def test_a_model_that_cannot_be_reached_is_said(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(asked: str) -> Any:
        return transport_error("the line is dead")

    monkeypatch.setattr(whole, "resolve", lambda *_: ScriptedLM(lost))
    with pytest.raises(EnvironmentMissingError, match=r"search stopped: .*the line is dead"):
        optimize(given())


def test_demos_that_were_bootstrapped_are_shown_as_code_after_they_were_saved(
    given: Given,
) -> None:
    outcome = optimize(given())
    lm = ScriptedLM(script())
    generator = load_program(outcome.program, sandbox="none", config=given().config)
    with dspy.context(lm=lm):
        generator(specification="Write triple(n).")
    asked = next(p for p in lm.prompts if "triple" in p and "Google-style" in p)
    assert f"```python\n{CODE.strip()}" in asked and "as easy asks" in asked
