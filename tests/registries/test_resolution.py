"""Which packages go together: asked of pip, which reads real wheels."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from burnish.errors import EnvironmentMissingError, InputError
from burnish.registries.catalogue.resolution import resolve
from burnish.registries.catalogue.tools import toolbox
from tests.registries.wheels import use_as_index, wheel


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two releases of a base, and two packages that cannot agree on one."""
    wheel(tmp_path, "base", "1.5")
    wheel(tmp_path, "base", "2.1")
    wheel(tmp_path, "old", "1.0", requires=["base<2"])
    wheel(tmp_path, "new", "1.0", requires=["base>=2"])
    use_as_index(tmp_path, monkeypatch)
    return tmp_path


def test_one_version_of_everything_is_found(index: Path) -> None:
    found = resolve(["old", "base"])
    assert found.pins == ("base==1.5", "old==1.0")
    assert found.requirements == ("old", "base")
    assert found.python == f"{sys.version_info.major}.{sys.version_info.minor}"


def test_a_conflict_is_named(index: Path) -> None:
    with pytest.raises(InputError, match=r"old 1\.0 depends on base<2") as caught:
        resolve(["old", "new"])
    assert "new 1.0 depends on base>=2" in caught.value.message


def test_a_conflict_with_what_was_asked_for_is_named(index: Path) -> None:
    with pytest.raises(InputError, match=r"old 1\.0 depends on base<2") as caught:
        resolve(["old", "base>2"])
    assert "The user requested base>2" in caught.value.message


def test_a_requirement_that_nothing_fits_is_named(index: Path) -> None:
    with pytest.raises(InputError, match=r"no release fits base>3"):
        resolve(["base>3"])


def test_an_index_that_cannot_be_reached_is_no_conflict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_as_index(tmp_path, monkeypatch)
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(EnvironmentMissingError, match="PIP_INDEX_URL"):
        resolve(["base"])


def test_pip_is_not_waited_for_without_end(index: Path) -> None:
    with pytest.raises(EnvironmentMissingError, match=r"within 0\.01 s"):
        resolve(["base"], timeout_s=0.01)


def test_a_python_without_pip_is_said(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "python"
    bare.write_text('#!/bin/sh\necho "$0: No module named pip" >&2\nexit 1\n')
    bare.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(bare))
    with pytest.raises(EnvironmentMissingError, match="ensurepip"):
        resolve(["base"])


def test_tools_are_resolved_with_strands_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """mem0_memory wants mem0ai below 1, mem0/memory_store from 2 on, as their packages say."""
    wheel(tmp_path, "strands-agents", "1.62.0")
    wheel(tmp_path, "mem0ai", "0.1.99")
    wheel(tmp_path, "mem0ai", "2.0.11")
    wheel(tmp_path, "mem0-strands", "0.1.1", requires=["mem0ai>=2.0.11", "strands-agents>=1.45.0"])
    wheel(
        tmp_path, "strands-agents-tools", "0.8.10", requires=["strands-agents>=1.0.0"],
        extras={"mem0-memory": ["mem0ai<1.0.0,>=0.1.99"]},
    )  # fmt: skip
    use_as_index(tmp_path, monkeypatch)
    found = toolbox().dependencies(["mem0_memory", "strands/shell"])
    assert found.pins == (
        "mem0ai==0.1.99", "strands-agents-tools==0.8.10", "strands-agents==1.62.0",
    )  # fmt: skip
    with pytest.raises(InputError, match=r"mem0ai>=2\.0\.11"):
        toolbox().dependencies(["mem0_memory", "mem0/memory_store"])
