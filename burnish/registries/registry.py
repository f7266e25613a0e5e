"""One registry that knows no kinds: names to things, with errors that help."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Generic, TypeVar

from burnish.errors import InputError

T = TypeVar("T")


class Registry(Generic[T]):
    """Names to things of one kind, in the order in which they were registered."""

    def __init__(self, kind: str, *, extra: str = "") -> None:
        """Make an empty registry.

        Args:
            kind: What the things are called in error messages, e.g. "language".
            extra: The extra of burnish whose installation adds names, e.g. "local"; or empty.
        """
        self.kind = kind
        self.extra = extra
        self._things: dict[str, T] = {}
        self._aliases: dict[str, str] = {}

    def register(self, name: str, thing: T, *, aliases: tuple[str, ...] = ()) -> T:
        """Add `thing` under `name` and `aliases`; returns it.

        Raises:
            ValueError: one of the names is taken: a mistake of the program, not of its user.
        """
        for key in (name, *aliases):
            if key in self:
                raise ValueError(f"{self.kind} {key!r} is registered already")
        self._things[name] = thing
        self._aliases.update(dict.fromkeys(aliases, name))
        return thing

    def get(self, name: str) -> T:
        """The thing registered under `name` or under an alias.

        Raises:
            InputError: nothing is; the message names close matches, all known names, and the
                extra to install if there is one.
        """
        thing = self._things.get(self._aliases.get(name, name))
        if thing is None:
            raise InputError(f"unknown {self.kind} {name!r}.", remedy=self._remedy(name))
        return thing

    def names(self) -> tuple[str, ...]:
        """The registered names, without aliases."""
        return tuple(self._things)

    def __iter__(self) -> Iterator[T]:
        return iter(self._things.values())

    def __len__(self) -> int:
        return len(self._things)

    def __contains__(self, name: object) -> bool:
        return name in self._things or name in self._aliases

    def _remedy(self, name: str) -> str:
        known = [*self._things, *self._aliases]
        close = get_close_matches(name.lower(), known, n=2, cutoff=0.6)
        parts = [f"Did you mean {' or '.join(map(repr, close))}?"] if close else []
        parts.append(f"Known: {', '.join(known) or 'none'}.")
        if self.extra:
            parts.append(f"More may come with: pip install 'burnish[{self.extra}]'")
        return " ".join(parts)
