"""The example's context on every target at every level, and the project that is made of each."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any, get_args

from burnish.agents.context.file import read_context
from burnish.agents.project.project import render
from burnish.agents.project.tools import ToolSource
from burnish.records.context import GenerationContext, SecurityLevel, Target

EXAMPLE = Path(__file__).parents[2] / "examples" / "contexts" / "support-bot.yaml"
KINDS: list[tuple[Target, SecurityLevel]] = list(product(get_args(Target), get_args(SecurityLevel)))
IDS = [f"{target}-{level}" for target, level in KINDS]
ORDERS = ToolSource(
    code='''"""Orders."""


def order_status(order_id: str) -> str:
    """Say how an order is: shipped or processing."""
    if len(order_id) != 10 or not order_id.startswith("ORD-") or not order_id[4:].isdigit():
        raise ValueError(f"no order id: {order_id}")
    return "processing" if int(order_id[-1]) % 2 else "shipped"
''',
    tests="""from order_status import order_status


def test_an_even_number_is_shipped() -> None:
    assert order_status("ORD-123456") == "shipped"
""",
)


def context(**changes: Any) -> GenerationContext:
    """The example's context; a dotted name is written with two underscores."""
    document = read_context(EXAMPLE).model_dump()
    for name, value in changes.items():
        group, _, field = name.partition("__")
        if field:
            document[group][field] = value
        else:
            document[group] = value
    return GenerationContext.model_validate(document)


def project(target: Target, level: SecurityLevel, **changes: Any) -> dict[str, str]:
    """Its files, with the custom tool written."""
    asked = context(deployment__target=target, security__level=level, **changes)
    return render(asked, custom_tools={"order_status": ORDERS})
