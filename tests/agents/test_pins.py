"""What projects install: exact, reviewed, and one set that pip's resolver agrees with."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from burnish.agents.project.blueprint import blueprint
from burnish.agents.project.pins import Pins, pins
from burnish.registries.catalogue.tools import toolbox
from tests.agents.projects import IDS, KINDS, context, project


@pytest.mark.parametrize(("target", "level"), KINDS, ids=IDS)
def test_every_requirement_is_an_exact_version(target: str, level: str) -> None:
    files = project(target, level)  # type: ignore[arg-type]
    for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
        lines = files[name].splitlines()
        assert len(set(lines)) == len(lines) > 4
        assert all(re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+", line) for line in lines), name
    assert ("mangum==" in files["requirements.txt"]) == (target == "lambda")


def test_extras_of_one_distribution_are_joined_and_the_unknown_stays_as_it_was() -> None:
    found = pins().requirements(["all", "anthropic"], ["strands-agents[a2a]>=1", "nobody>=1,<2"])
    version = pins().versions["strands-agents"]
    assert f"strands-agents[a2a,anthropic,openai]=={version}" in found and "nobody>=1,<2" in found


EXACT = re.compile(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+")
OTHERS = Pins(
    resolved_on=date(2026, 11, 1),
    python="3.11",
    asked={"all": ("a[x]", "b")},
    versions={"a": "1", "b": "1", "c": "1"},
    apart={"old>=1": {"old": "5", "b": "0.9"}, "new>=2": {"new": "2", "d": "4"}},
)


def test_a_tool_brings_the_versions_that_it_needs() -> None:
    assert OTHERS.requirements(["all"], ["old>=1"]) == ("a[x]==1", "b==0.9", "old==5")
    assert OTHERS.constraints(["old>=1"]) == ("a==1", "b==0.9", "c==1", "old==5")
    assert OTHERS.requirements(["all"], ["new>=2"]) == ("a[x]==1", "b==1", "new==2")
    assert OTHERS.constraints() == ("a==1", "b==1", "c==1") and not OTHERS.disputed(["old>=1"])


def test_what_tools_disagree_on_is_left_to_pip_and_named() -> None:
    both = ["old>=1", "new>=2"]
    assert OTHERS.requirements(["all"], both) == ("a[x]==1", "b", "new==2", "old==5")
    assert OTHERS.constraints(both) == ("a==1", "c==1", "d==4", "new==2", "old==5")
    assert OTHERS.disputed(both) == ("b",)


def test_every_tool_of_a_target_has_exact_versions() -> None:
    loose = []
    for tool in toolbox():
        if "agentcore" in tool.unfit or tool.given_as == "session_manager":
            continue
        text = project("agentcore", "standard", tools=(tool.id,))["requirements.txt"]
        loose += [tool.id for line in text.splitlines() if not EXACT.fullmatch(line)]
        assert not pins().disputed(tool.requirements)
    assert not loose


def test_tools_that_disagree_are_said_to() -> None:
    notes = blueprint(context(tools=("mcp/fetch", "mcp/aws_documentation")), {}).notes
    assert any("disagree on the versions of" in note and "mcp" in note for note in notes)


def test_the_set_has_its_date() -> None:
    assert date(2026, 11, 1) <= pins().resolved_on <= date.today()


@pytest.mark.parametrize("tools", [(), ("mcp/fetch",), ("agent_core_browser",)], ids=str)
def test_pip_finds_the_set_for_the_platform_of_the_image(
    tools: tuple[str, ...], tmp_path: Path
) -> None:
    files = project("lambda", "standard", tools=tools)
    for name in ("requirements.txt", "constraints.txt"):
        (tmp_path / name).write_text(files[name])
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "-q"]
    command += ["--only-binary=:all:", "--python-version", pins().python, "--target", "unused"]
    for glibc in (17, 28, 34):
        command += ["--platform", f"manylinux_2_{glibc}_aarch64"]
    command += ["--platform", "manylinux2014_aarch64"]
    command += ["-r", "requirements.txt", "-c", "constraints.txt"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
