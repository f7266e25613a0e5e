"""The frozen records that stages hand to each other.

`Spec -> Analysis -> Candidate -> ExecutionReport -> QualityReport -> Attempt -> Solution`

Every record is immutable and validates on creation; the docstring under a field is also its
description in the JSON Schema of `report.json`. Tuples, never lists: a record is safe to share.
"""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Strategy = Literal["direct", "test-first", "incremental", "template"]
Suite = Literal["check", "example", "generated", "usage"]
Outcome = Literal["passed", "failed", "error", "timeout", "missing"]
Move = Literal[
    "write", "repair_code", "rewrite", "repair_tests", "drop_tests", "add_tests",
    "document", "format", "simplify", "optimise", "given",
]  # fmt: skip
Category = Literal[
    "syntax", "import", "assertion", "exception", "timeout", "memory", "coverage",
    "complexity", "style", "documentation", "performance", "security", "forgery", "environment",
]  # fmt: skip
ExecutionStatus = Literal[
    "PASSED",  # every expected test ran and passed
    "FAILED",  # the run ended properly, some test did not pass
    "SYNTAX_ERROR",  # the code does not parse; nothing was run
    "IMPORT_ERROR",  # the module raised while being imported
    "TIMEOUT",  # the wall-clock limit ended the run
    "OUT_OF_MEMORY",  # the memory limit ended the run
    "CRASHED",  # the process ended without a valid report (os._exit, signal, forged report)
    "SANDBOX_UNAVAILABLE",  # nothing was executed
]
SolutionStatus = Literal[
    "TESTS_PASSING",
    "TESTS_PASSING_AFTER_REFINEMENT",
    "SYNTAX_ERROR_CORRECTED",
    "PERFORMANCE_OPTIMIZED",
    "QUALITY_BELOW_THRESHOLD",
    "TESTS_FAILING",
    "SYNTAX_ERROR",
    "NO_USABLE_ANSWER",
    "SANDBOX_UNAVAILABLE",
]
DimensionName = Literal[
    "syntactic_correctness", "test_coverage", "documentation", "performance", "maintainability"
]


class Record(BaseModel):
    """Base of all records: frozen, strict about unknown fields, documented by docstrings."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class PerformanceRequirement(Record):
    """What the specification asks of speed and memory; None where it says nothing."""

    max_seconds: float | None = None
    """Wall seconds allowed for the whole test run."""
    max_memory_bytes: int | None = None
    """Peak resident memory allowed, in bytes."""
    max_growth: float | None = None
    """Largest allowed exponent k of time ~ n^k; 1.0 for "O(n)", 2.0 for "O(n^2)"."""


class Spec(Record):
    """What the caller asks for. Filled by the caller; nothing downstream changes it."""

    text: str
    """The specification in natural language, 1 to `limits.max_specification_chars` characters."""
    language: str = "python"
    """Name of a registered language."""
    constraints: str = ""
    """Free text: limits on the solution, e.g. "standard library only"."""
    test_requirements: str = ""
    """Free text: what the generated tests must cover."""
    module: str = "solution"
    """Name of the module to write; checks import from it."""
    checks: str = ""
    """Source of the caller's own test file. Trusted: it alone can reject a candidate."""
    performance: PerformanceRequirement = PerformanceRequirement()
    """Read from the text and constraints without a model."""


class Example(Record):
    """One example stated by the specification, read without a model: a trusted check."""

    call: str
    """An expression over the module's names, e.g. "slugify('A b')"."""
    expected: str = ""
    """The value as a Python literal (or the printed form where it is none); empty if it raises."""
    raises: str = ""
    """Name of the exception that the call must raise; empty if it returns."""


class Analysis(Record):
    """The specification, understood. Filled by the analysis stage."""

    requirements: tuple[str, ...] = ()
    """What the code must do, one statement each."""
    constraints: tuple[str, ...] = ()
    """What the code must respect."""
    edge_cases: tuple[str, ...] = ()
    """Inputs at the border of what is specified."""
    examples: tuple[Example, ...] = ()
    """Examples found in the text; they judge candidates like the caller's checks do."""
    entry_point: str = ""
    """Name of the function or class to define; empty if the text does not fix one."""
    interface: str = ""
    """The def or class lines that code and tests agree on, where the text fixes no name."""
    strategy: Strategy = "direct"
    """How the code is written first."""
    parts: tuple[str, ...] = ()
    """For the incremental strategy: what is written and checked one after another."""
    template: str = ""
    """For the template strategy: name of the pattern in `templates/patterns`."""


class Candidate(Record):
    """One complete proposal: module, its tests, its documentation. Filled by `modules/`."""

    code: str
    """Source of the module."""
    tests: str = ""
    """Source of the generated test file; evidence, not truth."""
    docs: str = ""
    """README in Markdown; its first code block of the language is the usage example."""
    language: str = "python"
    """Name of a registered language."""
    module: str = "solution"
    """Name of the module that tests import."""
    round: int = 0
    """Which refinement round made it; 0 is the first attempt."""
    parent: str = ""
    """`id` of the candidate that this one was made from; empty for the first."""
    move: Move = "write"
    """What made it."""
    note: str = ""
    """Why, in one sentence, where the move needs a reason (e.g. which test was dropped)."""

    @property
    def id(self) -> str:
        """Twelve hex digits of the SHA-256 over code, tests and docs: same content, same id."""
        text = "\0".join((self.code, self.tests, self.docs))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


class TestOutcome(Record):
    """What became of one test."""

    __test__ = False  # not a pytest class

    id: str
    """Test name within its suite, e.g. "test_empty" or "TestStack::test_pop[0]"."""
    suite: Suite
    """Who stands behind it: caller's check, stated example, generated test, usage example."""
    outcome: Outcome
    """"missing" means expected from the source but never reported: a run that ended early."""
    category: Category | None = None
    """Kind of failure; None if passed."""
    message: str = ""
    """Error text, trimmed: what was compared, with the actual value."""
    line: int | None = None
    """1-based line of the module where it failed, if the trace passes through the module."""
    seconds: float = 0.0
    """Wall seconds."""


class Coverage(Record):
    """Coverage of the module alone, measured in the sandbox."""

    covered: int
    """Statements plus branch exits that ran."""
    total: int
    """Statements plus branch exits there are."""
    missing_lines: tuple[int, ...] = ()
    """1-based lines that never ran."""

    @property
    def ratio(self) -> float:
        """covered / total in [0, 1]; 1.0 for a module with nothing to cover."""
        return self.covered / self.total if self.total else 1.0


class ExecutionReport(Record):
    """What happened when a candidate ran. Filled by a sandbox; a failing candidate is data."""

    status: ExecutionStatus
    """How the run ended as a whole."""
    sandbox: str
    """Name of the sandbox used: "docker", "bubblewrap", "none"."""
    tests: tuple[TestOutcome, ...] = ()
    """One entry per expected or reported test."""
    coverage: Coverage | None = None
    """None where nothing ran or the run did not end properly."""
    wall_s: float = 0.0
    """Wall seconds of the test run, without sandbox start."""
    cpu_s: float = 0.0
    """CPU seconds, user and system, of the candidate's processes."""
    peak_memory_bytes: int = 0
    """Peak resident memory of the candidate's process."""
    growth: float | None = None
    """Measured exponent k of time ~ n^k for the entry point; None where it cannot be driven."""
    output: str = ""
    """What the candidate printed, stdout and stderr together, cut at `sandbox.output_bytes`."""
    output_truncated: bool = False
    """True if more was printed than `output` holds."""
    error: str = ""
    """One sentence on why the status is not PASSED or FAILED; empty otherwise."""

    @property
    def ended(self) -> bool:
        """The run came to a proper end, whatever its tests said."""
        return self.status in ("PASSED", "FAILED")

    @property
    def tests_pass(self) -> bool:
        """It ended, and every check, example and generated test passed; usage aside."""
        judging = self.of("check", "example", "generated")
        return self.ended and all(test.outcome == "passed" for test in judging)

    def of(self, *suites: Suite) -> tuple[TestOutcome, ...]:
        """The outcomes of these suites, in order."""
        return tuple(test for test in self.tests if test.suite in suites)

    def passed(self, *suites: Suite) -> int:
        """How many tests of these suites (all, if none is named) passed."""
        return sum(t.outcome == "passed" for t in (self.of(*suites) if suites else self.tests))


class Finding(Record):
    """One remark of one analyzer."""

    category: Category
    """What kind of problem; decides which mend is tried."""
    severity: Literal["info", "low", "medium", "high"]
    """How much it matters; "high" in "security" closes a gate."""
    message: str
    """One sentence."""
    tool: str
    """Which analyzer said so, e.g. "radon", "pylint", "bandit"."""
    line: int | None = None
    """1-based line of the module; None for the file as a whole."""


class Dimensions(Record):
    """The five dimensions of quality, each in [0, 1]; formulas are in `evaluation/metric.py`."""

    syntactic_correctness: float = Field(ge=0, le=1)
    """Parses, imports, and keeps its tests passing."""
    test_coverage: float = Field(ge=0, le=1)
    """Branch coverage, counted only as far as tests pass."""
    documentation: float = Field(ge=0, le=1)
    """Documented public objects, and an example that runs."""
    performance: float = Field(ge=0, le=1)
    """Time, memory and growth against what was asked."""
    maintainability: float = Field(ge=0, le=1)
    """Maintainability index, complexity, lint, formatting."""


class Gate(Record):
    """One condition that an accepted candidate must meet."""

    name: str
    """E.g. "parses", "checks", "generated_tests", "complexity", "coverage"."""
    passed: bool
    """Whether it is met."""
    detail: str
    """The measured value against the bound, e.g. "coverage 72% < 80%"."""


class QualityReport(Record):
    """The judgement of one run, with the execution that it rests on. Filled by `evaluation/`."""

    score: float = Field(ge=0, le=1)
    """Weighted sum of the dimensions, in [0, 1]."""
    dimensions: Dimensions
    """The parts of the score."""
    gates: tuple[Gate, ...]
    """Conditions for acceptance, in the order in which they are worth mending."""
    findings: tuple[Finding, ...] = ()
    """What analyzers and failed tests say, most severe first."""
    threshold: float = Field(ge=0, le=1)
    """Score needed for acceptance."""
    execution: ExecutionReport
    """The run that was judged."""

    @property
    def accepted(self) -> bool:
        """All gates are met and the score reaches the threshold."""
        return self.score >= self.threshold and all(gate.passed for gate in self.gates)


class Usage(Record):
    """What model calls cost. Unknown prices stay unknown: None, never 0."""

    calls: int = 0
    """Requests that reached a model or its cache."""
    cached_calls: int = 0
    """Requests answered by the cache; they report no tokens."""
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
