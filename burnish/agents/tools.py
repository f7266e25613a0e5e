"""The tools of one agent: what a project needs to know of each, and those written for it."""

from __future__ import annotations

import ast
import functools
import keyword
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Literal

from burnish.agents.iam import Statement
from burnish.errors import InputError
from burnish.records.base import Record
from burnish.records.context import Target

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED = {
    "agent",
    "app",
    "custom_tools",
    "lambda_handler",
    "model",
    "settings",
    "state",
    "tests",
    "tools",
}
"""Modules of every project; a tool of that name would hide one."""


class ToolUse(Record):
    """A tool of the registry, as a project uses it."""

    id: str
    """Of the registry."""
    setup: str
    """Python that makes it: imports, then statements."""
    expression: str
    """Of Python, that is handed to the agent after `setup`."""
    given_as: Literal["tools", "plugins"] = "tools"
    """Which argument of `strands.Agent` it belongs to."""
    requirements: tuple[str, ...] = ()
    """What pip installs for it."""
    keys: tuple[str, ...] = ()
    """Environment variables that must hold keys."""
    variables: tuple[str, ...] = ()
    """Other environment variables without which it does not work."""
    permissions: tuple[Statement, ...] | None = ()
    """What the role must be allowed for it; None if that depends on what the agent is told."""
    warnings: tuple[str, ...] = ()
    """What a person should know of it on this target; a sentence each."""

    @property
    def function(self) -> str:
        """Name of the function of the project's tools.py that makes it."""
        return re.sub(r"\W", "_", self.id)


class ToolSource(Record):
    """A finished module that was written for one agent."""

    code: str
    """Python: a function of the tool's name, with type hints and a docstring."""
    tests: str = ""
    """pytest's, which import the function from a module of the tool's name."""


def used(ids: Sequence[str], target: Target) -> tuple[ToolUse, ...]:
    """What is known of the tools, in the order of their ids.

    Raises:
        InputError: an id that is none.
    """
    for id in ids:
        if not NAME.fullmatch(id):
            raise InputError(
                f"{id!r} is no id of a tool.", remedy="`burnish tools list` has all of them."
            )
    return tuple(_use(id, _reviewed().get(id, {})) for id in sorted(set(ids)))


def _use(id: str, review: dict[str, Any]) -> ToolUse:
    given = {"setup": f"from strands_tools import {id}", "expression": id} | review
    needed = given.pop("permissions", ())
    permissions = (
        None
        if needed == "open"
        else tuple(
            Statement(sid=f"{_sid(id)}{n}", actions=each["actions"], resources=each["resources"])
            for n, each in enumerate(needed)
        )
    )
    return ToolUse(id=id, requirements=("strands-agents-tools",), permissions=permissions, **given)


def _sid(id: str) -> str:
    return "Tool" + "".join(part.capitalize() for part in re.split(r"\W|_", id))


def approved(custom: Mapping[str, ToolSource]) -> None:
    """Make sure that these modules can stand in a project.

    Raises:
        InputError: a name that is none, or that something else has; a module without its function.
    """
    for name, source in custom.items():
        taken = name in RESERVED or name in sys.stdlib_module_names or keyword.iskeyword(name)
        if taken or not NAME.fullmatch(name):
            raise InputError(
                f"a tool cannot be named {name!r}.",
                remedy="Take lower-case letters, digits and underscores, and no name of a module.",
            )
        if name not in _functions(name, source.code):
            raise InputError(
                f"the module of the tool {name!r} has no function of that name.",
                remedy="Name the function as the tool.",
            )


def _functions(name: str, code: str) -> set[str]:
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError) as error:
        raise InputError(f"the tool {name!r} is no Python: {error}.", remedy="Mend it.") from None
    return {each.name for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


@functools.cache
def _reviewed() -> dict[str, dict[str, Any]]:
    text = (files("burnish.agents") / "grants.toml").read_text("utf-8")
    return tomllib.loads(text)
