"""The work as a whole: attempts, model calls, and what came of them."""

from __future__ import annotations

from typing import Literal

from burnish.records.base import Move, Record, SolutionStatus
from burnish.records.execution import Candidate, ExecutionReport
from burnish.records.quality import QualityReport
from burnish.records.specification import Analysis, Spec


class Usage(Record):
    """What model calls cost. Unknown prices stay unknown: None, never 0."""

    calls: int = 0
    """Requests that reached a model or its cache."""
    cached_calls: int = 0
    """Requests answered by the cache, for nothing."""
    cached_tokens: int = 0
    """Tokens of those requests and answers when a model was asked; 0 where that is not known."""
    prompt_tokens: int = 0
    """Input tokens."""
    completion_tokens: int = 0
    """Output tokens."""
    cost_usd: float | None = None
    """US dollars; None if the price of any call is unknown."""

    @property
    def tokens(self) -> int:
        """Input and output tokens together."""
        return self.prompt_tokens + self.completion_tokens

    @property
    def all_tokens(self) -> int:
        """Those, and the tokens of answers from the cache."""
        return self.tokens + self.cached_tokens


class ModelCall(Record):
    """One request to a language model, as it was made. Filled by the loop's recorder."""

    stage: str
    """The question asked, e.g. "analyze", "write_code"."""
    round: int
    """Refinement round, from 0."""
    model: str
    """Model name as the provider knows it."""
    messages: tuple[dict[str, str], ...]
    """The prompt: role and content."""
    response: str
    """The answer's text; empty if it failed."""
    error: str = ""
    """Why the call gave nothing usable; empty if it did."""
    started_ns: int
    """Start, nanoseconds since the epoch."""
    ended_ns: int
    """End, nanoseconds since the epoch."""
    usage: Usage = Usage()
    """Tokens and money of this call."""


class Attempt(Record):
    """One turn of the loop: a candidate and its judgement."""

    candidate: Candidate
    """What was tried."""
    quality: QualityReport
    """How it did."""
    feedback: str = ""
    """What the next move is told about it; empty if nothing needs mending."""
    seconds: float = 0.0
    """Wall seconds from the previous attempt's end to this one's."""
    usage: Usage = Usage()
    """Model usage of this turn."""

    @property
    def execution(self) -> ExecutionReport:
        """The run behind the judgement."""
        return self.quality.execution


class Details(Record):
    """The figures behind a status."""

    tests_total: int = 0
    """Tests of the best attempt, all suites."""
    tests_passed: int = 0
    """Of these, passed."""
    tests_failed: int = 0
    """Of these, not passed, missing ones included."""
    coverage: float | None = None
    """Branch coverage of the best attempt in [0, 1]; None if nothing was measured."""
    iterations: int = 0
    """Attempts made, the first included."""
    moves: tuple[Move, ...] = ()
    """What made each attempt, in order."""
    notes: tuple[str, ...] = ()
    """Reasons that moves gave, e.g. which tests were dropped and why."""


class Solution(Record):
    """What `generate()` returns: the best attempt and the whole history."""

    spec: Spec
    """What was asked."""
    analysis: Analysis
    """How it was understood."""
    best: Attempt | None
    """The best attempt; None only if the model never gave anything usable."""
    status: SolutionStatus
    """How the work ended."""
    history: tuple[Attempt, ...] = ()
    """Every attempt, in order."""
    calls: tuple[ModelCall, ...] = ()
    """Every model call, in order."""
    usage: Usage = Usage()
    """Model usage of the whole work."""
    details: Details = Details()
    """Totals, coverage, iterations and what was done."""
    stopped: str = ""
    """Why the loop stopped, in one sentence."""
    seconds: float = 0.0
    """Wall seconds of the whole work."""
    validation_method: Literal["SANDBOX_EXECUTION", "STATIC_ANALYSIS_ONLY"] = "SANDBOX_EXECUTION"
    """Whether the code was ever run."""
    confidence_level: Literal["HIGH", "MEDIUM", "LOW"] = "HIGH"
    """HIGH: accepted, and trusted checks or examples passed. MEDIUM: accepted on generated tests
    alone, or static analysis only. LOW: not accepted."""
    manual_review_recommended: bool = False
    """True unless the confidence is HIGH."""

    @property
    def accepted(self) -> bool:
        """Accepted: executed, every gate met, score at or over the threshold."""
        return (
            self.best is not None
            and self.best.quality.accepted
            and self.validation_method == "SANDBOX_EXECUTION"
        )

    @property
    def code(self) -> str:
        """Source of the best attempt; empty if there is none."""
        return self.best.candidate.code if self.best else ""

    @property
    def tests(self) -> str:
        """Generated tests of the best attempt."""
        return self.best.candidate.tests if self.best else ""

    @property
    def docs(self) -> str:
        """Documentation of the best attempt."""
        return self.best.candidate.docs if self.best else ""

    @property
    def score(self) -> float:
        """Score of the best attempt in [0, 1]; 0.0 if there is none."""
        return self.best.quality.score if self.best else 0.0
