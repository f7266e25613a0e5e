"""A simulated AWS account, a registry that takes images, and requests that fail when told to."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import boto3
import botocore.client
import pytest
from botocore.exceptions import ClientError

from burnish.agents.deployment.deploy import Order
from burnish.agents.deployment.stack import Pace

REGION = "eu-central-1"
TINY = Path(__file__).parent / "tiny"
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


class Pushed:
    """Takes images as ECR would; `fail` is raised after half of it."""

    def __init__(self, fail: BaseException | None = None) -> None:
        self.fail = fail
        self.uris: list[str] = []
        self.platforms: list[str] = []

    def push(
        self,
        context: IO[bytes],
        platform: str,
        uri: str,
        login: tuple[str, str],
        progress: Callable[[str], None],
    ) -> None:
        """See `Images.push`."""
        assert context.read() and login[0] == "AWS" and login[1]
        name, _, tag = uri.partition("/")[2].partition(":")
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "of": uri}
        client("ecr").put_image(
            repositoryName=name, imageManifest=json.dumps(manifest), imageTag=tag
        )
        self.uris.append(uri)
        self.platforms.append(platform)
        if self.fail is not None:
            raise self.fail


def client(service: str) -> Any:
    """A client in the project's region."""
    return boto3.client(service, region_name=REGION)


def project(folder: Path) -> Path:
    """A copy of the tiny project that a test may change."""
    return Path(shutil.copytree(TINY, folder / "tiny"))


def order(folder: Path, images: Pushed | None = None, **values: str) -> Order:
    """An order that waits for nothing."""
    return Order(folder, values, images=images or Pushed(), pace=Pace(poll_s=0, timeout_s=5))


def enlarge(folder: Path) -> None:
    """Make the template too large to be sent in a request."""
    path = folder / "infrastructure" / "template.yaml"
    path.write_text(path.read_text() + "# a long comment\n" * 4000)


def world() -> dict[str, Any]:
    """Everything that a deployment can make."""
    cloudformation, ecr, s3 = client("cloudformation"), client("ecr"), client("s3")
    stacks = [
        stack for stack in cloudformation.list_stacks()["StackSummaries"]
        if stack["StackStatus"] != "DELETE_COMPLETE"
    ]  # fmt: skip
    repositories = [each["repositoryName"] for each in ecr.describe_repositories()["repositories"]]
    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    return {
        "stacks": {stack["StackName"]: stack["StackStatus"] for stack in stacks},
        "change sets": [
            change["ChangeSetName"]
            for stack in stacks
            for change in cloudformation.list_change_sets(StackName=stack["StackName"])["Summaries"]
            if change.get("ExecutionStatus") != "EXECUTE_COMPLETE"
        ],
        "images": sorted(
            f"{name}:{image['imageTag']}"
            for name in repositories
            for image in ecr.list_images(repositoryName=name)["imageIds"]
        ),
        "repositories": repositories,
        "objects": sorted(
            f"{bucket}/{entry['Key']}"
            for bucket in buckets
            for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        ),
        "buckets": buckets,
        "queues": client("sqs").list_queues().get("QueueUrls", []),
    }


EMPTY: dict[str, Any] = {
    "stacks": {}, "change sets": [], "images": [], "repositories": [], "objects": [], "buckets": [],
    "queues": [],
}  # fmt: skip


def break_at(
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    *,
    after: bool = False,
    code: str = "Throttling",
) -> list[str]:
    """Let one operation fail, once: refused, or done and its answer lost. Returns a log of all."""
    real = botocore.client.BaseClient._make_api_call
    asked: list[str] = []

    def call(self: Any, name: str, arguments: Any) -> Any:
        asked.append(name)
        if name != operation or asked.count(name) > 1:
            return real(self, name, arguments)
        if after:
            with contextlib.suppress(ClientError):
                real(self, name, arguments)
        raise ClientError({"Error": {"Code": code, "Message": "as the test wants"}}, name)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)
    return asked
