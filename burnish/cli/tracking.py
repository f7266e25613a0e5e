"""Attaches MLflow to a work, if it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from burnish.config import Config
    from burnish.experiments.tracking import MlflowTracker


def tracker(config: Config) -> MlflowTracker | None:
    """The observer that records the work; None with --no-track."""
    if not config.tracking.enabled:
        return None
    from burnish.experiments.tracking import MlflowTracker

    return MlflowTracker(config.tracking, config=config)
