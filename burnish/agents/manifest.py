"""What a generated project says of itself, in a file: all that trying and deploying need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from burnish.errors import InputError
from burnish.records.base import Record
from burnish.records.context import SecurityLevel, Target

FILE = "burnish-agent.json"
PORT = 8080
"""Where every target's container answers `/ping` and `/invocations`."""


class Manifest(Record):
    """One project."""

    schema_version: Literal[1] = 1
    """Of this record."""
    name: str
    """Of the project, its ECR repository, its stack in CloudFormation."""
    target: Target
    """What runs it."""
    security: SecurityLevel
    """How it is guarded."""
    region: str
    """Of AWS."""
    model_id: str
    """As the provider calls it, without "bedrock/"."""
    provider: str
    """Of the catalogue: "bedrock", "openai", ..."""
    platform: Literal["linux/arm64", "linux/amd64"]
    """What the deployed image is built for."""
    serve: tuple[str, ...]
    """The command that makes the container answer HTTP on `PORT`, whatever its target is."""
    template: str = "infrastructure/template.yaml"
    """The CloudFormation template, relative to the project."""
    secrets: tuple[str, ...] = ()
    """Environment variables that hold keys: names, never values."""
    variables: tuple[str, ...] = ()
    """Others without which its tools or its model do not work: names, never values."""
    burnish: str
    """The version that made it."""


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generated project.

    Raises:
        InputError: the folder holds none, or one that is damaged.
    """
    path = folder / FILE
    try:
        return Manifest.model_validate(json.loads(path.read_text("utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(
            f"{folder} is no agent project: it has no {FILE}.",
            remedy="Make one with `burnish agent new`.",
        ) from None
    except (OSError, ValueError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else None
        why = f"{'.'.join(map(str, first['loc']))}: {first['msg']}" if first else str(error)
        raise InputError(
            f"{path} cannot be read: {why}.",
            remedy="Make the project anew with `burnish agent new`.",
        ) from None
