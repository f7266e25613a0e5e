"""The rules of the house that no single room's tests can hold."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import burnish

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("dspy", "mlflow", "docker", "litellm", "pylint", "bandit", "black", "radon", "boto3")


def modules() -> list[str]:
    """Every module of the package that may be imported outside a sandbox."""
    found = pkgutil.walk_packages(burnish.__path__, "burnish.")
    return sorted(m.name for m in found if ".inside" not in m.name and "__main__" not in m.name)


def python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )


def test_what_the_package_exports_is_sorted_and_there() -> None:
    assert list(burnish.__all__) == sorted(burnish.__all__)
    for name in burnish.__all__:
        assert getattr(burnish, name) is not None
    assert dir(burnish) == sorted(burnish.__all__)


def test_an_unknown_export_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        burnish.no_such_name  # noqa: B018


def test_the_public_fakes_are_exported_sorted() -> None:
    testing = importlib.import_module("burnish.testing")
    assert list(testing.__all__) == sorted(testing.__all__)


def test_importing_the_package_is_silent_and_loads_nothing_heavy() -> None:
    done = python(
        "import sys; import burnish, burnish.config, burnish.records, burnish.cli;"
        f"loaded = sorted(set({HEAVY!r}) & set(sys.modules)); assert not loaded, loaded"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_asking_for_help_loads_nothing_heavy() -> None:
    done = python(
        "import sys; from burnish.cli import main; sys.argv = ['burnish', '--help']\n"
        "try: main()\nexcept SystemExit as end: assert not end.code, end.code\n"
        f"loaded = sorted(set({HEAVY!r}) & set(sys.modules)); assert not loaded, loaded"
    )
    assert done.returncode == 0, done.stderr
    assert "generate" in done.stdout


@pytest.mark.parametrize("room", ["registries", "sandbox", "templates", "evaluation", "modules"])
def test_the_loop_and_what_lies_below_it_never_import_mlflow(room: str) -> None:
    for path in (ROOT / "burnish" / room).rglob("*.py"):
        assert "import mlflow" not in path.read_text("utf-8"), path
        assert "from mlflow" not in path.read_text("utf-8"), path


def test_every_room_says_what_lives_there_and_exports_little() -> None:
    for package in (ROOT / "burnish").iterdir():
        if not (package / "__init__.py").is_file():
            continue
        room = importlib.import_module(f"burnish.{package.name}")
        assert room.__doc__ and "ay import" in room.__doc__, package.name
        vocabulary = package.name == "records"  # all of it is one import, by design
        assert vocabulary or len(getattr(room, "__all__", [])) <= 5, package.name


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "core", "common", "misc"}
    assert not empty & {name.rsplit(".", 1)[-1] for name in modules()}


def test_imports_go_downwards_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stdout


def test_no_file_holds_more_than_a_thought() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "sizes.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
