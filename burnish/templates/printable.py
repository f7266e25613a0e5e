"""Makes text of unknown origin harmless to show: no control characters, no hidden direction."""

from __future__ import annotations

import unicodedata

_KEPT = {"\n", "\t"}
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def printable(text: str) -> str:
    """`text` with control, format and surrogate characters written as escapes.

    What a candidate prints may hold terminal sequences or bidirectional overrides that change
    how a terminal or a browser shows everything after them.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if _shows(c) else _escape(c) for c in text.replace("\r\n", "\n"))


def _shows(character: str) -> bool:
    return character in _KEPT or unicodedata.category(character) not in _HIDDEN


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
