"""A store that is paid for once, MLflow's client to read back what was written, a small disk."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from burnish.config import Tracking, load
from burnish.experiments import desk
from burnish.experiments.store import Store
from burnish.experiments.tracking import MlflowTracker
from tests.builders import model_call, solution
from tests.conftest import missing


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> MlflowTracker:
    """A tracker that has recorded one work of two attempts, whose last model call failed."""
    database = tmp_path_factory.mktemp("template") / "mlflow.db"
    failed = model_call("repair_code", round=1, at_s=4.0).model_copy(
        update={"error": "truncated", "response": ""}
    )
    settings = Tracking(uri=f"sqlite:///{database}", experiment="template")
    tracker = MlflowTracker(settings, config=load())
    tracker.on_solution(solution(calls=(model_call(), model_call("write_tests", at_s=1.5), failed)))
    assert not tracker.last.problem
    return tracker


@pytest.fixture(scope="session")
def template(recorded: MlflowTracker) -> Path:
    """The sqlite store that MLflow made for it."""
    assert recorded.store.database is not None
    return recorded.store.database


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

    def made(settings: Tracking) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what mlflow warns of while imported is not ours
            from mlflow import MlflowClient

            return MlflowClient(settings.uri)

    return made


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 32 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32k", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        missing("A small disk", "Mounting one needs root.")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def meddle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has lines of Python run in every recorder's process before its own work."""
    record = desk.record

    def meddled(module: str, order: str, store: Store, timeout_s: float) -> desk.Recording:
        monkeypatch.setenv("MEDDLED_WITH", module)
        return record("meddled", order, store, timeout_s)

    def prepare(lines: str) -> None:
        run = (
            "import os, runpy\nrunpy.run_module(os.environ['MEDDLED_WITH'], run_name='__main__')\n"
        )
        (tmp_path / "meddled.py").write_text(f"{lines}\n{run}")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setattr(desk, "record", meddled)

    return prepare
