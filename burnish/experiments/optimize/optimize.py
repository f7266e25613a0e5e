"""A whole optimisation: the shipped program measured, another compiled, and the two compared."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import dspy

import burnish
from burnish.config import data_dir
from burnish.errors import BurnishError, EnvironmentMissingError, InputError
from burnish.evaluation.dspy_metric import Metric, as_example
from burnish.evaluation.tasks import Task
from burnish.experiments.bench import bench
from burnish.experiments.bench.ledger import read
from burnish.experiments.bench.row import SHIPPED, Row
from burnish.experiments.bench.running import Threads
from burnish.experiments.bench.summary import Summary, summarise
from burnish.experiments.bench.work import Done
from burnish.experiments.optimize.meter import NOTHING, Meter, MeteredLM
from burnish.experiments.optimize.optimizers import Work, require
from burnish.experiments.optimize.origin import program_text, with_scores
from burnish.experiments.optimize.plan import News, Outcome, Plan
from burnish.experiments.optimize.standing import as_taken
from burnish.experiments.optimize.student import Student, Trials, plain_state
from burnish.modules.program import program_hash
from burnish.modules.usage import total
from burnish.records import Usage
from burnish.registries.models import LOCAL, resolve
from burnish.signatures.idiom import QUESTIONS

RESERVE = 1.5
"""What the second measurement may cost, as a multiple of the first; kept back from the search."""


Watch = Callable[[News], None]


def optimize(plan: Plan, watch: Watch = lambda news: None) -> Outcome:
    """Compile a program and measure it.

    Asked again the same, it goes on: measurements from their rows, the search from DSPy's cache.

    Raises:
        InputError: nothing that is known, nothing to train on, the two sets share tasks, or the
            budget does not reach for a comparison.
        EnvironmentMissingError: a package, model or sandbox is missing, or the optimizer failed.
    """
    _require_sets(plan)
    optimizer = require(plan.optimizer, len(plan.train.tasks))
    meter = Meter(plan.budget, plan.calls)
    models = _models(plan, meter)
    folder = data_dir() / "optimize" / _key(plan)
    shipped = _measure(plan, "", folder / "shipped.jsonl", meter, watch)
    meter.reserved = _times(shipped.cost, RESERVE)
    meter.reserved_s = shipped.seconds * RESERVE
    if spent := shipped.stopped or meter.spent:
        raise InputError(
            f"Measuring the shipped program on {len(plan.dev.tasks)} tasks took "
            f"{shipped.cost.tokens:,} tokens and {shipped.seconds:,.0f} s, and as much is needed "
            f"once more: {spent}.",
            remedy="Raise the budget, or take fewer tasks with --limit.",
        )
    trials = Trials(lambda: meter.seconds, lambda t: watch(_news(plan, t, meter)))
    student, stopped = _compile(plan, optimizer.compile, models, trials)
    meter.reserved, meter.reserved_s = NOTHING, 0.0
    text = program_text(plan, student, trials, meter) if student else ""
    if not text:
        return Outcome("", None, trials.all, meter.usage, meter.seconds, stopped, (shipped.path,))
    path = folder / f"{program_hash(text)}.jsonl"
    compiled = _measure(plan, text, path, meter, watch)
    summary = None if compiled.stopped else _compare(shipped.path, compiled.path)
    if summary is not None and summary.comparison is not None:
        text = with_scores(text, summary, meter)
    return Outcome(
        text, summary, trials.all, meter.usage, meter.seconds, compiled.stopped or stopped,
        (shipped.path, compiled.path),
    )  # fmt: skip


def _require_sets(plan: Plan) -> None:
    unknown = [name for name in plan.questions if name not in QUESTIONS]
    if unknown or not plan.questions:
        raise InputError(
            f"There is no predictor {', '.join(unknown) or 'to change'}.",
            remedy=f"Choose of {', '.join(QUESTIONS)}.",
        )
    both = {t.id for t in plan.train.tasks} & {t.id for t in plan.dev.tasks}
    if both:
        raise InputError(
            f"{len(both)} tasks are in both sets, such as {min(both)}: what was trained on proves "
            "nothing.",
            remedy="Name disjoint splits.",
        )
    require_no_test((*plan.train.tasks, *plan.dev.tasks))


def require_no_test(tasks: Iterable[Task]) -> None:
    """Refuse tasks of a test split.

    Raises:
        InputError: there is one.
    """
    tested = [task.id for task in tasks if task.split == "test"]
    if tested:
        raise InputError(
            f"{len(tested)} tasks are of the test split, such as {min(tested)}.",
            remedy="Keep that for `burnish bench --split test`.",
        )


def _key(plan: Plan) -> str:
    """Folder name of all that decides the measurements on `dev`, burnish's version included."""
    header = bench.Plan(plan.dev, plan.config, baseline="").header()
    model = re.sub(r"[^\w.-]+", "-", header.lm)
    ids = ",".join(task.id for task in plan.dev.tasks)
    ours = f"{ids} {header.program} {header.commit} {burnish.__version__}"
    return f"{model}-{header.conditions}-{hashlib.sha256(ours.encode()).hexdigest()[:6]}"


@dataclass(frozen=True)
class _Measured:
    path: Path
    cost: Usage
    seconds: float
    stopped: str = ""


def _measure(plan: Plan, program: str, rows: Path, meter: Meter, watch: Watch) -> _Measured:
    """A program on the dev tasks, counted; what has rows from before costs nothing."""
    said = "measuring the compiled program" if program else "measuring the shipped program"

    def came(done: Done, count: int, of: int) -> None:
        if done.row is not None and not done.row.error:  # what a crashed run took is not known
            meter.add(done.row.usage)
        watch(News(said, count, of, None, meter.usage))

    what = bench.Plan(plan.dev, plan.config, program=program, baseline="")
    outcome = bench.benchmark(
        what, rows=rows, resume=rows.exists(), executor=Threads(plan.workers), watch=came,
        enough=lambda: bool(meter.spent),
    )  # fmt: skip
    if outcome.problems:
        raise EnvironmentMissingError(
            f"{len(outcome.problems)} tasks could not be done: {outcome.problems[-1]}",
            remedy="What is finished is kept; the same command goes on.",
        )
    found = read(rows)[1].values()
    stopped = meter.spent if len(found) < len(plan.dev.tasks) else ""
    whole = [row for row in found if not row.error]
    seconds = sum(row.seconds for row in whole) / plan.workers
    return _Measured(rows, total(row.usage for row in whole), seconds, stopped)


def _times(usage: Usage, factor: float) -> Usage:
    cost = usage.cost_usd
    return Usage(
        calls=int(usage.calls * factor),
        cached_calls=int(usage.cached_calls * factor),
        prompt_tokens=int(usage.prompt_tokens * factor),
        completion_tokens=int(usage.completion_tokens * factor),
        cost_usd=None if cost is None else cost * factor,
    )


def _news(plan: Plan, trials: Trials, meter: Meter) -> News:
    best = max((trial.mean for trial in trials.all), default=None)
    return News(f"{plan.optimizer}: searching", trials.runs, plan.runs, best, meter.usage)


def _models(plan: Plan, meter: Meter) -> tuple[MeteredLM, MeteredLM]:
    """The loop's model, and the one that writes instructions."""
    settings, other = plan.config.model, plan.reflection_lm
    lm = MeteredLM(resolve(plan.config.lm or LOCAL, settings), meter)
    return lm, MeteredLM(resolve(other, settings), meter) if other else lm


def _compile(
    plan: Plan,
    compiler: Callable[[Work], dspy.Module],
    models: tuple[MeteredLM, MeteredLM],
    trials: Trials,
) -> tuple[dspy.Module | None, str]:
    """The compiled program, None if there is none, and which budget ended the search."""
    metric = Metric(plan.config.sandbox, trials.value, as_taken)
    lm, reflection = models
    meter = lm.meter
    student = Student(
        trials, plan.questions, drafts=plan.optimizer == "gepa", languages=plan.languages,
        config=plan.config, sandbox=plan.config.sandbox.kind,
    )  # fmt: skip
    work = Work(
        student=student,
        train=[as_example(task) for task in plan.train.tasks],
        metric=metric,
        lm=lm,
        reflection=reflection,
        runs=plan.runs,
        seed=plan.seed,
        threads=plan.workers,
    )
    try:
        # optimizers print; what they find is told to whoever watches
        with dspy.context(lm=lm, adapter=None), contextlib.redirect_stdout(io.StringIO()):
            compiled = compiler(work)
    except BurnishError:
        raise
    except Exception as error:
        _require_there(meter, trials)
        if not meter.spent:
            raise _failed(plan, trials, error) from error
        return _best(student, trials), meter.spent
    else:
        _require_there(meter, trials)
        if not trials.runs and not meter.spent:
            raise _failed(plan, trials)
        # what was refused for want of budget counted as bad, so the optimizer's choice says little
        unknown = plain_state(compiled) not in [trial.state for trial in trials.all]
        found = compiled if unknown or not meter.spent else _best(student, trials)
        return found, meter.spent
    finally:
        student.close()
        metric.close()


def _failed(plan: Plan, trials: Trials, error: Exception | None = None) -> EnvironmentMissingError:
    why = trials.problem or (f"{type(error).__name__}: {error}" if error else "nothing was run")
    return EnvironmentMissingError(
        f"{plan.optimizer} failed: {why.rstrip('.')}.",
        remedy="Mend that; or try another optimizer, or more tasks with --limit.",
    )


def _require_there(meter: Meter, trials: Trials) -> None:
    """Nothing, if model and sandbox were there to the end: else runs counted as bad that were none.

    Raises:
        EnvironmentMissingError: one was lost.
    """
    if lost := meter.lost or trials.lost:
        raise EnvironmentMissingError(
            f"The search stopped: {lost}",
            remedy="Mend that; the same command goes on, with what was paid in the cache.",
        )


def _best(student: Student, trials: Trials) -> dspy.Module | None:
    """The best of the programs that were run; None if that is the first."""
    best = trials.best()
    if best is None:
        return None
    student.load_state(best.state)
    return student


def _compare(shipped: Path, compiled: Path) -> Summary:
    """Both measurements as one benchmark: the compiled program, and beside it the shipped one."""
    theirs, before, _ = read(shipped)
    ours, after, _ = read(compiled)
    assert theirs is not None and ours is not None
    header = ours.model_copy(
        update={
            "contestants": (*ours.contestants, SHIPPED),
            "baseline_program": theirs.program,
        }
    )
    renamed: list[Row] = [row.model_copy(update={"contestant": SHIPPED}) for row in before.values()]
    return summarise(header, [*after.values(), *renamed])
