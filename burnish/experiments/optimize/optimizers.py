"""DSPy's optimizers by name: what each needs, and how it is set up for a number of program runs."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dspy

from burnish.errors import EnvironmentMissingError, InputError

INSTALL = "pip install 'burnish[optimize]'"
DEMOS = 2
"""Most demos of a predictor: a demo is a whole module, and each call pays for it."""


@dataclass(frozen=True)
class Work:
    """What an optimizer is given."""

    student: dspy.Module
    train: list[dspy.Example]
    metric: Callable[..., Any]
    lm: dspy.LM
    reflection: dspy.LM
    """The model that writes instructions."""
    runs: int
    """About how many program runs it may plan for."""
    seed: int
    threads: int


def bootstrap(work: Work) -> dspy.Module:
    """Demos from runs of the training split that were right; as shipped where there are none."""
    shipped = dict(work.student.named_parameters())
    found = dspy.BootstrapFewShot(
        metric=work.metric, max_bootstrapped_demos=DEMOS, max_labeled_demos=0, max_errors=work.runs
    ).compile(work.student, trainset=work.train[: work.runs])
    for name, predictor in found.named_parameters():
        predictor.demos = predictor.demos or shipped[name].demos
    return found


def mipro(work: Work) -> dspy.Module:
    """Instructions proposed by a model, demos as above, and a search over both."""
    batch = min(max(len(work.train) // 2, 1), 10)
    return dspy.MIPROv2(
        metric=work.metric, prompt_model=work.reflection, task_model=work.lm, auto=None,
        num_candidates=4, max_bootstrapped_demos=DEMOS, max_labeled_demos=0, seed=work.seed,
        num_threads=work.threads, max_errors=work.runs,
    ).compile(
        work.student, trainset=work.train, num_trials=max(work.runs // batch, 1), minibatch=True,
        minibatch_size=batch, seed=work.seed,
    )  # fmt: skip


def simba(work: Work) -> dspy.Module:
    """Rules and demos from tasks on which runs differ most."""
    batch, candidates = min(len(work.train), 8), 3
    steps = max(work.runs // (2 * batch * candidates), 1)
    return dspy.SIMBA(
        metric=work.metric, bsize=batch, num_candidates=candidates, max_steps=steps,
        max_demos=DEMOS, prompt_model=work.reflection, num_threads=work.threads,
    ).compile(work.student, trainset=work.train, seed=work.seed)  # fmt: skip


def gepa(work: Work) -> dspy.Module:
    """Instructions evolved by reflection on what our reports say of each run."""
    return dspy.GEPA(
        metric=work.metric, max_metric_calls=work.runs, reflection_lm=work.reflection,
        num_threads=work.threads, seed=work.seed,
    ).compile(work.student, trainset=work.train, valset=work.train)  # fmt: skip


@dataclass(frozen=True)
class Optimizer:
    """One of them."""

    compile: Callable[[Work], dspy.Module]
    packages: tuple[str, ...] = ()
    """What it imports beyond dspy."""
    least: int = 1
    """Training tasks that it needs."""


OPTIMIZERS = {
    "bootstrap": Optimizer(bootstrap),
    "mipro": Optimizer(mipro, ("optuna",), least=2),
    "simba": Optimizer(simba, ("numpy",), least=2),
    "gepa": Optimizer(gepa, ("gepa",)),
}
"""By the name that `burnish optimize --optimizer` takes."""


def named(name: str) -> Optimizer:
    """The optimizer of that name.

    Raises:
        InputError: there is none.
    """
    if name not in OPTIMIZERS:
        raise InputError(
            f"There is no optimizer {name!r}.", remedy=f"Choose one of {', '.join(OPTIMIZERS)}."
        )
    return OPTIMIZERS[name]


def require(name: str, tasks: int) -> Optimizer:
    """The optimizer of that name, with all that it needs.

    Raises:
        InputError: there is none, or too few tasks to train on.
        EnvironmentMissingError: a package is not installed.
    """
    found = named(name)
    missing = [each for each in found.packages if importlib.util.find_spec(each) is None]
    if missing:
        raise EnvironmentMissingError(
            f"{name} needs {' and '.join(missing)}, which is not installed.", remedy=INSTALL
        )
    if tasks < found.least:
        raise InputError(
            f"{name} needs at least {found.least} tasks to train on; there are {tasks}.",
            remedy="Give it more with --train.",
        )
    return found
