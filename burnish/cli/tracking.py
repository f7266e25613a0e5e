"""Attaches MLflow to a work, if it is wanted."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from burnish.config import Config
    from burnish.experiments.recorder import Order
    from burnish.experiments.tracking import MlflowTracker
    from burnish.records import Solution

_log = logging.getLogger("burnish.tracking")


def tracker(config: Config) -> MlflowTracker | None:
    """The observer that records the work; None with --no-track."""
    if not config.tracking.enabled:
        return None
    from burnish.experiments.tracking import MlflowTracker

    return MlflowTracker(config.tracking, config=config)


class Deferred:
    """An Observer that watches for a tracker, and records the work when `record` is called.

    Recording takes seconds, and a slow store a minute: what was paid for is written before it.
    """

    def __init__(self, tracker: MlflowTracker) -> None:
        self.on_stage, self.on_attempt = tracker.on_stage, tracker.on_attempt
        self._tracker = tracker
        self._order: Order | None = None

    def on_solution(self, solution: Solution) -> None:
        """Note what there is to record."""
        self._order = self._tracker.order(solution)

    def record(self) -> None:
        """Record it; returns when it is in the store, or given up."""
        try:
            if self._order is not None:
                self._tracker.record(self._order)
        except Exception as error:  # noqa: BLE001  an observer must not cost the solution
            _log.warning("This work is not recorded in MLflow: %s", error)
