"""Tools of a context are written by the loop; what is not good enough stays out, and is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from burnish.agents.context_file import read_context
from burnish.agents.project import render
from burnish.agents.writing import write_tools
from burnish.records.context import CustomTool, GenerationContext
from burnish.testing import ScriptedLM
from tests.agents.projects import EXAMPLE

CODE = '''"""Orders."""


def order_status(order_id: str) -> str:
    """Return how far an order is.

    Args:
        order_id: "ORD-" and six digits.

    Returns:
        "shipped" or "processing".

    Raises:
        ValueError: it is no order id.
    """
    if len(order_id) != 10 or not order_id.startswith("ORD-") or not order_id[4:].isdigit():
        raise ValueError(f"no order id: {order_id}")
    return "processing" if int(order_id[-1]) % 2 else "shipped"
'''
TESTS = """import pytest
from order_status import order_status


def test_no_order_id():
    with pytest.raises(ValueError):
        order_status("A-1")
"""
README = """# Orders

```python
from solution import order_status

print(order_status("ORD-123456"))
```
"""


def answer(code: str) -> ScriptedLM:
    def said(prompt: str) -> str:
        if "README" in prompt:
            return README
        if "pytest" in prompt:
            return f"```python\n{TESTS}\n```"
        return f"```python\n{code}\n```"

    return ScriptedLM(said)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Examples of the specification are its tests."""
    monkeypatch.setenv("BURNISH_MODEL__SMALL", "true")


@pytest.fixture
def example() -> GenerationContext:
    return read_context(EXAMPLE)


@pytest.mark.usefixtures("small")
def test_a_tool_that_is_good_enough_becomes_part_of_the_project(example: GenerationContext) -> None:
    written = write_tools(example, lm=answer(CODE))
    assert written.refused == {} and written.solutions["order_status"].accepted
    files = render(example, custom_tools=written.sources)
    assert "def order_status" in files["custom_tools/order_status.py"]
    assert (
        "from order_status import order_status" in files["tests/custom_tools/test_order_status.py"]
    )
    assert '"order_status"' in files["config.json"]


@pytest.mark.usefixtures("small")
def test_one_that_is_not_stays_out_and_the_reason_is_said(example: GenerationContext) -> None:
    wrong = CODE.replace('"processing" if int', '"shipped" if int')
    written = write_tools(example, lm=answer(wrong))
    assert written.sources == {}
    assert "not good enough" in written.refused["order_status"]
    assert written.solutions["order_status"].code
    assert "custom_tools/order_status.py" not in render(example, custom_tools=written.sources)


@pytest.mark.usefixtures("small")
def test_every_tool_is_watched_by_its_own_observers(example: GenerationContext) -> None:
    from contextlib import contextmanager

    watched = []

    @contextmanager
    def watch(tool: CustomTool) -> Iterator[list[object]]:
        watched.append(tool.name)
        yield []

    write_tools(example, lm=answer(CODE), watch=watch)  # type: ignore[arg-type]
    assert watched == ["order_status"]


def test_without_tools_of_its_own_no_model_is_asked(example: GenerationContext) -> None:
    none = example.model_copy(update={"custom_tools": ()})
    lm = ScriptedLM([])
    assert write_tools(none, lm=lm) == ({}, {}, {}) and lm.prompts == []
