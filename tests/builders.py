"""Hand-made records for tests: every argument has a plausible default."""

from __future__ import annotations

from burnish.records import (
    Analysis,
    Attempt,
    Candidate,
    Coverage,
    Dimensions,
    ExecutionReport,
    ExecutionStatus,
    Finding,
    Gate,
    ModelCall,
    Outcome,
    QualityReport,
    Solution,
    SolutionStatus,
    Spec,
    Suite,
    TestOutcome,
    Usage,
)

CODE = 'def double(n: int) -> int:\n    """Return twice `n`."""\n    return 2 * n\n'
TESTS = "from solution import double\n\n\ndef test_double() -> None:\n    assert double(2) == 4\n"
DOCS = "# double\n\n```python\nfrom solution import double\n\nprint(double(2))\n```\n"
STARTED_NS = 1_760_000_000_000_000_000
SECOND_NS = 1_000_000_000


def candidate(code: str = CODE, *, round: int = 0, tests: str = TESTS) -> Candidate:
    """A candidate; the first round writes, later ones repair."""
    return Candidate(
        code=code,
        tests=tests,
        docs=DOCS,
        round=round,
        move="write" if round == 0 else "repair_code",
    )


def outcome(name: str, result: Outcome = "passed", suite: Suite = "generated") -> TestOutcome:
    """One test's outcome; anything but "passed" is an assertion failure."""
    if result == "passed":
        return TestOutcome(id=name, suite=suite, outcome=result, seconds=0.01)
    return TestOutcome(
        id=name, suite=suite, outcome=result, category="assertion", message="assert 3 == 4", line=3
    )


def execution(
    passed: int = 3,
    failed: int = 0,
    *,
    status: ExecutionStatus | None = None,
    coverage: float = 1.0,
) -> ExecutionReport:
    """A run with so many tests passed and failed; status follows unless given."""
    tests = [outcome(f"test_good_{i}") for i in range(passed)]
    tests += [outcome(f"test_bad_{i}", "failed") for i in range(failed)]
    return ExecutionReport(
        status=status or ("FAILED" if failed else "PASSED"),
        sandbox="docker",
        tests=tuple(tests),
        coverage=Coverage(covered=round(coverage * 100), total=100),
        wall_s=0.2,
        cpu_s=0.15,
        peak_memory_bytes=20 * 1024 * 1024,
    )


def quality(
    score: float = 0.9,
    *,
    run: ExecutionReport | None = None,
    threshold: float = 0.8,
    findings: tuple[Finding, ...] = (),
) -> QualityReport:
    """A judgement whose five dimensions all equal `score`; one gate: the generated tests."""
    run = run or execution()
    good = run.status == "PASSED"
    return QualityReport(
        score=score,
        dimensions=Dimensions(
            syntactic_correctness=score,
            test_coverage=score,
            documentation=score,
            performance=score,
            maintainability=score,
        ),
        gates=(Gate(name="generated_tests", passed=good, detail=f"{run.passed()} passed"),),
        findings=findings,
        threshold=threshold,
        execution=run,
    )


def attempt(score: float = 0.9, *, round: int = 0, failed: int = 0, code: str = CODE) -> Attempt:
    """One turn of the loop; `failed` tests leave its gate shut."""
    return Attempt(
        candidate=candidate(code, round=round),
        quality=quality(score, run=execution(failed=failed)),
        feedback="test_bad_0: assert 3 == 4" if failed else "",
        seconds=2.0,
        usage=usage(),
    )


def usage(calls: int = 1, cost_usd: float | None = None) -> Usage:
    """100 prompt and 50 completion tokens per call; the price is unknown unless given."""
    return Usage(
        calls=calls,
        prompt_tokens=100 * calls,
        completion_tokens=50 * calls,
        cost_usd=cost_usd,
    )


def model_call(stage: str = "write_code", *, round: int = 0, at_s: float = 0.0) -> ModelCall:
    """One call of one second that begins `at_s` seconds into the work."""
    started_ns = STARTED_NS + int(at_s * SECOND_NS)
    return ModelCall(
        stage=stage,
        round=round,
        model="openai/scripted",
        messages=(
            {"role": "system", "content": "You write Python."},
            {"role": "user", "content": f"The question of {stage}, round {round}."},
        ),
        response=f"The answer of {stage}, round {round}.",
        started_ns=started_ns,
        ended_ns=started_ns + SECOND_NS,
        usage=usage(),
    )


def solution(
    *history: Attempt,
    text: str = "Write double(n) that returns twice n.",
    calls: tuple[ModelCall, ...] | None = None,
    status: SolutionStatus | None = None,
    cost_usd: float | None = None,
) -> Solution:
    """A finished work; by default a failing attempt and the one that mended it."""
    history = history or (attempt(0.5, failed=1), attempt(0.9, round=1))
    best = max(history, key=lambda a: (a.quality.accepted, a.quality.score))
    made = calls
    if made is None:
        made = (
            model_call("write_code"),
            model_call("write_tests", at_s=1.5),
            model_call("repair_code", round=1, at_s=4.0),
        )
    mended = "TESTS_PASSING_AFTER_REFINEMENT" if len(history) > 1 else "TESTS_PASSING"
    accepted = best.quality.accepted
    ending: SolutionStatus = mended if accepted else "TESTS_FAILING"  # type: ignore[assignment]
    return Solution(
        spec=Spec(text=text),
        analysis=Analysis(requirements=("Doubles n.",), entry_point="double"),
        best=best,
        status=status or ending,
        history=history,
        calls=made,
        usage=usage(len(made), cost_usd),
        stopped="accepted" if accepted else "no iterations left",
        seconds=6.0,
        confidence_level="HIGH" if accepted else "LOW",
        manual_review_recommended=not accepted,
    )
