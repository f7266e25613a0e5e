"""Counts what an optimisation spends, and lets no model be called beyond its budget."""

from __future__ import annotations

import threading
import time
from typing import Any

import dspy
from dspy.utils.exceptions import LMError

from burnish.config import Budget
from burnish.errors import ModelUnavailableError
from burnish.modules.lost_models import no_answer, refused
from burnish.modules.usage import total, usage_of
from burnish.records import Usage

NOTHING = Usage(cost_usd=0.0)


class BudgetSpent(Exception):
    """A model was asked after the budget was spent; the message says which."""


class Meter:
    """Shared by every copy of every model of one optimisation, and all threads."""

    def __init__(self, budget: Budget, calls: int | None = None) -> None:
        """Begin to count.

        Args:
            budget: Tokens, dollars and seconds.
            calls: Calls of a model that are paid; None for any number.
        """
        self.usage = NOTHING
        self.reserved, self.reserved_s = NOTHING, 0.0
        """What must be left over at the end, and wall seconds."""
        self.lost = ""
        """Why a model could not be reached when it was; then none is asked any more."""
        self._budget, self._calls, self._began = budget, calls, time.monotonic()
        self._lock = threading.Lock()

    @property
    def spent(self) -> str:
        """Which budget is spent, in one sentence; "" while there is some of each left."""
        used = total((self.usage, self.reserved))
        if self._calls is not None and used.calls - used.cached_calls >= self._calls:
            return f"the budget of {self._calls:,} calls is spent"
        return self._budget.spent(used, self.seconds + self.reserved_s)

    @property
    def seconds(self) -> float:
        """Wall seconds since the beginning."""
        return time.monotonic() - self._began

    def require(self) -> None:
        """Nothing, while the budget lasts and models answer.

        Raises:
            BudgetSpent: it is spent.
            ModelUnavailableError: a model was lost. Optimizers count a run that fails as a bad
                program's, and would go on over an outage with every program bad.
        """
        if self.lost:
            raise ModelUnavailableError(self.lost)
        if spent := self.spent:
            raise BudgetSpent(spent)

    def add(self, usage: Usage) -> None:
        """Count one more call."""
        with self._lock:
            self.usage = total((self.usage, usage))

    def __deepcopy__(self, memo: dict[int, Any]) -> Meter:
        return self


class MeteredLM(dspy.LM):  # type: ignore[misc]
    """A model as it was, but counted, and refused once the budget is spent.

    Calls under way are finished: with N threads, N calls may exceed the budget.
    """

    def __init__(self, lm: dspy.LM, meter: Meter) -> None:
        self.__dict__.update(lm.copy().__dict__)
        self.meter = meter

    def __call__(self, *given: Any, **more: Any) -> Any:
        """See `dspy.LM`.

        Raises:
            BudgetSpent: nothing was asked.
            ModelUnavailableError: neither, as a model was lost before.
        """
        self.meter.require()
        try:
            with dspy.context(disable_history=False):
                return super().__call__(*given, **more)
        except LMError as error:
            if not refused(error):
                self.meter.lost = no_answer(self, error).message
            raise

    def update_history(self, entry: dict[str, Any]) -> None:
        """See `dspy.LM`: every answer comes by here, of whatever thread."""
        self.meter.add(usage_of(self, entry))
        super().update_history(entry)
