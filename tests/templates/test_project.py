"""The package's own tests pass with each language's plain command, in a folder of their own.

The programs are burnish's own worked examples, written by hand: nothing generated runs here.
"""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from burnish.records import Solution
from burnish.registries.languages import language
from burnish.templates import package
from tests import builders
from tests.conftest import missing

JUNIT = Path("/usr/share/java/junit-platform-console-standalone.jar")
COMMANDS = {
    "javascript": (["node", "--test"], "pass 6"),
    "go": (["go", "test", "-v"], "TestCheckExample"),
    "rust": (["cargo", "test", "--offline"], "5 passed"),
    "java": (["java", "-jar", "junit.jar", "-cp", ".", "--scan-classpath"], "6 tests successful"),
}


def work(name: str) -> Solution:
    """A finished work whose code and tests are the language's worked example."""
    path = files("burnish.signatures") / "demos" / f"{name}.toml"
    example: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    solution = builders.solution()
    best = solution.best
    assert best is not None
    candidate = best.candidate.model_copy(
        update={"code": example["code"], "tests": example["tests"], "language": name}
    )
    checks = example["first_tests"].replace("func TestA", "func TestCheckExampleA")
    spec = solution.spec.model_copy(
        update={"language": name, "module": language(name).module, "checks": checks}
    )
    attempt = best.model_copy(update={"candidate": candidate})
    return solution.model_copy(update={"spec": spec, "best": attempt, "history": (attempt,)})


@pytest.mark.parametrize("name", COMMANDS)
def test_the_packages_own_tests_pass_with_the_plain_command(name: str, tmp_path: Path) -> None:
    command, words = COMMANDS[name]
    if shutil.which(command[0]) is None or (name == "java" and not JUNIT.exists()):
        missing(name, f"{command[0]} or its test runner is not installed")
    folder = tmp_path / "out"
    package.write(work(name), folder)
    if name == "java":
        shutil.copy(JUNIT, folder / "junit.jar")
        sources = [path.name for path in folder.glob("*.java")]
        subprocess.run(["javac", "-cp", "junit.jar", *sources], cwd=folder, check=True, timeout=180)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert words in done.stdout, done.stdout
