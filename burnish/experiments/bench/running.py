"""Does the units of a benchmark that have no row yet, several at a time, and writes each down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from burnish.errors import EnvironmentMissingError
from burnish.evaluation.side_by_side import side_by_side
from burnish.evaluation.tasks.sets import TaskSet
from burnish.experiments.bench.ledger import Ledger
from burnish.experiments.bench.work import Done, Setting, Unit, do

GIVE_UP_AFTER = 3
"""Failures of the environment one after the other: then it is not the task."""

Watch = Callable[[Done, int, int], None]


class Executor(Protocol):
    """Does units somewhere, several at a time."""

    def results(self, setting: Setting, units: Iterable[Unit]) -> Iterator[Done]:
        """What became of each unit, in the order in which they end.

        A unit is taken when there is room for it: `units` may end early, once no more is wanted.
        """
        ...


class Threads:
    """Here, in threads: model calls and sandboxes wait most of the time."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def results(self, setting: Setting, units: Iterable[Unit]) -> Iterator[Done]:
        """See `Executor.results`."""
        return side_by_side(lambda unit: do(setting, unit), units, self.workers)


def units_of(tasks: TaskSet, contestants: Sequence[str], samples: int) -> list[Unit]:
    """Every unit, a task's contestants side by side: an early end has both."""
    return [
        Unit(task, name, sample)
        for task in tasks.tasks
        for sample in range(samples)
        for name in contestants
    ]


def run(
    setting: Setting,
    units: Sequence[Unit],
    ledger: Ledger,
    executor: Executor,
    watch: Watch,
    enough: Callable[[], bool] = lambda: False,
) -> list[str]:
    """Do what has no row in the ledger. Where it ends early, what is under way is still finished.

    Args:
        watch: Called with each result, and how many units are done of how many.
        enough: Asked before each unit is begun; True to begin no more.

    Returns:
        Problems of the environment that cost a unit its row; they can be done again.

    Raises:
        EnvironmentMissingError: nothing works any more; everything finished is in the ledger.
        OutputFolderError: a row cannot be written.
    """
    pending = [u for u in units if (u.task.id, u.contestant, u.sample) not in ledger.rows]
    done, problems, in_a_row, came = len(units) - len(pending), list[str](), 0, 0
    lost = ""

    def wanted() -> Iterator[Unit]:
        for begun, unit in enumerate(pending):
            if lost or enough():
                del pending[begun:]
                return
            yield unit

    for result in executor.results(setting, wanted()):
        came += 1
        if result.row is None:
            problems.append(result.problem)
            in_a_row += 1
            if in_a_row == GIVE_UP_AFTER:
                lost = result.problem
            continue
        in_a_row = 0
        ledger.add(result.row, result.solution)
        done += 1
        watch(result, done, len(units))
    if lost:
        raise EnvironmentMissingError(
            f"{GIVE_UP_AFTER} tasks in a row could not be done: {lost}",
            remedy="What is finished is kept; go on with --resume.",
        )
    if came < len(pending):
        raise EnvironmentMissingError(
            f"Of {len(pending)} tasks {len(pending) - came} were not done: no worker is left.",
            remedy="Start workers, then go on with --resume; what is finished is kept.",
        )
    return problems
