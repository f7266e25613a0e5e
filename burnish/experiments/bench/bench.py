"""A whole benchmark: from a set of tasks to its summary."""

from __future__ import annotations

import glob
import hashlib
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from burnish.config import Config, Tracking, data_dir
from burnish.errors import BurnishError, InputError
from burnish.evaluation.tasks.labels import reference_grade
from burnish.evaluation.tasks.sets import TaskSet
from burnish.experiments.bench.ledger import Ledger
from burnish.experiments.bench.row import BASELINE, LOOP, Header
from burnish.experiments.bench.running import Executor, Threads, Watch, run, units_of
from burnish.experiments.bench.summary import Summary, summarise
from burnish.experiments.bench.work import Setting
from burnish.modules.program import program_hash
from burnish.registries.address import without_password
from burnish.registries.models import LOCAL, label
from burnish.sandbox import Sandbox, open_sandbox
from burnish.sandbox.opening import describe_used

NOT_DECISIVE: dict[str, Any] = {
    "lm": True, "tracking": True, "memory": {"keep"},
    "model": {"temperature", "cache", "threads"}, "limits": {"max_iterations"},
    "sandbox": {"kind", "pool_size", "parallel"},
}  # fmt: skip
"""Settings that change no result, or have a field of their own in the header."""


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    tasks: TaskSet
    """Already narrowed to a split and a limit."""
    config: Config
    """Model, sandbox, metric and limits of the loop."""
    split: str = ""
    """As it was narrowed; for the header."""
    limit: int | None = None
    """As it was narrowed; for the header."""
    program: str = ""
    """A saved program as JSON; "" for the shipped prompts."""
    baseline: str = BASELINE
    """`BASELINE`; the name of another program, such as `SHIPPED`; "" for none."""
    baseline_program: str = ""
    """That program, as `program`."""
    samples: int = 1
    """Independent solutions of each task."""
    seed: int | None = None
    """Sampling seed; several samples are always seeded, from 0 if nothing else is said."""
    cache: bool = False
    """Whether DSPy's cache may answer, whatever `config` says: costs are then unknown."""

    @property
    def contestants(self) -> tuple[str, ...]:
        """Who is measured, the baseline last."""
        return (LOOP, self.baseline) if self.baseline else (LOOP,)

    def header(self) -> Header:
        """What the results file begins with."""
        lm = self.config.lm or LOCAL
        return Header(
            tasks=self.tasks.name,
            version=self.tasks.version,
            split=self.split,
            limit=self.limit,
            planned=len(self.tasks.tasks),
            lm=lm,
            model=label(lm),
            temperature=self.config.model.temperature,
            contestants=self.contestants,
            program=program_hash(self.program),
            baseline_program=self._rival and program_hash(self.baseline_program),
            samples=self.samples,
            seed=self._seed,
            max_iterations=self.config.limits.max_iterations,
            settings=_settings(self.config),
            sandbox=describe_used(self.config.sandbox),
            commit=commit(),
        )

    @property
    def _rival(self) -> str:
        """Name of the program that is the baseline; "" if that is none."""
        return "" if self.baseline == BASELINE else self.baseline

    @property
    def _seed(self) -> int | None:
        return 0 if self.seed is None and self.samples > 1 else self.seed

    def setting(self) -> Setting:
        """What every unit has in common."""
        model = self.config.model.model_copy(update={"cache": self.cache})
        ours = {"lm": self.config.lm or LOCAL, "model": model, "tracking": Tracking()}
        config = self.config.model_copy(update=ours)
        return Setting(
            config, self.program, self._seed, self._rival or BASELINE, self.baseline_program
        )


def _settings(config: Config) -> dict[str, Any]:
    """By dotted name; limits of the sandbox that are unset are the languages' own, and left out.

    No password is among them: they are written down, and decide nothing.
    """
    return {
        f"{section}.{name}": without_password(value) if isinstance(value, str) else value
        for section, values in config.model_dump(mode="json", exclude=NOT_DECISIVE).items()
        for name, value in values.items()
        if section != "sandbox" or name in config.sandbox.model_fields_set
    }


@dataclass(frozen=True)
class Outcome:
    """What a benchmark left."""

    summary: Summary
    path: Path
    """The results file."""
    problems: tuple[str, ...]
    """Units that the environment cost; --resume does them."""


def benchmark(
    plan: Plan,
    *,
    rows: Path | None = None,
    resume: bool = False,
    executor: Executor | None = None,
    watch: Watch = lambda done, count, total: None,
    enough: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Measure, writing each result down as it comes.

    Args:
        rows: The results file; None for one of its own in the data folder.
        resume: Go on with that file, or with the newest of the same benchmark.
        executor: Where the work is done; None for two threads here.
        watch: Told of each result.
        enough: Asked before each unit; once it is True, what is under way is finished, and no more.

    Raises:
        InputError: a reference fails; the file is of another benchmark, or there is none to go
            on with.
        EnvironmentMissingError: model or sandbox are not there, or were lost; what is finished
            is kept.
    """
    header = plan.header()
    ledger = Ledger(rows or default_path(header, resume=resume), header, resume=resume)
    if not ledger.rows:  # else they were right when it began
        try:
            require_references(plan)
        except BurnishError:  # nothing has begun
            ledger.path.unlink()  # while it is locked: afterwards it may be another's
            ledger.close()
            raise

    units = units_of(plan.tasks, plan.contestants, plan.samples)
    try:
        problems = run(plan.setting(), units, ledger, executor or Threads(2), watch, enough)
    finally:
        ledger.close()
    summary = summarise(ledger.header, ledger.rows.values())
    return Outcome(summary, ledger.path, tuple(problems))


def require_references(plan: Plan) -> None:
    """Refuse a set whose own solutions fail: its hidden tests would judge nothing.

    The named sets are tested elsewhere; tasks without a reference are taken as they are.

    Raises:
        InputError: a reference fails.
    """
    if plan.tasks.shipped:
        return
    boxes: dict[str, Sandbox] = {}
    try:
        for task in plan.tasks.tasks:
            if not task.reference:
                continue
            if task.language not in boxes:
                boxes[task.language] = open_sandbox(plan.config.sandbox, task.language)
            found = reference_grade(task, boxes[task.language])
            if not found.passed:
                raise InputError(
                    f"The reference of {task.id} fails its own tests: {', '.join(found.failed)}.",
                    remedy="See `burnish tasks check`, and correct the task.",
                )
    finally:
        for box in boxes.values():
            box.close()


def default_path(header: Header, *, resume: bool) -> Path:
    """A new file in the data folder; with `resume` the newest of the same benchmark.

    Raises:
        InputError: there is none to go on with.
    """
    folder = data_dir() / "bench"
    model = re.sub(r"[^\w.-]+", "-", header.lm)
    stem = f"{header.tasks}-{model}-{header.fingerprint}"
    here = sorted(folder.glob(f"{glob.escape(stem)}*.jsonl"), key=lambda path: path.stat().st_mtime)
    if resume:
        if not here:
            raise InputError(
                "There are no results of this benchmark to go on with.",
                remedy="Leave --resume out, or name the file with --rows.",
            )
        return here[-1]
    name, number = f"{stem}.jsonl", 1
    while (folder / name).exists():
        number += 1
        name = f"{stem}-{number}.jsonl"
    return folder / name


PACKAGE = Path(__file__).parents[2]


@cache
def commit(package: Path = PACKAGE) -> str:
    """Git commit of this checkout of burnish as it was first asked for; "" if it is none.

    Changes that are not committed add a hash of theirs: what they did is in no commit. A project
    that burnish is merely installed in is no checkout of burnish.
    """
    if not _git(package, "ls-files"):
        return ""
    found = _git(package, "rev-parse", "--short=10", "HEAD").strip()
    changed = _git(package, "diff", "HEAD", "--", ".")
    digest = hashlib.sha256(changed.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{found}-dirty-{digest}" if changed else found


def _git(folder: Path, *arguments: str) -> str:
    """What git says there; "" if it is not here or refuses."""
    try:
        answer = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True, text=True, errors="replace", timeout=5, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout if answer.returncode == 0 else ""
