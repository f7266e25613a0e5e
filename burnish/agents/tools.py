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
from typing import Any

from burnish.errors import InputError
from burnish.records.base import Record

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED = {"agent", "app", "custom_tools", "lambda_handler", "model", "settings", "state", "tests"}
"""Modules of every project; a tool of that name would hide one."""


class ToolUse(Record):
    """A tool of the registry, as a project uses it."""

    id: str
    """Of the registry."""
    module: str
    """What is imported, as "strands_tools.calculator"."""
    requirements: tuple[str, ...] = ()
    """What pip installs for it."""
    keys: tuple[str, ...] = ()
    """Environment variables that must hold keys."""
    actions: tuple[str, ...] = ()
    """What the role must be allowed for it, in IAM."""
    resources: tuple[str, ...] = ()
    """On what; ARNs with "${}" of CloudFormation."""
    internet: bool = False
    """It may want to reach what is not AWS."""
    any_aws: bool = False
    """It can call any service of AWS: what it may is for a person to grant."""


class ToolSource(Record):
    """A finished module that was written for one agent."""

    code: str
    """Python: a function of the tool's name, with type hints and a docstring."""
    tests: str = ""
    """pytest's, which import the function from a module of the tool's name."""


def used(ids: Sequence[str]) -> tuple[ToolUse, ...]:
    """What is known of the tools, in the order of their ids.

    Raises:
        InputError: an id that is none.
    """
    for id in ids:
        if not NAME.fullmatch(id):
            raise InputError(
                f"{id!r} is no id of a tool.", remedy="`burnish tools list` has all of them."
            )
    return tuple(
        ToolUse.model_validate(
            {"id": id, "module": f"strands_tools.{id}", "requirements": ("strands-agents-tools",)}
            | _grants().get(id, {})
        )
        for id in sorted(set(ids))
    )


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
def _grants() -> dict[str, dict[str, Any]]:
    text = (files("burnish.agents") / "grants.toml").read_text("utf-8")
    return {id: dict(grant) for id, grant in tomllib.loads(text).items()}
