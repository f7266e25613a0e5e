"""What report.html shows, worked out from the records; the template only lays it out."""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import Any

from burnish import __version__
from burnish.config import Weights
from burnish.records import Attempt, Dimensions, Finding, QualityReport, Solution
from burnish.registries.languages import language
from burnish.templates.package.highlight import highlighted
from burnish.templates.package.report import best_index

DIFF_LINES = 400
"""Longest diff of one attempt that is shown."""


def page(solution: Solution, weights: Weights | None) -> dict[str, Any]:
    """Values for `report.html.j2`."""
    best = solution.best
    quality = best.quality if best else None
    return {
        "version": __version__,
        "solution": solution,
        "quality": quality,
        "run": quality.execution if quality else None,
        "status_words": solution.status.replace("_", " ").capitalize(),
        "dimensions": dimension_rows(quality.dimensions, weights) if quality else [],
        "failing": [t for t in quality.execution.tests if t.outcome != "passed"] if quality else [],
        "suites": _suites(solution),
        "code": _code_lines(solution) if best else [],
        "loose_findings": _loose_findings(quality) if quality else [],
        "attempts": [_attempt_row(solution, i) for i in range(len(solution.history))],
        "stages": _stages(solution),
    }


def dimension_rows(dimensions: Dimensions, weights: Weights | None) -> list[dict[str, Any]]:
    """Name, value, and normalised weight (None if unknown) of each dimension."""
    given = weights.model_dump() if weights else {}
    total = sum(given.values())
    return [
        {
            "name": name.replace("_", " "),
            "value": value,
            "weight": given[name] / total if total else None,
        }
        for name, value in dimensions.model_dump().items()
    ]


def _suites(solution: Solution) -> list[tuple[str, int, int]]:
    """Suite in words, passed, total; suites without tests are left out."""
    if solution.best is None:
        return []
    run = solution.best.execution
    words = {
        "check": "your checks",
        "example": "stated examples",
        "generated": "generated tests",
        "usage": "usage example",
    }
    counted = [(words[s], run.passed(s), len(run.of(s))) for s in words]  # type: ignore[arg-type]
    return [entry for entry in counted if entry[2]]


def _loose_findings(quality: QualityReport) -> list[Finding]:
    """Remarks on the file as a whole; failed tests have a section of their own."""
    return [f for f in quality.findings if f.line is None and f.tool != "sandbox"]


def _code_lines(solution: Solution) -> list[dict[str, Any]]:
    assert solution.best is not None
    quality = solution.best.quality
    remarks: dict[int, list[Finding]] = defaultdict(list)
    for finding in quality.findings:
        if finding.line is not None:
            remarks[finding.line].append(finding)
    coverage = quality.execution.coverage
    never_ran = set(coverage.missing_lines) if coverage else set()
    fence = language(solution.spec.language).fence
    lines = highlighted(solution.code, fence)
    return [
        {"number": n, "html": line, "findings": remarks[n], "missed": n in never_ran}
        for n, line in enumerate(lines, start=1)
    ]


def _attempt_row(solution: Solution, index: int) -> dict[str, Any]:
    attempt = solution.history[index]
    run = attempt.execution
    return {
        "attempt": attempt,
        "best": index == best_index(solution),
        "passed": run.passed(),
        "total": len(run.tests),
        "change": _change(solution, index),
    }


def _change(solution: Solution, index: int) -> list[tuple[str, str]]:
    """Unified diff of the module against the attempt it was made from: (kind, line)."""
    attempt = solution.history[index]
    parent = _parent(solution.history[:index], attempt)
    if parent is None:
        return []
    lines = []
    for name, old, new in (
        (solution.spec.module, parent.candidate.code, attempt.candidate.code),
        (f"test_{solution.spec.module}", parent.candidate.tests, attempt.candidate.tests),
    ):
        diff = difflib.unified_diff(
            old.splitlines(), new.splitlines(), f"{name} before", f"{name} after", "", "", 2, ""
        )
        lines += list(diff)
    kinds = {"+": "added", "-": "removed", "@": "place"}
    return [
        ("file" if line[:3] in ("+++", "---") else kinds.get(line[:1], "same"), line)
        for line in lines[:DIFF_LINES]
    ]


def _parent(earlier: tuple[Attempt, ...], attempt: Attempt) -> Attempt | None:
    for other in reversed(earlier):
        if other.candidate.id == attempt.candidate.parent:
            return other
    return earlier[-1] if earlier else None


def _stages(solution: Solution) -> list[dict[str, Any]]:
    """Model calls, summed by the question they asked."""
    rows: dict[str, dict[str, Any]] = {}
    for call in solution.calls:
        row = rows.setdefault(
            call.stage, {"stage": call.stage, "calls": 0, "failed": 0, "tokens": 0, "seconds": 0.0}
        )
        row["calls"] += 1
        row["failed"] += bool(call.error)
        row["tokens"] += call.usage.tokens
        row["seconds"] += (call.ended_ns - call.started_ns) / 1e9
    return list(rows.values())
