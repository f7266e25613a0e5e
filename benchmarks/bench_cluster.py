"""Tasks per minute of `burnish bench`: here in threads, and on a Dask cluster of this machine.

The model is a stand-in on loopback that answers after a second, as a hosted one would; sandboxes
are real. Scheduler and workers are processes of this machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from burnish.config import load
from burnish.evaluation.tasks import Task
from burnish.experiments.bench.cluster import Dask
from burnish.experiments.bench.running import Executor, Threads
from burnish.experiments.bench.work import Setting, Unit

CODE = "def add(a, b):\n    return a + b\n"
TESTS = "from solution import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"


@contextmanager
def model(latency_s: float) -> Iterator[str]:
    """Address of an OpenAI-compatible server that always gives the same code."""
    answer = {
        "id": "1", "object": "chat.completion", "created": 0, "model": "fake",
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": f"```python\n{CODE}```"}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(latency_s)
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def cluster(workers: int, threads: int) -> Iterator[str]:
    """Address of a scheduler with so many workers."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scheduler.json"
        place = ["--scheduler-file", str(file), "--no-dashboard"]
        processes = [_start("scheduler", folder, "--port", "0", "--host", "127.0.0.1", *place)]
        processes += [
            _start("worker", folder, "--nthreads", str(threads), "--no-nanny", *place)
            for _ in range(workers)
        ]
        try:
            while not file.exists():
                time.sleep(0.1)
            address = json.loads(file.read_text())["address"]
            from distributed import Client

            with Client(address, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=60)
            yield address
        finally:
            for process in processes:
                process.kill()
                process.wait()


def _start(what: str, folder: str, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *options]
    null = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=null, stderr=null, cwd=folder)


def measure(name: str, executor: Executor, setting: Setting, units: Sequence[Unit]) -> None:
    """Warm every worker up, then print one line."""
    list(executor.results(setting, units[:8]))
    started = time.perf_counter()
    done = list(executor.results(setting, units))
    seconds = time.perf_counter() - started
    assert all(each.row is not None and each.row.solved for each in done), done[0]
    print(f"{name:<44}{len(done):>5}{len(done) / seconds * 60:>12.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=60)
    parser.add_argument("--latency", type=float, default=1.0, help="seconds of the model's answer")
    arguments = parser.parse_args()
    tasks = [
        Task(
            id=f"t{number}", language="python", split="dev", entry_point="add", tests=TESTS,
            specification=f"Write add(a, b), number {number}.", reference=CODE, difficulty="easy",
        )
        for number in range(arguments.units)
    ]  # fmt: skip
    units = [Unit(task, "zero-shot", 0) for task in tasks]
    print(f"{'':<44}{'n':>5}{'per minute':>12}")
    with model(arguments.latency) as url:
        config = load(lm="openai/fake", model={"api_base": url, "cache": False})
        setting = Setting(config)
        for threads in (1, 2, 4):
            measure(f"here, {threads} threads", Threads(threads), setting, units)
        for workers in (1, 2):
            with cluster(workers, threads=2) as address:
                name = f"Dask, {workers} workers of 2 threads"
                measure(name, _Anew(address), setting, units)


class _Anew:
    """A Dask executor that connects for each batch: one ends with its batch."""

    def __init__(self, address: str) -> None:
        self._address = address

    def results(self, setting: Setting, units: Iterable[Unit]):  # type: ignore[no-untyped-def]
        """See `Executor.results`."""
        return Dask(self._address).results(setting, units)


if __name__ == "__main__":
    main()
