"""Has a finished optimisation recorded in MLflow."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from burnish.experiments import desk
from burnish.experiments.optimize.plan import Outcome, Plan
from burnish.experiments.optimize.recorder import Order, dump
from burnish.experiments.store import locate
from burnish.registries.models import LOCAL

EXPERIMENT = "burnish-optimize"
BASE_S, TRIAL_S = 90.0, 4.0
"""Wall seconds that recording may take: for itself, and for each trial."""
_log = logging.getLogger("burnish.tracking")


def record(plan: Plan, outcome: Outcome) -> desk.Recording:
    """Record it; what goes wrong is a warning, for the program is in its file.

    Never raises.
    """
    settings = plan.config.tracking
    if not settings.enabled:
        return desk.Recording()
    store = locate(settings)
    lm = plan.config.lm or LOCAL
    order = Order(
        uri=store.uri,
        database=str(store.database) if store.database else None,
        experiment=EXPERIMENT,
        name=f"{plan.optimizer} {plan.train.name} {lm}",
        parameters={
            "optimizer": plan.optimizer, "lm": lm, "reflection_lm": plan.reflection_lm or lm,
            "questions": ", ".join(plan.questions), "seed": str(plan.seed), "runs": str(plan.runs),
            "train": f"{plan.train.name}, {len(plan.train.tasks)} tasks, {plan.train.version}",
            "dev": f"{plan.dev.name}, {len(plan.dev.tasks)} tasks, {plan.dev.version}",
            "stopped": outcome.stopped or "no",
        },
        metrics=dict(_metrics(outcome)),
        trials=[
            {"number": t.number, "seconds": t.seconds, "values": t.values, "state": t.state}
            for t in outcome.trials
        ],
        program=outcome.program,
    )  # fmt: skip
    module = "burnish.experiments.optimize.recorder"
    found = desk.record(module, dump(order), store, BASE_S + TRIAL_S * len(outcome.trials))
    if found.problem:
        _log.warning("This optimisation is not recorded in MLflow: %s", found.problem)
    return found


def _metrics(outcome: Outcome) -> Iterator[tuple[str, float]]:
    yield "tokens", float(outcome.usage.tokens)
    yield "calls", float(outcome.usage.calls)
    yield "seconds", outcome.seconds
    yield "better", float(outcome.better)
    if outcome.usage.cost_usd is not None:
        yield "cost_usd", outcome.usage.cost_usd
    if outcome.summary is None or outcome.summary.comparison is None:
        return
    for each in outcome.summary.total:
        yield f"dev_pass_at_1/{each.contestant}", each.pass_at[1].value
    yield "dev_difference", outcome.summary.comparison.difference.value
    yield "dev_p", outcome.summary.comparison.p
