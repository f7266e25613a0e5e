"""What a finished work looks like in MLflow: parameters, metrics with steps, tags and tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import burnish
from burnish.records import Attempt, ModelCall, Solution

NANOSECONDS = 1_000_000_000
LONGEST_NAME = 60


@dataclass(frozen=True)
class Stage:
    """One stage of the work as it was watched."""

    name: str
    """E.g. "write_code", "execute"."""
    round: int
    """Refinement round, from 0."""
    started_ns: int
    """Nanoseconds since the epoch."""
    ended_ns: int
    """Nanoseconds since the epoch: when the next stage began, or the work ended."""

    @property
    def seconds(self) -> float:
        """Wall seconds."""
        return (self.ended_ns - self.started_ns) / NANOSECONDS


def stages_of(calls: tuple[ModelCall, ...]) -> tuple[Stage, ...]:
    """The stages as far as the model calls show them, where nobody watched."""
    grouped = groupby(calls, key=lambda call: (call.stage, call.round))
    return tuple(
        Stage(name, round, group[0].started_ns, max(call.ended_ns for call in group))
        for (name, round), members in grouped
        for group in [sorted(members, key=lambda call: call.started_ns)]
    )


def run_name(solution: Solution) -> str:
    """The entry point, else the first words of the specification."""
    words = " ".join(solution.spec.text.split())
    short = words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1] + "…"
    return solution.analysis.entry_point or short


def parameters(solution: Solution, config: dict[str, Any]) -> dict[str, str]:
    """What the work was given. `config` is a dumped `Config`, or empty if it is not known."""
    spec = solution.spec
    given: dict[str, Any] = {
        "lm": solution.calls[0].model if solution.calls else config.get("lm"),
        "language": spec.language,
        "strategy": solution.analysis.strategy,
        "template": solution.analysis.template or None,
        "sandbox": solution.best.execution.sandbox if solution.best else None,
        "threshold": solution.best.quality.threshold if solution.best else None,
        "spec_sha256": hashlib.sha256(spec.model_dump_json().encode()).hexdigest()[:16],
        "has_checks": bool(spec.checks),
        "burnish_version": burnish.__version__,
    }
    model, metric = config.get("model", {}), config.get("metric", {})
    given["temperature"] = model.get("temperature")
    given["max_tokens"] = model.get("max_tokens")
    given["max_iterations"] = config.get("limits", {}).get("max_iterations")
    for name, weight in metric.get("weights", {}).items():
        given[f"weight/{name}"] = weight
    return {name: str(value) for name, value in given.items() if value is not None}


def tags(solution: Solution) -> dict[str, str]:
    """How the work ended, and its specification as the run's description."""
    spec = solution.spec
    parts = [spec.text, f"**Constraints:** {spec.constraints}" if spec.constraints else ""]
    return {
        "kind": "generate",
        "status": solution.status,
        "accepted": str(solution.accepted).lower(),
        "stopped": solution.stopped,
        "validation_method": solution.validation_method,
        "confidence_level": solution.confidence_level,
        "manual_review_recommended": str(solution.manual_review_recommended).lower(),
        "mlflow.note.content": "\n\n".join(part for part in parts if part),
    }


def of_attempt(attempt: Attempt) -> dict[str, float]:
    """The metrics of one iteration."""
    run = attempt.execution
    found: dict[str, float] = {
        "score": attempt.quality.score,
        "tests_passed": run.passed(),
        "tests_failed": len(run.tests) - run.passed(),
        "gates_failed": sum(not gate.passed for gate in attempt.quality.gates),
        "iteration_seconds": attempt.seconds,
        "iteration_tokens": attempt.usage.tokens,
        "sandbox_wall_seconds": run.wall_s,
        "sandbox_peak_memory_bytes": run.peak_memory_bytes,
    }
    for name, value in attempt.quality.dimensions.model_dump().items():
        found[f"dimension/{name}"] = value
    if run.coverage is not None:
        found["coverage"] = run.coverage.ratio
    return found


def of_work(solution: Solution, stages: tuple[Stage, ...]) -> dict[str, float]:
    """The metrics of the whole work; the cost only where every price is known."""
    usage = solution.usage
    found: dict[str, float] = {
        "final_score": solution.score,
        "iterations": len(solution.history),
        "seconds": solution.seconds,
        "model_calls": usage.calls,
        "cached_calls": usage.cached_calls,
        "tokens": usage.tokens,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
    }
    if usage.cost_usd is not None:
        found["cost_usd"] = usage.cost_usd
    for stage in stages:
        name = f"seconds/{stage.name}"
        found[name] = found.get(name, 0.0) + stage.seconds
    return found


def attempts_table(solution: Solution) -> dict[str, list[Any]]:
    """One row per attempt."""
    return _columns(
        {
            "iteration": step,
            "candidate": a.candidate.id,
            "move": a.candidate.move,
            "score": a.quality.score,
            "accepted": a.quality.accepted,
            "execution": a.execution.status,
            "passed": a.execution.passed(),
            "tests": len(a.execution.tests),
            "failed_gates": ", ".join(g.name for g in a.quality.gates if not g.passed),
            "note": a.candidate.note,
            "feedback": a.feedback,
        }
        for step, a in enumerate(solution.history)
    )


def outcomes_table(solution: Solution) -> dict[str, list[Any]]:
    """One row per test and attempt."""
    return _columns(
        {
            "iteration": step,
            "suite": test.suite,
            "test": test.id,
            "outcome": test.outcome,
            "category": test.category or "",
            "message": test.message,
            "seconds": test.seconds,
        }
        for step, a in enumerate(solution.history)
        for test in a.execution.tests
    )


def _columns(rows: Iterator[dict[str, Any]]) -> dict[str, list[Any]]:
    table: dict[str, list[Any]] = {}
    for row in rows:
        for name, value in row.items():
            table.setdefault(name, []).append(value)
    return table
