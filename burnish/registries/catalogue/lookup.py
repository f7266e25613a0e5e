"""What every catalogue says of a name that it does not know."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from burnish.errors import InputError


def require(name: str, known: Sequence[str], kind: str) -> None:
    """Check a word of a closed set.

    Raises:
        InputError: it is none of them.
    """
    if name not in known:
        raise InputError(f"unknown {kind} {name!r}.", remedy=f"Choose of {', '.join(known)}.")


def unknown(id: str, known: Collection[str], kind: str) -> InputError:
    """The error for an id that is not in the catalogue of a kind; it names close ones."""
    near = [other for other in known if id.lower() in other.lower()]
    near = near or get_close_matches(id, known, 5, 0.4)
    some = f"Did you mean {', '.join(near[:5])}? " if near else ""
    return InputError(
        f"unknown {kind} {id!r}.", remedy=f"{some}`burnish {kind}s list` has all of them."
    )
