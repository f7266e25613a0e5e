"""A benchmark as MLflow keeps it, read back by MLflow's own client."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from burnish.config import Tracking, load
from burnish.errors import InputError
from burnish.evaluation.tasks import TaskSet
from burnish.experiments.bench.bench import Outcome, Plan
from burnish.experiments.bench.ledger import Ledger
from burnish.experiments.bench.recording import record
from burnish.experiments.bench.registering import best_alias
from burnish.experiments.bench.row import Row
from burnish.experiments.bench.summary import summarise
from burnish.experiments.desk import Recording
from burnish.experiments.runs import Runs, markdown
from tests.builders import solution
from tests.experiments.bench.rows import header, row, task

ROWS = [
    row("python/a", solved=True, accepted=True, score=0.9, dimensions={"documentation": 0.7}),
    row("python/b", score=0.4, dimensions={"documentation": 0.3}),
    row("python/a", "zero-shot", code="x = 1\n", tests_total=2, tests_passed=1),
    row("python/b", "zero-shot", solved=True, tests_total=2, tests_passed=2),
]
Client = Callable[[Tracking], Any]
FULL_DISK = """
import mlflow
written = mlflow.MlflowClient.log_text
def full(client, run, text, file):
    if file == "solution.txt":
        raise OSError(28, "No space left on device")
    return written(client, run, text, file)
mlflow.MlflowClient.log_text = full
"""
NO_REGISTRY = """
import mlflow
def none(*_, **__):
    raise mlflow.MlflowException("no registry here")
mlflow.MlflowClient.create_registered_model = none
"""


def recorded(
    settings: Tracking, folder: Path, rows: list[Row], problems: tuple[str, ...] = (), **given: Any
) -> str:
    """The run of a benchmark with these rows, the loop's with a history each."""
    found = recording(settings, folder, rows, problems, **given)
    assert not found.problem
    return found.run_id


def recording(
    settings: Tracking, folder: Path, rows: list[Row], problems: tuple[str, ...] = (), **given: Any
) -> Recording:
    """What became of recording it."""
    folder.mkdir(exist_ok=True)
    path = folder / "rows.jsonl"
    head = header(**given)
    ledger = Ledger(path, head)
    for each in rows:
        ledger.add(each, solution() if each.contestant == "burnish" else None)
    ledger.close()
    config = load(tracking=settings.model_dump())
    plan = Plan(TaskSet("made", (task("python/a"), task("python/b"))), config)
    return record(plan, Outcome(summarise(head, rows), path, problems))


@pytest.fixture(scope="module")
def benchmarked(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Tracking, str, str]:
    """A store with two benchmarks of two programs, and their runs; the second solves less."""
    import shutil

    folder = tmp_path_factory.mktemp("benchmarked")
    shutil.copy(template, folder / "mlflow.db")
    settings = Tracking(uri=f"sqlite:///{folder / 'mlflow.db'}")
    worse = [ROWS[0].model_copy(update={"solved": False}), *ROWS[1:]]
    first = recorded(settings, folder / "one", ROWS)
    second = recorded(settings, folder / "two", worse, program="0ther")
    return settings, first, second


def test_a_benchmark_is_a_run_with_a_run_under_it_for_every_row(
    benchmarked: tuple[Tracking, str, str], client: Client
) -> None:
    settings, id, _ = benchmarked
    mlflow = client(settings)
    run = mlflow.get_run(id)
    assert run.info.status == "FINISHED" and run.data.params["program"] == "def"
    assert run.data.metrics["pass_at_1/burnish"] == run.data.metrics["pass_at_1/zero-shot"] == 0.5
    assert run.data.metrics["dimension/documentation/burnish"] == pytest.approx(0.5)
    below = mlflow.search_runs([run.info.experiment_id], f"tags.`mlflow.parentRunId` = '{id}'")
    assert {r.info.run_name for r in below} == {
        "python/a burnish", "python/b burnish", "python/a zero-shot", "python/b zero-shot",
    }  # fmt: skip
    ours = next(r for r in below if r.info.run_name == "python/a burnish")
    assert ours.data.metrics["solved"] == 1.0 and "score" in ours.data.metrics
    traces = mlflow.search_traces(
        locations=[run.info.experiment_id], run_id=ours.info.run_id, include_spans=False
    )
    assert len(traces) == 1


def test_its_table_pictures_program_and_dataset_are_there(
    benchmarked: tuple[Tracking, str, str], client: Client, tmp_path: Path
) -> None:
    settings, id, _ = benchmarked
    mlflow = client(settings)
    names = {file.path for file in mlflow.list_artifacts(id)}
    assert {"rows.json", "rows.jsonl", "summary.json", "figures", "program"} <= names
    figures = {Path(file.path).name for file in mlflow.list_artifacts(id, "figures")}
    assert figures == {
        "pass_by_group.png", "cost.png", "dimensions.png", "reliability.png", "score_by_iteration.png",
    }  # fmt: skip
    picture = Path(mlflow.download_artifacts(id, "figures/reliability.png", str(tmp_path)))
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and picture.stat().st_size > 5_000
    table = json.loads(Path(mlflow.download_artifacts(id, "rows.json", str(tmp_path))).read_text())
    column = table["columns"].index("solved")
    assert [line[column] for line in table["data"]] == [True, False, False, True]
    (data,) = mlflow.get_run(id).inputs.dataset_inputs
    assert (data.dataset.name, data.dataset.digest) == ("made", "abc")


def test_programs_and_prompts_are_versioned_and_the_better_one_is_marked(
    benchmarked: tuple[Tracking, str, str], client: Client
) -> None:
    settings, first, _ = benchmarked
    mlflow = client(settings)
    versions = {
        v.tags["program"]: v for v in mlflow.search_model_versions("name = 'burnish-program'")
    }
    assert set(versions) == {"def", "0ther"} and versions["def"].run_id == first
    best = mlflow.get_model_version_by_alias("burnish-program", best_alias(header()))
    assert best.tags["program"] == "def"
    prompts = {prompt.name for prompt in mlflow.search_prompts(max_results=100)}
    assert {"burnish.python.write_code", "burnish.rust.write_tests"} <= prompts


def test_no_smaller_or_unfinished_benchmark_takes_the_best_ones_mark(
    settings: Tracking, client: Client, tmp_path: Path
) -> None:
    right = [each.model_copy(update={"solved": True}) for each in ROWS]
    recorded(settings, tmp_path / "whole", ROWS)
    recorded(settings, tmp_path / "small", right[:1], program="5ma11", limit=1)
    recorded(settings, tmp_path / "broken", right[:1], ("the model was lost",), program="10st")
    mlflow = client(settings)

    def best(**given: Any) -> str:
        alias = best_alias(header(**given))
        return str(mlflow.get_model_version_by_alias("burnish-program", alias).tags["program"])

    assert best() == "def" and best(limit=1) == "5ma11"


def test_a_row_that_cannot_be_recorded_leaves_no_run_behind_that_seems_to_go_on(
    settings: Tracking, client: Client, tmp_path: Path, meddle: Callable[[str], None]
) -> None:
    meddle(FULL_DISK)
    found = recording(settings, tmp_path / "full", ROWS)
    assert "No space left" in found.problem
    mlflow = client(settings)
    (experiment,) = mlflow.search_experiments(filter_string="name = 'burnish-bench'")
    runs = mlflow.search_runs([experiment.experiment_id])
    # the rows before it were recorded
    assert {run.info.status for run in runs} == {"FINISHED", "FAILED"}
    failed = {run.data.tags["kind"] for run in runs if run.info.status == "FAILED"}
    assert failed == {"benchmark", "row"}


def test_a_benchmark_is_recorded_whole_by_a_server_without_registries(
    settings: Tracking,
    client: Client,
    tmp_path: Path,
    meddle: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    meddle(NO_REGISTRY)
    run = recorded(settings, tmp_path / "plain", ROWS)
    assert client(settings).get_run(run).info.status == "FINISHED"
    assert "not entered in MLflow's registries: MlflowException: no registry here" in caplog.text


def test_a_benchmark_in_which_nothing_was_graded_is_recorded(
    settings: Tracking, tmp_path: Path
) -> None:
    crashed = [row("python/a", name, error="it crashed") for name in ("burnish", "zero-shot")]
    assert recorded(settings, tmp_path / "crashed", crashed)


def test_a_program_may_be_called_as_a_file_may(
    settings: Tracking, client: Client, tmp_path: Path
) -> None:
    names = ("program (1)", "program [1]", r"+@,$\x$")
    rows = [row("python/a", name, tests_total=1, tests_passed=1) for name in ("burnish", *names)]
    run = recorded(settings, tmp_path / "odd", rows, contestants=("burnish", *names))
    metrics = client(settings).get_run(run).data.metrics
    solved = [name for name in metrics if name.startswith("pass_at_1/")]
    assert len(solved) == 4 and "pass_at_1/burnish" in solved


def test_only_benchmarks_under_the_same_conditions_share_a_mark() -> None:
    mark = best_alias(header())
    assert mark.startswith("best-made-all-local-")
    assert mark == best_alias(header(program="0ther", commit="0123", sandbox="docker"))
    for other in (
        {"limit": 1}, {"samples": 4}, {"version": "b"}, {"lm": "x/local"}, {"max_iterations": 9},
        {"settings": {"metric.threshold": 0.1}},
    ):  # fmt: skip
        assert best_alias(header(**other)) != mark


def test_runs_are_listed_shown_and_compared(benchmarked: tuple[Tracking, str, str]) -> None:
    settings, first, second = benchmarked
    runs = Runs(settings)
    listed = runs.newest("benchmark")
    assert [run.id for run in listed] == [second, first]
    assert listed[0].headline == ("pass_at_1/burnish", 0.0)
    assert {run.kind for run in runs.newest()} == {"benchmark", "generate"}
    assert runs.get(first[:8]).id == first
    found = runs.compare(first[:8], second)
    assert found.params["program"] == ("def", "0ther") and "lm" not in found.params
    assert found.metrics["pass_at_1/burnish"] == (0.5, 0.0)
    assert found.lost == ("python/a (burnish)",) and found.gained == ()
    text = markdown(found)
    assert "| pass_at_1/burnish | 0.5 | 0 | -0.5 |" in text
    assert "No longer solved: python/a (burnish)." in text
    with pytest.raises(InputError, match="no run with 'zzz'"):
        runs.get("zzz")


def test_a_store_that_is_not_there_is_told_with_what_would_make_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There are no runs.*burnish generate"):
        Runs(Tracking(uri=f"sqlite:///{tmp_path / 'none.db'}"))
