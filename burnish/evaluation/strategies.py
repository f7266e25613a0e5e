"""How hypothesis is to draw arguments that are like those which a specification states."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any


def strategy(values: Sequence[Any]) -> str:
    """A hypothesis strategy, as source, for values like those given; "" if they are too mixed.

    Numbers stay within the range of those given and its double, texts have their characters, and
    nothing is empty unless one of them is.
    """
    kinds = {type(value) for value in values}
    if len(kinds) != 1:
        return ""
    (kind,) = kinds
    if kind is bool:
        return "st.booleans()"
    if kind is float and not all(math.isfinite(2 * value) for value in values):
        return ""
    if kind is int or kind is float:
        low, high = min(values), max(values)
        edges = f"{low!r}, {high + abs(high) or 1!r}"
        return f"st.integers({edges})" if kind is int else f"st.floats({edges})"
    if kind not in (str, list, tuple, dict):
        return ""
    sizes = f"min_size={min(1, *map(len, values))}, max_size={max(map(len, values)) + 3}"
    if kind is str:
        letters = "".join(sorted(set("".join(values))))
        return f"st.text({letters!r}, {sizes})" if letters else ""
    if kind is dict:
        keys = strategy([key for value in values for key in value])
        items = strategy([item for value in values for item in value.values()])
        return f"st.dictionaries({keys}, {items}, {sizes})" if keys and items else ""
    items = strategy([item for value in values for item in value])
    if kind is list:
        return f"st.lists({items}, {sizes})" if items else ""
    lengths = set(map(len, values))
    places = (
        [strategy([value[place] for value in values]) for place in range(max(lengths))]
        if (len(lengths) == 1)
        else [""]
    )
    return f"st.tuples({', '.join(places)})" if all(places) else ""
