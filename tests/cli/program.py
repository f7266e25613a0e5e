"""The command line with scripted verbs in place of the real ones; a program of its own too.

`python -m tests.cli.program generate ...` behaves as `burnish generate ...` would, without a
model: SECONDS_PER_STAGE says how slow it is, ACCEPTED=0 makes it fail, NOISE makes it chatter.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

from burnish.modules.observer import Observer
from burnish.records import QualityReport, Solution, Spec, Usage
from tests import builders

STAGES = ("analyze", "write_code", "execute")


def work(text: str, module: str, checks: str, *, accepted: bool) -> Solution:
    """A finished work of two attempts."""
    last = builders.attempt(0.9, round=1) if accepted else builders.attempt(0.6, round=1, failed=1)
    made = builders.solution(builders.attempt(0.5, failed=1), last, text=text)
    return made.model_copy(update={"spec": Spec(text=text, module=module, checks=checks)})


def generate(specification: str, **options: Any) -> Solution:
    """Tells its observers of a scripted work, and returns it."""
    observers: tuple[Observer, ...] = options["observers"]
    accepted = os.environ.get("ACCEPTED", "1") == "1"
    made = work(
        specification,
        options.get("module", "solution"),
        options.get("checks") or "",
        accepted=accepted,
    )
    if os.environ.get("NOISE"):
        print("a library chatters on stdout")  # noqa: T201  what it is about
    for round, attempt in enumerate(made.history):
        for stage in STAGES:
            for observer in observers:
                observer.on_stage(made.spec, stage, round, Usage(calls=1, prompt_tokens=1234))
            time.sleep(float(os.environ.get("SECONDS_PER_STAGE", "0")))
        for observer in observers:
            observer.on_attempt(made.spec, attempt, attempt)
    for observer in observers:
        observer.on_solution(made)
    return made


def score(path: Path, **options: Any) -> QualityReport:
    """A judgement that depends on ACCEPTED alone."""
    accepted = os.environ.get("ACCEPTED", "1") == "1"
    return builders.quality(0.9 if accepted else 0.5, threshold=options["config"].metric.threshold)


if __name__ == "__main__":
    import burnish.api
    from burnish.cli import main

    vars(burnish.api).update(generate=generate, score=score)
    sys.argv[0] = "burnish"
    main()
