"""Sums the work up: status, confidence, and the figures behind them."""

from __future__ import annotations

from burnish.modules.usage import total
from burnish.records import (
    Analysis,
    Attempt,
    Details,
    ModelCall,
    Solution,
    SolutionStatus,
    Spec,
)


def conclude(
    spec: Spec,
    analysis: Analysis,
    best: Attempt | None,
    history: tuple[Attempt, ...],
    calls: tuple[ModelCall, ...],
) -> Solution:
    """The Solution without its times; `best` None means that there never was any code."""
    executed = best is not None and best.execution.status != "SANDBOX_UNAVAILABLE"
    status = _status(best, history)
    accepted = executed and best is not None and best.quality.accepted
    trusted = best is not None and bool(best.execution.of("check", "example"))
    return Solution(
        spec=spec,
        analysis=analysis,
        best=best,
        status=status,
        history=history,
        calls=calls,
        usage=total(call.usage for call in calls),
        details=_details(best, history),
        validation_method=(
            "SANDBOX_EXECUTION" if executed or best is None else "STATIC_ANALYSIS_ONLY"
        ),
        confidence_level=(
            "HIGH"
            if accepted and trusted
            else "MEDIUM" if accepted or status == "SANDBOX_UNAVAILABLE" else "LOW"
        ),
        manual_review_recommended=not (accepted and trusted),
    )


def _status(best: Attempt | None, history: tuple[Attempt, ...]) -> SolutionStatus:
    if best is None:
        return "NO_USABLE_ANSWER"
    if best.execution.status in ("SANDBOX_UNAVAILABLE", "SYNTAX_ERROR"):
        return best.execution.status  # both are statuses of both
    if not best.execution.tests_pass:
        return "TESTS_FAILING"
    if not best.quality.accepted:
        return "QUALITY_BELOW_THRESHOLD"
    if history[0].execution.status == "SYNTAX_ERROR":
        return "SYNTAX_ERROR_CORRECTED"
    if best.candidate.move == "optimise":
        return "PERFORMANCE_OPTIMIZED"
    return "TESTS_PASSING" if best.candidate.round == 0 else "TESTS_PASSING_AFTER_REFINEMENT"


def _details(best: Attempt | None, history: tuple[Attempt, ...]) -> Details:
    if best is None:
        return Details()
    run = best.execution
    return Details(
        tests_total=len(run.tests),
        tests_passed=run.passed(),
        tests_failed=len(run.tests) - run.passed(),
        coverage=run.coverage.ratio if run.coverage else None,
        iterations=len(history),
        moves=tuple(attempt.candidate.move for attempt in history),
        notes=tuple(attempt.candidate.note for attempt in history if attempt.candidate.note),
    )
