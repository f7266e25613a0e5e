"""Milliseconds to render an agent project, without a model, linters or a disk."""

from __future__ import annotations

import sys
import time
from itertools import product
from pathlib import Path
from typing import get_args

from timing import median_ms

from burnish.agents.context.file import read_context
from burnish.agents.project.project import render
from burnish.records.context import GenerationContext, SecurityLevel, Target

EXAMPLE = Path(__file__).parents[1] / "examples" / "contexts" / "support-bot.yaml"
MOST_MS = {"one project": 300, "all nine": 3000}
"""What is promised."""


def on(context: GenerationContext, target: str, level: str) -> GenerationContext:
    """The context for another target and level."""
    return GenerationContext.model_validate(
        context.model_dump()
        | {
            "deployment": context.deployment.model_dump() | {"target": target},
            "security": context.security.model_dump() | {"level": level},
        }
    )


def main() -> int:
    """Print one table; 1 if something takes longer than is promised."""
    context = read_context(EXAMPLE)
    nine = [on(context, *kind) for kind in product(get_args(Target), get_args(SecurityLevel))]
    began = time.perf_counter()
    render(context)
    first = (time.perf_counter() - began) * 1000
    rows = {
        "one project": median_ms(lambda: render(context)),
        "all nine": median_ms(lambda: [render(each) for each in nine]),
    }
    print("| | median, ms | promised |\n|---|---|---|")
    for name, found in rows.items():
        print(f"| {name} | {found:.1f} | {MOST_MS[name]} |")
    print(f"| the first of a process, with its imports | {first:.0f} | |")
    return int(any(found > MOST_MS[name] for name, found in rows.items()))


if __name__ == "__main__":
    sys.exit(main())
