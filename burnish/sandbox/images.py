"""The Docker image that code runs in: named by what goes into it, built online or offline.

Online, the base comes from a registry; offline, `mmdebstrap` makes one from Debian packages.
The wheels of pytest and coverage are fetched on the host, by pip, and unpacked into the build
context, so the build itself needs no network and the base needs nothing but Python.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from burnish.errors import InputError, SandboxUnavailableError
from burnish.sandbox import toolkit
from burnish.sandbox.daemon import connect, explain, sweep

REPOSITORY = "burnish-sandbox"
DEFAULT_BASE = "python:3.11-slim"
OFFLINE_SUITE = "bookworm"
OFFLINE_PACKAGES = "python3"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class ImageInfo:
    """One image that burnish built."""

    tag: str
    id: str
    size_bytes: int
    current: bool
    """It is the one that this version of burnish uses."""


def image_tag(language: str = "python") -> str:
    """Name of the image that this version of burnish uses; changes with what goes into it.

    Raises:
        InputError: there is no sandbox image for this language.
    """
    inputs = [_dockerfile(language)]
    inputs += [f"{n}={d.version}" for n, d in sorted(toolkit.distributions().items())]
    digest = hashlib.sha256("\n".join(inputs).encode()).hexdigest()[:12]
    return f"{REPOSITORY}:{language}-{digest}"


def _dockerfile(language: str) -> str:
    folder = files("burnish.templates") / "sandbox"
    file = folder / f"{language}.Dockerfile"
    if not file.is_file():
        names = sorted(f.name.split(".")[0] for f in folder.iterdir() if "Dockerfile" in f.name)
        raise InputError(
            f"There is no sandbox image for the language {language!r}.",
            remedy=f"Choose one of: {', '.join(names)}.",
        )
    return file.read_text("utf-8")


def build(
    language: str = "python",
    base_image: str | None = None,
    offline: bool = False,
    progress: Progress = lambda line: None,
) -> str:
    """Build the image and return its tag. Takes seconds to a minute.

    `base_image` needs nothing but a `python3`; with `offline` a base is made from Debian packages
    with mmdebstrap (about 30 s, once), so that no registry is asked.

    Raises:
        InputError: no image for this language.
        SandboxUnavailableError: no Engine, the base cannot be had, or a wheel is missing.
    """
    tag = image_tag(language)
    client = connect(timeout_s=600)
    try:
        base = base_image or (_offline_base(client, progress) if offline else DEFAULT_BASE)
        version = _python_version(client, base, progress)
        progress(f"building {tag} on {base} (Python {version})")
        context = _context(_dockerfile(language), version, progress)
        _build(client, context, tag, base, progress)
    finally:
        client.close()
    return tag


def available() -> list[ImageInfo]:
    """The images that burnish built, the current one first.

    Raises:
        SandboxUnavailableError: the Engine does not answer.
    """
    client = connect()
    try:
        current = image_tag()
        found = [
            ImageInfo(tag, image.id, int(image.attrs["Size"]), tag == current)
            for image in client.images.list(name=REPOSITORY)
            for tag in image.tags
        ]
    finally:
        client.close()
    return sorted(found, key=lambda image: not image.current)


@dataclass(frozen=True)
class Pruned:
    """What was removed from the Engine."""

    images: tuple[str, ...]
    """Tags of images that earlier versions built."""
    containers: tuple[str, ...]
    """Ids of containers whose owner no longer runs."""


def prune() -> Pruned:
    """Remove the images of earlier versions and the containers of dead owners.

    Raises:
        SandboxUnavailableError: the Engine does not answer, or an image is in use.
    """
    import docker

    old = tuple(image.tag for image in available() if not image.current)
    client = connect()
    try:
        containers = tuple(sweep(client))
        for tag in old:
            client.images.remove(tag, force=True)
    except docker.errors.APIError as error:
        raise SandboxUnavailableError(f"An image cannot be removed: {explain(error)}.") from None
    finally:
        client.close()
    return Pruned(old, containers)


def _offline_base(client: Any, progress: Progress) -> str:
    """A base image made of Debian packages; made once."""
    name = f"{REPOSITORY}-base:{OFFLINE_SUITE}"
    if client.images.list(name=name):
        return name
    program = shutil.which("mmdebstrap")
    if program is None:
        raise SandboxUnavailableError(
            "The offline base is made with mmdebstrap, which is not installed.",
            remedy="Run `apt-get install mmdebstrap`, or give a base image.",
        )
    with tempfile.TemporaryDirectory(prefix="burnish-base-") as folder:
        archive = Path(folder, "base.tar")
        command = [program, "--variant=minbase", f"--include={OFFLINE_PACKAGES}"]
        progress(f"making a Debian {OFFLINE_SUITE} base with mmdebstrap")
        done = subprocess.run(
            [*command, OFFLINE_SUITE, str(archive)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no output"])[-1]
            raise SandboxUnavailableError(
                f"mmdebstrap failed: {last}",
                remedy="Check that apt-get update works on this machine, or give a base image.",
            )
        with archive.open("rb") as stream:
            client.api.import_image_from_data(
                stream, repository=name.split(":")[0], tag=name.split(":")[1]
            )
    return name


def _python_version(client: Any, base: str, progress: Progress) -> str:
    """The interpreter's version in the base, e.g. "3.11"; pulls the base if it is not here."""
    import docker

    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        if not client.images.list(name=base):
            progress(f"pulling {base}")
            client.images.pull(*base.rsplit(":", 1)) if ":" in base else client.images.pull(base)
        output: bytes = client.containers.run(
            base, ["python3", "-c", code], remove=True, network_mode="none", entrypoint=[]
        )
    except docker.errors.DockerException as error:
        raise SandboxUnavailableError(
            f"The base image {base} cannot be used: {explain(error)}.",
            remedy="Run `burnish sandbox build --offline`, or give a base image with python3.",
        ) from None
    return output.decode().strip()


def _context(dockerfile: str, version: str, progress: Progress) -> io.BytesIO:
    """The build context as a tar: the Dockerfile and the unpacked wheels."""
    with tempfile.TemporaryDirectory(prefix="burnish-wheels-") as folder:
        for wheel in _wheels(Path(folder), version, progress):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(Path(folder, "toolkit"))
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as tar:
            entry = tarfile.TarInfo("Dockerfile")
            entry.size = len(dockerfile.encode())
            tar.addfile(entry, io.BytesIO(dockerfile.encode()))
            tar.add(Path(folder, "toolkit"), "toolkit", filter=_as_root)
        stream.seek(0)
        return stream


def _as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.mode = 0o755 if entry.isdir() else 0o644
    return entry


def _wheels(folder: Path, version: str, progress: Progress) -> list[Path]:
    pins = [f"{n}=={d.version}" for n, d in sorted(toolkit.distributions().items())]
    progress("fetching wheels: " + " ".join(pins))
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
    command += ["--only-binary=:all:", "--python-version", version, *pins]
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, cwd=folder
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise SandboxUnavailableError(
            f"pip could not fetch {', '.join(pins)} for Python {version}: {last}",
            remedy="Check the package index with `pip download pytest`.",
        )
    return sorted(folder.glob("*.whl"))


def _build(client: Any, context: io.BytesIO, tag: str, base: str, progress: Progress) -> None:
    import docker

    try:
        _, lines = client.images.build(
            fileobj=context, custom_context=True, tag=tag, rm=True, forcerm=True,
            buildargs={"BASE_IMAGE": base}, network_mode="none",
        )  # fmt: skip
    except docker.errors.DockerException as error:
        raise SandboxUnavailableError(f"The image was not built: {explain(error)}.") from None
    for line in lines:
        if text := str(line.get("stream", "")).strip():
            progress(text)
