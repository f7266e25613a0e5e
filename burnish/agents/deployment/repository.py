"""The ECR repository of a project, and the image that is pushed to it."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import IO, Any, Protocol

from burnish.agents.deployment.account import OWN_TAG, code_of
from burnish.agents.deployment.undo import Progress, Undo
from burnish.agents.manifest import Manifest
from burnish.agents.trial.image import context_of
from burnish.errors import DeploymentError, InputError

LOGIN = tuple[str, str]
"""User and password of a registry."""


class Images(Protocol):
    """Builds an image and pushes it."""

    def push(
        self, context: IO[bytes], platform: str, uri: str, login: LOGIN, progress: Progress
    ) -> None:
        """Build the context for a platform and push it as `uri`; nothing stays on this machine.

        Raises:
            DeploymentError: it is not built, or the registry does not take it.
            SandboxUnavailableError: no Engine answers.
        """
        ...


def found(ecr: Any, name: str) -> dict[str, Any] | None:
    """The project's repository.

    Raises:
        InputError: there is one of that name that burnish did not make.
    """
    from botocore.exceptions import ClientError

    try:
        listed = ecr.describe_repositories(repositoryNames=[name])["repositories"]
    except ClientError as error:
        if code_of(error) == "RepositoryNotFoundException":
            return None
        raise
    repository: dict[str, Any] = listed[0]
    tags = ecr.list_tags_for_resource(resourceArn=repository["repositoryArn"])["tags"]
    if not any(tag["Key"] == OWN_TAG and tag["Value"] == name for tag in tags):
        raise InputError(
            f"the ECR repository {name} was not made by burnish; it is left alone.",
            remedy="Give the project another name.",
        )
    return repository


def ensured(ecr: Any, name: str, undo: Undo, progress: Progress) -> str:
    """The address of the project's repository, which is made if it is not there."""
    repository = found(ecr, name)
    if repository is None:
        progress(f"creating the ECR repository {name}")
        what = f"the ECR repository {name}"
        repository = ecr.create_repository(
            repositoryName=name,
            tags=[{"Key": OWN_TAG, "Value": name}],
            imageTagMutability="IMMUTABLE",
            imageScanningConfiguration={"scanOnPush": True},
        )["repository"]
        undo.made(what, lambda: removed(ecr, name))
    return str(repository["repositoryUri"])


def removed(ecr: Any, name: str) -> None:
    """Remove the repository with all its images."""
    ecr.delete_repository(repositoryName=name, force=True)


def tag_of(folder: Path, manifest: Manifest) -> str:
    """The tag of the image of this content: the same content is never built twice."""
    with context_of(folder, None) as context:
        digest = hashlib.file_digest(context, "sha256")  # type: ignore[arg-type]
    digest.update(manifest.platform.encode())
    return digest.hexdigest()[:16]


def there(ecr: Any, name: str, tag: str) -> bool:
    """Whether the repository has that image."""
    from botocore.exceptions import ClientError

    try:
        return bool(
            ecr.describe_images(repositoryName=name, imageIds=[{"imageTag": tag}])["imageDetails"]
        )
    except ClientError as error:
        if code_of(error) in ("ImageNotFoundException", "RepositoryNotFoundException"):
            return False
        raise


def pushed(
    ecr: Any, folder: Path, manifest: Manifest, uri: str, images: Images, undo: Undo,
    progress: Progress,
) -> None:  # fmt: skip
    """Build and push the image, unless the repository has it."""
    tag = uri.rpartition(":")[2]
    if there(ecr, manifest.name, tag):
        progress(f"{uri} is there already")
        return
    what = f"the image {uri}"
    undo.made(what, lambda: _image_removed(ecr, manifest.name, tag))
    token = ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    user, _, password = base64.b64decode(token).decode().partition(":")
    with context_of(folder, None) as context:
        images.push(context, manifest.platform, uri, (user, password), progress)


def _image_removed(ecr: Any, name: str, tag: str) -> bool:
    """Whether it was there; it is gone then."""
    answer = ecr.batch_delete_image(repositoryName=name, imageIds=[{"imageTag": tag}])
    wrong = [f for f in answer.get("failures", []) if f.get("failureCode") != "ImageNotFound"]
    if wrong:
        raise DeploymentError(f"{name}:{tag} cannot be removed: {wrong[0].get('failureReason')}.")
    return not answer.get("failures")
