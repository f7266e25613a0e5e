"""Wheels are fetched once by pip, and nothing of a project is run for it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from burnish.agents.trial.wheelhouse import wheels
from burnish.errors import EnvironmentMissingError, InputError


def wheel(folder: Path, name: str, needs: str = "") -> None:
    """A wheel of nothing, as an index has it."""
    info = f"{name}-1.0.dist-info"
    more = f"Requires-Dist: {needs}\n" if needs else ""
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{more}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in place of a package index: `one`, which needs `two`."""
    folder = tmp_path / "index"
    folder.mkdir()
    wheel(folder, "one", "two")
    wheel(folder, "two")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def project(folder: Path, requirements: str, constraints: str | None = None) -> Path:
    (folder / "requirements.txt").write_text(requirements)
    if constraints is not None:
        (folder / "constraints.txt").write_text(constraints)
    return folder


def fetched(folder: Path, said: list[str] | None = None) -> set[str]:
    tell = (said if said is not None else []).append
    return {path.name.split("-")[0] for path in wheels(folder, "3.11", "x86_64", tell).iterdir()}


def test_all_that_is_needed_is_fetched_once(index: Path, tmp_path: Path) -> None:
    folder = project(tmp_path, "# the agent\none==1.0\n")
    assert fetched(folder) == {"one", "two"}
    for path in index.iterdir():
        path.unlink()
    said: list[str] = []
    assert fetched(folder, said) == {"one", "two"}
    assert said == ["2 wheels are here already"]
    project(tmp_path, "two==1.0\n")
    with pytest.raises(EnvironmentMissingError, match=r"cannot be fetched.*two==1\.0"):
        fetched(folder)


def test_constraints_count(index: Path, tmp_path: Path) -> None:
    assert fetched(project(tmp_path, "one==1.0\n", "two==1.0\n")) == {"one", "two"}
    with pytest.raises(EnvironmentMissingError, match="cannot be fetched") as caught:
        fetched(project(tmp_path, "one==1.0\n", "two==2.0\n"))
    assert "wheels/" in caught.value.remedy and "conflict" in caught.value.details["output"]


@pytest.mark.usefixtures("index")
def test_a_failed_fetch_keeps_nothing(tmp_path: Path) -> None:
    from burnish.config import data_dir

    with pytest.raises(EnvironmentMissingError):
        fetched(project(tmp_path, "three==1.0\n"))
    assert list((data_dir() / "agents" / "wheels").iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        "-e .", ".", "./tool", "/tool", "--index-url https://evil.example", "-r other.txt",
        "tool @ https://evil.example/tool.tar.gz", "git+https://evil.example/tool",
        "tool==1.0 --global-option=x", "tool", "tool==1.0 @ file:///tool", "https://x/y.whl",
    ],
)  # fmt: skip
@pytest.mark.parametrize("file", ["requirements.txt", "constraints.txt"])
def test_a_line_that_could_run_code_of_the_project_is_refused(
    tmp_path: Path, line: str, file: str
) -> None:
    project(tmp_path, "one==1.0\n", "")
    (tmp_path / file).write_text(f"# fine\n{line}\n")
    with pytest.raises(InputError, match=f"line 2 of .*{file}"):
        fetched(tmp_path)


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(
    "line",
    ["one==1.0", "one[extra] == 1.0", "one>=1.0  # why", "one==1.0 ; python_version >= '3.11'"],
)
def test_a_name_with_a_version_is_taken_in_every_spelling(tmp_path: Path, line: str) -> None:
    assert fetched(project(tmp_path, line)) == {"one", "two"}


def test_a_project_without_requirements_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no file .*requirements\.txt"):
        fetched(tmp_path)
