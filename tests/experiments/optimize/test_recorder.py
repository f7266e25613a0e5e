"""An optimisation as MLflow keeps it, read back by MLflow's own client."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from burnish.config import Tracking, load
from burnish.experiments.bench.row import SHIPPED
from burnish.experiments.bench.summary import summarise
from burnish.experiments.optimize.plan import Outcome, Plan
from burnish.experiments.optimize.recording import record
from burnish.experiments.optimize.student import Trial
from burnish.experiments.runs import Runs
from burnish.records import Usage
from tests.experiments.bench.rows import header, row, tasks
from tests.modules.test_program import saved

ROWS = [row("python/t0", solved=True), row("python/t1"), row("python/t0", SHIPPED),
        row("python/t1", SHIPPED)]  # fmt: skip
TRIALS = [
    Trial(0, {"a": 1}, {"python/x": 0.2, "python/y": 0.4}, 1.0),
    Trial(1, {"a": "\ud800"}, {"python/x": 0.9}, 2.0),
    Trial(2, {"a": 3}, {}, 3.0),
]


def test_an_optimisation_is_a_run_with_a_run_under_it_for_every_program(
    template: Path, tmp_path: Path, client: Callable[[Tracking], Any]
) -> None:
    import shutil

    shutil.copy(template, tmp_path / "mlflow.db")
    settings = Tracking(uri=f"sqlite:///{tmp_path / 'mlflow.db'}")
    plan = Plan("simba", tasks(3), tasks(2), load(lm="openai/x", tracking=settings.model_dump()))
    summary = summarise(header(contestants=("burnish", SHIPPED)), ROWS)
    outcome = Outcome(
        saved("python"), summary, TRIALS, Usage(calls=3, prompt_tokens=30, cost_usd=0.5), 4.0
    )
    found = record(plan, outcome)
    assert not found.problem
    mlflow = client(settings)
    run = mlflow.get_run(found.run_id)
    assert run.info.status == "FINISHED" and run.data.tags["kind"] == "optimisation"
    assert run.data.params["optimizer"] == "simba" and run.data.params["lm"] == "openai/x"
    assert run.data.params["train"].startswith("made, 3 tasks")
    told = run.data.metrics
    assert told["dev_difference"] == 0.5 and told["cost_usd"] == 0.5 and told["better"] == 1.0
    best = [point.value for point in mlflow.get_metric_history(found.run_id, "best")]
    assert best == pytest.approx([0.3, 0.9, 0.9])
    files = {each.path for each in mlflow.list_artifacts(found.run_id, "figures")}
    assert files == {"figures/score_by_trial.png"}
    below = mlflow.search_runs(
        [found.experiment_id], f"tags.`mlflow.parentRunId` = '{found.run_id}'"
    )
    assert {each.info.run_name for each in below} == {"trial 0", "trial 1", "trial 2"}
    program = mlflow.download_artifacts(found.run_id, "program/program.json", str(tmp_path))
    assert json.loads(Path(program).read_text()) == json.loads(saved("python"))
    kinds = [each.kind for each in Runs(settings).newest()]
    assert kinds[0] == "optimisation" and "trial" not in kinds
    assert len(Runs(settings).newest("trial")) == 3


FULL_DISK = """
import mlflow
def full(*_):
    raise OSError(28, "No space left on device")
mlflow.MlflowClient.log_table = full
"""


def test_a_program_that_cannot_be_recorded_leaves_no_run_behind_that_seems_to_go_on(
    settings: Tracking, client: Callable[[Tracking], Any], meddle: Callable[[str], None]
) -> None:
    meddle(FULL_DISK)
    plan = Plan("simba", tasks(3), tasks(2), load(lm="openai/x", tracking=settings.model_dump()))
    found = record(plan, Outcome("", None, TRIALS, Usage(), 4.0))
    assert "No space left" in found.problem
    mlflow = client(settings)
    (experiment,) = mlflow.search_experiments(filter_string="name = 'burnish-optimize'")
    runs = mlflow.search_runs([experiment.experiment_id])
    kinds = {run.data.tags["kind"]: run.info.status for run in runs}
    assert kinds == {"optimisation": "FAILED", "trial": "FAILED"}


def test_a_store_that_cannot_be_written_is_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = load(lm="openai/x", tracking={"uri": "http://127.0.0.1:9"})
    outcome = Outcome("", None, [], Usage(), 0.0)
    assert record(Plan("gepa", tasks(1), tasks(1), config), outcome).problem
    assert "not recorded in MLflow" in caplog.text
