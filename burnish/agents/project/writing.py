"""Tools that no registry has are written like any other code: generated, run, scored, refined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, NamedTuple

from burnish import api
from burnish.agents.project.tools import ToolSource, functions
from burnish.config import Config
from burnish.records import Solution
from burnish.records.context import CustomTool, GenerationContext

if TYPE_CHECKING:
    import dspy

    from burnish.modules.observer import Observer

Watch = Callable[[CustomTool], AbstractContextManager[Sequence["Observer"]]]
"""Gives the observers of one tool's writing, for the length of a block."""


class Written(NamedTuple):
    """What came of the tools of a context."""

    sources: dict[str, ToolSource]
    """Those that are good enough, by name."""
    refused: dict[str, str]
    """Why the others are not, in a sentence, by name."""
    solutions: dict[str, Solution]
    """All that was made, accepted or not."""


def write_tools(
    context: GenerationContext,
    *,
    lm: str | dspy.LM | None = None,
    config: Config | None = None,
    watch: Watch | None = None,
) -> Written:
    """Write every tool of the context; one that is not accepted is left out and said.

    Args:
        context: Its `custom_tools` are written, each with its tests.
        lm: As of `burnish.generate`.
        config: As there.
        watch: Gives observers for each; None for none.

    Raises:
        EnvironmentMissingError: No model can be reached, or no sandbox can run.
    """
    written = Written({}, {}, {})
    for tool in context.custom_tools:
        with watch(tool) if watch else nullcontext(()) as observers:
            solution = api.generate(
                tool.specification,
                constraints=_constraints(tool),
                module=tool.name,
                lm=lm,
                config=config,
                observers=observers,
            )
        written.solutions[tool.name] = solution
        if reason := _refusal(tool, solution):
            written.refused[tool.name] = reason
        else:
            written.sources[tool.name] = ToolSource(code=solution.code, tests=solution.tests)
    return written


def _constraints(tool: CustomTool) -> str:
    named = "" if tool.name in tool.specification else f"The function is called {tool.name}. "
    return f"{named}Standard library only."


def _refusal(tool: CustomTool, solution: Solution) -> str:
    """Why a solution cannot be the tool; "" if it can."""
    if not solution.accepted:
        return f"not good enough ({solution.status}, score {solution.score:.2f})"
    if tool.name not in functions(tool.name, solution.code):
        return f"without a function {tool.name}: name it in the specification"
    return ""
