"""The wheels of a project's requirements, fetched once and kept in the data folder."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from burnish.config import data_dir
from burnish.errors import EnvironmentMissingError, InputError

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
        InputError: a line of requirements.txt is more than a name and a version. Paths, addresses
            and options would let a project run its build on this machine.
        EnvironmentMissingError: neither the kept wheels nor a package index are there, or it has
            no wheel for this Python.
    """
    text = requirements(folder)
    told = f"{version}\n{machine}\n{text}"
    kept = data_dir() / "agents" / "wheels" / hashlib.sha256(told.encode()).hexdigest()[:16]
    if kept.is_dir():
        progress(f"{len(list(kept.iterdir()))} wheels are here already")
        return kept
    progress(f"fetching wheels for Python {version} on {machine}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix="new-") as made:
        got = Path(made, "wheels")
        got.mkdir()
        _download(text, got, version, machine)
        try:
            got.rename(kept)
        except OSError:  # another process was quicker
            if not kept.is_dir():
                raise
    return kept


def requirements(folder: Path) -> str:
    """The project's requirements.txt, of which every line is a name with a version.

    Raises:
        InputError: there is none, or a line is more than that.
    """
    path = folder / "requirements.txt"
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from None
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        if said and not said.startswith("#") and not _PINNED.match(said):
            raise InputError(
                f"line {number} of {path} is no name with a version: {said[:80]!r}.",
                remedy="Write it as name==1.2.3; paths, addresses and options are not followed.",
            )
    return text


def _download(text: str, into: Path, version: str, machine: str) -> None:
    path = into.parent / "requirements.txt"
    path.write_text(text, "utf-8")
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in _GLIBC]
    platforms += [f"manylinux2014_{machine}", f"linux_{machine}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--only-binary=:all:", "--python-version", version, "--implementation", "cp"]
    command += [word for name in platforms for word in ("--platform", name)]
    command += ["--dest", str(into), "--requirement", str(path)]
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
