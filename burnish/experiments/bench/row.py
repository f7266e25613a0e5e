"""What a benchmark writes down: one header, and a row for each task, contestant and sample."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field, field_validator

from burnish.evaluation.tasks.task import Difficulty, Kind, Split, Task, Trait
from burnish.records import Usage
from burnish.records.base import Record

Key = tuple[str, str, int]
"""Task, contestant, sample."""
LOOP = "burnish"
"""The contestant that is ours."""
BASELINE = "zero-shot"
"""The plain model beside it."""
SHIPPED = "shipped"
"""burnish with the prompts that it comes with, beside another program."""


class Header(Record):
    """What was measured: two runs with the same header can be laid side by side."""

    schema_version: Literal[1] = 1
    """Version of the file's schema."""
    tasks: str
    """Name of the set."""
    version: str
    """Hash of its labels."""
    split: str = ""
    """Split taken; "" for all."""
    limit: int | None = None
    """Tasks taken of it, spread over the whole; None for all."""
    planned: int = 0
    """How many tasks these are; 0 in older files."""
    lm: str
    """Language model, as `--lm` takes it."""
    model: str = ""
    """What that meant where it ran: of the embedded model, its weights."""
    temperature: float
    """Sampling temperature."""
    contestants: tuple[str, ...]
    """Names of those that were measured, the baseline last."""
    program: str
    """Hash of the prompts and demos of the program."""
    baseline_program: str = ""
    """The same of the baseline; "" where that is no program."""
    samples: int = 1
    """Independent solutions of each task."""
    seed: int | None = None
    """Sampling seed; None where none was sent."""
    max_iterations: int
    """Refinement rounds allowed."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """What else was configured and decides results, e.g. "metric.threshold"."""
    sandbox: str
    """Sandbox and image."""
    commit: str = ""
    """Git commit of burnish; "" outside of a checkout."""

    @property
    def decisive(self) -> dict[str, Any]:
        """What decides the results, by name; not the commit, nor what sandbox was there."""
        others = {"commit", "sandbox", "settings", "planned"}
        return self.model_dump(exclude=others) | self.settings

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits of what decides the results."""
        return _hash(self.decisive)

    @property
    def conditions(self) -> str:
        """The same without the program: two programs that were measured alike share it."""
        others = {"program", "baseline_program", "contestants"}
        return _hash({name: v for name, v in self.decisive.items() if name not in others})


def _hash(of: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:12]


class Row(Record):
    """One solution of one task, and whether it is right."""

    task: str
    """Id of the task."""
    contestant: str
    """Who solved it."""
    sample: int = 0
    """Which of its independent solutions, from 0."""
    language: str
    """Of the task."""
    split: Split
    """Of the task."""
    kind: Kind
    """Of the task."""
    difficulty: Difficulty
    """Of the task."""
    traits: tuple[Trait, ...] = ()
    """Of the task."""
    solved: bool = False
    """Every hidden test passes and every property holds."""
    tests_passed: int = 0
    """Hidden tests passed."""
    tests_total: int = 0
    """Hidden tests there are."""
    first_solved: bool | None = None
    """Whether the model's first answer was already right, as it stood; None where it has none."""
    status: str = ""
    """How the contestant's work ended, e.g. "TESTS_PASSING"."""
    accepted: bool | None = None
    """Whether burnish accepted it; None for who does not judge itself."""
    score: float | None = None
    """Quality score in [0, 1]; None as above."""
    dimensions: dict[str, float] = Field(default_factory=dict)
    """The parts of the score."""
    rounds: int = 0
    """Attempts made."""
    usage: Usage = Usage()
    """What the model calls cost."""
    seconds: float = 0.0
    """Wall seconds, grading not included."""
    stages: dict[str, float] = Field(default_factory=dict)
    """Wall seconds by stage."""
    code: str = ""
    """The solution's source."""
    failed: tuple[str, ...] = ()
    """Hidden tests that failed."""
    error: str = ""
    """Why there is no solution: what crashed or could not be reached."""

    @field_validator("code", "error", mode="before")
    @classmethod
    def _writable(cls, text: str) -> str:
        """Lone surrogates, which a model can write and no file takes, become question marks."""
        return text.encode("utf-8", "replace").decode("utf-8")

    @property
    def key(self) -> Key:
        """What the row is of."""
        return self.task, self.contestant, self.sample


def mostly(solved: Sequence[bool]) -> bool:
    """Whether a task counts as solved by all samples of it together: by more than half."""
    return 2 * sum(solved) > len(solved)


def row_of(task: Task, contestant: str, sample: int, **found: Any) -> Row:
    """A row of that task, with what was found; unlike a copy it is validated."""
    return Row(
        task=task.id,
        contestant=contestant,
        sample=sample,
        language=task.language,
        split=task.split,
        kind=task.kind,
        difficulty=task.difficulty,
        traits=task.traits,
        **found,
    )
