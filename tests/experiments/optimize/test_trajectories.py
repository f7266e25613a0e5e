"""What is written down to train on: of code only what was right as it stood."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import burnish
from burnish.config import Sandbox as Settings
from burnish.experiments.optimize.trajectories import chats
from burnish.sandbox import Sandbox, open_sandbox
from burnish.testing import ScriptedLM
from tests.modules.scripts import CODE, WRONG, fenced, script

TEXT = "Write `double(n)` that returns twice n.\n\n>>> double(4)\n8\n>>> double(0)\n0\n"


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    sandbox = open_sandbox(Settings(kind="bubblewrap"))
    yield sandbox
    sandbox.close()


def answers(lm: ScriptedLM, box: Sandbox) -> list[str]:
    solution = burnish.generate(TEXT, lm=lm, sandbox=box)
    assert solution.accepted
    return [chat[-1]["content"] for chat in chats(solution)]


def test_a_module_that_was_repaired_is_nothing_to_learn_from(box: Sandbox) -> None:
    lm = ScriptedLM(script(write_code=fenced(WRONG), repair_code=fenced(CODE)))
    told = answers(lm, box)
    assert fenced(CODE) in told and fenced(WRONG) not in told


def test_neither_is_a_draw_that_lost(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURNISH_MODEL__SMALL", "true")
    lm = ScriptedLM(script(write_code=[fenced(WRONG), fenced(CODE)]))
    assert answers(lm, box) == [fenced(CODE)]


def test_what_was_right_at_once_is_all_kept(box: Sandbox) -> None:
    told = answers(ScriptedLM(script()), box)
    assert fenced(CODE) in told and len(told) >= 3
