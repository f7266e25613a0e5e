"""What decides a benchmark's results is in its header, and what a worker is sent."""

from __future__ import annotations

import pickle
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from burnish.config import load
from burnish.evaluation.tasks import TaskSet
from burnish.experiments.bench.bench import Plan, commit, default_path
from burnish.experiments.bench.ledger import Ledger
from burnish.experiments.bench.work import _Bench
from tests.experiments.bench.rows import tasks


def test_a_worker_takes_the_whole_configuration_and_adds_nothing_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tracking = {"uri": "http://user:password@127.0.0.1:9"}
    config = load(model={"temperature": 0.5}, sandbox={"timeout_s": 9}, tracking=tracking)
    sent = pickle.dumps(Plan(tasks(1), config).setting())
    monkeypatch.chdir(tmp_path)
    Path("burnish.toml").write_text('[metric]\nthreshold = 0.1\n[model]\napi_base = "http://x"\n')
    monkeypatch.setenv("BURNISH_MODEL__MAX_TOKENS", "77")
    monkeypatch.setenv("BURNISH_SANDBOX__MEMORY_BYTES", "99999999")
    there = _Bench(pickle.loads(sent)).config
    assert there.model == config.model.model_copy(update={"cache": False})
    assert (there.metric, there.limits, there.lm) == (config.metric, config.limits, "local")
    assert there.sandbox.model_fields_set == {"timeout_s"}  # the rest is each language's own
    assert there.sandbox == config.sandbox
    assert b"password" not in sent


@pytest.mark.parametrize(
    "changed",
    [
        {"metric": {"threshold": 0.7}},
        {"metric": {"weights": {"performance": 0.5}}},
        {"model": {"max_tokens": 300}},
        {"model": {"api_base": "http://127.0.0.1:9"}},
        {"model": {"temperature": 0.9}},
        {"sandbox": {"timeout_s": 30.0}},  # the default, but no language's own any more
        {"limits": {"max_code_length": 500}},
        {"limits": {"max_iterations": 1}},
        {"lm": "openai/other"},
    ],
)
def test_what_decides_results_is_in_the_fingerprint(changed: dict[str, Any]) -> None:
    before, after = (Plan(tasks(1), load(**given)).header() for given in ({}, changed))
    assert before.fingerprint != after.fingerprint


def test_a_password_of_the_models_server_is_in_no_header() -> None:
    header, plain = (
        Plan(tasks(1), load(model={"api_base": f"http://{user}host/v1"})).header()
        for user in ("me:secret@", "")
    )
    assert header.settings["model.api_base"] == "http://host/v1"
    assert header.fingerprint == plain.fingerprint


@pytest.mark.parametrize(
    "changed",
    [
        {"tracking": {"uri": "sqlite:///elsewhere.db"}},
        {"model": {"cache": False, "threads": 1}},
        {"sandbox": {"pool_size": 0, "parallel": 1, "kind": "bubblewrap"}},
    ],
)
def test_what_decides_nothing_is_not(changed: dict[str, Any]) -> None:
    before, after = (Plan(tasks(1), load(**given)).header() for given in ({}, changed))
    assert before.fingerprint == after.fingerprint


def test_results_of_a_file_with_brackets_in_its_name_are_gone_on_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BURNISH_DATA_DIR", str(tmp_path))
    header = Plan(TaskSet("my[1]", tasks(1).tasks), load(lm="openai/scripted")).header()
    path = default_path(header, resume=False)
    Ledger(path, header).close()
    assert default_path(header, resume=True) == path


def test_other_weights_are_another_benchmark(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = Plan(tasks(1), load(lm="local"))
    shipped = plan.header()
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF and more")
    monkeypatch.setenv("BURNISH_MODEL_PATH", str(own))
    found = plan.header()
    assert shipped.model == "local/qwen2.5-coder-1.5b" and found.model.startswith("local/own-")
    assert found.lm == shipped.lm and found.fingerprint != shipped.fingerprint


def test_changes_that_are_not_committed_are_told_of(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        own = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", str(tmp_path), *own, *arguments], check=True)

    assert commit(tmp_path / "none") == ""
    git("init", "-q")
    (tmp_path / "a.py").write_text("a = 1\n")
    git("add", ".")
    git("commit", "-qm", "a")
    commit.cache_clear()
    clean = commit(tmp_path)
    assert re.fullmatch("[0-9a-f]{10}", clean)
    (tmp_path / "a.py").write_text("a = 2\n")
    assert commit(tmp_path) == clean, "the code that runs is that which was imported"
    commit.cache_clear()
    assert re.fullmatch(f"{clean}-dirty-[0-9a-f]{{6}}", commit(tmp_path))
    (tmp_path / "venv").mkdir()
    (tmp_path / "venv" / "b.py").write_text("b = 1\n")
    assert commit(tmp_path / "venv") == "", "another project's commit says nothing of burnish"
