"""The image that a project is tried on without any registry: Debian's Python, with pip."""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import tarfile
from pathlib import Path
from typing import Any

from burnish.agents.trial.wheelhouse import Progress
from burnish.errors import AgentError, EnvironmentMissingError
from burnish.sandbox.building import offline_base
from burnish.sandbox.daemon import explain
from burnish.sandbox.images import LABEL, base_tag

REPOSITORY = "burnish-agent-base"
DOCKERFILE = """\
ARG BASE
FROM ${BASE}
COPY pip /opt/pip
RUN rm -f /usr/lib/python3*/EXTERNALLY-MANAGED \\
    && cp -r /opt/pip/. "$(python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \\
    && rm -r /opt/pip \\
    && printf '#!/bin/sh\\nexec python3 -m pip "$@"\\n' > /usr/local/bin/pip \\
    && chmod 0755 /usr/local/bin/pip \\
    && ln -sf /usr/bin/python3 /usr/local/bin/python \\
    && python3 -m pip --version
"""
"""It is made for projects alone, so that pip may install into it without a virtual environment."""


def offline(client: Any, progress: Progress) -> str:
    """The tag of that image; it is made once, in a minute or two.

    Raises:
        SandboxUnavailableError: it cannot be made: no mmdebstrap, no Debian mirror.
        EnvironmentMissingError: this Python has no pip to put into it.
        AgentError: its build failed.
    """
    pip = _pip()
    told = "\n".join([DOCKERFILE, base_tag("python"), pip.version])
    tag = f"{REPOSITORY}:{hashlib.sha256(told.encode()).hexdigest()[:12]}"
    if client.images.list(name=tag):
        return tag
    below = offline_base(client, "python", progress)
    progress(f"building {tag}: Python and pip {pip.version}")
    import docker

    try:
        client.images.build(
            fileobj=_context(pip), custom_context=True, tag=tag, rm=True, forcerm=True,
            buildargs={"BASE": below}, labels={LABEL: tag}, network_mode="none",
        )  # fmt: skip
    except docker.errors.DockerException as error:
        raise AgentError(f"{tag} was not built: {explain(error)}.") from None
    return tag


def python_of(client: Any, image: str) -> tuple[str, str]:
    """Version and machine of an image's Python, as ("3.11", "x86_64").

    Raises:
        AgentError: the image is not here, or has no python3.
    """
    import docker

    code = "import platform, sys; print('%d.%d' % sys.version_info[:2], platform.machine())"
    try:
        said: bytes = client.containers.run(
            image, [code], entrypoint=["python3", "-I", "-c"], remove=True, network_mode="none"
        )
        version, machine = said.decode().split()
    except (docker.errors.DockerException, ValueError) as error:
        raise AgentError(
            f"the base image {image} cannot be used: {explain(error)}.",
            remedy="Leave --base out, or give an image that is on this Engine and has python3.",
        ) from None
    return version, machine


def _pip() -> importlib.metadata.Distribution:
    try:
        return importlib.metadata.distribution("pip")
    except importlib.metadata.PackageNotFoundError:
        raise EnvironmentMissingError(
            "this Python has no pip, which the offline base image needs.",
            remedy="Run `python -m ensurepip`, or give a base image with --base.",
        ) from None


def _context(pip: importlib.metadata.Distribution) -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        entry = tarfile.TarInfo("Dockerfile")
        entry.size = len(DOCKERFILE.encode())
        tar.addfile(entry, io.BytesIO(DOCKERFILE.encode()))
        for file in pip.files or ():
            path = Path(str(file.locate()))
            if ".." not in file.parts and path.suffix != ".pyc" and path.is_file():
                found = tar.gettarinfo(str(path), f"pip/{file}")
                found.uid = found.gid = 0
                found.mode = 0o644
                with path.open("rb") as content:
                    tar.addfile(found, content)
    stream.seek(0)
    return stream
