"""Builds the image of a language, online or offline.

Online, the base comes from a registry; offline, `mmdebstrap` makes one from Debian packages.
The wheels that Python's image needs are fetched on the host, by pip, and unpacked into the build
context, so that build needs no network and its base nothing but Python.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from burnish.errors import SandboxUnavailableError
from burnish.languages.toolchain import setup
from burnish.sandbox.daemon import connect, explain
from burnish.sandbox.images import (
    LABEL,
    OFFLINE_SUITE,
    REPOSITORY,
    base_tag,
    dockerfile,
    image_tag,
    wheels,
)

Progress = Callable[[str], None]


def build(
    language: str = "python",
    base_image: str | None = None,
    offline: bool = False,
    progress: Progress = lambda line: None,
) -> str:
    """Build the image, unless one of the same inputs is here, and return its tag.

    `base_image` needs the language's toolchain and a `python3`; with `offline` a base is made from
    Debian packages with mmdebstrap (half a minute to two, once), so that no registry is asked.

    Raises:
        InputError: no image for this language.
        SandboxUnavailableError: no Engine, the base cannot be had, or a wheel is missing.
    """
    tag, needs = image_tag(language), setup(language)
    client = connect(timeout_s=600)
    try:
        if not base_image and client.images.list(name=tag):
            progress(f"{tag} is here already, made of the same inputs")
            return tag
        base = base_image or needs.base_image
        if offline and not base_image:
            base = offline_base(client, language, progress)
        _pull(client, base, progress)
        pins = wheels(language)
        version = _python_version(client, base) if pins else ""
        progress(f"building {tag} on {base}")
        context = _context(dockerfile(language), pins, version, progress)
        _build(client, context, tag, base, progress)
    finally:
        client.close()
    return tag


def offline_base(client: Any, language: str, progress: Progress) -> str:
    """A base image made of Debian packages; made once."""
    name, packages = base_tag(language), setup(language).debian
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
        command = [program, "--variant=minbase", f"--include={','.join(packages)}"]
        progress(f"making a Debian {OFFLINE_SUITE} base with mmdebstrap: {' '.join(packages)}")
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


def _pull(client: Any, base: str, progress: Progress) -> None:
    import docker

    try:
        if not client.images.list(name=base):
            progress(f"pulling {base}")
            client.images.pull(*base.rsplit(":", 1)) if ":" in base else client.images.pull(base)
    except docker.errors.DockerException as error:
        raise _unusable(base, error) from None


def _python_version(client: Any, base: str) -> str:
    """The interpreter's version in the base, e.g. "3.11"."""
    import docker

    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        output: bytes = client.containers.run(
            base, ["python3", "-c", code], remove=True, network_mode="none", entrypoint=[]
        )
    except docker.errors.DockerException as error:
        raise _unusable(base, error) from None
    return output.decode().strip()


def _unusable(base: str, error: Exception) -> SandboxUnavailableError:
    return SandboxUnavailableError(
        f"The base image {base} cannot be used: {explain(error)}.",
        remedy="Run `burnish sandbox build --offline`, or give a base image with python3.",
    )


def _context(text: str, pins: list[str], version: str, progress: Progress) -> io.BytesIO:
    """The build context as a tar: the Dockerfile and the unpacked wheels."""
    with tempfile.TemporaryDirectory(prefix="burnish-wheels-") as folder:
        Path(folder, "toolkit").mkdir()
        for wheel in _fetched(Path(folder), pins, version, progress) if pins else ():
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(Path(folder, "toolkit"))
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w") as tar:
            entry = tarfile.TarInfo("Dockerfile")
            entry.size = len(text.encode())
            tar.addfile(entry, io.BytesIO(text.encode()))
            tar.add(Path(folder, "toolkit"), "toolkit", filter=_as_root)
        stream.seek(0)
        return stream


def _as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.mode = 0o755 if entry.isdir() else 0o644
    return entry


def _fetched(folder: Path, pins: list[str], version: str, progress: Progress) -> list[Path]:
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
            buildargs={"BASE_IMAGE": base}, labels={LABEL: tag},
            network_mode="none" if base.startswith(REPOSITORY) else None,
        )  # fmt: skip
    except docker.errors.DockerException as error:
        raise SandboxUnavailableError(f"The image was not built: {explain(error)}.") from None
    for line in lines:
        if text := str(line.get("stream", "")).strip():
            progress(text)
