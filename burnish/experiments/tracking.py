"""Records every finished work in MLflow; attaches to the loop from outside, as an Observer."""

from __future__ import annotations

import logging
import threading
import time

from burnish.config import Config, Tracking
from burnish.experiments import desk
from burnish.experiments.desk import Recording
from burnish.experiments.measures import NANOSECONDS, Stage
from burnish.experiments.recorder import Order
from burnish.experiments.store import locate
from burnish.records import Attempt, Solution, Spec, Usage

RECORDING_TIMEOUT_S = 60
"""Wall seconds for recording one work altogether; then it is given up."""

_log = logging.getLogger("burnish.tracking")


class MlflowTracker:
    """An Observer that writes each finished work to MLflow in `on_solution`.

    While the work goes on it only notes when stages begin. Recording happens in a process of its
    own (`recorder`), so that the caller's active run, tracking URI and tracer stay untouched;
    mlflow is never imported here. Safe to share between threads.

    A store that is broken, unreachable or silent costs one logged warning and a bounded wait
    (`desk.HTTP_PATIENCE` for one answer, RECORDING_TIMEOUT_S altogether), never an exception.
    """

    def __init__(self, settings: Tracking, *, config: Config | None = None) -> None:
        """`config`, if given, is recorded as parameters: temperature, weights, limits."""
        self.settings = settings
        self.store = locate(settings)
        self.last = Recording()
        self._config = config.model_dump(mode="json") if config else {}
        self._watched = threading.local()

    def on_stage(self, spec: Spec, stage: str, round: int, usage: Usage) -> None:
        """Note when the stage began."""
        self._marks().append((stage, round, time.time_ns()))

    def on_attempt(self, spec: Spec, attempt: Attempt, best: Attempt) -> None:
        """Nothing: the solution carries every attempt."""

    def on_solution(self, solution: Solution) -> None:
        """Record the work; returns when it is in the store, or given up."""
        self.record(self.order(solution))

    def order(self, solution: Solution) -> Order:
        """What is to be recorded of a work that ended just now."""
        stages = self._stages(solution)
        return Order(solution, stages, self._config, self.store, self.settings.experiment)

    def record(self, order: Order) -> None:
        """Record a work that has ended; as `on_solution`."""
        if not self.settings.enabled:
            return
        module = "burnish.experiments.recorder"
        self.last = desk.record(module, order.dump(), self.store, RECORDING_TIMEOUT_S)
        if self.last.problem:
            _log.warning("This work is not recorded in MLflow: %s", self.last.problem)

    @property
    def run_id(self) -> str:
        """MLflow run of the last recorded work; empty if there is none."""
        return self.last.run_id

    @property
    def run_url(self) -> str:
        """Address of that run's page, at the tracking server or where `burnish ui` serves it."""
        if not self.run_id or not (self.store.is_server or self.store.database):
            return ""
        base = self.store.shown if self.store.is_server else "http://127.0.0.1:5000"
        return f"{base}/#/experiments/{self.last.experiment_id}/runs/{self.run_id}"

    def summary(self) -> str:
        """One line on where the last work can be seen; empty if nothing was recorded."""
        if not self.run_id:
            return ""
        if self.store.is_server:
            return f"Recorded in MLflow: {self.run_url}"
        return f"Recorded in MLflow as run {self.run_id}: `burnish ui` shows it."

    def _marks(self) -> list[tuple[str, int, int]]:
        if not hasattr(self._watched, "marks"):
            self._watched.marks = []
        marks: list[tuple[str, int, int]] = self._watched.marks
        return marks

    def _stages(self, solution: Solution) -> tuple[Stage, ...]:
        now_ns = time.time_ns()
        # what an earlier work of this thread left behind when it ended with an exception
        begun_ns = now_ns - int((solution.seconds + 1) * NANOSECONDS)
        marks = [mark for mark in self._marks() if mark[2] >= begun_ns]
        self._marks().clear()
        ends = [started for _, _, started in marks[1:]] + [now_ns]
        return tuple(
            Stage(name, round, started, end)
            for (name, round, started), end in zip(marks, ends, strict=False)
        )
