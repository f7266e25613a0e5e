"""What a generated project installs, with the versions that were resolved together."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from datetime import date
from importlib.resources import files

from pydantic import Field

from burnish.records.base import Record

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Pins(Record):
    """The reviewed set; scripts/pins.py makes it."""

    resolved_on: date
    """When the resolver found it."""
    python: str
    """The Python that it was found for, as "3.11"."""
    asked: dict[str, tuple[str, ...]]
    """What a role needs by name: "all", "dev", "tools", a target or a provider."""
    versions: dict[str, str]
    """Of everything that the roles need, by normalised name."""
    apart: dict[str, dict[str, str]] = Field(default_factory=dict)
    """What a tool's requirement adds to `versions` or changes in them, by how pip is asked for it;
    a requirement that changes nothing is not here."""

    def together(self, more: Iterable[str] = ()) -> dict[str, str]:
        """The versions with what tools ask for; a name on which tools disagree has none."""
        sets = [self.versions | self.apart[each] for each in {*more} if each in self.apart]
        found: dict[str, set[str]] = {}
        for each in sets or [self.versions]:
            for name, version in each.items():
                found.setdefault(name, set()).add(version)
        return {name: said.pop() for name, said in sorted(found.items()) if len(said) == 1}

    def disputed(self, more: Iterable[str]) -> tuple[str, ...]:
        """Names whose version is left to pip, for the tools' sets have more than one."""
        asked = list(more)
        names = {name for each in asked for name in self.apart.get(each, {})}
        return tuple(sorted(names - set(self.together(asked))))

    def requirements(self, roles: Iterable[str], more: Iterable[str] = ()) -> tuple[str, ...]:
        """Exact requirements of these roles, and of what tools ask for, in order.

        The extras that several ask of one distribution are joined. A distribution that is not in
        the reviewed set, or is disputed there, stays as it was asked for.
        """
        more = list(more)
        versions = self.together(more)
        extras: dict[str, set[str]] = {}
        others = set()
        asked = [each for role in roles for each in self.asked.get(role, ())]
        for each in (*asked, *more):
            found = NAME.match(each)
            name = _normalised(found.group()) if found else ""
            if name in versions:
                within = re.search(r"\[([^\]]*)\]", each)
                parts = within.group(1).split(",") if within else []
                extras.setdefault(name, set()).update(part.strip() for part in parts)
            else:
                others.add(each)
        lines = [
            f"{name}{f'[{chr(44).join(sorted(wanted))}]' if wanted else ''}=={versions[name]}"
            for name, wanted in extras.items()
        ]
        return tuple(sorted([*lines, *others]))

    def constraints(self, more: Iterable[str] = ()) -> tuple[str, ...]:
        """The whole set with what tools ask for, as a file of constraints has it."""
        return tuple(f"{name}=={version}" for name, version in self.together(more).items())


@functools.cache
def pins() -> Pins:
    """The set that this version of burnish ships."""
    text = (files("burnish.agents.project") / "pins.toml").read_text("utf-8")
    return Pins.model_validate(tomllib.loads(text))


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
