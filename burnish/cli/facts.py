"""Facts of a catalogue, for people: unknown is called unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def said(value: Any) -> str:
    """A value for people; "unknown" where it is not known."""
    if value is None or value == "" or (isinstance(value, tuple | list) and not value):
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(str(each).replace("_", " ") for each in value)
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def sheet(facts: Iterable[tuple[str, str]]) -> Any:
    """Names beside values."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for name, value in facts:
        table.add_row(name, Text(value, overflow="fold"))
    return table


def listing(columns: Sequence[str], numbers: Sequence[str] = ()) -> Any:
    """An empty table without lines; `numbers` are the columns on the right, aligned to it."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for index, name in enumerate(columns):
        table.add_column(name, no_wrap=index == 0, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table
