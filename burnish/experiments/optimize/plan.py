"""What is asked of an optimisation, what it leaves, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from burnish.config import Budget, Config
from burnish.evaluation.tasks import TaskSet
from burnish.experiments.bench.summary import Summary
from burnish.experiments.optimize.student import Trial
from burnish.records import Usage


@dataclass(frozen=True)
class Plan:
    """What is to be compiled, from what, and for how much."""

    optimizer: str
    """Of `OPTIMIZERS`."""
    train: TaskSet
    """The optimizer sees these."""
    dev: TaskSet
    """These decide; no optimizer sees them."""
    config: Config
    """Model, sandbox, metric and limits of the loop."""
    questions: tuple[str, ...] = ("write_code",)
    """Predictors that may change."""
    reflection_lm: str = ""
    """Model that writes instructions; "" for the loop's own."""
    budget: Budget = field(default_factory=Budget)
    """Of everything: the search and both measurements on `dev`."""
    calls: int | None = None
    """Model calls of everything; None for any number."""
    runs: int = 100
    """About how many program runs the search may plan for."""
    seed: int = 0
    """Of the optimizer."""
    workers: int = 2
    """Program runs at a time."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Those of the tasks to train on."""
        return tuple(sorted({task.language for task in self.train.tasks}))


@dataclass(frozen=True)
class Outcome:
    """What an optimisation left."""

    program: str
    """The compiled program as JSON; "" if nothing else than the shipped one was found."""
    summary: Summary | None
    """It against the shipped one, on `dev`; None if that was not measured to the end."""
    trials: list[Trial]
    """Every program that was tried on the training tasks."""
    usage: Usage
    """What everything cost."""
    seconds: float
    """Wall seconds."""
    stopped: str = ""
    """Which budget ended the search or the comparison; "" if none did."""
    rows: tuple[Path, ...] = field(default=())
    """Results files of the measurements on `dev`: of the shipped program, of the compiled one."""

    @property
    def better(self) -> bool:
        """Whether the compiled program solves more of `dev` than the shipped one."""
        found = self.summary.comparison if self.summary else None
        return found is not None and found.difference.value > 0

    @property
    def chance(self) -> float | None:
        """p of that difference; None if it was not measured to the end."""
        found = self.summary.comparison if self.summary else None
        return found.p if found else None


@dataclass(frozen=True)
class News:
    """How far it is, for whoever watches."""

    stage: str
    """What is done now, in words."""
    done: int
    """Program runs of this stage."""
    total: int
    """Runs that it plans for."""
    best: float | None
    """Best mean value of a program so far; None before there is one."""
    usage: Usage
    """What was spent until now."""
