"""How Python is run: warm imports, a worker that is the candidate, coverage from its arcs."""

from __future__ import annotations

import gc
import os
import resource
import sys
from pathlib import Path
from typing import Any

import coverage
import pytest

from burnish.sandbox.inside import worker
from burnish.sandbox.inside.process import WORK, Emit, Job, clear_work
from burnish.sandbox.inside.suite import OPTIONS
from burnish.sandbox.inside.wire import Message, frame, read_frame, write_all

_WARM_TEST = """
import pytest
@pytest.mark.parametrize("n", [1, 2])
def test_warm(n, tmp_path, capsys):
    assert [n, pytest.approx(0.5)] == [1, 0.5]
"""


class PythonRunner:
    """See `supervisor.Runner`."""

    is_candidate = True

    def warm(self) -> None:
        """Run a tiny suite once, so that every later import of pytest is done before the fork."""
        folder = Path(WORK, ".warm")
        folder.mkdir()
        path = folder / "test_warm.py"
        path.write_text(_WARM_TEST)
        cover = coverage.Coverage(data_file=None, branch=True, config_file=False, include=["/none"])
        cover.set_option("run:disable_warnings", ["no-data-collected"])
        cover.start()
        pytest.main([*OPTIONS, f"--rootdir={folder}", str(path)])
        cover.stop()
        sys.modules.pop("test_warm", None)
        sys.path[:] = [entry for entry in sys.path if entry != str(folder)]
        clear_work()
        gc.collect()

    def groups(self, job: Job) -> list[list[int]]:
        """A process for each suite, and one for all the rest: no suite sees what another left."""
        steps = list(enumerate(job["steps"]))
        suites = [[index] for index, step in steps if step["kind"] == "suite"]
        rest = [index for index, step in steps if step["kind"] != "suite"]
        return [*suites, rest] if rest or not suites else suites

    def lay_out(self, job: Job, group: list[int]) -> None:
        """Put the module, and the test files of this group, into the work folder."""
        Path(WORK, f"{job['module']}.py").write_text(job["code"], encoding="utf-8")
        for index in group:
            step = job["steps"][index]
            if "file" in step:
                Path(WORK, step["file"]).write_text(step["source"], encoding="utf-8")

    def run(self, job: Job, group: list[int], emit: Emit) -> None:
        """See `Runner.run`."""
        worker.run_group(job, group, emit)

    def covered(self, job: Job, events: list[Message]) -> Message | None:
        """Statements and branch exits that ran, computed in a process of its own."""
        arcs: set[tuple[int, int]] = set()
        for event in events:
            if event["event"] == "arcs":
                arcs |= {(int(a), int(b)) for a, b in event.pop("arcs")}
        if not arcs:
            return None
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
                write_all(write, frame(_analysis(job, arcs)))
            finally:
                os._exit(0)
        os.close(write)
        result = read_frame(read)
        os.close(read)
        os.waitpid(pid, 0)
        return result


def _analysis(job: Job, arcs: set[tuple[int, int]]) -> dict[str, Any]:
    path = f"{WORK}/{job['module']}.py"
    clear_work()
    Path(path).write_text(job["code"], encoding="utf-8")
    cover = coverage.Coverage(data_file=None, branch=True, config_file=False, include=[path])
    cover.get_data().add_arcs({path: arcs})
    _, statements, _, missing, _ = cover.analysis2(path)
    exits = cover.branch_stats(path).values()
    total = len(statements) + sum(count for count, _ in exits)
    covered = len(statements) - len(missing) + sum(taken for _, taken in exits)
    return {"covered": covered, "total": total, "missing_lines": missing}


RUNNER = PythonRunner()
