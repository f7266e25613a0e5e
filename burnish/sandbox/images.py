"""The Docker images that code runs in: one a language, named by a hash of what goes into it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from burnish.errors import InputError, SandboxUnavailableError
from burnish.languages.toolchain import setup
from burnish.registries.languages import LANGUAGES
from burnish.sandbox import toolkit
from burnish.sandbox.daemon import connect, explain, sweep

REPOSITORY = "burnish-sandbox"
OFFLINE_SUITE = "bookworm"
LABEL = "burnish.image"
"""Of every image that burnish built: the tag it was built for, which may be another's by now."""


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
    inputs = [dockerfile(language), *wheels(language)]
    digest = hashlib.sha256("\n".join(inputs).encode()).hexdigest()[:12]
    return f"{REPOSITORY}:{language}-{digest}"


def base_tag(language: str) -> str:
    """Name of the offline base: changes with the Debian packages in it."""
    packages = " ".join(sorted(setup(language).debian))
    digest = hashlib.sha256(packages.encode()).hexdigest()[:8]
    return f"{REPOSITORY}-base:{OFFLINE_SUITE}-{digest}"


def wheels(language: str) -> list[str]:
    """Pinned distributions that the image holds: those of the toolkit."""
    if language != "python":
        return []
    return [f"{name}=={found.version}" for name, found in sorted(toolkit.distributions().items())]


def dockerfile(language: str) -> str:
    """Text of the language's Dockerfile.

    Raises:
        InputError: there is none.
    """
    folder = files("burnish.templates") / "sandbox"
    file = folder / f"{language}.Dockerfile"
    if not file.is_file():
        names = sorted(f.name.split(".")[0] for f in folder.iterdir() if "Dockerfile" in f.name)
        raise InputError(
            f"There is no sandbox image for the language {language!r}.",
            remedy=f"Choose one of: {', '.join(names)}.",
        )
    return file.read_text("utf-8")


def available() -> list[ImageInfo]:
    """The images that burnish built, the current ones first.

    Raises:
        SandboxUnavailableError: the Engine does not answer.
    """
    client = connect()
    try:
        current = {image_tag(name) for name in LANGUAGES.names()}
        found = [
            ImageInfo(tag, image.id, int(image.attrs["Size"]), tag in current)
            for image in client.images.list(name=REPOSITORY)
            for tag in image.tags
        ]
    finally:
        client.close()
    return sorted(found, key=lambda image: (not image.current, image.tag))


@dataclass(frozen=True)
class Pruned:
    """What was removed from the Engine."""

    images: tuple[str, ...]
    """Tags of images and bases that earlier versions built, ids of those without a tag."""
    containers: tuple[str, ...]
    """Ids of containers whose owner no longer runs."""


def prune() -> Pruned:
    """Remove images that are no longer used and the containers of dead owners.

    An image that a container still runs, as another version's may, stays.

    Raises:
        SandboxUnavailableError: the Engine does not answer, or cannot remove one.
    """
    import docker

    old = tuple(image.tag for image in available() if not image.current)
    bases = {base_tag(name) for name in LANGUAGES.names()}
    client = connect()
    try:
        containers = tuple(sweep(client))
        found = client.images.list(name=f"{REPOSITORY}-base")
        old += tuple(tag for image in found for tag in image.tags if tag not in bases)
        replaced = {"dangling": True, "label": LABEL}
        old += tuple(image.id for image in client.images.list(filters=replaced))
        removed = tuple(tag for tag in old if _removed(client, tag))
    except docker.errors.APIError as error:
        raise SandboxUnavailableError(f"An image cannot be removed: {explain(error)}.") from None
    finally:
        client.close()
    return Pruned(removed, containers)


def _removed(client: Any, image: str) -> bool:
    """Remove an image; False if a container runs it."""
    import docker

    try:
        client.images.remove(image)
    except docker.errors.APIError as error:
        if error.status_code != HTTPStatus.CONFLICT:
            raise
        return False
    return True
