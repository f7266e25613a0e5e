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

from burnish.errors import SandboxUnavailableError
from burnish.evaluation.dspy_metric import CODE_QUESTIONS, code_of
from burnish.evaluation.tasks import Task
from burnish.experiments.optimize.standing import stood
from burnish.modules.generator import CodeGenerator
from burnish.modules.program import named
from burnish.records import Solution


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
        self.lost = ""
        """Why nothing could be run when the sandbox was lost; then nothing is begun any more."""
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

    def failed(self, error: Exception) -> None:
        """Note what a run ended with: optimizers only log it."""
        self.problem = f"{type(error).__name__}: {error}"
        if isinstance(error, SandboxUnavailableError):
            self.lost = error.message

    def best(self) -> Trial | None:
        """The program that did most better than the first, over the tasks that both were run on;
        None if none did."""

        def gain(trial: Trial) -> float:
            first = self.all[0].values
            return sum(v - first[task] for task, v in trial.values.items() if task in first)

        found = max(self.all, key=gain, default=None)
        return found if found is not None and gain(found) > 0 else None

    def __deepcopy__(self, memo: dict[int, Any]) -> Trials:
        return self


class Student(CodeGenerator):
    """The whole loop, of which only some predictors are there for an optimizer to see."""

    def __init__(
        self, trials: Trials, questions: Sequence[str], *, drafts: bool = False, **options: Any
    ) -> None:
        """Make it.

        Args:
            trials: Where each program that is run is noted.
            questions: Names of the predictors that may change, e.g. "write_code".
            drafts: Leave code in the trace that was repaired later, or lost against another: to
                learn from mistakes. Else a step of the trace can be shown as a demo.
            options: Of `CodeGenerator`.
        """
        super().__init__(**options)
        self._trials, self._questions, self._drafts = trials, tuple(questions), drafts

    def named_parameters(self) -> list[tuple[str, Any]]:
        """Those that may change."""
        every = super().named_parameters()
        return [pair for pair in every if named(pair[0])[1] in self._questions]

    def forward(self, *given: Any, **inputs: Any) -> dspy.Prediction:
        """See `CodeGenerator.forward`; the prediction says which trial it is of."""
        if self._trials.lost:
            raise SandboxUnavailableError(self._trials.lost)
        trial = self._trials.begin(plain_state(self))
        trace = dspy.settings.trace if dspy.settings.trace is not None else []
        before = len(trace)
        try:
            prediction = super().forward(*given, **inputs)
        except Exception as error:
            self._trials.failed(error)
            raise
        if not self._drafts:
            trace[before:] = self._right(trace[before:], prediction.solution)
        prediction.trial = trial.number  # optimizers print predictions: no more than that
        return prediction

    def _right(self, steps: list[Any], solution: Solution) -> list[Any]:
        """The steps without code that was repaired later, or lost against another."""
        every = super().named_parameters()
        writers = {id(each) for name, each in every if named(name)[1] in CODE_QUESTIONS}
        serves = stood(solution)
        return [step for step in steps if id(step[0]) not in writers or serves(code_of(step))]


def plain_state(program: dspy.Module) -> dict[str, Any]:
    """The prompts and demos of a program, without traces and models, which cannot all be saved."""
    state = {}
    for name, predictor in program.named_parameters():
        bare = copy.copy(predictor)
        bare.lm, bare.traces, bare.train = None, [], []
        state[name] = bare.dump_state()
    return state
