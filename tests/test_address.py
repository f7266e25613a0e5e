"""Users and passwords of addresses are not shown, however an address is written or quoted."""

from __future__ import annotations

import logging

import pytest

import burnish
from burnish.config import Config, Model, Tracking
from burnish.errors import EnvironmentMissingError, InputError, ModelUnavailableError
from burnish.experiments import ui
from burnish.experiments.desk import Recording
from burnish.experiments.runs import Runs
from burnish.experiments.tracking import MlflowTracker
from burnish.registries.address import without_password
from tests.builders import solution


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://me:secret@host:5000/x", "http://host:5000/x"),
        ("https://secret@host", "https://host"),
        ("http://me:sec@ret@host/a@b", "http://host/a@b"),
        ("http://host:5000/a@b", "http://host:5000/a@b"),
        ("postgresql+psycopg2://me:sec/ret@host:5432/db", "postgresql+psycopg2://host:5432/db"),
        ("postgresql://host/db?user=me&password=secret&x=1", "postgresql://host/db?user=me&password=***&x=1"),
        ("mssql+pyodbc:///?odbc_connect=PWD%3Dsecret%3B", "mssql+pyodbc:///?odbc_connect=PWD%3D***"),
        ("sqlite:////home/me@work/mlflow.db", "sqlite:////home/me@work/mlflow.db"),
        ("./mlruns", "./mlruns"),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_its_user_and_password(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_an_address_that_is_quoted_in_part_is_shown_without_them_too() -> None:
    said = "failed to connect to me:secret@host:9, see http://you:secret@other/ and a@b.c"
    shown = "failed to connect to host:9, see http://other/ and a@b.c"
    assert without_password(said, "http://me:secret@host:9/v1", None) == shown


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Tracking:
    """A tracking server with a password, at a port where nothing listens."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    return Tracking(uri="http://me:secret@127.0.0.1:9")


def test_a_work_that_is_not_recorded_is_told_without_the_password(
    nowhere: Tracking, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "burnish.tracking"):
        MlflowTracker(nowhere).on_solution(solution())
    assert "http://127.0.0.1:9" in caplog.text and "secret" not in caplog.text


def test_the_page_of_a_run_is_told_without_the_password(nowhere: Tracking) -> None:
    tracker = MlflowTracker(nowhere)
    tracker.last = Recording(run_id="abc", experiment_id="1")
    assert tracker.run_url == "http://127.0.0.1:9/#/experiments/1/runs/abc"
    assert "secret" not in tracker.summary()


@pytest.mark.filterwarnings("ignore")  # of what mlflow warns while imported
def test_runs_that_cannot_be_read_are_told_without_the_password(nowhere: Tracking) -> None:
    runs = Runs(nowhere)
    with pytest.raises(EnvironmentMissingError, match=r"http://127.0.0.1:9 does not") as silent:
        runs.newest()
    with pytest.raises(InputError, match=r"in http://127.0.0.1:9\.") as unknown:
        runs.get("%")
    assert "secret" not in f"{silent.value}{unknown.value}"


def test_a_servers_own_ui_is_announced_without_the_password(nowhere: Tracking) -> None:
    said: list[str] = []
    ui.serve(nowhere, announce=said.append)
    assert said == ["http://127.0.0.1:9"]


def test_a_model_that_is_not_there_is_told_without_the_password() -> None:
    """The provider's client quotes the whole address; nothing listens at it."""
    model = Model(api_base="http://me:secret@127.0.0.1:9/v1", num_retries=0)
    with pytest.raises(ModelUnavailableError, match=r"connect to 127.0.0.1:9") as gone:
        burnish.generate("Double a number.", lm="mine", config=Config(model=model))
    assert "secret" not in str(gone.value)
