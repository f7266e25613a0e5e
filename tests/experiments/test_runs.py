"""Recorded runs are found among any number of others, and shown as they are called."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.testing

from burnish.cli.app import app
from burnish.config import Tracking
from burnish.errors import InputError
from burnish.experiments.runs import BENCHMARK, ROW, Runs

ODD = "[bold]tasks[/none] [red]"
Client = Callable[[Tracking], Any]


def made(client: Any, kind: str, name: str = "made", status: str = "FINISHED") -> str:
    """Id of a new run of that kind."""
    run = client.create_run("1", run_name=name, tags={"kind": kind, "mlflow.user": "me"})
    client.set_terminated(run.info.run_id, status)
    return str(run.info.run_id)


def with_rows(client: Any, solved: list[tuple[str, bool]]) -> str:
    """A benchmark whose rows say who solved what."""
    run = made(client, BENCHMARK)
    data = [[task, "burnish", right] for task, right in solved]
    client.log_dict(run, {"columns": ["task", "contestant", "solved"], "data": data}, "rows.json")
    return run


def crowd(database: Path, count: int) -> None:
    """So many rows of benchmarks, all newer than any run there is."""
    with sqlite3.connect(database) as store:
        columns = [each[1] for each in store.execute("pragma table_info(runs)")]
        (first,) = store.execute("select * from runs limit 1").fetchall()
        row = dict(zip(columns, first, strict=True))
        for number in range(count):
            row |= {"run_uuid": f"{number:032x}", "start_time": row["start_time"] + 10**10}
            marks = ", ".join("?" * len(columns))
            store.execute(f"insert into runs values ({marks})", list(row.values()))
            tag = ("kind", ROW, row["run_uuid"])
            store.execute("insert into tags (key, value, run_uuid) values (?, ?, ?)", tag)


def test_runs_are_found_however_many_rows_came_after_them(
    settings: Tracking, client: Client
) -> None:
    runs = Runs(settings)
    (work,) = runs.newest()
    benchmark = made(client(settings), BENCHMARK)
    assert runs.store.database is not None
    crowd(runs.store.database, 1_050)
    assert [run.id for run in runs.newest()] == [benchmark, work.id]
    assert [run.id for run in runs.newest(BENCHMARK)] == [benchmark]
    assert [run.id for run in runs.newest("generate")] == [work.id]
    assert len(runs.newest(ROW, limit=7)) == 7
    assert runs.get(work.id).id == runs.get(work.id[:9]).id == work.id
    with pytest.raises(InputError, match="several runs begin with '000'"):
        runs.get("000")


def test_runs_are_found_however_many_experiments_came_after_theirs(
    settings: Tracking,
) -> None:
    runs = Runs(settings)
    (work,) = runs.newest()
    assert runs.store.database is not None
    with sqlite3.connect(runs.store.database) as store:
        columns = [each[1] for each in store.execute("pragma table_info(experiments)")]
        (first,) = store.execute("select * from experiments limit 1").fetchall()
        row = dict(zip(columns, first, strict=True))
        for number in range(1_000):
            row |= {"experiment_id": 100 + number, "name": str(number), "creation_time": 10**13}
            marks = ", ".join("?" * len(columns))
            store.execute(f"insert into experiments values ({marks})", list(row.values()))
    assert [run.id for run in runs.newest()] == [work.id]


@pytest.mark.parametrize("id", ["", "%", "_", "x' OR '1", "é"])
def test_what_is_no_id_is_no_run(settings: Tracking, id: str) -> None:
    with pytest.raises(InputError, match="there is no run"):
        Runs(settings).get(id)


def set_back(database: Path) -> None:
    with sqlite3.connect(database) as store:
        store.execute("update alembic_version set version_num = '27a6a02d2cf1'")


@pytest.mark.parametrize("command", [["list"], ["show", "3f2a"], ["compare", "3f2a", "91bc"]])
@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (set_back, "mlflow db upgrade sqlite:"),
        (lambda file: file.write_bytes(b"no database" * 99), "does not answer: file is not a data"),
        ("foo://bar", "unsupported URI 'foo://bar'"),
        ("postgresql://h/db", "does not answer: No module named 'psycopg"),
        ("http://[h", "does not answer: Invalid IPv6 URL"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1 does not answer: Connection refused."),
    ],
)
def test_a_store_that_cannot_be_used_ends_with_3_and_a_sentence(
    settings: Tracking,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    harm: str | Callable[[Path], None],
    said: str,
) -> None:
    if callable(harm):
        harm(Path(str(settings.uri).removeprefix("sqlite:///")))
    monkeypatch.setenv("BURNISH_TRACKING__URI", str(settings.uri) if callable(harm) else harm)
    done = typer.testing.CliRunner().invoke(app, ["runs", *command])
    assert done.exit_code == 3 and done.stdout == ""
    assert said in done.stderr and len(done.stderr.splitlines()) == 2


def test_a_benchmark_without_its_rows_is_compared_without_tasks(
    settings: Tracking, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    mlflow = client(settings)
    whole = with_rows(mlflow, [("a", True)])
    failed = made(mlflow, BENCHMARK, status="FAILED")
    caplog.set_level(logging.WARNING, "burnish")
    found = Runs(settings).compare(whole, failed)
    assert found.gained == found.lost == ()
    assert f"The rows of run {failed[:8]} cannot be read" in caplog.text


def test_a_task_is_gained_by_more_than_half_of_its_samples(
    settings: Tracking, client: Client
) -> None:
    mlflow = client(settings)
    once = with_rows(mlflow, [("a", False), ("a", True), ("b", False), ("b", True)])
    more = with_rows(mlflow, [("a", True), ("a", True), ("b", True), ("b", False)])
    assert Runs(settings).compare(once, more).gained == ("a (burnish)",)


def test_names_that_look_like_markup_are_shown_as_they_are(
    settings: Tracking, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlflow = client(settings)
    first, second = (made(mlflow, BENCHMARK, ODD) for _ in range(2))
    mlflow.log_param(first, "lm", "openai/[/x]")
    monkeypatch.setenv("BURNISH_TRACKING__URI", str(settings.uri))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> str:
        done = typer.testing.CliRunner().invoke(app, ["runs", *arguments])
        assert done.exit_code == 0, done.output
        return str(done.stdout)

    listed = run("list", "--kind", "benchmark")
    assert ODD in listed and "openai/[/x]" in listed
    compared = run("compare", first, second)
    assert ODD in compared and "openai/[/x]" in compared
    assert ODD in run("show", first)
    assert json.loads(run("list", "--json"))["runs"][0]["name"] == ODD
