"""Puts files into a folder so that an interruption leaves either all of them or none.

A folder that does not exist is made under a hidden name beside its place and then renamed. In a
folder that exists, every file is replaced by one rename, so none is ever half-written.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from burnish.errors import OutputFolderError

REPORT = "report.json"


def check(folder: Path, *, force: bool = False) -> None:
    """Make sure that a package can be written to `folder`, before any work is done for it.

    Raises:
        OutputFolderError: it is a file, cannot be written, or holds files and `force` is False.
    """
    existing = folder
    while not os.path.lexists(existing) and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir():
        raise OutputFolderError(f"{existing} is not a folder.", remedy="Choose another --out.")
    try:
        if existing == folder and not force and any(folder.iterdir()):
            raise OutputFolderError(
                f"{folder} is not empty.",
                remedy="Choose another --out, or add --force to replace burnish's own files in it.",
            )
        for name in folder.relative_to(existing).parts:
            with contextlib.suppress(FileNotFoundError):  # one that is too long is told
                (existing / name).lstat()
        with _draft(existing):
            pass
    except OSError as error:
        raise _unwritable(folder, error) from None


def place(
    files: Mapping[str, bytes], folder: Path, *, force: bool = False, record: str = REPORT
) -> tuple[Path, ...]:
    """Write `files` to `folder` and return their paths; other files there are left alone.

    A name may have folders before it, with "/" between. Files that begin with "#!" can be executed.
    With `force`, files that an earlier call left and nobody changed since are removed if `files`
    has none of that name.

    Args:
        files: Names and bytes.
        folder: Made if it is not there, with its parents.
        force: Replace files in a folder that is not empty.
        record: Name of the JSON file, one of `files`, that lists the others as `listing` does.

    Raises:
        OutputFolderError: as `check`, or a name leads out of the folder; then nothing was written.
    """
    for name in files:
        _stay_inside(folder, name)
    check(folder, force=force)
    try:
        if folder.exists():
            stale = _unchanged_leftovers(folder, record)
            with _draft(folder) as draft:
                _fill(draft, files)
                for name in files:
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    (draft / name).replace(folder / name)
            for path in stale - {folder / name for name in files}:
                path.unlink(missing_ok=True)
                _drop_empty(path.parent, folder)
        else:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with _draft(folder.parent) as draft:
                _fill(draft, files)
                draft.rename(folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    return tuple(folder / name for name in files)


def listing(files: Mapping[str, bytes]) -> list[dict[str, str]]:
    """Name and hash of each file, for the `files` of a record."""
    return [
        {"name": name, "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in sorted(files.items())
    ]


@contextmanager
def _draft(parent: Path) -> Iterator[Path]:
    draft = parent / f".burnish-{secrets.token_hex(6)}"
    draft.mkdir()  # not mkdtemp: the umask's permissions are those the folder shall have
    try:
        yield draft
    finally:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(draft)


def _stay_inside(folder: Path, name: str) -> None:
    if not _inside(folder, name):
        raise OutputFolderError(
            f"the file {name!r} would not be in {folder}.",
            remedy="Choose another --out; links in it are not followed.",
        )


def _inside(folder: Path, name: str) -> bool:
    parts = PurePosixPath(name).parts
    plain = bool(parts) and name == "/".join(parts) and name[0] != "/" and ".." not in parts
    return plain and not set(name) & set("\\:\0") and not _linked(folder, parts)


def _linked(folder: Path, parts: tuple[str, ...]) -> bool:
    """Whether a folder on the way is a link, which may lead anywhere."""
    return any(folder.joinpath(*parts[:n]).is_symlink() for n in range(1, len(parts)))


def _fill(draft: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = draft / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if content.startswith(b"#!"):  # whoever may read it may run it
            path.chmod(path.stat().st_mode | (path.stat().st_mode & 0o444) >> 2)


def _unchanged_leftovers(folder: Path, record: str) -> set[Path]:
    """Files of an earlier call, as its record lists them, whose content is still the same."""
    try:
        listed = json.loads((folder / record).read_text("utf-8"))["files"]
        claims = {str(entry["name"]): str(entry["sha256"]) for entry in listed}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    found = set()
    for name, sha256 in claims.items():
        path = folder / name
        # the record may be anyone's: never follow it out of the folder
        if not _inside(folder, name) or path.is_symlink() or not path.is_file():
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            found.add(path)
    return found


def _drop_empty(inner: Path, folder: Path) -> None:
    """Remove the folders between a removed file and `folder` that hold nothing any more."""
    with contextlib.suppress(OSError):  # not empty: somebody's
        while inner != folder:
            inner.rmdir()
            inner = inner.parent


def _unwritable(folder: Path, error: OSError) -> OutputFolderError:
    return OutputFolderError(
        f"cannot write to {folder}: {error.strerror or error}.",
        remedy="Choose a folder of yours with --out.",
    )
