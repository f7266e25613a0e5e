"""What a finished work leaves in MLflow, read back with MLflow's own client."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from burnish.config import Tracking, load
from burnish.experiments.tracking import MlflowTracker
from burnish.records import Dimensions, Solution, Usage
from tests.builders import CODE, attempt, solution

# what is tested runs in a process of its own; here only MLflow's own client can warn
pytestmark = pytest.mark.filterwarnings("ignore")

Client = Callable[[Tracking], Any]


def record(settings: Tracking, work: Solution) -> MlflowTracker:
    tracker = MlflowTracker(settings, config=load())
    tracker.on_solution(work)
    assert not tracker.last.problem
    return tracker


def test_scores_and_dimensions_are_steps_of_a_metric(
    recorded: MlflowTracker, client: Client
) -> None:
    store = client(recorded.settings)

    def steps(name: str) -> list[tuple[int, float]]:
        return [(m.step, m.value) for m in store.get_metric_history(recorded.run_id, name)]

    assert steps("score") == [(0, 0.5), (1, 0.9)]
    assert steps("tests_failed") == [(0, 1), (1, 0)]
    assert steps("coverage") == [(0, 1.0), (1, 1.0)]
    for name in Dimensions.model_fields:
        assert steps(f"dimension/{name}") == [(0, 0.5), (1, 0.9)]


def test_parameters_tags_and_totals_describe_the_work(
    recorded: MlflowTracker, client: Client
) -> None:
    run = client(recorded.settings).get_run(recorded.run_id)
    expected = {
        "lm": "openai/scripted",
        "language": "python",
        "strategy": "direct",
        "sandbox": "docker",
        "max_iterations": "3",
        "temperature": "0.2",
        "threshold": "0.8",
        "weight/test_coverage": "0.2",
    }
    assert expected.items() <= run.data.params.items()
    assert run.data.tags["status"] == "TESTS_PASSING_AFTER_REFINEMENT"
    assert run.data.tags["accepted"] == "true"
    assert run.data.tags["mlflow.note.content"] == "Write double(n) that returns twice n."
    assert run.data.metrics["tokens"] == 450
    assert run.data.metrics["seconds/repair_code"] == 1.0
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "double"
    assert run.info.end_time - run.info.start_time == pytest.approx(6000, abs=5000)


def test_cost_is_recorded_only_where_it_is_known(
    recorded: MlflowTracker, settings: Tracking, client: Client
) -> None:
    unknown = client(recorded.settings).get_run(recorded.run_id)
    assert "cost_usd" not in unknown.data.metrics
    known = record(settings, solution(cost_usd=0.25))
    assert client(settings).get_run(known.run_id).data.metrics["cost_usd"] == 0.25


def test_the_package_and_the_tables_are_artifacts(
    recorded: MlflowTracker, client: Client, tmp_path: Path
) -> None:
    store = client(recorded.settings)
    folder = Path(store.download_artifacts(recorded.run_id, "", str(tmp_path)))
    assert (folder / "package" / "solution.py").read_text() == CODE
    for name in ("README.md", "report.json", "report.html"):
        assert (folder / "package" / name).is_file()
    attempts = json.loads((folder / "attempts.json").read_text())
    assert attempts["columns"][0] == "iteration"
    assert len(attempts["data"]) == 2
    assert len(json.loads((folder / "tests.json").read_text())["data"]) == 7


def test_every_model_call_is_a_span_with_prompt_answer_and_tokens(
    recorded: MlflowTracker, client: Client
) -> None:
    trace = client(recorded.settings).get_trace(recorded.last.trace_id)
    assert trace.info.trace_metadata["mlflow.sourceRun"] == recorded.run_id
    assert trace.info.token_usage["total_tokens"] == 450

    spans = {span.span_id: span for span in trace.data.spans}
    calls = [span for span in spans.values() if span.span_type == "CHAT_MODEL"]
    stages = [spans[call.parent_id] for call in calls]
    assert [stage.name for stage in stages] == ["write_code", "write_tests", "repair_code"]
    assert {spans[stage.parent_id].name for stage in stages} == {"burnish.generate"}
    assert {call.end_time_ns - call.start_time_ns for call in calls} == {10**9}
    assert calls[0].inputs["messages"][1]["content"] == "The question of write_code, round 0."
    answer = calls[0].outputs["choices"][0]["message"]["content"]
    assert answer == "The answer of write_code, round 0."
    assert [call.status.status_code for call in calls] == ["OK", "OK", "ERROR"]


def test_watched_stages_without_model_calls_are_timed_too(
    settings: Tracking, client: Client
) -> None:
    work = solution(calls=())
    tracker = MlflowTracker(settings)
    tracker.on_stage(work.spec, "execute", 0, Usage())
    time.sleep(0.1)
    tracker.on_stage(work.spec, "evaluate", 0, Usage())
    tracker.on_solution(work)
    metrics = client(settings).get_run(tracker.run_id).data.metrics
    assert 0.1 <= metrics["seconds/execute"] < 5
    names = {span.name for span in client(settings).get_trace(tracker.last.trace_id).data.spans}
    assert names == {"burnish.generate", "execute", "evaluate"}


def test_a_work_without_any_usable_answer_is_recorded(settings: Tracking, client: Client) -> None:
    work = solution().model_copy(
        update={"best": None, "history": (), "status": "NO_USABLE_ANSWER", "calls": ()}
    )
    run = client(settings).get_run(record(settings, work).run_id)
    assert run.data.tags["status"] == "NO_USABLE_ANSWER"
    assert run.data.metrics["final_score"] == 0.0


def test_text_that_no_store_can_hold_does_not_lose_the_run(
    settings: Tracking, client: Client
) -> None:
    work = solution(attempt(code="x = '\ud800\0'\n"), text="Handle \ud800 and \0.")
    run = client(settings).get_run(record(settings, work).run_id)
    assert run.data.tags["mlflow.note.content"].startswith("Handle")


def test_a_fresh_store_is_made_whole_in_the_users_data_folder_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("BURNISH_DATA_DIR", str(tmp_path / "data"))
    record(Tracking(), solution())
    assert sorted(p.name for p in (tmp_path / "data").iterdir()) == ["artifacts", "mlflow.db"]
    assert list((tmp_path / "work").iterdir()) == []


def test_the_callers_own_mlflow_run_and_uri_stay_as_they_were(
    settings: Tracking, template: Path, tmp_path: Path
) -> None:
    own = f"sqlite:///{tmp_path / 'own.db'}"
    (tmp_path / "own.db").write_bytes(template.read_bytes())
    program = f"""
import mlflow
from burnish.config import Tracking
from burnish.experiments.tracking import MlflowTracker
from tests.builders import solution
mlflow.set_tracking_uri({own!r})
experiment = mlflow.create_experiment("mine", artifact_location={tmp_path.as_uri()!r})
with mlflow.start_run(experiment_id=experiment) as run:
    tracker = MlflowTracker(Tracking(uri={settings.uri!r}))
    tracker.on_solution(solution())
    assert not tracker.last.problem, tracker.last
    assert mlflow.active_run().info.run_id == run.info.run_id != tracker.run_id
    mlflow.log_metric("mine", 1)
assert mlflow.get_tracking_uri() == {own!r}
assert mlflow.get_run(run.info.run_id).data.metrics == {{"mine": 1.0}}
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_works_of_several_threads_are_recorded_apart(settings: Tracking, client: Client) -> None:
    tracker = MlflowTracker(settings)
    works = [solution(attempt(score)) for score in (0.81, 0.92)]
    threads = [threading.Thread(target=tracker.on_solution, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = client(settings)
    experiment = store.get_experiment_by_name("burnish-generate").experiment_id
    scores = {run.data.metrics["score"] for run in store.search_runs([experiment])}
    assert scores == {0.81, 0.92}


def test_nothing_is_recorded_when_tracking_is_off(tmp_path: Path) -> None:
    tracker = MlflowTracker(Tracking(enabled=False, uri=f"sqlite:///{tmp_path / 'no.db'}"))
    tracker.on_solution(solution())
    assert tracker.run_id == tracker.run_url == tracker.summary() == ""
    assert list(tmp_path.iterdir()) == []


def test_the_summary_says_how_to_see_the_run(recorded: MlflowTracker) -> None:
    assert "burnish ui" in recorded.summary()
    assert recorded.run_url.endswith(recorded.run_id)


def test_an_unreachable_server_costs_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    tracker = MlflowTracker(Tracking(uri=f"http://127.0.0.1:{port}"))
    with caplog.at_level(logging.WARNING, "burnish.tracking"):
        tracker.on_solution(solution())
    assert len(caplog.messages) == 1
    assert f"http://127.0.0.1:{port}" in caplog.messages[0]
    assert "\n" not in caplog.messages[0]
    assert tracker.run_id == tracker.summary() == ""


def test_a_server_that_never_answers_is_given_up(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "1")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        tracker = MlflowTracker(Tracking(uri=f"http://127.0.0.1:{silent.getsockname()[1]}"))
        begun = time.monotonic()
        tracker.on_solution(solution())
    assert time.monotonic() - begun < 100
    assert len(caplog.messages) == 1


def test_a_damaged_store_costs_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"this is not a database" * 100)
    tracker = MlflowTracker(Tracking(uri=f"sqlite:///{tmp_path / 'mlflow.db'}"))
    tracker.on_solution(solution())
    assert len(caplog.messages) == 1
    assert not tracker.run_id
