"""Units are done once, what breaks costs its own row, and lost environments cost none."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NoReturn

import pytest

from burnish.config import load
from burnish.errors import EnvironmentMissingError
from burnish.experiments.bench import work
from burnish.experiments.bench.contestants import ZeroShot
from burnish.experiments.bench.ledger import Ledger
from burnish.experiments.bench.running import Threads, run, units_of
from burnish.experiments.bench.work import Done, Setting, Unit
from burnish.sandbox.fake import FakeSandbox
from tests.builders import execution
from tests.experiments.bench.rows import header, row, tasks

SETTING = Setting(load())
UNITS = units_of(tasks(4), ("burnish", "zero-shot"), 1)


class Scripted:
    """Answers with rows, or with problems for the tasks that it names."""

    def __init__(self, broken: Sequence[str] = ()) -> None:
        self.broken, self.seen = broken, list[Unit]()

    def results(self, setting: Setting, units: Iterable[Unit]) -> Iterator[Done]:
        for unit in units:
            self.seen.append(unit)
            if unit.task.id in self.broken:
                yield Done(unit, None, problem="the model was lost")
            else:
                yield Done(unit, row(unit.task.id, unit.contestant))


def ledger_at(tmp_path: Path, *, resume: bool = False) -> Ledger:
    return Ledger(tmp_path / "rows.jsonl", header(), resume=resume)


def ignore(done: Done, count: int, total: int) -> None:
    pass


def test_a_contestant_has_its_baseline_beside_it() -> None:
    assert [(unit.task.id, unit.contestant) for unit in UNITS[:3]] == [
        ("python/t0", "burnish"), ("python/t0", "zero-shot"), ("python/t1", "burnish"),
    ]  # fmt: skip


def test_what_has_a_row_is_not_done_again(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    ledger.add(row("python/t0"))
    counts = []
    scripted = Scripted()
    run(SETTING, UNITS, ledger, scripted, lambda done, count, total: counts.append((count, total)))
    assert len(scripted.seen) == 7 and counts == [(n, 8) for n in range(2, 9)]
    assert len(ledger.rows) == 8


def test_a_lost_environment_costs_no_row_and_is_tried_again(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    problems = run(SETTING, UNITS, ledger, Scripted(["python/t2"]), ignore)
    assert problems == ["the model was lost"] * 2 and len(ledger.rows) == 6
    ledger.close()
    ledger = ledger_at(tmp_path, resume=True)
    again = Scripted()
    assert run(SETTING, UNITS, ledger, again, ignore) == []
    assert {unit.task.id for unit in again.seen} == {"python/t2"} and len(ledger.rows) == 8


@pytest.mark.parametrize("error", [EnvironmentMissingError, ValueError])
def test_a_password_of_the_models_server_is_in_no_row_and_no_problem(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def refused(*_: object) -> NoReturn:
        raise error("failed to connect to me:secret@host")

    monkeypatch.setattr(work, "open_sandbox", lambda *_: FakeSandbox([execution()]))
    monkeypatch.setattr(ZeroShot, "solve", refused)
    config = load(lm="openai/x", model={"api_base": "http://me:secret@host"})
    done = work.do(Setting(config), UNITS[1])
    assert (done.row.error if done.row else done.problem).endswith("failed to connect to host")


def test_an_environment_that_stays_lost_ends_it_and_keeps_what_is_done(tmp_path: Path) -> None:
    ledger = ledger_at(tmp_path)
    scripted = Scripted(["python/t1", "python/t2", "python/t3"])
    with pytest.raises(EnvironmentMissingError, match=r"3 tasks in a row.*the model was lost"):
        run(SETTING, UNITS, ledger, scripted, ignore)
    assert len(scripted.seen) == 5 and len(ledger.rows) == 2


def test_what_is_under_way_when_the_environment_is_lost_is_not_lost_with_it(tmp_path: Path) -> None:
    class Ahead(Scripted):
        def results(self, setting: Setting, units: Iterable[Unit]) -> Iterator[Done]:
            waiting = iter(units)
            yield from super().results(setting, list(islice(waiting, 6)))
            yield from super().results(setting, waiting)

    ledger = ledger_at(tmp_path)
    scripted = Ahead(["python/t0", "python/t1"])
    with pytest.raises(EnvironmentMissingError, match="3 tasks in a row"):
        run(SETTING, UNITS, ledger, scripted, ignore)
    assert len(scripted.seen) == 6 and {key[0] for key in ledger.rows} == {"python/t2"}


def test_once_it_is_enough_what_is_under_way_is_finished_and_nothing_more_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, first = [], threading.Event()

    def do(setting: Setting, unit: Unit) -> Done:
        begun.append(unit)
        if unit is not UNITS[0]:
            assert first.wait(20)
        return Done(unit, row(unit.task.id, unit.contestant))

    monkeypatch.setattr("burnish.experiments.bench.running.do", do)
    ledger = ledger_at(tmp_path)
    problems = run(
        SETTING, UNITS, ledger, Threads(3), lambda *_: first.set(), enough=lambda: first.is_set()
    )
    assert problems == [] and len(ledger.rows) == 3 and set(begun) == set(UNITS[:3])


def test_units_that_nobody_did_are_no_success(tmp_path: Path) -> None:
    class Gone(Scripted):
        def results(self, setting: Setting, units: Iterable[Unit]) -> Iterator[Done]:
            return super().results(setting, islice(units, 2))

    ledger = ledger_at(tmp_path)
    with pytest.raises(EnvironmentMissingError, match=r"Of 8 tasks 6 were not done.*--resume"):
        run(SETTING, UNITS, ledger, Gone(), ignore)
    assert len(ledger.rows) == 2


def test_threads_do_every_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    def do(setting: Setting, unit: Unit) -> Done:
        return Done(unit, row(unit.task.id, unit.contestant))

    monkeypatch.setattr("burnish.experiments.bench.running.do", do)
    found = list(Threads(3).results(SETTING, UNITS))
    assert {(done.unit.task.id, done.unit.contestant) for done in found} == {
        (unit.task.id, unit.contestant) for unit in UNITS
    }
