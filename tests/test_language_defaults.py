"""What nobody set stays a language's own default, through every verb."""

from __future__ import annotations

import pytest

import burnish
from burnish import config
from burnish.modules import opening
from burnish.sandbox.opening import limits_for
from burnish.testing import FakeSandbox
from tests.builders import execution

JAVA = "public class Solution { public static int one() { return 1; } }\n"


def test_idle_memory_of_a_virtual_machine_costs_java_nothing() -> None:
    run = execution().model_copy(update={"peak_memory_bytes": 180 * config.MIB})
    java = burnish.score(JAVA, language="java", sandbox=FakeSandbox([run]), threshold=0.5)
    python = burnish.score("x = 1\n", sandbox=FakeSandbox([run]), threshold=0.5)
    assert java.dimensions.performance == 1.0 > python.dimensions.performance
    bound = config.load(metric={"default_max_memory_bytes": 90 * config.MIB})
    java = burnish.score(JAVA, language="java", sandbox=FakeSandbox([run]), config=bound)
    assert java.dimensions.performance == 0.5


def test_limits_of_a_language_hold_where_a_sandbox_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(opening, "open_sandbox", lambda settings, language: settings)
    named = opening.open_named("docker", config.load(), "java")
    assert limits_for("java", named).pids == 96  # type: ignore[arg-type]
    named = opening.open_named("docker", config.load(sandbox={"pids": 70}), "java")
    assert limits_for("java", named).pids == 70  # type: ignore[arg-type]


def test_what_the_configuration_sets_holds_where_an_argument_says_nothing() -> None:
    strict = config.load(metric={"threshold": 0.99})
    run = execution()
    assert burnish.score("x = 1\n", sandbox=FakeSandbox([run]), config=strict).threshold == 0.99
    told = burnish.score("x = 1\n", sandbox=FakeSandbox([run]), config=strict, threshold=0.5)
    assert told.threshold == 0.5
