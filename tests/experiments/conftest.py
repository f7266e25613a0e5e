"""A store that is paid for once, and MLflow's client to read back what was written."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from burnish.config import Tracking
from burnish.experiments.tracking import MlflowTracker
from tests.builders import solution


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sqlite store that MLflow made, with one run of another experiment in it."""
    database = tmp_path_factory.mktemp("template") / "mlflow.db"
    tracker = MlflowTracker(Tracking(uri=f"sqlite:///{database}", experiment="template"))
    tracker.on_solution(solution())
    assert not tracker.last.problem
    return database


@pytest.fixture
def settings(template: Path, tmp_path: Path) -> Tracking:
    """Tracking into a store of the test's own."""
    database = tmp_path / "store" / "mlflow.db"
    database.parent.mkdir()
    shutil.copy(template, database)
    return Tracking(uri=f"sqlite:///{database}")


@pytest.fixture
def client() -> Callable[[Tracking], Any]:
    """MLflow's client on a store, without touching MLflow's globals."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what mlflow warns of while imported is not ours
        from mlflow import MlflowClient
    return lambda settings: MlflowClient(settings.uri)
