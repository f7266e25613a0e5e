"""What the command line says instead of a context file, for every command that reads one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from burnish.records.context import GenerationContext


def overridden(context: GenerationContext, given: Mapping[str, Any]) -> GenerationContext:
    """The context with these values, by dotted name; None and "" leave what it says.

    Raises:
        InputError: a target or level of security that is none.
    """
    from typing import get_args

    from burnish.cli import intake
    from burnish.records.context import SecurityLevel, Target

    choices = {
        "deployment.target": (get_args(Target), "target"),
        "security.level": (get_args(SecurityLevel), "level of security"),
    }
    for field, value in given.items():
        if value in (None, ""):
            continue
        if field in choices:
            known, what = choices[field]
            intake.choice(value, known, what)
        group, _, name = field.partition(".")
        part = getattr(context, group).model_copy(update={name: value})
        context = context.model_copy(update={group: part})
    return context
