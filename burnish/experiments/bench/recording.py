"""Has a finished benchmark recorded in MLflow."""

from __future__ import annotations

import logging

from burnish.config import Tracking
from burnish.experiments import desk
from burnish.experiments.bench.bench import Outcome, Plan
from burnish.experiments.bench.recorder import Order, dump
from burnish.experiments.store import locate
from burnish.modules.program import shipped_program

EXPERIMENT = "burnish-bench"
BASE_S, ROW_S = 90.0, 4.0
"""Wall seconds that recording may take: for itself, and for each row."""
_log = logging.getLogger("burnish.tracking")


def record(plan: Plan, outcome: Outcome) -> desk.Recording:
    """Record it; what goes wrong is a warning, for the results file has everything.

    Never raises.
    """
    settings: Tracking = plan.config.tracking
    if not settings.enabled:
        return desk.Recording()
    store = locate(settings)
    order = Order(
        rows=str(outcome.path),
        uri=store.uri,
        database=str(store.database) if store.database else None,
        experiment=EXPERIMENT,
        program=plan.program or shipped_program(),
        finished=not outcome.problems,
    )
    rows = sum(each.samples for each in outcome.summary.total)
    module = "burnish.experiments.bench.recorder"
    found = desk.record(module, dump(order), store, BASE_S + ROW_S * rows)
    if found.problem:
        _log.warning("This benchmark is not recorded in MLflow: %s", found.problem)
    if found.warning:
        _log.warning("The program is not entered in MLflow's registries: %s", found.warning)
    return found
