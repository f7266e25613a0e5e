"""Makes the moves: what is asked of the model for each, and what needs no model."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from burnish.modules.patching import at_fault, patched
from burnish.modules.planning import failing_generated, plan, unsupported
from burnish.modules.search import Search
from burnish.modules.session import Session, UnusableAnswer
from burnish.modules.writing import document, stated_tests, write_tests
from burnish.records import Analysis, Attempt, Candidate, Move, Spec
from burnish.signatures.questions import as_code


class Work(NamedTuple):
    """What a move has in hand."""

    session: Session
    spec: Spec
    analysis: Analysis
    search: Search
    attempt: Attempt
    warm: float
    """Temperature: what comes next must differ from what failed."""


def mend(work: Work, history: tuple[Attempt, ...]) -> Candidate | None:
    """The next candidate, made from the best one by the moves that it needs most.

    Moves that were made from the very same attempt before, and did not better it, are not made
    again, but for a fresh start and further tests; neither is a candidate tried again.

    Returns:
        None if no move is left, or none gives anything new.
    """
    best = work.attempt
    seen = {attempt.candidate.id for attempt in history}
    fruitless = work.session.fruitless
    tried = {a.candidate.move for a in history if a.candidate.parent == best.candidate.id}
    tried.discard("add_tests")  # other tests, asked for warmer, may reach what these did not
    tried |= {
        move for of, move in fruitless if of == _basis(best.candidate, move) and move != "rewrite"
    }
    repairs = not work.session.small or not work.search.limit
    while moves := plan(work.analysis, work.spec, best, frozenset(tried), repairs=repairs):
        candidate = _apply(work, moves)
        if candidate.id not in seen:
            return candidate
        if set(moves) <= tried:
            return None
        tried |= set(moves)
        fruitless |= {(_basis(best.candidate, move), move) for move in moves}
    return None


def _basis(candidate: Candidate, move: Move) -> str:
    """What a move is made from: other tests and documentation make no code simpler or faster."""
    return candidate.code if move in ("simplify", "optimise") else candidate.id


def _apply(work: Work, moves: tuple[Move, ...]) -> Candidate:
    """The best candidate with the moves made one after another; those that fail are left out."""
    old = candidate = work.attempt.candidate
    notes = []
    for move in moves:
        try:
            candidate, note = _MOVES[move](work, candidate)
        except UnusableAnswer as error:
            note = f"{move} failed: {error}"
        notes += [note] if note else []
    return candidate.model_copy(
        update={
            "round": work.session.round,
            "parent": old.id,
            "move": moves[0],
            "note": "; ".join(notes),
        }
    )


def _repair_code(work: Work, candidate: Candidate) -> tuple[Candidate, str]:
    """Mend the code; tests that only disagree with code which trusted tests confirm are dropped."""
    trusted = work.attempt.execution.of("check", "example")
    names = unsupported(work.spec, work.analysis, work.attempt)
    repaired = _rework(work, candidate, work.attempt.feedback)
    if not names or not trusted or any(test.outcome != "passed" for test in trusted):
        return repaired, ""
    tests = work.session.editor.drop(candidate.tests, names)
    return repaired.model_copy(update={"tests": tests}), _why_dropped(work, candidate, names)


def _simplify(work: Work, candidate: Candidate) -> tuple[Candidate, str]:
    order = "Split the functions that are too complex into smaller ones; change no behaviour."
    return _rework(work, candidate, f"{order}\n{work.attempt.feedback}"), "split complex functions"


def _optimise(work: Work, candidate: Candidate) -> tuple[Candidate, str]:
    order = "Make it faster or use less memory, with a better algorithm; change no behaviour."
    return _rework(work, candidate, f"{order}\n{work.attempt.feedback}"), "asked for less time"


def _rework(work: Work, candidate: Candidate, report: str) -> Candidate:
    """The code mended; of a long module, only the function that is at fault is asked for."""
    part = at_fault(candidate, work.attempt.execution)
    if part:
        report += f"\nEvery failing trace ends in `{part}`. Answer with that function alone, whole."
    code = work.session.ask_code(
        "repair_code",
        specification=work.spec.text,
        constraints=work.spec.constraints,
        code=as_code(candidate.code),
        report=report,
        whole=not part,
        temperature=work.warm,  # cold, a small model gives back the very same code
    )
    if part:
        code = patched(candidate, part, code)
        if not code:
            raise UnusableAnswer(f"repair_code: the answer holds no {part}")
        code = work.session.editor.module(code)
    return candidate.model_copy(update={"code": code})


def _rewrite(work: Work, candidate: Candidate) -> tuple[Candidate, str]:
    code = work.search.best(candidate.code, candidate.tests)
    return candidate.model_copy(update={"code": code}), "the best of several fresh modules"


def _repair_tests(work: Work, candidate: Candidate) -> tuple[Candidate, str]:
    names = {test.id for test in failing_generated(work.attempt)}
    if not names:
        return candidate, ""
    failing = "\n".join(f"{t.id}: {t.message}" for t in failing_generated(work.attempt))
    if signatures := work.session.editor.signatures(candidate.code):
        failing += f"\nThe module declares:\n{signatures}"
    answer = work.session.ask(
        "repair_tests",
        specification=work.spec.text,
        tests=as_code(candidate.tests),
        report=failing,
    )
    edit = work.session.editor
    corrected = edit.test_file(answer.corrected.code, candidate.module, candidate.code)
    gone = names - {name for name in names if edit.source_of(corrected, name)}
    tests = edit.drop(edit.merge(candidate.tests, corrected, names), gone)
    return candidate.model_copy(update={"tests": tests}), _because("reconsidered", names)


def _drop_tests(work: Work, candidate: Candidate) -> tuple[Candidate, str]:
    names = {test.id for test in failing_generated(work.attempt)}
    tests = work.session.editor.drop(candidate.tests, names)
    return candidate.model_copy(update={"tests": tests}), _why_dropped(work, candidate, names)


def _why_dropped(work: Work, candidate: Candidate, names: set[str]) -> str:
    edit = work.session.editor
    laws = {law.test for law in work.analysis.laws} & names
    stated = stated_tests(work.spec, work.analysis, candidate.code)
    sources = {name: edit.source_of(stated, name).strip() for name in names - laws}
    strict = {
        name
        for name, source in sources.items()
        if source and source == edit.source_of(candidate.tests, name).strip()
    }
    reasons = [f"dropped {_listed(laws)}: no module keeps this law"] if laws else []
    if strict:
        reasons.append(
            f"dropped {_listed(strict)}: the example that it tries passes by value, "
            "which the test compares too strictly"
        )
    others = names - laws - strict
    reasons += [_because("dropped", others)] if others else []
    return "; ".join(reasons)


def _because(verb: str, names: set[str]) -> str:
    return f"{verb} {_listed(names)}: the specification does not state what they expect"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))


def _add_tests(work: Work, candidate: Candidate) -> tuple[Candidate, str]:
    if not candidate.tests:
        tests = write_tests(work.session, work.spec, work.analysis, candidate.code)
        if not tests:
            raise UnusableAnswer("write_tests: no answer holds a test of the module")
        return candidate.model_copy(update={"tests": tests}), "wrote tests"
    coverage = work.attempt.execution.coverage
    answer = work.session.ask(
        "extend_tests",
        cut_is_usable=True,
        specification=work.spec.text,
        module=candidate.module,
        tests=as_code(candidate.tests),
        uncovered=_lines(candidate.code, coverage.missing_lines if coverage else ()),
    )
    new = work.session.editor.test_file(answer.new_tests.code, candidate.module, candidate.code)
    if not new:
        raise UnusableAnswer("extend_tests: the answer holds no test of the module")
    tests = work.session.editor.merge(candidate.tests, new)
    return candidate.model_copy(update={"tests": tests}), "added tests for lines never run"


def _lines(code: str, numbers: tuple[int, ...]) -> str:
    source = code.splitlines()
    return "\n".join(f"{n}: {source[n - 1].strip()}" for n in numbers if n <= len(source))


def _document(work: Work, candidate: Candidate) -> tuple[Candidate, str]:
    """Docstrings first, without letting the code change; then the README if its example fails."""
    remarks = [f.message for f in work.attempt.quality.findings if f.category == "documentation"]
    if remarks:  # the whole module is written once more: not for what no finding asks for
        answer = work.session.ask(
            "add_docstrings",
            code=as_code(candidate.code),
            remarks="\n".join(remarks),
            temperature=work.warm,  # cold, as above
        )
        code = work.session.editor.documented(candidate.code, answer.documented.code)
        candidate = candidate.model_copy(update={"code": code})
    usage = work.attempt.execution.of("usage")
    if not candidate.docs or not usage or any(t.outcome != "passed" for t in usage):
        docs = document(work.session, work.spec, candidate.code)
        candidate = candidate.model_copy(update={"docs": docs or candidate.docs})
    return candidate, "documentation rewritten"


_MOVES: dict[Move, Callable[[Work, Candidate], tuple[Candidate, str]]] = {
    "repair_code": _repair_code,
    "rewrite": _rewrite,
    "simplify": _simplify,
    "optimise": _optimise,
    "repair_tests": _repair_tests,
    "drop_tests": _drop_tests,
    "add_tests": _add_tests,
    "document": _document,
}
