"""A worker serves many benchmarks one after the other, and keeps the sandboxes of none too long."""

from __future__ import annotations

import pytest

from burnish.config import Config, load
from burnish.config import Sandbox as Settings
from burnish.experiments.bench import contestants, work
from burnish.experiments.bench.work import Setting, Unit, do
from burnish.testing import FakeSandbox
from tests.experiments.bench.rows import task

FIRST, SECOND = Setting(load(), seed=1), Setting(load(), seed=2)
UNIT = Unit(task(), "zero-shot", 0)


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> list[FakeSandbox]:
    """Every sandbox that is opened."""
    found = list[FakeSandbox]()

    def opened(settings: Settings, language: str) -> FakeSandbox:
        found.append(FakeSandbox([RuntimeError("runs nothing")]))
        return found[-1]

    monkeypatch.setattr(work, "open_sandbox", opened)
    monkeypatch.setattr(work, "_benches", {})
    return found


def test_another_benchmark_closes_the_sandboxes_of_the_one_before(
    boxes: list[FakeSandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(config: Config, seed: int | None, sample: int) -> None:
        raise RuntimeError("no model")

    monkeypatch.setattr(contestants, "model", none)
    for setting in (FIRST, FIRST, SECOND):
        do(setting, UNIT)
    assert [box.closed for box in boxes] == [True, False]


def test_but_not_of_one_that_is_under_way(
    boxes: list[FakeSandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = list[bool]()

    def model(config: Config, seed: int | None, sample: int) -> None:
        if seed == 1:
            do(SECOND, UNIT)
            seen.extend(box.closed for box in boxes)
        raise RuntimeError("no model")

    monkeypatch.setattr(contestants, "model", model)
    do(FIRST, UNIT)
    assert seen == [False, False]
