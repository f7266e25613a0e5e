"""Tools to build agents with: what is known of each, which fit together and where.

`tools.json` is what scripts/tools_catalogue.py read out of the packages themselves; `tools.toml` is
what people reviewed. What neither says stays unknown.
"""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, get_args

from burnish.registries.catalogue.lookup import require, unknown
from burnish.registries.catalogue.resolution import Resolution, resolve
from burnish.registries.catalogue.server import server
from burnish.registries.catalogue.tool import TARGETS, Category, Platform, Tool


class Toolbox:
    """All tools; every list is in a fixed order."""

    def __init__(self, tools: Iterable[Tool], sources: Sequence[str]) -> None:
        self.sources = tuple(sources)
        """Distributions that the data was read out of, with their versions."""
        self._known = {tool.id: tool for tool in tools}

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._known.values())

    def get(self, id: str) -> Tool:
        """The tool of that id.

        Raises:
            InputError: there is none; close ones are named.
        """
        if id not in self._known:
            raise unknown(id, self._known, "tool")
        return self._known[id]

    def filter(
        self,
        *,
        category: str = "",
        platform: str = "",
        needs_key: bool | None = None,
        deprecated: bool | None = None,
        search: str = "",
    ) -> list[Tool]:
        """The tools that fulfil all of it, by id.

        Args:
            category: Of `Category`; "" for any.
            platform: Of `Platform`, against which no hindrance is known; "" for any.
            needs_key: Whether it must, or must not, need a secret; None for either.
            deprecated: Whether its authors withdraw it; None for either.
            search: Part of the id or the description, in any case.

        Raises:
            InputError: no such category or platform.
        """
        if category:
            require(category, get_args(Category), "category")
        if platform:
            require(platform, get_args(Platform), "platform")
        wanted = search.lower()
        return [
            tool
            for tool in self
            if (not category or tool.category == category)
            and (not platform or platform not in tool.unfit)
            and (needs_key is None or bool(tool.keys) == needs_key)
            and (deprecated is None or (tool.deprecated is not None) == deprecated)
            and (wanted in tool.id.lower() or wanted in tool.description.lower())
        ]

    def requirements(self, ids: Sequence[str]) -> tuple[str, ...]:
        """What pip must be asked for, so that an agent can have all of them; sorted.

        Raises:
            InputError: an id is not known.
        """
        tools = [self.get(id) for id in ids]
        asked = {each for tool in tools for each in (*tool.requirements, tool.strands) if each}
        return tuple(sorted(asked | {"strands-agents"}))

    def dependencies(self, ids: Sequence[str], *, timeout_s: float = 300) -> Resolution:
        """One set of pinned packages that all of them can be used with, found by pip's resolver.

        Args:
            ids: Of tools.
            timeout_s: For the resolver.

        Raises:
            InputError: an id is not known, or the requirements conflict; they are named.
            EnvironmentMissingError: there is no pip here, or no index that it can reach.
        """
        return resolve(self.requirements(ids), timeout_s=timeout_s)

    def compatibility(self, ids: Sequence[str], platform: str) -> list[str]:
        """What stands against giving all of them to one agent there, in words; [] if nothing known.

        Whether their packages go together is `dependencies`' matter.

        Args:
            ids: Of tools.
            platform: Of `Platform`.

        Raises:
            InputError: no such tool or platform.
        """
        require(platform, get_args(Platform), "platform")
        tools = [self.get(id) for id in dict.fromkeys(ids)]
        problems = [
            said for tool in tools for said in tool.hindrances(platform)  # type: ignore[arg-type]
        ]
        problems += _doubles(tools)
        problems += [f"{tool.id} is withdrawn: {tool.deprecated}" for tool in tools
                     if tool.deprecated]  # fmt: skip
        return problems


def _doubles(tools: Sequence[Tool]) -> Iterator[str]:
    owners: dict[str, list[str]] = {}
    for tool in tools:
        for name in tool.names:
            owners.setdefault(name, []).append(tool.id)
    for name, ids in owners.items():
        if len(ids) > 1:
            yield f"{' and '.join(ids)} are both called {name} by the model; an agent can have one."
    managers = [tool.id for tool in tools if tool.given_as == "session_manager"]
    if len(managers) > 1:
        yield f"{' and '.join(managers)} each keep the session; an agent can have one."


@functools.cache
def toolbox() -> Toolbox:
    """The tools that this version of burnish knows."""
    folder = files("burnish.registries.catalogue")
    document = json.loads((folder / "tools.json").read_text("utf-8"))
    reviews = tomllib.loads((folder / "tools.toml").read_text("utf-8"))["tool"]
    return Toolbox(
        (_tool(given, reviews[given["id"]]) for given in document["tools"]), document["sources"]
    )


def _tool(given: Mapping[str, Any], review: Mapping[str, Any]) -> Tool:
    found: dict[str, Any] = {**given, **review}
    module, attribute = found.pop("module", ""), found.pop("attribute", "")
    command, arguments = found.pop("command", ""), found.pop("args", [])
    if found.get("permissions") == "open":
        found["permissions"] = None
    unfit = dict(found.get("unfit", {}))
    if "aws" in unfit:
        unfit |= dict.fromkeys(TARGETS, unfit.pop("aws"))
    found["unfit"] = unfit
    if command:
        found |= server(found, command, arguments)
    elif "setup" not in found:
        package, _, name = f"{module}.{attribute}".strip(".").rpartition(".")
        found |= {"setup": f"from {package} import {name}", "expression": name}
    return Tool.model_validate(found)
