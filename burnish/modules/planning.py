"""Chooses the next moves: each category of failure has its own cheapest mend."""

from __future__ import annotations

import re

from burnish.evaluation.requirements import speaks_of_errors
from burnish.modules.editing import editor
from burnish.records import Analysis, Attempt, Category, Move, Spec, TestOutcome

# of JavaScript, Java, Rust and Go; Python's own `raises(Name)` asks for the name
_EXPECTS_ERROR = re.compile(r"[tT]hrows\(|\.is_err\(|err == nil|should_panic|rejects\(")


def plan(
    analysis: Analysis, spec: Spec, best: Attempt, tried: frozenset[Move], *, repairs: bool
) -> tuple[Move, ...]:
    """The moves for the next round, most urgent first; empty if nothing is left to try.

    A move that changes the code goes alone, for its effect to be seen; moves on tests and
    documentation do not touch what the code does and go together.

    Args:
        repairs: The model can mend wrong results; a small one mends only what does not run, and
            otherwise gives back the same mistake.
    """
    wrong = _code_moves(analysis, best, repairs)
    if wrong:  # a fresh start is worth another try for as long as the limits allow
        return (next((move for move in wrong if move not in tried), "rewrite"),)
    first = next((m for m in _test_moves(spec, analysis, best, repairs) if m not in tried), None)
    if first in ("repair_code", "rewrite", "simplify", "optimise"):
        return (first,)
    beside = [move for move in _side_moves(best) if move not in tried and move != first]
    return (first, *beside) if first else tuple(beside)


def _code_moves(analysis: Analysis, best: Attempt, repairs: bool) -> tuple[Move, ...]:
    run = best.execution
    ended_badly = not run.ended and run.status != "SANDBOX_UNAVAILABLE"
    trusted = [t for t in run.of("check", "example") if t.outcome != "passed"]
    own = editor(best.candidate.language).defined_names(best.candidate.code)
    nameless = run.ended and bool(analysis.entry_point) and analysis.entry_point not in own
    if ended_badly or trusted or nameless or _nothing_passes(best):
        wrong_result = run.ended and all(test.category == "assertion" for test in trusted)
        return ("repair_code", "rewrite") if repairs or not wrong_result else ("rewrite",)
    if _closed(best, "security"):
        return ("repair_code", "rewrite")
    return ()


def _nothing_passes(best: Attempt) -> bool:
    """No test at all stands behind the code: then it is the code that is wrong."""
    run = best.execution
    tests = run.of("check", "example", "generated")
    return bool(tests) and not run.passed("check", "example", "generated")


def _test_moves(spec: Spec, analysis: Analysis, best: Attempt, repairs: bool) -> tuple[Move, ...]:
    """A failing generated test accuses the code only as far as the specification supports it."""
    failing = failing_generated(best)
    if failing and all(test.category in ("syntax", "import") for test in failing):
        return ("repair_tests", "drop_tests")  # the test file itself does not compile
    if failing:
        trusted = best.execution.of("check", "example")  # they all pass, or we'd not be here
        if trusted and len(unsupported(spec, analysis, best)) == len(failing):
            return ("drop_tests",)
        if not repairs:  # fresh modules vote: is it the code that is wrong, or the test?
            return ("rewrite", "drop_tests")
        return ("repair_code", "repair_tests", "drop_tests")
    if _closed(best, "complexity") and repairs:
        return ("simplify",)
    if best.quality.dimensions.performance < 0.5 and _found(best, "performance"):
        return ("optimise",)
    return ()


def _side_moves(best: Attempt) -> tuple[Move, ...]:
    if best.execution.status == "SANDBOX_UNAVAILABLE":
        return ()
    moves: list[Move] = []
    if _closed(best, "coverage") or not best.candidate.tests:
        moves.append("add_tests")
    if _closed(best, "documentation"):
        moves.append("document")
    if not moves and not best.quality.accepted and best.quality.dimensions.documentation < 1:
        moves.append("document")
    return tuple(moves)


def failing_generated(attempt: Attempt) -> list[TestOutcome]:
    """The generated tests that did not pass."""
    return [t for t in attempt.execution.of("generated") if t.outcome != "passed"]


def unsupported(spec: Spec, analysis: Analysis, attempt: Attempt) -> set[str]:
    """Ids of failing generated tests that the specification does not stand behind."""
    edit, tests = editor(attempt.candidate.language), attempt.candidate.tests
    failing = failing_generated(attempt)
    return {t.id for t in failing if not _supported(spec, analysis, edit.source_of(tests, t.id))}


def _supported(spec: Spec, analysis: Analysis, source: str) -> bool:
    """Whether the specification stands behind a generated test.

    It does if the test samples a law that the text states; if it expects an exception that the text
    names, or, in a language whose errors need no names, any error where the text speaks of errors;
    or if it makes a call that the text gives as an example. An invented value is evidence only.
    """
    if any(f"def {law.test}(" in source for law in analysis.laws):
        return True
    if _EXPECTS_ERROR.search(source) and speaks_of_errors(spec.text):
        return True
    expected = re.findall(r"(?:[rR]aises|[tT]hrows)\((\w+)", source)
    if any(name in spec.text for name in expected):
        return True
    squeezed = re.sub(r"\s", "", source)
    return any(re.sub(r"\s", "", e.call) in squeezed for e in analysis.examples)


def _closed(attempt: Attempt, word: str) -> bool:
    return any(word in gate.name and not gate.passed for gate in attempt.quality.gates)


def _found(attempt: Attempt, category: Category) -> bool:
    return any(finding.category == category for finding in attempt.quality.findings)
