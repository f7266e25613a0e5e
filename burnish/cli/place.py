"""Where a package goes: the folder that is asked for, else one named after the specification."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from burnish.errors import OutputFolderError
from burnish.templates import package

if TYPE_CHECKING:
    from burnish.config import Weights
    from burnish.records import Solution

DEFAULT_PARENT = Path("burnish-out")
MAX_SLUG_CHARS = 40


def slug(text: str) -> str:
    """A folder name from the first words of a specification: a-z, 0-9 and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain[:400])
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word[:MAX_SLUG_CHARS]
        if len(longer) > MAX_SLUG_CHARS:
            break
        name = longer
    return name or "solution"


def free(folder: Path) -> Path:
    """The folder itself if there is nothing of that name, else with -2, -3, ... behind it."""
    numbered = (folder.with_name(f"{folder.name}-{n}") for n in count(2))
    # a name that no file system takes is free too: writing there says why it is not
    return next(path for path in chain([folder], numbered) if not os.path.lexists(path))


def at_home(folder: Path) -> Path:
    """The folder with its `~` or `~NAME` resolved.

    Raises:
        OutputFolderError: nobody of that name is here.
    """
    try:
        return folder.expanduser()
    except RuntimeError:
        raise OutputFolderError(
            f"{folder}: there is no home folder {folder.parts[0]}.", remedy="Check the path."
        ) from None


def chosen(out: Path | None, text: str, *, force: bool) -> Path:
    """The folder to write to, found writable before any work is done for it.

    Raises:
        OutputFolderError: it cannot be written, or holds files and `force` is False.
    """
    folder = at_home(out) if out is not None else free(DEFAULT_PARENT / slug(text))
    package.check(folder, force=force)
    return folder.absolute()


def write(
    solution: Solution, folder: Path, *, force: bool, weights: Weights
) -> tuple[tuple[Path, ...], str]:
    """Write the package; if its folder was lost meanwhile, write it elsewhere.

    Returns:
        The files, and a sentence on why they are not in `folder` (empty if they are).
    """
    try:
        return package.write(solution, folder, force=force, weights=weights), ""
    except OutputFolderError as error:
        why = error.message
    for other in (free(folder), Path(tempfile.mkdtemp(prefix="burnish-"))):
        try:
            files = package.write(solution, other, weights=weights)
        except OutputFolderError as error:
            why = error.message
        else:
            return files, f"{why[:1].upper()}{why[1:]} The package was written to {other} instead."
    raise OutputFolderError(why, remedy="Free space and try again.")
