"""Who is measured: the loop, and the plain model beside it."""

from __future__ import annotations

import time
from typing import Any, Protocol

import dspy

from burnish.config import Config
from burnish.errors import BurnishError, ModelUnavailableError
from burnish.evaluation.tasks.grading import Grade, grade
from burnish.evaluation.tasks.task import Task
from burnish.experiments.bench.row import BASELINE, Row, row_of
from burnish.experiments.measures import stages_of
from burnish.modules.pipeline import LOST
from burnish.modules.program import load_program
from burnish.modules.usage import usage_of
from burnish.records import Solution
from burnish.registries.languages import language
from burnish.registries.models import resolve
from burnish.sandbox import Sandbox
from burnish.signatures.adapter import fenced


class Contestant(Protocol):
    """Solves tasks, given nothing but their specification and language."""

    name: str
    """Goes into the rows."""

    def solve(self, task: Task, sample: int, box: Sandbox) -> tuple[Row, Solution | None]:
        """One solution, graded.

        Args:
            sample: Which of the independent solutions is asked for, from 0.
            box: Runs code of the task's language.

        Raises:
            EnvironmentMissingError: the model or the sandbox was lost.
        """
        ...


class Loop:
    """burnish as its users have it, or with the prompts of a saved program."""

    def __init__(self, name: str, config: Config, program: str = "", seed: int | None = None):
        """Args: program: What `CodeGenerator.save` wrote, as JSON; "" for the shipped prompts."""
        self.name, self._config, self._seed, self._program = name, config, seed, program

    def solve(self, task: Task, sample: int, box: Sandbox) -> tuple[Row, Solution | None]:
        """See `Contestant.solve`."""
        lm = model(self._config, self._seed, sample)
        with dspy.context(lm=lm):
            generator = load_program(self._program, sandbox=box, config=self._config)
            solution: Solution = generator(
                specification=task.specification, language=task.language
            ).solution
        if solution.stopped.startswith(LOST):  # what there is so far is no answer
            raise ModelUnavailableError(solution.stopped)
        first = first_answer(solution)
        found = grade(solution.code, task, box)
        row = row_of(
            task,
            self.name,
            sample,
            **_graded(found),
            first_solved=grade(first, task, box).passed if first else None,
            status=solution.status,
            accepted=solution.accepted,
            score=solution.score,
            dimensions=solution.best.quality.dimensions.model_dump() if solution.best else {},
            rounds=len(solution.history),
            usage=solution.usage,
            seconds=round(solution.seconds, 3),
            stages=_stages(solution),
            code=solution.code,
        )
        return row, solution


class ZeroShot:
    """The model alone, asked once in its best plain words: no demo, no tests, no second try."""

    def __init__(self, config: Config, seed: int | None = None):
        self.name, self._config, self._seed = BASELINE, config, seed

    def solve(self, task: Task, sample: int, box: Sandbox) -> tuple[Row, Solution | None]:
        """See `Contestant.solve`."""
        lm = model(self._config, self._seed, sample).copy()
        spoken = language(task.language)
        asked = f"{task.specification}\n\nAnswer with one complete {spoken.display_name} module "
        asked += f"in a markdown code block, ```{spoken.fence}."
        started = time.monotonic()
        with dspy.context(disable_history=False, max_history_size=10):
            answer = lm(asked)
        seconds = time.monotonic() - started
        text = answer[0] if isinstance(answer[0], str) else answer[0]["text"]
        code = fenced(text or "")
        found = grade(code, task, box)
        row = row_of(
            task,
            self.name,
            sample,
            **_graded(found),
            status="ANSWERED" if code else "NO_USABLE_ANSWER",
            rounds=1,
            usage=usage_of(lm, lm.history[-1] if lm.history else {}),
            seconds=round(seconds, 3),
            stages={"answer": round(seconds, 3)},
            code=code,
        )
        return row, None


def first_answer(solution: Solution) -> str:
    """The first module that the model wrote, before anything was mended or drawn again."""
    written = (call.response for call in solution.calls if call.stage == "write_code")
    return next(filter(None, map(fenced, written)), "")


def _graded(found: Grade) -> dict[str, Any]:
    return {
        "solved": found.passed, "tests_passed": found.tests_passed,
        "tests_total": found.tests_total, "failed": found.failed,
    }  # fmt: skip


def crashed(task: Task, contestant: str, sample: int, error: BaseException) -> Row:
    """The row of a solution that an error prevented."""
    said = error.message if isinstance(error, BurnishError) else f"{type(error).__name__}: {error}"
    return row_of(task, contestant, sample, status="CRASHED", error=said)


def model(config: Config, seed: int | None, sample: int) -> dspy.LM:
    """The language model for one sample: each has a seed of its own where there are several."""
    return resolve(config.lm, config.model, seed=None if seed is None else seed + sample)


def _stages(solution: Solution) -> dict[str, float]:
    found: dict[str, float] = {}
    for stage in stages_of(solution.calls):
        found[stage.name] = found.get(stage.name, 0.0) + stage.seconds
    rest = solution.seconds - sum(found.values())
    return {name: round(seconds, 3) for name, seconds in (found | {"run and judge": rest}).items()}
