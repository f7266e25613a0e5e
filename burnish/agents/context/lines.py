"""YAML with its lines: values by PyYAML's safe loader, and where in the file each stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from burnish.errors import InputError

if TYPE_CHECKING:
    import yaml

Lines = dict[tuple[str | int, ...], int]
"""Line of each value by its path, 1 for the first; of a field it is the line of its name."""
MAX_SHOWN = 60
"""Characters of a name or value that are shown."""
MAX_DEPTH = 10
"""Deepest nesting taken; a context needs four."""
PREFIX = "tag:yaml.org,2002:"
TAGS = {PREFIX + name for name in
        ("str", "int", "float", "bool", "null", "seq", "map", "timestamp", "merge")}  # fmt: skip


def composed(path: Path, text: str) -> tuple[Any, Lines]:
    """The one document in a YAML text, and the line of everything in it.

    Raises:
        InputError: it is no YAML, or uses what a context file has no use for: several documents,
            aliases, tags, a field twice, nesting beyond `MAX_DEPTH`.
    """
    import yaml

    try:
        _bounded(path, yaml.parse(text, Loader=yaml.SafeLoader))
        loader = yaml.SafeLoader(text)
        try:
            root = loader.get_single_node()
            if root is None:
                return None, {}
            lines = dict(_lines(path, root, ()))
            return loader.construct_document(root), lines
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
        where = f", line {mark.line + 1}" if mark else ""
        raise InputError(
            f"{path}{where}: this is no YAML: {what}.",
            remedy="Correct it there; quote text that holds : or #, or write it below a |.",
        ) from None
    except (ValueError, OverflowError) as error:  # a date or number that looks like one only
        raise InputError(f"{path}: {error}.", remedy="Quote what is meant as text.") from None


def _bounded(path: Path, events: Iterator[yaml.Event]) -> None:
    import yaml

    depth = 0
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise InputError(
                f"{path}, line {line}: aliases are not taken.",
                remedy="Write the value out, or quote text that begins with *.",
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise InputError(
                f"{path}, line {line}: more than {MAX_DEPTH} levels.",
                remedy="Quote text that holds brackets.",
            )


def _lines(
    path: Path, node: yaml.Node, at: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], int]]:
    import yaml

    line = node.start_mark.line + 1
    if node.tag not in TAGS:
        tag = shortened(node.tag.removeprefix(PREFIX))
        raise InputError(
            f"{path}, line {line}: {tag!r} is no tag of a context file.",
            remedy="Leave the tag away.",
        )
    if isinstance(node, yaml.SequenceNode):
        for index, each in enumerate(node.value):
            yield (*at, index), each.start_mark.line + 1
            yield from _lines(path, each, (*at, index))
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                raise InputError(
                    f"{path}, line {line}: {shortened(name)} is there twice.",
                    remedy="Remove one of them.",
                )
            seen.add(name)
            yield (*at, name), line
            yield from _lines(path, value, (*at, name))


def line_of(lines: Mapping[tuple[str | int, ...], int], at: tuple[str | int, ...]) -> int | None:
    """The line of a value, or of the nearest one around it."""
    while at and at not in lines:
        at = at[:-1]
    return lines.get(at)


def shortened(text: str) -> str:
    """As much of a text as a message can hold."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."
