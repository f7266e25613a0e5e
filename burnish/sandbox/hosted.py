"""A language's toolchain on the host, as bubblewrap mounts it: read-only, and no homes."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from burnish.errors import SandboxUnavailableError
from burnish.languages.toolchain import Setup
from burnish.registries.languages import language

_SYSTEM = ("/usr/bin", "/bin", "/usr/local/bin")
_TOP = ("bin", "lib", "lib32", "lib64", "sbin")
_MASKED = ("/usr/local", "/usr/src", "/usr/share/doc", "/usr/share/man", "/usr/games")
"""Parts of /usr that no toolchain needs, and where a machine's owner keeps his own."""


@dataclass(frozen=True)
class Hosted:
    """What is mounted for one language."""

    arguments: tuple[str, ...]
    """Arguments of bwrap."""
    path: str
    """Value of PATH inside."""


def hosted(name: str, setup: Setup) -> Hosted:
    """The mounts for a language: the system's /usr, and the toolchain where it lies elsewhere.

    Raises:
        SandboxUnavailableError: one of its programs or files is not on this host.
    """
    folders = [_folder(name, program, setup) for program in setup.programs]
    for file in setup.files:
        if not Path(file).exists():
            raise _absent(name, file, setup)
    outside = [folder for folder in dict.fromkeys(folders) if str(folder) not in _SYSTEM]
    arguments = ["--ro-bind", "/usr", "/usr"]
    for masked in _MASKED:
        if Path(masked).is_dir():
            arguments += ["--tmpfs", masked]
    for top in _TOP:
        place = Path("/", top)
        if place.is_symlink():
            arguments += ["--symlink", str(place.readlink()), str(place)]
        elif place.is_dir():
            arguments += ["--ro-bind", str(place), str(place)]
    roots = [str(folder.parent) for folder in outside]
    for root in [*roots, *setup.folders]:
        if Path(root).is_dir():
            arguments += [*_passable(root), "--ro-bind", root, root]
    for masked in _MASKED:
        if Path(masked).is_dir():
            arguments += ["--remount-ro", masked]
    return Hosted(tuple(arguments), ":".join([*map(str, outside), "/usr/bin", "/bin"]))


def _folder(name: str, program: str, setup: Setup) -> Path:
    """The folder of a program, links followed out of the search path."""
    found = shutil.which(program, path=":".join(_SYSTEM)) or shutil.which(program)
    if found is None:
        raise _absent(name, program, setup)
    folder = Path(found).parent
    if str(folder) in _SYSTEM:
        return folder
    real = Path(os.path.realpath(found))
    return _toolchain(found) / "bin" if real.name == "rustup" else real.parent


def _absent(name: str, what: str, setup: Setup) -> SandboxUnavailableError:
    packages = " ".join(package for package in setup.debian if package != "python3")
    return SandboxUnavailableError(
        f"{language(name).display_name} cannot run in bubblewrap: there is no {what} here.",
        remedy=f"Install it (on Debian: apt-get install {packages}), or use Docker.",
    )


def _toolchain(proxy: str) -> Path:
    """The toolchain behind a proxy of rustup, whose own folder also holds credentials."""
    done = subprocess.run(
        [proxy, "--print", "sysroot"], capture_output=True, text=True, check=False, timeout=20
    )
    return Path(done.stdout.strip() or proxy)


def _passable(root: str) -> list[str]:
    """Folders above a mount outside of /usr that every user may pass; bwrap makes them root's."""
    above = [str(p) for p in reversed(Path(root).parents) if str(p) != "/"]
    outside = [folder for folder in above if not f"{folder}/".startswith("/usr/")]
    return [part for folder in outside for part in ("--perms", "0755", "--dir", folder)]
