"""The program that an optimizer changes, and the list of everything that it tried."""

from __future__ import annotations

import copy
import hashlib
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import dspy

from burnish.evaluation.tasks import Task
from burnish.modules.generator import CodeGenerator
from burnish.modules.program import named


@dataclass
class Trial:
    """One program that was tried on some tasks."""

    number: int
    """From 0, in the order in which they were first run; 0 is where it began."""
    state: dict[str, Any]
    """Its predictors, as `CodeGenerator.dump_state` gives them."""
    values: dict[str, float] = field(default_factory=dict)
    """The metric's value by task."""
    seconds: float = 0.0
    """When it was first run, from the beginning."""

    @property
    def mean(self) -> float:
        """Mean value of its tasks."""
        return sum(self.values.values()) / len(self.values) if self.values else 0.0


class Trials:
    """Every program that was tried: the same list for every optimizer. Shared by all copies."""

    def __init__(self, clock: Callable[[], float], watch: Callable[[Trials], None]) -> None:
        """Args: clock: Seconds since the beginning. watch: Told after each value."""
        self.problem = ""
        """The last error that a run ended with; "" if none did."""
        self._found: dict[str, Trial] = {}
        self._clock, self._watch = clock, watch
        self._lock = threading.Lock()

    @property
    def all(self) -> list[Trial]:
        """In the order in which they were first run."""
        return list(self._found.values())

    @property
    def runs(self) -> int:
        """Runs of a program that have a value."""
        return sum(len(trial.values) for trial in self.all)

    def begin(self, state: dict[str, Any]) -> Trial:
        """The trial of that program; a new one if it was not tried before."""
        key = hashlib.sha256(json.dumps(state, sort_keys=True, default=str).encode()).hexdigest()
        with self._lock:
            if key not in self._found:
                self._found[key] = Trial(len(self._found), state, seconds=self._clock())
            return self._found[key]

    def value(self, prediction: dspy.Prediction, task: Task, value: float) -> None:
        """Note how the program that made a prediction did on its task."""
        with self._lock:
            self.all[prediction.trial].values[task.id] = value
        self._watch(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Trials:
        return self


class Student(CodeGenerator):
    """The whole loop, of which only some predictors are there for an optimizer to see."""

    def __init__(self, trials: Trials, questions: Sequence[str], **options: Any) -> None:
        """Make it.

        Args:
            trials: Where each program that is run is noted.
            questions: Names of the predictors that may change, e.g. "write_code".
            options: Of `CodeGenerator`.
        """
        super().__init__(**options)
        self._trials, self._questions = trials, tuple(questions)

    def named_parameters(self) -> list[tuple[str, Any]]:
        """Those that may change."""
        every = super().named_parameters()
        return [pair for pair in every if named(pair[0])[1] in self._questions]

    def forward(self, *given: Any, **inputs: Any) -> dspy.Prediction:
        """See `CodeGenerator.forward`; the prediction says which trial it is of."""
        trial = self._trials.begin(plain_state(self))
        try:
            prediction = super().forward(*given, **inputs)
        except Exception as error:
            self._trials.problem = f"{type(error).__name__}: {error}"  # optimizers only log it
            raise
        prediction.trial = trial.number  # optimizers print predictions: no more than that
        return prediction


def plain_state(program: dspy.Module) -> dict[str, Any]:
    """The prompts and demos of a program, without traces and models, which cannot all be saved."""
    state = {}
    for name, predictor in program.named_parameters():
        bare = copy.copy(predictor)
        bare.lm, bare.traces, bare.train = None, [], []
        state[name] = bare.dump_state()
    return state
