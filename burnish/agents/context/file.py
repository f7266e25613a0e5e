"""Context files: what an agent is to be, as YAML or JSON that people write and read."""

from __future__ import annotations

import contextlib
import json
import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from burnish.agents.context.faults import told
from burnish.agents.context.lines import MAX_DEPTH, Lines, composed, shortened
from burnish.errors import InputError, OutputFolderError, reading
from burnish.records.context import GenerationContext

MAX_BYTES = 2_000_000
"""Largest file taken; a system prompt of 100 kB in any script fits many times over."""
EXAMPLE = "examples/contexts/ has some that are right."


def read_context(path: Path) -> GenerationContext:
    """The context in a file; a field that it leaves out is not known.

    Raises:
        InputError: the file cannot be read, is larger than `MAX_BYTES`, is neither YAML nor JSON,
            uses aliases or tags, or has a wrong field; each wrong field is named with its line.
    """
    text = _text(path)
    document, lines = _document(path, text)
    if not isinstance(document, dict):
        what = "nothing" if document is None else "no fields"
        raise InputError(
            f"{path} holds {what}.", remedy=f"Write fields such as `name: my-agent`; {EXAMPLE}"
        )
    if _depth(document) > MAX_DEPTH:
        raise InputError(
            f"{path} has more than {MAX_DEPTH} levels.", remedy=f"A context has four; {EXAMPLE}"
        )
    wrong: list[Mapping[str, Any]] = list(_bad_numbers(document))
    try:
        # JSON in strict mode: lists become tuples, but `yes` is no number and "5" none either
        found = GenerationContext.model_validate_json(
            json.dumps(document, default=str), strict=True
        )
    except ValidationError as error:
        wrong += error.errors()
    if wrong:
        raise told(path, wrong, lines)
    return found


def write_context(context: GenerationContext, path: Path, *, overwrite: bool = False) -> None:
    """Write what is known as YAML, long text as it reads; `read_context` gives the same record.

    Raises:
        OutputFolderError: the file exists and may not be replaced, or cannot be written.
    """
    data = _yaml(context).encode()
    try:
        if overwrite:
            _replace(path, data)
        else:
            with path.open("xb") as stream:
                stream.write(data)
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise OutputFolderError(
            f"{path} cannot be written: {error.strerror or error}.",
            remedy="Check the folder and its permissions.",
        ) from None


def require_free(path: Path) -> None:
    """Make sure, before any work is done for it, that nothing of that name is there.

    Raises:
        OutputFolderError: there is.
    """
    if os.path.lexists(path):
        raise _taken(path)


def _taken(path: Path) -> OutputFolderError:
    return OutputFolderError(f"{path} exists.", remedy="Choose another name, or add --force.")


def _text(path: Path) -> str:
    with reading(path, "context"), path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise InputError(
                f"{path} is too long: at most {MAX_BYTES:,} bytes are taken.",
                remedy="Shorten it; long documents belong in a tool, not in the system prompt.",
            )
        return data.decode("utf-8-sig")


def _document(path: Path, text: str) -> tuple[Any, Lines]:
    """The file's value, and the line of each field as far as it is known."""
    if text.lstrip()[:1] == "{":
        try:
            document = json.loads(text, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            if path.suffix == ".json":
                raise InputError(
                    f"{path} is no JSON: {error}.", remedy="Correct it there."
                ) from None
        else:
            # PyYAML reads a pair of surrogates as two characters, and no tabs: only lines of it
            with contextlib.suppress(InputError):
                return document, composed(path, text)[1]
            return document, {}
    return composed(path, text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which no field is there twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"{shortened(twice)} is there twice")
    return found


def _depth(value: Any) -> int:
    """Levels of lists and objects; without recursion, because a file may be nothing else."""
    level, deepest = [value], 0
    while level := [each for each in level if isinstance(each, dict | list)]:
        deepest += 1
        level = [e for each in level for e in (each.values() if isinstance(each, dict) else each)]
    return deepest


def _bad_numbers(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[dict[str, Any]]:
    """Numbers that no field can mean, as pydantic would tell of them."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _bad_numbers(each, (*at, str(name)))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _bad_numbers(each, (*at, index))
    elif isinstance(value, int | float) and (value < 0 or not math.isfinite(value)):
        yield {"type": "number", "loc": at, "msg": "must be 0 or more", "input": value}


def _replace(path: Path, data: bytes) -> None:
    """Whole or not at all: a reader never sees half of it."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".burnish-")
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _yaml(context: GenerationContext) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:  # the reader takes none
            return True

    def represent(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))

    Dumper.add_representer(str, represent)
    fields = context.model_dump(mode="json", exclude_defaults=True)
    return str(
        yaml.dump(fields, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=float("inf"))
    )


def _style(text: str) -> str | None:
    """A block for text of several lines that a block holds exactly, quotes for other oddities."""
    lines = text.split("\n")
    plain = all(line.isprintable() and line == line.rstrip() for line in lines)
    if plain and len(lines) == 1:
        return None
    begins = next((line for line in lines if line), " ")
    return "|" if plain and not begins.startswith(" ") else '"'
