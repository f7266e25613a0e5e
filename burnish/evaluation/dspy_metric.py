"""The metric for DSPy's evaluators and optimizers: is the generated code right?

    evaluate = dspy.Evaluate(devset=[as_example(task) for task in tasks], metric=metric)

As DSPy calls it: a float for `dspy.Evaluate`, a bool while demos are bootstrapped (`trace` is
given), and a score with feedback in words for GEPA (`pred_name` is given). What it says in words
never quotes a hidden test: that text reaches prompts.
"""

from __future__ import annotations

import atexit
import threading
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from burnish import config
from burnish.evaluation.tasks.grading import Grade, grade
from burnish.evaluation.tasks.task import Task
from burnish.sandbox import Sandbox, open_sandbox

if TYPE_CHECKING:
    import dspy

    from burnish.records import Attempt, Solution

SOLVED = 0.8
"""Part of the value that only right code has; the rest is its quality score."""
CODE_QUESTIONS = ("write_code", "repair_code")
"""Predictors that answer with a whole module."""
TEST_QUESTIONS = ("write_tests", "extend_tests", "repair_tests")
MAX_TESTS_SAID = 3


class Label:
    """A task with its hidden tests, for the metric alone.

    Optimizers print examples into prompts, as MIPROv2 does to describe a data set: of this they
    get the task's id.
    """

    __slots__ = ("task",)

    def __init__(self, task: Task) -> None:
        self.task = task

    def __repr__(self) -> str:
        return f"<the hidden tests of {self.task.id}>"


def as_example(task: Task) -> dspy.Example:
    """A task as DSPy's optimizers take it: what a generator is given, and a `Label` beside it."""
    import dspy

    example = dspy.Example(
        specification=task.specification, language=task.language, label=Label(task)
    ).with_inputs("specification", "language")
    return example


class Metric:
    """Runs the hidden tests of an example's task; opens one sandbox a language, when needed."""

    def __init__(
        self,
        settings: config.Sandbox | None = None,
        note: Callable[[dspy.Prediction, Task, float], None] = lambda prediction, task, value: None,
        module: Callable[[str, Solution], str] = lambda code, solution: code,
    ) -> None:
        """Make one.

        Args:
            settings: Of the sandboxes.
            note: Told each value that was asked for as one.
            module: What the loop makes of code that a model answered, before it is run.
        """
        self._settings, self._note, self._module = settings, note, module
        self._boxes: dict[str, Sandbox] = {}
        self._lock = threading.Lock()
        atexit.register(self.close)

    def __call__(
        self,
        example: dspy.Example,
        prediction: dspy.Prediction,
        trace: Any = None,
        pred_name: str | None = None,
        pred_trace: Any = None,
    ) -> Any:
        """The value in [0, 1], whether it is solved, or value and feedback: see the module.

        The value is `SOLVED` * (1 if every hidden test passes, else half of the share that does)
        + (1 - `SOLVED`) * the quality score.

        Args:
            example: Made by `as_example`.
            prediction: A `CodeGenerator`'s; of it, `code` and, if it is there, `quality_score`.
            pred_trace: The one step that feedback is asked for. If that answered with a module,
                the feedback is of that module; the value stays that of what was delivered.

        Raises:
            SandboxUnavailableError: nothing can be run here, so nothing has a value.
        """
        task: Task = example.label.task
        code = str(prediction.code or "")
        found = grade(code, task, self._box(task.language))
        if trace is not None and pred_name is None:
            self._note(prediction, task, float(found.passed))
            return found.passed
        share = found.tests_passed / found.tests_total if found.tests_total else 0.0
        right = 1.0 if found.passed else share / 2
        value = SOLVED * right + (1 - SOLVED) * float(prediction.get("quality_score") or 0.0)
        if pred_name is None:
            self._note(prediction, task, value)
            return value
        import dspy

        question = pred_name.rpartition(".")[2]
        solution: Solution | None = prediction.get("solution")
        attempt = solution.best if solution else None
        if solution and pred_trace and question in CODE_QUESTIONS:
            answer = self._module(code_of(pred_trace[-1]), solution)
            if answer != code:
                found = grade(answer, task, self._box(task.language))
            same = [each for each in solution.history if each.candidate.code == answer]
            attempt = same[-1] if same else None
        return dspy.Prediction(score=value, feedback=in_words(found, attempt, question))

    def close(self) -> None:
        """Close the sandboxes. Idempotent."""
        while self._boxes:
            self._boxes.popitem()[1].close()

    def _box(self, language: str) -> Sandbox:
        with self._lock:
            if language not in self._boxes:
                self._boxes[language] = open_sandbox(self._settings, language)
            return self._boxes[language]


def code_of(step: Any) -> str:
    """The module that a step of a trace answered with; "" if it gave none that can be read."""
    predictor, _, answer = step
    (field,) = predictor.signature.output_fields
    return str(getattr(answer.get(field), "code", ""))


def in_words(found: Grade, attempt: Attempt | None, question: str = "") -> str:
    """How it went, without a name, a value or a line of a hidden test.

    Args:
        found: Of the code by its hidden tests.
        attempt: The loop's own judgement of it; None if it has none.
        question: Name of the predictor that is to learn from it, e.g. "write_tests".
    """
    if found.passed:
        said = ["The code is right: it passes every hidden test."]
    elif found.status in ("PASSED", "FAILED"):
        wrong = found.tests_total - found.tests_passed
        said = [f"The code is wrong: {wrong} of {found.tests_total} hidden tests fail."]
    else:
        said = [f"The code cannot be tested: {found.status.replace('_', ' ').lower()}."]
    said += [text for text in found.failed if text.startswith(("imports ", "time grows"))]
    if attempt is not None:
        said += _of_tests(attempt, found, about_tests=question in TEST_QUESTIONS)
        kinds = Counter(finding.category for finding in attempt.quality.findings)
        said += [f"Its own checks found {count} of {kind}." for kind, count in kinds.items()]
        said += [f"The condition {g.name} is not met: {g.detail}." for g in attempt.quality.gates
                 if not g.passed]  # fmt: skip
    return "\n".join(said)


def _of_tests(attempt: Attempt, found: Grade, *, about_tests: bool) -> list[str]:
    """What the tests that burnish has itself say: examples of the text, and generated ones."""
    failing = [t for t in attempt.execution.of("example", "generated") if t.outcome != "passed"]
    said = [f"{test.id}: {test.message}" for test in failing[:MAX_TESTS_SAID]]
    if not about_tests:
        return said
    generated = attempt.execution.of("generated")
    rejects = [test for test in failing if test.suite == "generated"]
    if found.passed and rejects:
        said.append(f"{len(rejects)} of {len(generated)} generated tests reject right code.")
    if not found.passed and generated and not rejects:
        said.append("The generated tests accept wrong code.")
    return said


metric = Metric()
"""The metric with the settings that the environment and burnish.toml give."""
