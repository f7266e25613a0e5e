"""The wheels of a project's requirements, fetched once and kept in the data folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from burnish.config import data_dir
from burnish.errors import EnvironmentMissingError, InputError, reading

Progress = Callable[[str], None]
_PINNED = re.compile(
    r"""[A-Za-z0-9][A-Za-z0-9._-]*          # name
        (\s*\[[A-Za-z0-9._,\s-]*\])?        # extras
        \s*(==|~=|>=|<=|!=|<|>)\s*[^\s;\#@]+  # version
        \s*(;[^\#]*)?(\s*\#.*)?$""",
    re.VERBOSE,
)
_GLIBC = (17, 24, 27, 28, 31, 34, 35, 36)
"""Minor versions that wheels for Linux are built against; Debian 12 has 2.36."""


def wheels(folder: Path, version: str, machine: str, progress: Progress) -> Path:
    """The folder that holds a wheel of everything that requirements.txt needs.

    Args:
        folder: The project.
        version: Of the Python in the image, as "3.11".
        machine: Of the image: "x86_64" or "aarch64".
        progress: Told what happens.

    Raises:
        InputError: a line of requirements.txt or constraints.txt is more than a name with a
            version: paths, addresses and options could run a project's code on this machine.
        EnvironmentMissingError: neither the kept wheels nor a package index are there, or it has
            no wheel for this Python.
    """
    texts = {"requirements.txt": pinned(folder / "requirements.txt")}
    if (folder / "constraints.txt").is_file():
        texts["constraints.txt"] = pinned(folder / "constraints.txt")
    told = json.dumps([version, machine, texts])
    kept = data_dir() / "agents" / "wheels" / hashlib.sha256(told.encode()).hexdigest()[:16]
    if kept.is_dir():
        progress(f"{len(list(kept.iterdir()))} wheels are here already")
        return kept
    progress(f"fetching wheels for Python {version} on {machine}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix="new-") as made:
        got = Path(made, "wheels")
        got.mkdir()
        _download(texts, got, version, machine)
        try:
            got.rename(kept)
        except OSError:  # another process was quicker
            if not kept.is_dir():
                raise
    return kept


def pinned(path: Path) -> str:
    """The text of a file of requirements, of which every line is a name with a version.

    Raises:
        InputError: it cannot be read, or a line is more than that.
    """
    with reading(path, "requirements"):
        text = path.read_text("utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        if said and not said.startswith("#") and not _PINNED.match(said):
            raise InputError(
                f"line {number} of {path} is no name with a version: {said[:80]!r}.",
                remedy="Write it as name==1.2.3; paths, addresses and options are not followed.",
            )
    return text


def _download(texts: dict[str, str], into: Path, version: str, machine: str) -> None:
    for name, text in texts.items():
        (into.parent / name).write_text(text, "utf-8")
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in _GLIBC]
    platforms += [f"manylinux2014_{machine}", f"linux_{machine}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--only-binary=:all:", "--python-version", version, "--implementation", "cp"]
    command += [word for name in platforms for word in ("--platform", name)]
    command += ["--dest", str(into), "--requirement", str(into.parent / "requirements.txt")]
    if "constraints.txt" in texts:
        command += ["--constraint", str(into.parent / "constraints.txt")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=into,
        stdin=subprocess.DEVNULL, env={**os.environ, "PIP_NO_INPUT": "1"},
    )  # fmt: skip
    if done.returncode != 0:
        shutil.rmtree(into)
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        why = said[0].removeprefix("ERROR:").strip() if said else done.stderr.strip()[-300:]
        raise EnvironmentMissingError(
            f"the wheels of requirements.txt are not kept here and cannot be fetched: {why}",
            remedy="Check that pip reaches a package index, or put the wheels into wheels/.",
            details={"output": done.stderr[-2000:], "python": version, "machine": machine},
        )
