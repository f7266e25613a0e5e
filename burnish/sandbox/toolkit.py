"""Python, pytest, coverage and hypothesis in a folder that can be mounted at a neutral path.

Copied once from this interpreter and its installed distributions into the user's cache; named
by a hash of their versions, so an upgrade makes a new one.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from burnish.config import cache_dir
from burnish.errors import SandboxUnavailableError

ROOTS = ("pytest", "coverage", "hypothesis")
_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)\s*([^;]*)(?:;(.*))?$")


@dataclass(frozen=True)
class Toolkit:
    """Host paths of what is mounted into a bubblewrap sandbox."""

    packages: Path
    """What tests need: /opt/toolkit/site-packages."""
    libraries: Path
    """Shared libraries that the interpreter needs: /opt/lib."""
    loader: Path
    """The dynamic loader, mounted at the path that the interpreter names."""
    stdlib: Path
    """The standard library, mounted as /opt/python/lib/pythonX.Y."""
    python: Path
    """The interpreter, mounted as /opt/python/bin/pythonX.Y."""


def distributions() -> dict[str, metadata.Distribution]:
    """pytest, coverage, hypothesis and their requirements as installed here, by name.

    Raises:
        SandboxUnavailableError: one of them is not installed.
    """
    found: dict[str, metadata.Distribution] = {}
    wanted = list(ROOTS)
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            raise SandboxUnavailableError(
                f"The package {name} is not installed beside burnish.",
                remedy=f"Run `pip install {name}`.",
            ) from None
        for requirement in found[name].requires or ():
            match = _REQUIREMENT.match(requirement)
            if match and _applies(match[3] or ""):
                wanted.append(match[1].lower())
    return found


def _applies(marker: str) -> bool:
    if "extra" in marker or "win32" in marker:
        return False
    limit = re.search(r"python_(?:full_)?version\s*<=?\s*['\"](\d+)\.(\d+)", marker)
    return limit is None or sys.version_info[:2] < (int(limit[1]), int(limit[2]))


def prepare() -> Toolkit:
    """The toolkit for this interpreter, made if it is not there yet.

    Raises:
        SandboxUnavailableError: a package, the interpreter's parts, or disk space is missing.
    """
    packages = distributions()
    python = Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
    inputs = [f"{n}={d.version}" for n, d in sorted(packages.items())]
    inputs += [sys.version, str(python), str(python.stat().st_mtime_ns)]
    key = hashlib.sha256("\n".join(inputs).encode()).hexdigest()[:12]
    folder = cache_dir() / f"toolkit-{key}"
    if not folder.is_dir():
        try:
            _make(folder, packages, python)
        except OSError as error:
            raise SandboxUnavailableError(
                f"The sandbox toolkit cannot be written to {folder}: {error.strerror}.",
                remedy="Free disk space or set BURNISH_CACHE_DIR to a writable folder.",
            ) from None
    loader = Path((folder / "loader").read_text("utf-8"))
    stdlib = Path(sysconfig.get_path("stdlib"))
    return Toolkit(folder / "packages", folder / "lib", loader, stdlib, python)


def _make(folder: Path, packages: dict[str, metadata.Distribution], python: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".toolkit-"))
    try:
        staging.chmod(0o755)
        for distribution in packages.values():
            _copy_distribution(distribution, staging / "packages")
        compile_all = [sys.executable, "-m", "compileall", "-q", str(staging / "packages")]
        subprocess.run(compile_all, check=False, capture_output=True)
        (staging / "loader").write_text(_copy_libraries(python, staging), "utf-8")
        try:
            staging.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was quicker
                raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _copy_distribution(distribution: metadata.Distribution, target: Path) -> None:
    for entry in distribution.files or ():
        if entry.is_absolute() or ".." in entry.parts or "__pycache__" in entry.parts:
            continue  # scripts and caches
        source = Path(str(distribution.locate_file(entry)))
        if source.suffix != ".pth" and source.is_file():
            place = target / Path(*entry.parts)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, place)


def _copy_libraries(python: Path, staging: Path) -> str:
    """Copy the shared libraries of the interpreter and its extensions; returns the loader."""
    target = staging / "lib"
    target.mkdir()
    extensions = [*Path(sysconfig.get_path("stdlib"), "lib-dynload").glob("*.so")]
    extensions += (staging / "packages").rglob("*.so")
    listing = subprocess.run(
        ["ldd", str(python), *map(str, extensions)], capture_output=True, text=True, check=False
    ).stdout
    loader = ""
    for line in listing.splitlines():
        found = re.match(r"\s+(\S+)(?: => (\S+))? \(0x", line)
        if found is None:
            continue
        path = found[2] or found[1]
        if "ld-linux" in found[1] or "ld-musl" in found[1]:
            loader = path
        elif path.startswith("/") and not (target / Path(found[1]).name).exists():
            shutil.copy(path, target / Path(found[1]).name)
    if not loader:
        raise SandboxUnavailableError(
            f"`ldd {python}` did not show the libraries of the interpreter.",
            remedy="Use a dynamically linked CPython, or the Docker sandbox.",
        )
    return loader
