"""What a deployment does, said before it does it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from burnish.records.base import Record

Action = Literal[
    "create", "build and push", "upload", "add", "modify", "replace", "may replace", "remove",
    "import", "keep",
]  # fmt: skip


class Step(Record):
    """One thing that is done."""

    action: Action
    """What is done; "keep" for what is there already."""
    what: str
    """To what, e.g. "Runtime (AWS::BedrockAgentCore::Runtime)"."""
    why: str = ""
    """What of it changes, or why it is kept."""


class Plan(Record):
    """All of it."""

    name: str
    """Of the project, its repository and its stack."""
    region: str
    """Of AWS."""
    account: str = ""
    """Twelve digits; "" if nobody could be asked."""
    computed: bool = False
    """Whether CloudFormation computed it; else it is read from the template alone."""
    steps: tuple[Step, ...]
    """In the order in which they are done."""
    note: str = ""
    """What the plan does not know, and why."""


class Outcome(Record):
    """How it ended."""

    plan: Plan
    """What was to be done."""
    done: bool
    """Whether it was done; False for a dry run and where nothing had changed."""
    image: str = ""
    """What runs, as a container registry names it."""
    stack: str = ""
    """Its id."""
    outputs: dict[str, str] = Field(default_factory=dict)
    """What the stack says of itself."""
