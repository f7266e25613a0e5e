"""Writes an optimisation into MLflow, as `python -m burnish.experiments.optimize.recorder`.

See `desk`.

One run for the whole, and under it one for each program that was tried.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from burnish.experiments import desk
from burnish.experiments.bench.figures import COLOURS, axes_of
from burnish.experiments.store import Store, create


@dataclass(frozen=True)
class Order:
    """What the recorder is told."""

    uri: str
    """Where to write."""
    database: str | None
    """Its sqlite file, if it is one."""
    experiment: str
    """MLflow experiment name; made if it is not there."""
    name: str
    """Of the run."""
    parameters: dict[str, str]
    """What was asked for."""
    metrics: dict[str, float]
    """What came of it."""
    trials: list[dict[str, Any]]
    """Each program: `number`, `seconds`, `values` by task, `state`."""
    program: str
    """The compiled program as JSON; "" if there is none."""


def write(order: Order) -> dict[str, str]:
    """Record it; ids of what was made.

    Raises:
        Exception: whatever MLflow raises; runs that were begun are then marked FAILED.
    """
    import mlflow
    from mlflow.entities import Metric, Param

    store = Store(order.uri, Path(order.database) if order.database else None)
    create(store)
    mlflow.set_tracking_uri(store.uri)
    client = mlflow.MlflowClient()
    experiment = desk.experiment(client, store, order.experiment)
    tags = desk.origin() | {"kind": "optimisation"}
    now = int(time.time() * 1000)
    with desk.new_run(client, experiment, run_name=order.name, tags=tags) as run:
        best = [Metric("best", value, now, step) for step, value in enumerate(_bests(order.trials))]
        found = [Metric(name, value, now, 0) for name, value in order.metrics.items()]
        parameters = [Param(name, text[:6000]) for name, text in order.parameters.items()]
        client.log_batch(run, metrics=[*found, *best], params=parameters)
        if order.program:
            client.log_text(run, order.program, "program/program.json")
        if any(trial["values"] for trial in order.trials):
            client.log_figure(run, score_over_trials(order.trials), "figures/score_by_trial.png")
        for trial in order.trials:
            _log_trial(client, experiment, run, trial)
    return {"run_id": run, "experiment_id": experiment}


def _mean(trial: dict[str, Any]) -> float:
    values = trial["values"].values()
    return sum(values) / len(values) if values else 0.0


def _bests(trials: list[dict[str, Any]]) -> list[float]:
    best, found = 0.0, []
    for trial in trials:
        best = max(best, _mean(trial))
        found.append(best)
    return found


def _log_trial(client: Any, experiment: str, parent: str, trial: dict[str, Any]) -> None:
    from mlflow.entities import Metric

    now, values = int(time.time() * 1000), trial["values"]
    found = {"value": _mean(trial), "tasks": len(values), "seconds": trial["seconds"]}
    metrics = [Metric(name, float(value), now, 0) for name, value in found.items()]
    table = {"task": list(values), "value": list(values.values())}
    name, tags = f"trial {trial['number']}", {"mlflow.parentRunId": parent, "kind": "trial"}
    with desk.new_run(client, experiment, run_name=name, tags=tags) as run:
        client.log_batch(run, metrics=metrics)
        client.log_table(run, table, "values.json")
        client.log_text(run, json.dumps(desk.storable(trial["state"]), indent=1), "program.json")


def score_over_trials(trials: list[dict[str, Any]]) -> Any:
    """Mean value of each program that was tried, and of the best until then."""
    figure, drawn = axes_of(6.0)
    numbers = [trial["number"] for trial in trials]
    sizes = [12 + 6 * len(trial["values"]) for trial in trials]
    drawn.scatter(numbers, [_mean(t) for t in trials], s=sizes, color=COLOURS[0], label="program")
    drawn.step(numbers, _bests(trials), where="post", color=COLOURS[1], label="best so far")
    drawn.set_ylim(0, 1.02)
    drawn.set_xlabel("program, larger the more tasks it was run on")
    drawn.set_ylabel("mean value on training tasks")
    drawn.legend(frameon=False)
    return figure


def main(text: str) -> dict[str, str]:
    """Record what an order as JSON says."""
    return write(Order(**json.loads(text)))


def dump(order: Order) -> str:
    """An order as `main` takes it."""
    return json.dumps(asdict(order), default=str)


if __name__ == "__main__":
    desk.serve(main)
