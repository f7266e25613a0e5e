"""Tiny wheels, made in a folder that pip takes for its only index."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest


def wheel(
    folder: Path,
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    extras: Mapping[str, Sequence[str]] | None = None,
    files: Mapping[str, str] | None = None,
    head: str = "",
    commands: str = "",
) -> Path:
    """Write one wheel; returns its file.

    Args:
        folder: Where.
        name: Of the distribution.
        version: Of it.
        requires: What it asks pip for.
        extras: What each of its extras asks for.
        files: Its modules.
        head: More lines of its metadata.
        commands: Lines NAME = MODULE:FUNCTION.
    """
    stem = f"{name.replace('-', '_').replace('.', '_')}-{version}"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *head.splitlines()]
    lines += [f"Requires-Dist: {each}" for each in requires]
    for extra, asked in (extras or {}).items():
        lines += [f"Provides-Extra: {extra}"]
        lines += [f"Requires-Dist: {each}; extra == '{extra}'" for each in asked]
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in (files or {}).items():
            archive.writestr(file, text)
        archive.writestr(f"{stem}.dist-info/METADATA", "\n".join(lines) + "\n")
        archive.writestr(
            f"{stem}.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        if commands:
            archive.writestr(f"{stem}.dist-info/entry_points.txt", f"[console_scripts]\n{commands}")
        archive.writestr(f"{stem}.dist-info/RECORD", "")
    return path


def use_as_index(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on pip finds what lies there, and nothing else."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
