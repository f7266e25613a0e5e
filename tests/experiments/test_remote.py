"""A tracking server as teams have one: PostgreSQL behind it, S3 for artifacts, both real."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from burnish.config import Tracking
from burnish.experiments.runs import Runs
from burnish.experiments.tracking import MlflowTracker
from tests.builders import solution
from tests.conftest import missing

BUCKET = "burnish-artifacts"
OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: list[str], log: Path, ready: str, **environment: str) -> Iterator[None]:
    """A server that answers at `ready` for the length of the block."""
    with log.open("wb") as out:
        started = subprocess.Popen(
            command, stdout=out, stderr=out, env={**os.environ, **environment},
            start_new_session=True,
        )  # fmt: skip
        try:
            for _ in range(600):
                assert started.poll() is None, log.read_text()[-2000:]
                try:
                    with urllib.request.urlopen(ready, timeout=2):
                        break
                except OSError:
                    time.sleep(0.2)
            else:
                pytest.fail(f"no answer at {ready}: {log.read_text()[-2000:]}")
            yield
        finally:
            os.killpg(started.pid, signal.SIGKILL)  # its workers too
            started.wait()


def postgres_programs() -> Path:
    """Folder of initdb and pg_ctl, which Debian keeps out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        missing("PostgreSQL", "Run `apt-get install postgresql`.")
    return found[-1].parent if found else Path(str(on_path)).parent


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a database of its own."""
    programs, port = postgres_programs(), free_port()
    folder = Path("/tmp") / f"burnish-postgres-{os.getpid()}"  # its socket's path must be short
    folder.mkdir()
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data, log = folder / "data", folder / "log"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"

    def call(name: str, *arguments: str) -> None:
        command = [*as_user, str(programs / name), "-D", str(data), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        assert done.returncode == 0, done.stderr

    try:
        call("initdb", "-A", "trust", "-U", "mlflow", "--no-sync")
        call("pg_ctl", "-l", str(log), "-w", "-o", options, "start")
        try:
            yield f"postgresql+psycopg2://mlflow@127.0.0.1:{port}/postgres"
        finally:
            call("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an S3 with one bucket."""
    pytest.importorskip("moto")
    url = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", url.rpartition(":")[2]]
    with process(command, tmp_path_factory.mktemp("s3") / "log", f"{url}/moto-api/"):
        with bucket(url) as empty:
            empty.create()
        yield url


@contextmanager
def bucket(url: str) -> Iterator[Any]:
    """The bucket, seen past MLflow."""
    import boto3

    found = boto3.resource(
        "s3", endpoint_url=url, region_name=KEYS["AWS_DEFAULT_REGION"],
        aws_access_key_id="test", aws_secret_access_key="test",
    ).Bucket(BUCKET)  # fmt: skip
    yield found
    found.meta.client.close()


@pytest.fixture(scope="module")
def server(postgres: str, s3: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an MLflow server on both."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port),
        "--backend-store-uri", postgres, "--artifacts-destination", f"s3://{BUCKET}", "--workers", "1",
    ]  # fmt: skip
    log = tmp_path_factory.mktemp("mlflow") / "log"
    with process(command, log, f"{url}/health", MLFLOW_S3_ENDPOINT_URL=s3, **KEYS, **OFFLINE):
        yield url


def test_a_work_goes_to_the_database_and_its_files_to_the_bucket(
    server: str, postgres: str, s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    tracker = MlflowTracker(Tracking(experiment="remote"))
    tracker.on_solution(solution())
    assert not tracker.last.problem
    with bucket(s3) as kept:
        keys = {each.key for each in kept.objects.all()}
    assert any(key.endswith(f"{tracker.run_id}/artifacts/package/solution.py") for key in keys)
    assert tracker.run_id in rows(postgres, "select run_uuid from runs")
    assert tracker.last.trace_id in rows(postgres, "select request_id from trace_info")
    (found,) = [run for run in Runs(Tracking()).newest() if run.id == tracker.run_id]
    assert found.status == "FINISHED" and found.headline is not None


def rows(address: str, query: str) -> set[str]:
    """The first column, asked of the database itself."""
    from sqlalchemy import create_engine, text

    engine = create_engine(address)
    try:
        with engine.connect() as connection:
            return {str(row[0]) for row in connection.execute(text(query))}
    finally:
        engine.dispose()
