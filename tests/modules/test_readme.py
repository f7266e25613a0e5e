"""A README composed of docstring and examples: it says what is there, and its usage runs."""

from __future__ import annotations

import pytest

from burnish.modules.readme import composed, taken_apart, whole_paragraphs
from burnish.records import Candidate, Example
from burnish.sandbox import Sandbox

CODE = '''"""Closest."""

from typing import List


def closest(values: List[float], to: float = 0.0) -> float:
    """Return the value that is nearest.

    Of two that are as near
    the first is taken.

    Args:
        values (List[float]): The numbers,
            in any order.
        to: Where to be near.

    Returns:
        One of the values.

    Raises:
        ValueError: There are none.

    Example:
        never shown

    >>> closest([1, 3], 0)
    1
    """
    if not values:
        raise ValueError("no values")
    return min(values, key=lambda value: abs(value - to))
'''
STATED = (
    Example(call="closest([1, 3], 0)", expected="1"),
    Example(call="closest([])", raises="ValueError"),
    Example(call="closest([1, 3], 2)", expected="1"),
    Example(call="closest([1, 3], 0)", expected="1"),
)
README = """# Closest

Return the value that is nearest.

Of two that are as near the first is taken.

## Usage

```python
from solution import closest

print(closest([1, 3], 0))  # 1
print(closest([1, 3], 2))  # 1
```

## Interface

`closest(values: List[float], to: float=0.0) -> float`

Parameters:

- `values`: The numbers, in any order.
- `to`: Where to be near.

Returns:

One of the values.

Errors:

- `ValueError`: There are none.
"""


def test_it_says_what_docstring_and_examples_say_and_no_more() -> None:
    assert composed("python", CODE, "solution", STATED) == README


def test_its_usage_runs(box: Sandbox) -> None:
    docs = composed("python", CODE, "solution", STATED)
    (usage,) = box.run(Candidate(code=CODE, docs=docs)).of("usage")
    assert usage.outcome == "passed"


@pytest.mark.parametrize(
    ("code", "examples"),
    [
        (CODE, ()),
        (CODE, STATED[1:2]),
        (CODE, (Example(call="farthest([1])", expected="1"),)),
        (CODE, (Example(call="closest([x])", expected="1"),)),
        (CODE, (Example(call="[1].count(1)", expected="1"),)),
        (CODE, (Example(call="closest([", expected="1"),)),
        ("def closest(values):\n    return 1\n", STATED),
        ("def closest(:\n", STATED),
    ],
)
def test_where_there_is_nothing_to_say_it_says_nothing(
    code: str, examples: tuple[Example, ...]
) -> None:
    assert composed("python", code, "solution", examples) == ""


def test_sections_as_small_models_write_them() -> None:
    """Not indented, as the embedded model often leaves them."""
    words = taken_apart(
        "Find it.\n\nArgs:\nword (str): The word.\nn: How often.\n\nReturns:\nstr: It."
    )
    assert words.prose == "Find it."
    assert words.sections == {"Parameters": "- `word`: The word.\n- `n`: How often.",
                              "Returns": "- `str`: It."}  # fmt: skip


@pytest.mark.parametrize(
    "answer, kept",
    [
        ("# T\n\nOne.\n\n## Errors\n\n- a.\n- ha", "# T\n\nOne.\n\n## Errors\n\n- a.\n"),
        ("# T\n\nOne.\n\n```go\nx\n", "# T\n\nOne.\n"),
        ("# T\n\nOne.\n\n```go\nx\n```\n\n## Err", "# T\n\nOne.\n\n```go\nx\n```\n"),
        ("# Ti", ""),
    ],
)
def test_a_readme_that_was_cut_ends_where_it_can(answer: str, kept: str) -> None:
    assert whole_paragraphs(answer) == kept
