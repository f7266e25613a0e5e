"""A project's image: built from its folder and its wheels, with no network, and removed again."""

from __future__ import annotations

import contextlib
import tarfile
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from burnish.agents.trial.wheelhouse import Progress
from burnish.errors import AgentError, InputError
from burnish.sandbox.daemon import explain
from burnish.sandbox.owner import OWNER_LABEL, is_dead, owner_labels

REPOSITORY = "burnish-agent"
MOST_BYTES = 1 << 30
"""Of a project with its wheels."""
LIMITS = {"memory": 2 << 30, "memswap": 2 << 30}
"""Of each step."""
STEP_END_S = 15.0
"""How long the Engine may take to end the step at which a build was interrupted."""
LAST_LINES = 25


@dataclass(frozen=True)
class Built:
    """An image."""

    tag: str
    """Its name."""
    layers: tuple[str, ...] = ()
    """Ids of what its steps made, some of which a build of several stages leaves nameless."""


def build(
    client: Any, name: str, context: IO[bytes], base: str, progress: Progress, *, keep: bool
) -> Built:
    """Build the context's Dockerfile on `base` without a network.

    Whatever ends the build early, nothing of it is left behind.

    Raises:
        AgentError: it failed; the last lines of its output are in `details`.
    """
    import docker

    tag = f"{REPOSITORY}:{name}-{uuid.uuid4().hex[:12]}"
    lines: list[str] = []
    steps: list[str] = []
    done = False
    stream = None
    try:
        stream = client.api.build(
            fileobj=context, custom_context=True, tag=tag, rm=True, forcerm=True, decode=True,
            buildargs={"BASE": base}, network_mode="none", pull=False, container_limits=LIMITS,
            labels={"burnish": "1"} if keep else owner_labels(),
        )  # fmt: skip
        for event in stream:
            if "error" in event:
                raise _failed(str(event["error"]), lines)
            text = str(event.get("stream", "")).rstrip()
            if text.startswith(" ---> ") and len(text.split()) == 2:
                steps.append(text.split()[1])
            if text.strip():
                lines.append(text)
            if text.startswith("Step "):
                progress(text)
        done = bool(client.images.list(name=tag))
        if not done:
            raise _failed("the Engine made no image", lines)
    except (docker.errors.DockerException, OSError) as error:
        raise _failed(explain(error), lines) from None
    finally:
        if not done:
            if stream is not None:
                stream.close()
            remove(client, Built(tag, tuple(steps)), patience_s=STEP_END_S)
    return Built(tag, tuple(steps))


def remove(client: Any, built: Built, *, patience_s: float = 0.0) -> None:
    """Remove an image, its layers and those of its other stages, if nobody else uses them.

    Args:
        client: Of the Engine.
        built: The image.
        patience_s: How long a container that still uses a layer may take to end.
    """
    import docker

    with contextlib.suppress(docker.errors.DockerException, OSError):
        client.images.remove(built.tag, force=True)
    deadline = time.monotonic() + patience_s
    for layer in reversed(built.layers):
        with contextlib.suppress(docker.errors.DockerException, OSError):
            if not client.images.get(layer).tags:  # what has a name is somebody's image
                _remove_layer(client, layer, deadline)


def _remove_layer(client: Any, layer: str, deadline: float) -> None:
    """Remove it, once no container uses it any more or `time.monotonic()` passed `deadline`."""
    import docker

    while True:
        try:
            client.images.remove(layer)
            return
        except docker.errors.APIError as error:
            if "is being used by" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def sweep(client: Any) -> None:
    """Remove the images of trials whose process no longer runs."""
    for image in client.images.list(name=REPOSITORY, filters={"label": OWNER_LABEL}):
        if is_dead(image.labels[OWNER_LABEL]):
            for tag in image.tags:
                remove(client, Built(tag))


@contextlib.contextmanager
def context_of(folder: Path, wheelhouse: Path | None) -> Iterator[IO[bytes]]:
    """The build context as a tar: the project without what .dockerignore names, and its wheels.

    Raises:
        InputError: the project has no Dockerfile, or is too large.
    """
    from docker.utils.build import exclude_paths

    if not (folder / "Dockerfile").is_file():
        raise InputError(f"{folder} has no Dockerfile.", remedy="Make the project anew.")
    ignore = folder / ".dockerignore"
    patterns = ignore.read_text("utf-8").splitlines() if ignore.is_file() else []
    patterns = [line.strip() for line in patterns if line.strip() and line[0] != "#"]
    names = sorted(exclude_paths(str(folder), [*patterns, ".git", ".venv", "**/__pycache__"]))
    with tempfile.TemporaryFile() as stream:
        with tarfile.open(fileobj=stream, mode="w") as tar:
            for name in names:
                if name and not (wheelhouse and Path(name).parts[0] == "wheels"):
                    tar.add(folder / name, name, recursive=False, filter=_as_root)
            if wheelhouse is not None:
                tar.add(wheelhouse, "wheels", filter=_as_root)
        if stream.tell() > MOST_BYTES:
            raise InputError(
                f"{folder} is too large to build: {stream.tell() >> 20} MiB with its wheels.",
                remedy="Name what the image does not need in .dockerignore.",
            )
        stream.seek(0)
        yield stream


def _as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """The entry as anyone would build it; what is neither file nor folder nor link is left out."""
    if not (entry.isfile() or entry.isdir() or entry.issym()):
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 946_684_800  # 2000: zip archives know no time before 1980
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry


def _failed(why: str, lines: list[str]) -> AgentError:
    last = lines[-LAST_LINES:]
    return AgentError(
        f"the image was not built: {why.strip().rstrip('.')}."
        + ("\n" + "\n".join(last) if last else ""),
        remedy="Correct the Dockerfile or requirements.txt; the build has no network.",
        details={"last_lines": last},
    )
