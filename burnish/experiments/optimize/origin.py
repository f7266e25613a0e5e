"""A compiled program as text, with where it comes from."""

from __future__ import annotations

import json
from typing import Any

import dspy

import burnish
from burnish.evaluation.tasks import TaskSet
from burnish.experiments.bench import bench
from burnish.experiments.bench.summary import Summary
from burnish.experiments.optimize.meter import Meter
from burnish.experiments.optimize.plan import Plan
from burnish.experiments.optimize.student import Trials, plain_state
from burnish.modules.generator import CodeGenerator
from burnish.modules.program import METADATA
from burnish.registries.models import LOCAL


def program_text(plan: Plan, compiled: dspy.Module, trials: Trials, meter: Meter) -> str:
    """The program as JSON, with where it comes from; "" if it is the one that is shipped."""
    shipped = plain_state(CodeGenerator(languages=plan.languages, sandbox="none"))
    state = shipped | plain_state(compiled)
    if json.dumps(state, default=str) == json.dumps(shipped, default=str):
        return ""
    reached = [trial for trial in trials.all if trial.state == plain_state(compiled)]
    origin = {
        "optimizer": plan.optimizer,
        "questions": plan.questions,
        "seed": plan.seed,
        "runs": trials.runs,
        "trials": len(trials.all),
        "lm": plan.config.lm or LOCAL,
        "reflection_lm": plan.reflection_lm or plan.config.lm or LOCAL,
        "train": _described(plan.train) | {"value": reached[-1].mean if reached else None},
        "dev": _described(plan.dev),
        "metric": plan.config.metric.model_dump(mode="json"),
        "budget": plan.budget.model_dump() | {"calls": plan.calls},
        "spent": _spent(meter),
        "burnish": burnish.__version__,
        "commit": bench.commit(),
    }
    return json.dumps(state | {METADATA: {"origin": origin}}, indent=1, default=str)


def _described(tasks: TaskSet) -> dict[str, Any]:
    return {"name": tasks.name, "version": tasks.version, "tasks": len(tasks.tasks)}


def _spent(meter: Meter) -> dict[str, Any]:
    return meter.usage.model_dump() | {"seconds": round(meter.seconds, 1)}


def with_scores(text: str, summary: Summary, meter: Meter) -> str:
    """The program's text with what was measured on `dev` in its origin, and what all was spent."""
    program = json.loads(text)
    found = summary.comparison
    assert found is not None
    program[METADATA]["origin"]["spent"] = _spent(meter)
    program[METADATA]["origin"]["dev"] |= {
        each.contestant: each.pass_at[1].value for each in summary.total
    } | {"difference": found.difference.model_dump(), "p": found.p}
    return json.dumps(program, indent=1)
