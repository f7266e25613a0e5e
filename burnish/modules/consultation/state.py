"""A workflow's state in JSON or YAML: its values, each with its path and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from burnish.modules.consultation.statement import ADVISERS, Statement

MAX_VALUES = 10_000
"""Most values that are looked at."""
_SPOKEN = {"content", "text", "message", "utterance"}
_WRAPPERS = {"agent", "project", "context", "generation_context", "state", "requirements", "spec"}
"""Keys that only hold what is inside: "agent.name" is the name."""


@dataclass(frozen=True)
class Entry:
    """A value under its path."""

    path: str
    """Its keys, joined by dots, without those that only hold others; "" inside of a list."""
    value: Any
    """A text; or a list of texts, or of dicts of texts."""
    statement: Statement
    spoken: bool = False
    """It is what somebody says."""


def entries(text: str) -> Iterator[Entry]:
    """The values of a state, by its syntax tree: it knows where each stands. JSON is YAML too.

    Nothing if the text is no state.
    """
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if not isinstance(root, yaml.MappingNode) or not _is_state(root):
            return
    except (yaml.YAMLError, RecursionError, ValueError):
        return
    seen: set[int] = set()
    waiting: list[tuple[tuple[str, ...] | None, Any]] = [((), root)]
    while waiting and len(seen) < MAX_VALUES:
        path, node = waiting.pop()
        if id(node) in seen:
            continue  # an alias: it was read where it is anchored
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += reversed([(None, each) for each in node.value])
        if not isinstance(node, yaml.MappingNode):
            continue
        adviser = any(
            key.value in ("role", "speaker") and str(value.value).lower() in ADVISERS
            for key, value in node.value
        )
        for key, value in node.value:
            name = re.sub(r"\W+", "_", str(key.value)).lower()
            own = None if path is None else (*path, name)
            found = _value(value)
            if found is not None:
                there = _statement(text, value, adviser)
                spoken = name in _SPOKEN and isinstance(found, str)
                yield Entry(_joined(own), found, there, spoken)
        waiting += reversed([
            (None if path is None else (*path, re.sub(r"\W+", "_", str(key.value)).lower()), value)
            for key, value in node.value
        ])  # fmt: skip


def _joined(path: tuple[str, ...] | None) -> str:
    kept = list(path or ())
    while len(kept) > 1 and kept[0] in _WRAPPERS:
        kept.pop(0)
    return ".".join(kept)


def _value(node: Any) -> Any:
    """A text, a list of texts or of dicts of texts; None for what is deeper."""
    if isinstance(node.value, str):
        return node.value
    if not node.value or not hasattr(node.value[0], "value"):  # of a mapping, pairs
        return [] if node.tag == "tag:yaml.org,2002:seq" else None
    items = [_item(each) for each in node.value]
    return items if all(each is not None for each in items) else None


def _item(node: Any) -> Any:
    if isinstance(node.value, str):
        return node.value
    pairs = [pair for pair in node.value if isinstance(pair, tuple)]
    if len(pairs) != len(node.value):
        return None
    return {str(key.value): value.value for key, value in pairs if isinstance(value.value, str)}


def _is_state(root: Any) -> bool:
    """Not a text that happens to be YAML, as "Note: we need a bot" is."""
    names = [key.value for key, _ in root.value]
    worded = [name for name in names if re.fullmatch(r"[A-Za-z_][\w-]*", str(name))]
    nested = any(not isinstance(value.value, str) for _, value in root.value)
    return bool(root.flow_style) or (len(worded) == len(names) and (len(names) > 1 or nested))


def _statement(text: str, node: Any, adviser: bool) -> Statement:
    start, end = node.start_mark.index, node.end_mark.index
    value = node.value if isinstance(node.value, str) else text[start:end]
    inside = text.find(value, start, end)
    if value and inside >= 0:
        return Statement(value, inside, inside + len(value), adviser)
    return Statement(value, start, end, adviser)
