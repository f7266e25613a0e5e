"""What projects install: exact, reviewed, and one set that pip's resolver agrees with."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from burnish.agents.pins import pins
from tests.agents.projects import IDS, KINDS, project


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


def test_the_set_has_its_date() -> None:
    assert date(2026, 11, 1) <= pins().resolved_on <= date.today()


def test_pip_finds_the_set_for_the_platform_of_the_image(tmp_path: Path) -> None:
    files = project("lambda", "standard")
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
