"""Isolated runs per second, sustained, by language and number of workers.

Every run gets a fresh sandbox. In the same invocation: `docker run` with the same hardening, which
reports nothing but its output, and llm-sandbox; and the memory that the warm pool holds. Languages
whose image or toolchain is not here are named and left out.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from burnish import config
from burnish.errors import BurnishError
from burnish.records import Candidate
from burnish.registries.languages import LANGUAGES
from burnish.sandbox import Sandbox, open_sandbox
from burnish.sandbox.conformance import samples
from burnish.sandbox.daemon import connect
from burnish.sandbox.images import image_tag

PROGRAM = "print(sum(range(1000)))\n"
PYTHON = "def add(a, b):\n    print('hello')\n    return a + b\n"
CHECK = "from solution import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n"
FLAGS = (
    "--rm --network none --cap-drop ALL --security-opt no-new-privileges --read-only"
    " --user 65534:65534 --pids-limit 64 -m 512m --memory-swap 512m --cpus 1"
    " --tmpfs /work:size=64m,mode=0700,uid=65534,gid=65534 --log-driver none"
)


def rate(work: Callable[[], object], runs: int, workers: int) -> float:
    """Runs per second with this many at a time."""
    started = time.perf_counter()
    with ThreadPoolExecutor(workers) as threads:
        for done in [threads.submit(work) for _ in range(runs)]:
            done.result()
    return runs / (time.perf_counter() - started)


def tested(sandbox: Sandbox, language: str) -> Callable[[], None]:
    """One run of a correct module with one test."""
    code, checks = PYTHON, CHECK
    if language != "python":
        passing = samples(language)["passing"]
        code, checks = passing["code"].lstrip("\n"), passing["tests"].lstrip("\n")
    candidate = Candidate(code=code, language=language)

    def work() -> None:
        report = sandbox.run(candidate, checks=checks)
        assert report.status == "PASSED", report

    return work


def docker_run() -> None:
    """What `docker run` does with a trivial Python program."""
    command = ["docker", "run", *FLAGS.split(), image_tag(), "python3", "-c", PROGRAM]
    subprocess.run(command, capture_output=True, check=True)


def llm_sandbox() -> None:
    """What llm-sandbox does with it, in a container of its own."""
    from llm_sandbox import SandboxSession  # type: ignore[import-untyped, unused-ignore]

    with SandboxSession(lang="python", image=image_tag(), skip_environment_setup=True) as session:
        session.run(PROGRAM)


def row(name: str, runs: int, workers: list[int], work: Callable[[], object]) -> None:
    """Measure and print one line, a column for each number of workers."""
    cells = "".join(f"{rate(work, max(runs, many), many):>11.2f}" for many in workers)
    print(f"{name:<36}{runs:>5}{cells}", flush=True)


def burnish_rows(kinds: list[str], languages: list[str], runs: int, workers: list[int]) -> None:
    """Every sandbox in every language, as many at once as there are workers."""
    for kind in kinds:
        for language in languages:
            settings = config.Sandbox.model_validate({"kind": kind, "parallel": max(workers)})
            try:
                sandbox = open_sandbox(settings, language)
            except BurnishError as error:
                print(f"burnish, {kind}, {language}: left out. {error}")
                continue
            with closing(sandbox):
                row(f"burnish, {kind}, {language}", runs, workers, tested(sandbox, language))


def others(runs: int, slow_runs: int, workers: list[int]) -> None:
    """The same machine, the same image, other programs."""
    try:
        connect().close()
    except BurnishError as error:
        print(f"docker run, llm-sandbox: left out. {error}")
        return
    row("docker run, same flags", runs, workers, docker_run)
    try:
        import llm_sandbox as _  # noqa: F401
    except ImportError:
        print("llm-sandbox is not installed: pip install 'burnish[bench]'")
        return
    row("llm-sandbox, fresh session", slow_runs, [workers[0]], llm_sandbox)


def show_memory() -> None:
    """What one warm sandbox of Python holds while it waits."""
    for kind in ("docker", "bubblewrap"):
        settings = config.Sandbox.model_validate({"kind": kind, "pool_size": 2})
        try:
            sandbox = open_sandbox(settings)
        except BurnishError:
            continue
        with closing(sandbox):
            assert sandbox.pool.wait_ready(60)  # type: ignore[attr-defined]
            pids = container_processes() if kind == "docker" else descendants(os.getpid())
            held = sum(map(proportional_bytes, pids))
        print(f"memory of a warm pool of 2, {kind}: {held / config.MIB:.0f} MiB")


def container_processes() -> list[int]:
    """Processes in the containers that this process owns."""
    with closing(connect()) as client:
        owned = client.containers.list(filters={"label": "burnish.owner"})
        mine = [c for c in owned if f"/{os.getpid()}/" in c.labels["burnish.owner"]]
        return [c.attrs["State"]["Pid"] for c in mine]


def descendants(pid: int) -> list[int]:
    """Processes below this one."""
    listed = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children")]
    children = [int(child) for text in listed for child in text.split()]
    return [each for child in children for each in (child, *descendants(child))]


def proportional_bytes(pid: int) -> int:
    """Memory of a process, pages shared with others counted in part."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(row.split()[1]) * 1024 for row in text.splitlines() if row[:4] == "Pss:")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="runs of each figure")
    parser.add_argument("--slow-runs", type=int, default=3, help="runs of llm-sandbox")
    parser.add_argument("--languages", default=",".join(LANGUAGES.names()), help="separated by ,")
    parser.add_argument("--kinds", default="docker,bubblewrap", help="separated by ,")
    parser.add_argument("--workers", default="1,2,4,8", help="separated by ,")
    arguments = parser.parse_args()
    workers = [int(many) for many in arguments.workers.split(",")]
    heads = "".join(f"{f'{many} at once':>11}" for many in workers)
    print(f"{'isolated runs per second':<36}{'n':>5}{heads}")
    kinds, languages = arguments.kinds.split(","), arguments.languages.split(",")
    burnish_rows(kinds, languages, arguments.runs, workers)
    others(arguments.runs, arguments.slow_runs, workers)
    show_memory()


if __name__ == "__main__":
    main()
