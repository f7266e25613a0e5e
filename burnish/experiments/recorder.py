"""Writes one finished work into MLflow: `python -m burnish.experiments.recorder`; see `desk`."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from burnish.config import Weights
from burnish.experiments import desk, measures, spans
from burnish.experiments.measures import Stage
from burnish.experiments.store import Store, create
from burnish.records import Solution


@dataclass(frozen=True)
class Order:
    """What the recorder is told."""

    solution: Solution
    """The finished work."""
    stages: tuple[Stage, ...]
    """The stages as they were watched; empty if they were not."""
    config: dict[str, Any]
    """A dumped `burnish.config.Config`; empty if it is not known."""
    store: Store
    """Where to write."""
    experiment: str
    """MLflow experiment name; made if it is not there."""

    def dump(self) -> str:
        """As JSON; lone surrogates, which a model can write, survive as escapes."""
        return json.dumps(
            {
                "solution": self.solution.model_dump(),
                "stages": [asdict(stage) for stage in self.stages],
                "config": self.config,
                "uri": self.store.uri,
                "database": str(self.store.database) if self.store.database else None,
                "experiment": self.experiment,
            }
        )

    @classmethod
    def parse(cls, text: str) -> Order:
        """The order that `dump` wrote, with lone surrogates replaced: no store takes them."""
        given = desk.storable(json.loads(text))
        database = Path(given["database"]) if given["database"] else None
        return cls(
            solution=Solution.model_validate(given["solution"]),
            stages=tuple(Stage(**stage) for stage in given["stages"]),
            config=given["config"],
            store=Store(given["uri"], database),
            experiment=given["experiment"],
        )


def write(order: Order) -> dict[str, str]:
    """Record the work; ids of what was made.

    Raises:
        Exception: whatever MLflow raises; a run that was begun is then marked FAILED.
    """
    import mlflow

    create(order.store)
    mlflow.set_tracking_uri(order.store.uri)
    client = mlflow.MlflowClient()
    experiment = desk.experiment(client, order.store, order.experiment)
    with desk.new_run(
        client,
        experiment,
        start_time=int((time.time() - order.solution.seconds) * 1000),
        run_name=measures.run_name(order.solution),
    ) as run:
        _log_numbers(client, run, order)
        _log_package(client, run, order)
        stages = order.stages or measures.stages_of(order.solution.calls)
        trace = spans.record(order.solution, stages, experiment=experiment, run=run)
    return {"run_id": run, "experiment_id": experiment, "trace_id": trace}


def _log_numbers(client: Any, run: str, order: Order) -> None:
    from mlflow.entities import Metric, Param, RunTag

    solution, now_ms = order.solution, int(time.time() * 1000)
    stages = order.stages or measures.stages_of(solution.calls)
    steps = [(step, measures.of_attempt(a)) for step, a in enumerate(solution.history)]
    steps.append((0, measures.of_work(solution, stages)))
    tags = measures.tags(solution) | desk.origin()
    client.log_batch(
        run,
        metrics=[
            Metric(name, value, now_ms, step)
            for step, values in steps
            for name, value in values.items()
        ],
        params=[Param(*pair) for pair in measures.parameters(solution, order.config).items()],
        tags=[RunTag(*pair) for pair in tags.items()],
    )


def _log_package(client: Any, run: str, order: Order) -> None:
    from burnish.templates.package import write as write_package

    solution = order.solution
    tables: dict[str, Callable[[Solution], dict[str, list[Any]]]] = {
        "attempts.json": measures.attempts_table,
        "tests.json": measures.outcomes_table,
    }
    for name, table in tables.items():
        if rows := table(solution):
            client.log_table(run, rows, name)
    with tempfile.TemporaryDirectory(prefix="burnish-") as folder:
        package = Path(folder) / "package"
        weights = order.config.get("metric", {}).get("weights")
        write_package(solution, package, weights=Weights(**weights) if weights else None)
        client.log_artifacts(run, str(package), "package")


if __name__ == "__main__":
    desk.serve(lambda text: write(Order.parse(text)))
