"""Text of users, written so that it stays text in the kind of file that it goes into.

Each function is a filter of the Jinja2 environment. Where a kind of file has no way to say a
character, the function says what becomes of it.
"""

from __future__ import annotations

import json
import re
import shlex

MARKDOWN = re.compile(r"([\\`*_\[\]<>&#|~$!{}])")
LIST_MARK = re.compile(r"^([-+=:]|\d+[.)])")
POWERSHELL_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")
"""PowerShell takes typographic quotes for quotes."""
MAX_LABEL_CHARS = 4000
"""Of a value in a Dockerfile; its parser takes lines of less than 65,536 bytes."""


def quoted(text: object) -> str:
    """A literal in double quotes, the same in Python and in YAML.

    What is not printable is escaped, so that no line of it ends early and none is reordered.
    """
    return '"' + "".join(map(_literal, str(text))) + '"'


def as_json(value: object) -> str:
    """A value as JSON, in ASCII."""
    return json.dumps(value)


def shell(text: object) -> str:
    """One word of a POSIX shell.

    Raises:
        ValueError: it holds U+0000, which no argument can.
    """
    return shlex.quote(_without_nul(str(text)))


def powershell(text: object) -> str:
    """One argument of PowerShell, in single quotes.

    Raises:
        ValueError: it holds U+0000, which no argument can.
    """
    return "'" + POWERSHELL_QUOTES.sub(r"\1\1", _without_nul(str(text))) + "'"


def dockerfile(text: object) -> str:
    """A value of ENV or LABEL in double quotes; no line can break, so white space is a blank.

    What is longer than `MAX_LABEL_CHARS` is cut, and ends in "...".
    """
    flat = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    if len(flat) > MAX_LABEL_CHARS:
        flat = flat[: MAX_LABEL_CHARS - 3] + "..."
    return '"' + re.sub(r'([\\"$])', r"\\\1", flat) + '"'


def markdown(text: object) -> str:
    """Words of a paragraph in Markdown, without marks, HTML or line breaks."""
    flat = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return LIST_MARK.sub(r"\\\1", MARKDOWN.sub(r"\\\1", flat))


FILTERS = {
    "pyrepr": quoted, "yaml": quoted, "json": as_json, "shell": shell, "powershell": powershell,
    "dockerfile": dockerfile, "markdown": markdown,
}  # fmt: skip


def _literal(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"
    )


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("U+0000 cannot be part of an argument")
    return text
