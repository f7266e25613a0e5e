"""A new file that a person named: refused before the work for it, written whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from burnish.errors import OutputFolderError


def require(file: Path) -> None:
    """Refuse a file before anything is paid for what is to be in it.

    Raises:
        OutputFolderError: it is there already, or nothing can be written in its folder.
    """
    try:
        if os.path.lexists(file):
            raise _there_already(file)
        with draft(next(folder for folder in file.parents if folder.exists()), b"?"):
            pass
    except OSError as error:
        raise _unwritable(file, error) from None


def write(file: Path, text: str) -> None:
    """Write a new file, and its folders if they are not there.

    Raises:
        OutputFolderError: it is there already, or cannot be written; then nothing was.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with draft(file.parent, text.encode()) as whole:
            file.touch(exist_ok=False)  # takes the name, so that nobody's file is replaced
            whole.replace(file)
    except OSError as error:
        raise (
            _there_already(file) if os.path.lexists(file) else _unwritable(file, error)
        ) from None


@contextmanager
def draft(folder: Path, data: bytes) -> Iterator[Path]:
    """A file that is on disk, to be moved to its place; removed if it is not.

    Raises:
        OSError: it cannot be written.
    """
    path = folder / f".burnish-{secrets.token_hex(6)}"
    try:
        with path.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        yield path
    finally:
        path.unlink(missing_ok=True)


def _there_already(file: Path) -> OutputFolderError:
    return OutputFolderError(f"{file} is there already.", remedy="Name another place.")


def _unwritable(file: Path, error: OSError) -> OutputFolderError:
    return OutputFolderError(
        f"{file} cannot be written: {error.strerror}.", remedy="Name another place."
    )
