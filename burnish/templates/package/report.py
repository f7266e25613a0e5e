"""`report.json`: the machine-readable account of a work, with a schema that is versioned.

Within one major version fields are only added. docs/report.md is generated from this model.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Literal

from burnish import __version__
from burnish.config import Weights
from burnish.records import (
    Analysis,
    Attempt,
    Details,
    ModelCall,
    Record,
    Solution,
    SolutionStatus,
    Spec,
    Usage,
)

SCHEMA_VERSION = "1.0"


class FileEntry(Record):
    """One file of the package."""

    name: str
    """Name in the folder."""
    sha256: str
    """SHA-256 of its bytes, in hexadecimal."""
    size_bytes: int
    """Its size."""


class CallEntry(Record):
    """One request to a language model, without its texts; MLflow's trace has those."""

    stage: str
    """The question asked, e.g. "write_code"."""
    round: int
    """Refinement round, from 0."""
    model: str
    """Model name as the provider knows it."""
    seconds: float
    """Wall seconds."""
    usage: Usage
    """Tokens and money."""
    error: str
    """Why the call gave nothing usable; empty if it did."""


class Report(Record):
    """The content of `report.json`."""

    schema_version: Literal["1.0"] = "1.0"
    """Version of this schema: major.minor; fields are only added within a major version."""
    burnish_version: str
    """Version of burnish that wrote it."""
    created: str
    """When it was written: ISO 8601, UTC."""
    accepted: bool
    """Executed, every gate met, score at or over the threshold."""
    status: SolutionStatus
    """How the work ended."""
    score: float
    """Score of the best attempt in [0, 1]; 0.0 if there is none."""
    stopped: str
    """Why the loop stopped, in one sentence."""
    validation_method: Literal["SANDBOX_EXECUTION", "STATIC_ANALYSIS_ONLY"]
    """Whether the code was ever run."""
    confidence_level: Literal["HIGH", "MEDIUM", "LOW"]
    """HIGH: accepted, and trusted checks or examples passed; LOW: not accepted; else MEDIUM."""
    manual_review_recommended: bool
    """True unless the confidence is HIGH."""
    details: Details
    """The figures behind the status."""
    seconds: float
    """Wall seconds of the whole work."""
    usage: Usage
    """Model usage of the whole work."""
    weights: Weights | None
    """Weights of the five dimensions; null where the writer was not told."""
    spec: Spec
    """What was asked."""
    analysis: Analysis
    """How it was understood."""
    best: int | None
    """Index of the best attempt in `history`; null if there is none."""
    history: tuple[Attempt, ...]
    """Every attempt, in order: candidate, judgement, feedback."""
    calls: tuple[CallEntry, ...]
    """Every model call, in order."""
    files: tuple[FileEntry, ...] = ()
    """The other files of the folder."""

    def as_json(self) -> str:
        """The document, indented, with a final line break."""
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def report(
    solution: Solution, *, weights: Weights | None = None, files: tuple[FileEntry, ...] = ()
) -> Report:
    """The report of a finished work; shares the solution's records."""
    return Report(
        burnish_version=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        accepted=solution.accepted,
        status=solution.status,
        score=solution.score,
        stopped=solution.stopped,
        validation_method=solution.validation_method,
        confidence_level=solution.confidence_level,
        manual_review_recommended=solution.manual_review_recommended,
        details=solution.details,
        seconds=solution.seconds,
        usage=solution.usage,
        weights=weights,
        spec=solution.spec,
        analysis=solution.analysis,
        best=best_index(solution),
        history=solution.history,
        calls=tuple(_call_entry(call) for call in solution.calls),
        files=files,
    )


def best_index(solution: Solution) -> int | None:
    """Where the best attempt stands in the history; the last of equals."""
    places = [i for i, attempt in enumerate(solution.history) if attempt == solution.best]
    return places[-1] if places else None


def _call_entry(call: ModelCall) -> CallEntry:
    return CallEntry(
        stage=call.stage,
        round=call.round,
        model=call.model,
        seconds=(call.ended_ns - call.started_ns) / 1e9,
        usage=call.usage,
        error=call.error,
    )
