"""A project's CloudFormation template as far as deploying must know it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from burnish.agents.cloudformation import parsed
from burnish.errors import InputError, reading
from burnish.records.base import Record

INLINE_BYTES = 51_200
"""What CloudFormation takes in a request; a larger template must lie in S3."""
MOST_BYTES = 1_048_576
"""What it takes from there."""
IMAGE = "ImageUri"
"""The parameter that every template has for the container's image."""


class Template(Record):
    """One template."""

    text: str
    """As it is sent."""
    parameters: dict[str, bool]
    """Their names, and whether each has a default."""
    resources: tuple[tuple[str, str], ...]
    """Logical name and type of each, in the order of the text."""
    macros: bool
    """Whether it is transformed before it is used."""

    @property
    def size_bytes(self) -> int:
        """As CloudFormation counts it."""
        return len(self.text.encode())

    @property
    def capabilities(self) -> list[str]:
        """What the deployer must acknowledge."""
        return ["CAPABILITY_NAMED_IAM", *(["CAPABILITY_AUTO_EXPAND"] if self.macros else [])]

    def given(self, image: str, values: dict[str, str], stack: Any) -> list[dict[str, Any]]:
        """Parameters of a change set; what a stack has already stays as it is.

        Raises:
            InputError: a value for no parameter, or none for one that needs it.
        """
        unknown = sorted(set(values) - set(self.parameters))
        if unknown:
            raise InputError(
                f"the template has no parameter {', '.join(unknown)}.",
                remedy=f"It has {', '.join(self.parameters)}.",
            )
        has = {each["ParameterKey"] for each in (stack or {}).get("Parameters", [])}
        made: list[dict[str, Any]] = [{"ParameterKey": IMAGE, "ParameterValue": image}]
        for name, default in self.parameters.items():
            if name == IMAGE:
                continue
            if name in values:
                made.append({"ParameterKey": name, "ParameterValue": values[name]})
            elif name in has:
                made.append({"ParameterKey": name, "UsePreviousValue": True})
            elif not default:
                raise InputError(
                    f"the template's parameter {name} has no value.",
                    remedy=f"Give it with --set {name}=VALUE.",
                )
        return made


def read_template(path: Path) -> Template:
    """The template in a file, YAML or JSON.

    Raises:
        InputError: it cannot be read, is no template, is too large, or takes no image.
    """
    with reading(path, "template"):
        text = path.read_text("utf-8")
    try:
        found = parsed(text)
    except ValueError as error:
        raise InputError(f"the template {path} cannot be read: {error}.") from None
    if not isinstance(found, dict) or not isinstance(found.get("Resources"), dict):
        raise InputError(f"{path} is no CloudFormation template: it has no Resources.")
    parameters = found.get("Parameters") or {}
    if IMAGE not in parameters:
        raise InputError(
            f"{path} has no parameter {IMAGE}, so it cannot be told which image to run.",
            remedy=f"Add `{IMAGE}: {{Type: String}}` to its Parameters, and use it.",
        )
    if len(text.encode()) > MOST_BYTES:
        raise InputError(f"{path} is larger than CloudFormation takes: {MOST_BYTES:,} bytes.")
    return Template(
        text=text,
        parameters={name: "Default" in (each or {}) for name, each in parameters.items()},
        resources=tuple(
            (name, str((each or {}).get("Type", "?"))) for name, each in found["Resources"].items()
        ),
        macros="Transform" in found,
    )
