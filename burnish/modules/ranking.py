"""Which of two attempts is the better: trusted tests first, then agreement, then score."""

from __future__ import annotations

from burnish.records import Attempt, ExecutionReport, Suite

_RUNS = {"SYNTAX_ERROR": 0, "IMPORT_ERROR": 1, "CRASHED": 1, "TIMEOUT": 2, "OUT_OF_MEMORY": 2}


def better(best: Attempt | None, attempt: Attempt) -> Attempt:
    """The better one; the earlier one if they are equal, so best so far is never made worse."""
    return attempt if best is None or rank(attempt) > rank(best) else best


def rank(attempt: Attempt) -> tuple[float, ...]:
    """What is compared, most important first; each part grows with quality.

    1. share of the caller's checks and stated examples that pass,
    2. how far the run got (parses, imports, ends),
    3. accepted,
    4. share of generated tests that pass (evidence only, hence after the trusted ones),
    5. score.
    """
    run = attempt.execution
    return (
        _share(run, "check", "example"),
        _RUNS.get(run.status, 3),
        float(attempt.quality.accepted),
        _share(run, "generated"),
        attempt.quality.score,
    )


def _share(run: ExecutionReport, *suites: Suite) -> float:
    """Passed share; 1.0 of nothing for a run that took place, 0.0 for one that did not."""
    there = run.of(*suites)
    if not there:
        return 1.0 if run.ended or run.status == "SANDBOX_UNAVAILABLE" else 0.0
    return run.passed(*suites) / len(there)
