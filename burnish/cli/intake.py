"""Takes in what a person gives: bounded, UTF-8, and refused in one sentence where it is not."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import BinaryIO

from burnish.config import Limits
from burnish.errors import InputError, reading

MAX_CHECKS_CHARS = 200_000
"""Longest file of checks or tests taken."""
MAX_PROGRAM_CHARS = 10_000_000
"""Longest saved program taken."""
_FILE_NAME = re.compile(r"\S+\.(?:md|markdown|rst|txt)")
BYTES_PER_CHAR = 4
BOM_BYTES = 3


def specification(text: str | None, file: Path | None, limits: Limits) -> str:
    """The specification from the argument, a file, or standard input ("-").

    Raises:
        InputError: there is none, or two; it is empty, too long, binary, or not UTF-8.
    """
    limit = limits.max_specification_chars
    if text is not None and file is not None:
        raise InputError("both a text and --file were given.", remedy="Give one of them.")
    if file is not None:
        found = read_text(file, "specification", limit)
    elif text is None:
        raise InputError(
            "there is no specification.",
            remedy='Give it as text, e.g. burnish generate "Write ...", with --file, or as - '
            "from standard input.",
        )
    elif text == "-":
        found = _read(sys.stdin.buffer, "standard input", "specification", limit)
    else:
        found = _argument(text, limit)
    if not found.strip():
        raise InputError(
            "the specification is empty.", remedy="Say in a sentence what the code must do."
        )
    return found


def pairs(texts: Iterable[str] | None) -> dict[str, str]:
    """Each NAME=FILES_NAME of --field, taken apart.

    Raises:
        InputError: one is no pair.
    """
    found = {}
    for text in texts or ():
        ours, sign, theirs = text.partition("=")
        if not (ours and sign and theirs):
            raise InputError(f"--field {text!r} is no pair.", remedy="Write NAME=FILES_NAME.")
        found[ours] = theirs
    return found


def program(path: Path | None) -> str:
    """The text of a saved program, found to be one; "" for no file.

    Raises:
        InputError: it cannot be read or is no saved program.
    """
    if path is None:
        return ""
    from burnish.modules.program import load_program

    text = read_text(path, "program", MAX_PROGRAM_CHARS)
    try:
        load_program(text or "{}", sandbox="none")
    except InputError as error:
        raise InputError(f"{path}: {error.message}", remedy=error.remedy) from None
    return text


def read_text(path: Path, what: str, limit: int) -> str:
    """The text of a file of at most `limit` characters; line ends become "\\n".

    Raises:
        InputError: it cannot be read, is too long, binary, or not UTF-8.
    """
    with reading(path, what), path.open("rb") as stream:
        return _read(stream, str(path), what, limit)


def choice(value: str, allowed: Iterable[str], what: str) -> str:
    """`value`, if it is one of `allowed`.

    Raises:
        InputError: it is not; the message names those that are.
    """
    known = list(allowed)
    if value in known:
        return value
    close = get_close_matches(value.lower(), known, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    raise InputError(
        f"unknown {what} {value!r}.", remedy=f"{hint}Choose one of {', '.join(known)}."
    )


def _argument(text: str, limit: int) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(
            "the specification is not UTF-8 text.", remedy="Use a UTF-8 terminal, or --file."
        ) from None
    if len(text) > limit:
        raise _too_long("the specification", limit)
    if os.path.isfile(text):  # noqa: PTH113  of a text too long for a path it says no
        raise InputError(
            f"{text} is a file, not a specification.", remedy=f"Read it with --file {text}."
        )
    if _FILE_NAME.fullmatch(text):  # no model is asked to make sense of a path
        raise InputError(f"there is no file {text}.", remedy="Check the path, and use --file.")
    return text


def _read(stream: BinaryIO, name: str, what: str, limit: int) -> str:
    most = limit * BYTES_PER_CHAR + BOM_BYTES
    data = stream.read(most + 1)
    if b"\0" in data:
        raise InputError(f"{name} holds binary data.", remedy=f"Give the {what} as UTF-8 text.")
    if len(data) > most:
        raise _too_long(name, limit)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} is not UTF-8 text (byte {error.start + 1}).", remedy="Save it as UTF-8."
        ) from None
    if len(text) > limit:
        raise _too_long(name, limit)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _too_long(name: str, limit: int) -> InputError:
    return InputError(
        f"{name} is too long: at most {limit:,} characters are taken.",
        remedy="Shorten or split it, or raise the limit (see docs/cli.md).",
    )
