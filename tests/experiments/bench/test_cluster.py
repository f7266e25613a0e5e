"""A benchmark on a real Dask scheduler with two worker processes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import pytest

from burnish.config import load
from burnish.errors import EnvironmentMissingError, InputError
from burnish.evaluation.tasks import TaskSet
from burnish.experiments.bench.cluster import Dask
from burnish.experiments.bench.ledger import Ledger
from burnish.experiments.bench.running import Threads, run, units_of
from burnish.experiments.bench.work import Done, Setting
from tests.conftest import missing
from tests.experiments.bench.rows import ADD, TESTS, header, task
from tests.modules.scripts import fenced
from tests.registries.servers import openai_server

SLOW = TESTS + "\n\ndef test_slow():\n    __import__('time').sleep(0.4)\n"
TASKS = TaskSet("made", tuple(task(f"python/t{number}", tests=SLOW) for number in range(8)))
UNITS = units_of(TASKS, ("zero-shot",), 1)


class Cluster:
    """A scheduler and its workers, processes of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.workers = folder, list[subprocess.Popen[bytes]]()
        self.file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1"
        )
        self.address = _wait_for_address(self.file)

    def add_worker(self) -> None:
        self.workers.append(
            self._start("worker", "--nthreads", "1", "--no-nanny", "--no-dashboard",
                        "--death-timeout", "60", name=f"w{len(self.workers)}")
        )  # fmt: skip

    def wait_for(self, workers: int) -> None:
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)

    def _start(self, what: str, *options: str, name: str = "") -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + what, *options]
        command += ["--scheduler-file", str(self.file)]
        with (self.folder / f"{name or what}.log").open("wb") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
        for process in (*self.workers, self.scheduler):
            process.wait(90)


def _wait_for_address(file: Path) -> str:
    for _ in range(300):
        if file.exists() and (text := file.read_text()):
            return str(json.loads(text)["address"])
        time.sleep(0.1)
    missing("A Dask scheduler", "Run `pip install 'burnish[dask]'`.")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    found = Cluster(tmp_path)
    yield found
    found.close()


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Setting]:
    """A model that adds, on loopback, where every worker reaches it."""
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    with openai_server([200], fenced(ADD)) as server:
        config = load(
            lm="openai/fake", model={"api_base": server.url, "cache": False},
            sandbox={"kind": "bubblewrap", "pool_size": 1},
        )  # fmt: skip
        yield Setting(config)


def same(done: list[Done]) -> dict[str, tuple[bool, str, int]]:
    """What must not depend on where it was done."""
    rows = [each.row for each in done if each.row is not None]
    return {row.task: (row.solved, row.code, row.usage.tokens) for row in rows}


def test_two_workers_give_what_threads_give(cluster: Cluster, setting: Setting) -> None:
    cluster.add_worker()
    cluster.add_worker()
    cluster.wait_for(2)
    there = list(Dask(cluster.address).results(setting, UNITS))
    here = list(Threads(2).results(setting, UNITS))
    assert len(same(there)) == 8 and same(there) == same(here)
    assert all(solved for solved, _, _ in same(there).values())


def test_a_worker_that_is_killed_costs_nothing(cluster: Cluster, setting: Setting) -> None:
    cluster.add_worker()
    cluster.add_worker()
    cluster.wait_for(2)
    done = []
    for count, each in enumerate(Dask(cluster.address).results(setting, UNITS)):
        done.append(each)
        if count == 1:
            cluster.workers[0].kill()
    assert [each.problem for each in done if each.row is None] == []
    assert len(same(done)) == 8 and len(done) == 8


@pytest.mark.parametrize(
    ("lost", "said"),
    [("worker", "no worker is left"), ("scheduler", "the cluster lost it|no worker")],
)
def test_when_the_last_worker_or_the_scheduler_is_lost_it_ends_and_says_how_to_go_on(
    cluster: Cluster,
    setting: Setting,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lost: str,
    said: str,
) -> None:
    monkeypatch.setattr("burnish.experiments.bench.cluster.CONNECT_S", 5)
    monkeypatch.setattr("burnish.experiments.bench.cluster.LOOKS", 2)
    cluster.add_worker()
    cluster.wait_for(1)
    ledger = Ledger(tmp_path / "rows.jsonl", header())
    ended: SimpleQueue[object] = SimpleQueue()

    def lose_it(done: Done, count: int, total: int) -> None:
        if count == 2:
            (cluster.scheduler if lost == "scheduler" else cluster.workers[0]).kill()

    def benchmark() -> None:
        try:
            ended.put(run(setting, UNITS, ledger, Dask(cluster.address), lose_it))
        except EnvironmentMissingError as error:
            ended.put(error)

    Thread(target=benchmark, daemon=True).start()  # a test shall not wait for ever for it
    error = ended.get(timeout=120)
    assert isinstance(error, EnvironmentMissingError), error
    assert re.search(said, error.message) and "--resume" in error.remedy
    assert 2 <= len(ledger.rows) < 8


def test_what_is_missing_is_said_at_once(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="--scheduler"):
        Dask("")
    with pytest.raises(EnvironmentMissingError, match=r"has no worker.*dask worker"):
        Dask(cluster.address)
    monkeypatch.setattr("burnish.experiments.bench.cluster.CONNECT_S", 1)
    with pytest.raises(EnvironmentMissingError, match=r"No Dask scheduler answers.*dask scheduler"):
        Dask("tcp://127.0.0.1:9")
