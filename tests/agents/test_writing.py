"""Tools of a context are written by the loop; what is not good enough stays out, and is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from burnish import api
from burnish.agents.context.file import read_context
from burnish.agents.project.blueprint import blueprint
from burnish.agents.project.project import render
from burnish.agents.project.tools import ToolSource
from burnish.agents.project.writing import write_tools
from burnish.errors import InputError
from burnish.records.context import CustomTool, GenerationContext
from burnish.testing import ScriptedLM
from tests.agents.projects import EXAMPLE, context

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


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("head", "taken"), [("async def order_status", True), ("def its_status", False)]
)
def test_what_is_written_is_held_against_the_rule_for_what_is_taken(
    example: GenerationContext, monkeypatch: pytest.MonkeyPatch, head: str, taken: bool
) -> None:
    """A coroutine is the tool's function, for Strands awaits it; one of another name is not."""
    code = CODE.replace("def order_status", head)
    best = write_tools(example, lm=answer(CODE)).solutions["order_status"]
    assert best.accepted and best.best is not None
    candidate = best.best.candidate.model_copy(update={"code": code})
    attempt = best.best.model_copy(update={"candidate": candidate})
    changed = best.model_copy(update={"best": attempt})
    monkeypatch.setattr(api, "generate", lambda *_, **__: changed)
    written = write_tools(example)
    if taken:
        assert blueprint(example, written.sources).custom_tools == ("order_status",)
    else:
        assert "without a function order_status" in written.refused["order_status"]
        with pytest.raises(InputError, match="no function of that name"):
            blueprint(example, {"order_status": ToolSource(code=code)})


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["calendar"], "its module would hide one"),
        (["app"], "its module would hide one"),
        (["boto3"], "its module would hide one"),
        (["typing_extensions"], "its module would hide one"),
        (["yaml"], "its module would hide one"),
        (["lambda"], "no name of a function"),
        (["test_order"], "pytest would take it for a test"),
        (["calculator"], "the model calls calculator so"),
        (["order_status", "order_status"], "another tool of this agent"),
    ],
)
def test_a_name_that_cannot_be_is_refused_before_a_model_is_asked(
    names: list[str], said: str
) -> None:
    tools = [{"name": name, "specification": "Return 1."} for name in names]
    with pytest.raises(InputError, match=rf"cannot be named '{names[0]}'.*{said}"):
        blueprint(context(custom_tools=tools), {})


def test_a_name_of_a_tool_that_the_agent_does_not_have_is_free() -> None:
    tools = [{"name": "calculator", "specification": "Return 1."}]
    found = blueprint(context(tools=("current_time",), custom_tools=tools), {})
    assert any("calculator is not written yet" in note for note in found.notes)
