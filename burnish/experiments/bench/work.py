"""One unit of a benchmark, done: the same function in a thread here and on a worker elsewhere."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dspy.utils.exceptions import DSPyError

from burnish.config import Config
from burnish.config import Sandbox as SandboxSettings
from burnish.errors import EnvironmentMissingError, SandboxUnavailableError
from burnish.evaluation.tasks.task import Task
from burnish.experiments.bench.contestants import Contestant, Loop, ZeroShot, crashed
from burnish.experiments.bench.row import BASELINE, LOOP, Row
from burnish.modules.lost_models import refused
from burnish.records import Solution
from burnish.registries.address import without_password
from burnish.sandbox import Sandbox, open_sandbox
from burnish.sandbox.static import StaticOnly


@dataclass(frozen=True)
class Setting:
    """What every unit of one benchmark has in common; can be sent to another machine."""

    config: Config
    """As it was read here: the environment and the files of a worker's machine say nothing."""
    program: str = ""
    """A saved program as JSON; "" for the shipped prompts."""
    seed: int | None = None
    """Sampling seed of the first sample; None to send none."""
    baseline: str = BASELINE
    """Name of the contestant beside it: `BASELINE`, or another program's."""
    baseline_program: str = ""
    """That program, as `program`."""


@dataclass(frozen=True)
class Unit:
    """One solution that is wanted."""

    task: Task
    contestant: str
    sample: int


@dataclass(frozen=True)
class Done:
    """What became of a unit."""

    unit: Unit
    row: Row | None
    """None if the environment failed: then it is to be done again."""
    solution: Solution | None = None
    """The loop's whole history, where there is one."""
    problem: str = ""
    """What of the environment failed."""


def do(setting: Setting, unit: Unit) -> Done:
    """Solve and grade. Whatever a task breaks costs its own row, never the benchmark."""
    api_base = setting.config.model.api_base
    with _bench(setting) as bench:
        try:
            box = bench.box(unit.task.language)
            row, solution = bench.contestants[unit.contestant].solve(unit.task, unit.sample, box)
        except Exception as error:  # noqa: BLE001  a crash is a result
            if problem := _of_the_environment(error):
                return Done(unit, None, problem=without_password(problem, api_base))
            row = crashed(unit.task, unit.contestant, unit.sample, error)
            said = without_password(row.error, api_base)
            return Done(unit, row.model_copy(update={"error": said}))
    return Done(unit, row, solution)


def _of_the_environment(error: Exception) -> str:
    """What of the environment failed; "" if the same would come of the task again.

    A request that the model's server refuses, as for a prompt that is too long, is the task's.
    """
    if refused(error):
        return ""
    if isinstance(error, EnvironmentMissingError):
        return str(error)
    return f"the model failed: {error}" if isinstance(error, DSPyError) else ""


class _Bench:
    """The contestants of one setting, and a sandbox a language, for all threads of a process."""

    def __init__(self, setting: Setting) -> None:
        self.config = setting.config
        beside, program = setting.baseline, setting.baseline_program
        self.contestants: dict[str, Contestant] = {
            LOOP: Loop(LOOP, self.config, setting.program, setting.seed),
            beside: (
                Loop(beside, self.config, program, setting.seed)
                if beside != BASELINE
                else ZeroShot(self.config, setting.seed)
            ),
        }
        self.users = 0  # threads that solve with it now
        self._boxes: dict[str, Sandbox] = {}
        self._lock = threading.Lock()
        atexit.register(self.close)

    def box(self, language: str) -> Sandbox:
        with self._lock:
            if language not in self._boxes:
                self._boxes[language] = _running(self.config.sandbox, language)
            return self._boxes[language]

    def close(self) -> None:
        atexit.unregister(self.close)
        while self._boxes:
            self._boxes.popitem()[1].close()


def _running(settings: SandboxSettings, language: str) -> Sandbox:
    """A sandbox that runs code: without one nothing can be graded, so no model is paid."""
    box = open_sandbox(settings, language)
    if isinstance(box, StaticOnly):
        raise SandboxUnavailableError(
            f"No sandbox can run {language}: {box.reason}", remedy="See `burnish doctor`."
        )
    return box


_benches: dict[Setting, _Bench] = {}
_one_at_a_time = threading.Lock()


@contextmanager
def _bench(setting: Setting) -> Iterator[_Bench]:
    """The bench of a setting; a new one closes those that nobody uses: a worker may live long."""
    with _one_at_a_time:
        if setting not in _benches:
            for idle in [each for each, bench in _benches.items() if not bench.users]:
                _benches.pop(idle).close()
            _benches[setting] = _Bench(setting)
        bench = _benches[setting]
        bench.users += 1
    try:
        yield bench
    finally:
        with _one_at_a_time:
            bench.users -= 1
