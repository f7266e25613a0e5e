"""Addresses of stores and model servers as they may be shown: without user and password."""

from __future__ import annotations

import re

_USER = re.compile(
    r"(?<=://)(?:[^\s/]*"
    r"|(?<!http://)(?<!https://)[^\s/:@]*:[^\s@]*)@"  # a database's password may hold a slash
)
_PASSWORD = re.compile(r"((?:password|passwd|pwd)(?:=|%3D))[^\s&;]+", re.IGNORECASE)


def without_password(text: str, *quoted: str | None) -> str:
    """The text, which may be an address, without the user and password of any address in it.

    Args:
        quoted: Addresses that the text may quote in part, as in "no answer from me:secret@host".
    """
    for address in quoted:
        for user in _USER.findall(address or ""):
            text = text.replace(user, "")
    return _PASSWORD.sub(r"\1***", _USER.sub("", text))
