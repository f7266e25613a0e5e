"""How long one isolated run of a trivial program takes, as the caller sees it.

Side by side, in one process and on one image: burnish (Docker warm, Docker cold, bubblewrap),
`docker run` with the same hardening, and llm-sandbox with a fresh container for each run.
A fresh, never used sandbox every time; medians. Needs a Docker Engine, the image of
`burnish sandbox build`, and `pip install 'burnish[bench]'` for the llm-sandbox rows.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import time
from collections.abc import Callable

from burnish import config
from burnish.records import Candidate, Example
from burnish.sandbox.bubblewrap import open_bubblewrap
from burnish.sandbox.daemon import connect
from burnish.sandbox.engine import open_docker
from burnish.sandbox.images import image_tag
from burnish.sandbox.supervised import SupervisedSandbox

PROGRAM = "print(sum(range(1000)))\n"
EXPECTED = "499500"
WARM_TARGET_S = 0.100
FACTOR_TARGET = 3.0

SMALL = Candidate(
    code='"""Sums."""\n\n\ndef total(items):\n    """Add up."""\n    result = 0\n'
    "    for item in items:\n        result += item\n    return result\n",
    tests="import pytest\nfrom solution import total\n\n\n"
    "@pytest.mark.parametrize('n', [0, 1, 5])\ndef test_total(n):\n"
    "    assert total(range(n)) == n * (n - 1) // 2\n\n\n"
    "def test_text():\n    with pytest.raises(TypeError):\n        total('ab')\n",
    docs="```python\nfrom solution import total\nprint(total([1, 2]))\n```\n",
)
CHECKS = "from solution import total\n\n\ndef test_check():\n    assert total([1, 2, 3]) == 6\n"
EXAMPLES = (Example(call="total([1, 2, 3])", expected="6"),)

Row = tuple[str, list[float], str]


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def trivial(sandbox: SupervisedSandbox) -> None:
    report = sandbox.run(Candidate(code=PROGRAM))
    assert report.output.strip() == EXPECTED, report


def small(sandbox: SupervisedSandbox) -> None:
    report = sandbox.run(SMALL, checks=CHECKS, examples=EXAMPLES)
    assert report.status == "PASSED", report


def warm(
    sandbox: SupervisedSandbox, runs: int, work: Callable[[SupervisedSandbox], None]
) -> list[float]:
    """Runs with a full pool, as between two answers of a model."""
    seconds = []
    for _ in range(runs):
        assert sandbox.pool.wait_ready(30)
        seconds.append(timed(lambda: work(sandbox)))
    return seconds


def burnish_rows(
    name: str, opener: Callable[[config.Sandbox], SupervisedSandbox], n: int
) -> list[Row]:
    name = f"burnish, {name}"
    sandbox = opener(config.Sandbox())
    rows = [
        (f"{name}, warm", warm(sandbox, n, trivial), "pool of 1, refilled"),
        (f"{name}, warm, tests", warm(sandbox, n, small), "5 tests, example, usage, growth"),
        (f"{name}, back to back", gapless(sandbox, n), "pool of 1, never full"),
    ]
    sandbox.close()
    sandbox = opener(config.Sandbox(pool_size=0))
    rows.append((f"{name}, cold", gapless(sandbox, n), "no pool"))
    sandbox.close()
    return rows


def gapless(sandbox: SupervisedSandbox, runs: int) -> list[float]:
    return [timed(lambda: trivial(sandbox)) for _ in range(runs)]


def docker_run_row(runs: int) -> Row:
    flags = "--rm --network none --cap-drop ALL --security-opt no-new-privileges --read-only"
    flags += " --user 65534:65534 --pids-limit 64 -m 512m --memory-swap 512m --cpus 1"
    flags += " --tmpfs /work:size=64m,mode=0700,uid=65534,gid=65534 --log-driver none"
    command = ["docker", "run", *flags.split(), image_tag(), "python3", "-c", PROGRAM]

    def work() -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == EXPECTED

    return ("docker run, same flags", [timed(work) for _ in range(runs)], "no tests, no report")


def llm_sandbox_rows(runs: int) -> list[Row]:
    try:
        from llm_sandbox import SandboxSession  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        print("llm-sandbox is not installed: pip install 'burnish[bench]'")
        return []
    answers, whole = [], []
    for _ in range(runs):
        started = time.perf_counter()
        session = SandboxSession(lang="python", image=image_tag(), skip_environment_setup=True)
        session.open()
        output = session.run(PROGRAM)
        answers.append(time.perf_counter() - started)
        session.close()
        whole.append(time.perf_counter() - started)
        assert output.stdout.strip() == EXPECTED, output
    note = "network, root, no limits"
    return [
        ("llm-sandbox, to the answer", answers, note),
        ("llm-sandbox, with its close", whole, note),
    ]


def show(rows: list[Row]) -> None:
    print(f"{'fresh sandbox for each run':<36}{'n':>4}{'median':>11}{'min':>11}{'max':>11}  note")
    for name, seconds, note in rows:
        figures = (statistics.median(seconds), min(seconds), max(seconds))
        cells = "".join(f"{figure * 1000:>8.1f} ms" for figure in figures)
        print(f"{name:<36}{len(seconds):>4}{cells}  {note}")


def show_targets(rows: list[Row]) -> None:
    median = {name: statistics.median(seconds) for name, seconds, _ in rows}
    ours = median["burnish, Docker, warm"]
    verdict = "met" if ours <= WARM_TARGET_S else "NOT met"
    print(f"\ntarget warm <= {WARM_TARGET_S * 1000:.0f} ms: {ours * 1000:.1f} ms, {verdict}")
    for name in ("llm-sandbox, to the answer", "docker run, same flags"):
        if name in median:
            factor = median[name] / ours
            verdict = "met" if factor >= FACTOR_TARGET else "NOT met"
            print(
                f"target >= {FACTOR_TARGET:.0f} times quicker than {name}: {factor:.1f}, {verdict}"
            )


def show_memory() -> None:
    sandbox = open_docker(config.Sandbox(pool_size=1))
    sandbox.pool.wait_ready(30)
    client = connect()
    for container in client.containers.list(filters={"label": "burnish.owner"}):
        usage = container.stats(stream=False)["memory_stats"]
        print(
            f"memory of one warm container: {usage['usage'] / config.MIB:.0f} MiB now, "
            f"{usage.get('max_usage', usage['usage']) / config.MIB:.0f} MiB at most"
        )
    client.close()
    sandbox.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process: {peak:.0f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="runs of each row")
    parser.add_argument("--slow-runs", type=int, default=5, help="runs of llm-sandbox")
    arguments = parser.parse_args()
    rows = burnish_rows("Docker", open_docker, arguments.runs)
    rows += burnish_rows("bubblewrap", open_bubblewrap, arguments.runs)
    rows.append(docker_run_row(arguments.runs))
    rows += llm_sandbox_rows(arguments.slow_runs)
    show(rows)
    show_targets(rows)
    show_memory()


if __name__ == "__main__":
    main()
