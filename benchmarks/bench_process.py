"""Start-up time and peak memory of whole processes.

    python benchmarks/bench_process.py [--runs 10]

The work is one `burnish.generate` with a scripted model in place of the embedded one (which runs in
a process of its own), in bubblewrap, recorded in a fresh MLflow store.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

WORK = """
import burnish
from burnish.config import load
from burnish.experiments.tracking import MlflowTracker
from burnish.signatures.demonstration import demos_for
from burnish.signatures import questions as q
from burnish.testing import Answer, ScriptedLM

analysis = Answer.fields(
    interface="", requirements="[]", edge_cases="[]", strategy="direct", parts="[]"
)
code = demos_for(q.WriteDocumentation, "document")[0]["code"].code
tests = demos_for(q.WriteTests, "write_tests")[0]["tests"].code
readme = demos_for(q.WriteDocumentation, "document")[0]["documentation"]
lm = ScriptedLM([analysis, f"```python\\n{code}```", f"```python\\n{tests}```", readme])
solution = burnish.generate(
    "Write moving_average(values, window).", lm=lm, sandbox="bubblewrap",
    observers=[MlflowTracker(load().tracking)],
)
assert solution.accepted, solution.status
"""


def main() -> None:
    """Print one row per command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=10)
    runs = parser.parse_args().runs
    python = sys.executable
    commands = {
        "burnish --help": [python, "-m", "burnish.cli", "--help"],
        "import burnish": [python, "-c", "import burnish"],
        "generate, scripted model, tracked": [python, "-c", WORK],
    }
    print("| process | median, s | peak memory, MB |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as data:
        for name, command in commands.items():
            measured = [_run(command, data) for _ in range(runs if len(command[-1]) < 50 else 3)]
            seconds = statistics.median(wall for wall, _ in measured)
            peak = max(memory for _, memory in measured)
            print(f"| {name} | {seconds:.2f} | {peak / 1e6:.0f} |", flush=True)


def _run(command: list[str], data: str) -> tuple[float, int]:
    """Wall seconds and peak resident bytes of the process itself."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, env={**os.environ, "BURNISH_DATA_DIR": data}
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:3]} failed with {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss * 1024


if __name__ == "__main__":
    main()
