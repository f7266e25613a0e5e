"""What happens to a run when recording it is interrupted, late or hindered."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from burnish.config import Tracking
from burnish.experiments.tracking import MlflowTracker
from tests.builders import solution

pytestmark = pytest.mark.filterwarnings("ignore")  # of what mlflow warns while imported

Client = Callable[[Tracking], Any]
NEVER_ENDS = """
import os, time, mlflow
def never(*_):
    os.kill(os.getppid(), {sent})
    time.sleep(600)
mlflow.MlflowClient.log_artifacts = never
"""


def statuses(mlflow: Any, experiment: str) -> list[str]:
    found = mlflow.get_experiment_by_name(experiment)
    return [run.info.status for run in mlflow.search_runs([found.experiment_id])]


@pytest.fixture
def too_late() -> Iterator[signal.Signals]:
    """The time is up when this signal comes, and not at a moment that the machine's load decides."""

    def late(*_: object) -> NoReturn:
        raise subprocess.TimeoutExpired("recorder", 60)

    before = signal.signal(signal.SIGUSR1, late)
    yield signal.SIGUSR1
    signal.signal(signal.SIGUSR1, before)


def test_a_recording_that_takes_too_long_leaves_a_failed_run(
    settings: Tracking, client: Client, meddle: Callable[[str], None], too_late: signal.Signals
) -> None:
    meddle(NEVER_ENDS.format(sent=int(too_late)))
    tracker = MlflowTracker(settings.model_copy(update={"experiment": "late"}))
    tracker.on_solution(solution())
    assert "did not finish" in tracker.last.problem
    assert statuses(client(settings), "late") == ["FAILED"]


def test_ctrl_c_during_recording_leaves_a_failed_run(
    settings: Tracking, client: Client, meddle: Callable[[str], None]
) -> None:
    meddle(NEVER_ENDS.format(sent=int(signal.SIGINT)))
    tracker = MlflowTracker(settings.model_copy(update={"experiment": "interrupted"}))
    with pytest.raises(KeyboardInterrupt):
        tracker.on_solution(solution())
    assert statuses(client(settings), "interrupted") == ["FAILED"]


def test_an_experiment_that_was_deleted_is_restored(settings: Tracking, client: Client) -> None:
    mlflow = client(settings)
    given = settings.model_copy(update={"experiment": "template"})
    id = mlflow.get_experiment_by_name("template").experiment_id
    mlflow.delete_experiment(id)
    tracker = MlflowTracker(given)
    tracker.on_solution(solution())
    assert not tracker.last.problem and tracker.last.experiment_id == id
    assert len(statuses(mlflow, "template")) == 2


def test_a_store_is_made_where_there_are_no_hard_links(
    meddle: Callable[[str], None], tmp_path: Path
) -> None:
    meddle("import os\ndef link(*_):\n    raise PermissionError(1, 'none here')\nos.link = link")
    tracker = MlflowTracker(Tracking(uri=f"sqlite:///{tmp_path / 'fat' / 'mlflow.db'}"))
    tracker.on_solution(solution())
    assert not tracker.last.problem
    assert sorted(p.name for p in (tmp_path / "fat").iterdir()) == ["artifacts", "mlflow.db"]


def test_artifacts_of_any_database_go_to_the_users_data_folder(
    settings: Tracking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("BURNISH_DATA_DIR", str(tmp_path / "data"))
    other = str(settings.uri).replace("sqlite:", "sqlite+pysqlite:")
    tracker = MlflowTracker(Tracking(uri=other, experiment="elsewhere"))
    tracker.on_solution(solution())
    assert not tracker.last.problem
    found = tmp_path / "data" / "artifacts" / "elsewhere" / tracker.run_id / "artifacts"
    assert json.loads((found / "attempts.json").read_text())["data"]
    assert list((tmp_path / "work").iterdir()) == []
