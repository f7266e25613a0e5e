"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

TokenBudget: TypeAlias = Annotated[
    int | None, typer.Option(help="Stop once so many tokens are used, with the best so far.")
]
DollarBudget: TypeAlias = Annotated[
    float | None, typer.Option(help="Stop at so many US dollars, with the best so far.")
]
TimeBudget: TypeAlias = Annotated[
    float | None, typer.Option(help="Stop after so many seconds, with the best so far.")
]
