"""The tools of one agent: what a project needs to know of each, and those written for it."""

from __future__ import annotations

import ast
import keyword
import re
import sys
from collections.abc import Iterator, Mapping, Sequence

from burnish.agents.project.iam import Statement
from burnish.agents.project.pins import pins
from burnish.errors import InputError
from burnish.records.base import Record
from burnish.records.context import Target
from burnish.registries.catalogue.tool import Given, Tool
from burnish.registries.catalogue.tools import toolbox

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
RESERVED = {
    "agent", "app", "custom_tools", "lambda_handler", "model", "settings", "state", "tests",
    "tools",
}  # fmt: skip
"""Modules of every project; a tool of that name would hide one."""
IMPORTED = {
    "amazon", "attr", "bs4", "dateutil", "google", "grpc", "isympy", "jwt", "markdown_it",
    "multipart", "opentelemetry", "py", "rpds", "runtime_client", "slack", "strands",
    "strands_tools", "yaml",
}  # fmt: skip
"""Modules of pinned distributions that are not named after them."""


class ToolUse(Record):
    """A tool of the registry, as a project uses it."""

    id: str
    """Of the registry."""
    source: str
    """The distribution that it was read out of, with its version."""
    setup: str
    """Python that makes it: imports, then statements."""
    expression: str
    """Of Python, that is handed to the agent after `setup`."""
    names: tuple[str, ...]
    """What the model calls; () if a server says it when it runs."""
    given_as: Given
    """Which argument of `strands.Agent` it belongs to."""
    connected: bool
    """A server says what it can, as soon as the agent has it."""
    outside: bool
    """It may want to reach what is not AWS."""
    open_ended: bool
    """What it calls in AWS depends on what the agent is told to do."""
    requirements: tuple[str, ...] = ()
    """What pip installs for it."""
    keys: tuple[str, ...] = ()
    """Environment variables that must hold keys."""
    variables: tuple[str, ...] = ()
    """Other environment variables without which it does not work."""
    permissions: tuple[Statement, ...] = ()
    """What the role must be allowed for it."""

    @property
    def module(self) -> str:
        """Name of the module in the project's tools/ that makes it."""
        return re.sub(r"\W", "_", self.id)


class ToolSource(Record):
    """A finished module that was written for one agent."""

    code: str
    """Python: a function of the tool's name, with type hints and a docstring."""
    tests: str = ""
    """pytest's, which import the function from a module of the tool's name."""


def used(ids: Sequence[str], target: Target) -> tuple[tuple[ToolUse, ...], tuple[str, ...]]:
    """What is known of the tools, by id; and what a person should know of them, a sentence each.

    Raises:
        InputError: an id that is none, or a tool that cannot do its work there.
    """
    known = toolbox()
    chosen = [known.get(id) for id in sorted(set(ids))]
    for tool in chosen:
        if target in tool.unfit or tool.given_as == "session_manager":
            why = tool.unfit.get(target, "the project keeps conversations itself")
            raise InputError(
                f"the tool {tool.id} does not fit {target}: {why}.",
                remedy=f"Leave it out; see `burnish tools list --platform {target}`.",
            )
    notes = known.compatibility([tool.id for tool in chosen], target)
    for tool in chosen:
        notes += _open_ends(tool)
    return tuple(_use(tool) for tool in chosen), tuple(notes)


def _use(tool: Tool) -> ToolUse:
    variables = [each for each in tool.needs if VARIABLE.fullmatch(each) and each != "AWS_REGION"]
    permissions = tool.permissions or ()
    return ToolUse(
        id=tool.id, source=tool.source, setup=tool.setup.strip(), expression=tool.expression,
        names=tool.names, given_as=tool.given_as,
        outside=tool.category in {"web", "communication"} or bool(tool.keys),
        open_ended=tool.permissions is None,
        connected=tool.given_as == "tools" and not tool.names, requirements=tool.requirements,
        keys=tool.keys, variables=tuple(variables),
        permissions=tuple(
            Statement(sid=f"{_sid(tool.id)}{n}", actions=each.actions, resources=each.resources)
            for n, each in enumerate(permissions, 1)
        ),
    )  # fmt: skip


def _open_ends(tool: Tool) -> Iterator[str]:
    """What of a tool nobody but a person can settle; a sentence each."""
    for need in tool.needs:
        if not VARIABLE.fullmatch(need):
            yield f"{tool.id} needs {need}: see tools/."
    if tool.permissions is None:
        yield f"Allow the role in AWS what {tool.id} shall do there; it may nothing."
    if tool.programs:
        yield f"{tool.id} needs {', '.join(tool.programs)} in the image."


def _sid(id: str) -> str:
    return "Tool" + "".join(part.capitalize() for part in re.split(r"\W|_", id))


def nameable(names: Sequence[str], tools: Sequence[ToolUse]) -> None:
    """Make sure that tools of these names can be written for an agent that has these others.

    Raises:
        InputError: a name that is none, that is there twice, or that something else has.
    """
    called = {name: tool.id for tool in tools for name in tool.names}
    for number, name in enumerate(names):
        why = _hindrance(name)
        if name in called:
            why = f"the model calls {called[name]} so"
        elif name in names[:number]:
            why = "another tool of this agent has that name"
        if why:
            raise InputError(
                f"a tool cannot be named {name!r}: {why}.",
                remedy="Take lower-case letters, digits and underscores, and a name of its own.",
            )


def _hindrance(name: str) -> str:
    """Why no tool can have that name, whatever else the agent has; "" if one can."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        return "it is no name of a function here"
    if name.startswith("test_"):
        return "pytest would take it for a test"
    hidden = RESERVED | IMPORTED | sys.stdlib_module_names
    if name in hidden or name.replace("_", "-") in pins().versions:
        return "its module would hide one that a project needs"
    return ""


def approved(custom: Mapping[str, ToolSource]) -> None:
    """Make sure that each of these modules has the function that it is named after.

    Raises:
        InputError: one has it not, or is no Python.
    """
    for name, source in custom.items():
        if name not in functions(name, source.code):
            raise InputError(
                f"the module of the tool {name!r} has no function of that name.",
                remedy="Name the function as the tool.",
            )


def functions(name: str, code: str) -> set[str]:
    """The functions of a tool's module; a coroutine is one too, which Strands awaits.

    Raises:
        InputError: it is no Python.
    """
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError) as error:
        raise InputError(f"the tool {name!r} is no Python: {error}.", remedy="Mend it.") from None
    return {each.name for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}
