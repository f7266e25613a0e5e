"""The first attempt: understand the specification, then write code, tests and documentation."""

from __future__ import annotations

import re
from collections.abc import Callable

from burnish.errors import ModelUnavailableError
from burnish.evaluation.examples import find_examples
from burnish.evaluation.laws import find_laws
from burnish.evaluation.requirements import find_entry_point, speaks_of_errors
from burnish.languages import toolchain
from burnish.languages.edits import spelt
from burnish.modules.readme import whole_paragraphs
from burnish.modules.search import Search
from burnish.modules.session import Session, UnusableAnswer
from burnish.records import Analysis, Candidate, Spec, Strategy
from burnish.registries.languages import language
from burnish.signatures.idiom import error_words
from burnish.signatures.questions import as_code
from burnish.templates.pattern import find_pattern, pattern_source

MAX_PARTS = 5
ENOUGH_EXAMPLES = 2
"""So many examples of the specification are tests enough for a small model's module, unless lines
of it stay unrun."""


def analyze(
    session: Session, spec: Spec, strategy: Strategy | None = None, ask: bool | None = None
) -> Analysis:
    """What the text fixes is read by rules; what needs understanding is asked of the model.

    An analysis that the model cannot give is not fatal: the rules' part is enough to go on.

    Args:
        ask: See `config.Search.analysis`.
    """
    named = find_entry_point(spec.text)
    entry_point = spelt(named, language(spec.language).case)
    pattern = find_pattern(spec.text, spec.language)
    chosen = strategy or ("template" if pattern else "direct")
    examples = find_examples(spec.text, named)
    ruled = Analysis(
        examples=examples,
        laws=find_laws(spec.text, named, examples),
        entry_point=entry_point,
        strategy=chosen,
        template=pattern if chosen == "template" else "",
    )
    if ask is None:
        ask = not (session.small and entry_point) or chosen == "incremental"  # which needs parts
    if not ask:
        return ruled
    try:
        answer = session.ask(
            "analyze",
            specification=spec.text,
            constraints=spec.constraints,
            test_requirements=spec.test_requirements,
        )
    except UnusableAnswer:
        return ruled
    chosen = strategy or ("template" if pattern else answer.strategy)
    return ruled.model_copy(
        update={
            "interface": interface_only(answer.interface),
            "requirements": tuple(answer.requirements[:8]),
            "edge_cases": tuple(answer.edge_cases[:6]),
            "strategy": chosen,
            "parts": tuple(answer.parts[:MAX_PARTS]) if chosen == "incremental" else (),
        }
    )


def write(session: Session, spec: Spec, analysis: Analysis, search: Search) -> Candidate:
    """One complete candidate by the chosen strategy.

    Args:
        search: Checks incremental parts, and draws further modules if the first of a small model
            fails what is trusted.

    Raises:
        UnusableAnswer: There is no code; missing tests or documentation are left to the loop.
    """
    tests = write_tests(session, spec, analysis) if analysis.strategy == "test-first" else ""
    if analysis.strategy == "incremental" and analysis.parts:
        code = write_parts(session, spec, analysis, search)
    else:
        code = write_code(session, spec, analysis, tests=tests)
    own = session.editor.defined_names(code)
    laws = [law for law in analysis.laws if own.issuperset(law.functions)]
    law_tests = session.editor.law_tests(laws, spec.module)
    if session.small:  # a larger model mends its own mistakes, for less
        code = search.best(code, law_tests)
    stated = "" if tests else stated_tests(spec, analysis, code)
    # a small model's own tests are often wrong, and the dearest of its answers
    enough = bool(stated) and len(analysis.examples) >= ENOUGH_EXAMPLES
    spare = session.small and (enough or not search.imports(code))
    if not tests and not spare:
        tests = _or_nothing(lambda: write_tests(session, spec, analysis, code))
    tests = session.editor.test_file(tests, spec.module, code) if tests else ""
    note = "" if tests or not stated else "the tests are the specification's examples"
    tests = tests or stated
    candidate = Candidate(
        code=code,
        tests=session.editor.merge(tests, law_tests) if law_tests else tests,
        language=spec.language,
        module=spec.module,
        note=note,
    )
    docs = _or_nothing(lambda: _first_docs(session, spec, analysis, search, code))
    return candidate.model_copy(update={"docs": docs})


def _or_nothing(ask: Callable[[], str]) -> str:
    """A part beside the code; "" where the model is lost: the code is there, and is judged."""
    try:
        return ask()
    except ModelUnavailableError:
        return ""


def _first_docs(session: Session, spec: Spec, analysis: Analysis, search: Search, code: str) -> str:
    """A README; a small model documents only what keeps its promises: the rest is rewritten."""
    if session.small:
        composed = session.editor.readme(code, spec.module, analysis.examples)
        if composed or not search.keeps(code):
            return composed
    return document(session, spec, code)


def write_code(
    session: Session,
    spec: Spec,
    analysis: Analysis,
    *,
    tests: str = "",
    notes: str = "",
    temperature: float | None = None,
) -> str:
    """The module's source, formatted.

    Args:
        tests: Tests that it must satisfy, for the test-first strategy.
        notes: Replaces the notes that the analysis gives.
        temperature: Overrides the model's.
    """
    return session.ask_code(
        "write_code",
        entry_point=analysis.entry_point,
        specification=spec.text,
        constraints=spec.constraints,
        interface=_agreed(spec, analysis),
        notes=notes or _notes(spec, analysis, tests),
        temperature=temperature,
    )


def write_parts(session: Session, spec: Spec, analysis: Analysis, search: Search) -> str:
    """The module written part by part; a part that breaks or loses what was there is not taken."""
    code, fence = "", language(spec.language).fence
    for number, part in enumerate(analysis.parts, start=1):
        sofar = f"Written so far, keep it:\n```{fence}\n{code}\n```\n" if code else ""
        step = f"{sofar}Part {number} of {len(analysis.parts)}, add it now: {part}"
        grown = write_code(session, spec, analysis, notes=step)
        kept = session.editor.defined_names(code) <= session.editor.defined_names(grown)
        if kept and search.imports(grown):
            code = grown
    return code or write_code(session, spec, analysis)


def write_tests(session: Session, spec: Spec, analysis: Analysis, code: str = "") -> str:
    """A test file from the specification alone, tidied; "" if two answers hold no test of it.

    Args:
        code: The module, if it is there: its names mend imports. The model never sees it, but in
            languages where tests must fit declared types, its signatures.
    """
    signatures = session.editor.signatures(code)
    for _ in range(2):  # the second time, the session asks warmer
        try:
            answer = session.ask(
                "write_tests",
                cut_is_usable=True,
                specification=spec.text,
                test_requirements=spec.test_requirements,
                interface=signatures or _interface(spec, analysis),
                module=spec.module,
            )
        except UnusableAnswer:
            return ""
        if tests := session.editor.test_file(answer.tests.code, spec.module, code):
            return tests
    return ""


def stated_tests(spec: Spec, analysis: Analysis, code: str) -> str:
    """The examples of the specification as a test file; "" if there are none."""
    pairs = [(e.call, e.expected) for e in analysis.examples if e.expected]
    chain = toolchain(spec.language)
    return chain.example_tests(chain.outline(code), pairs).replace(
        "from solution import", f"from {spec.module} import"
    )


def document(session: Session, spec: Spec, code: str) -> str:
    """A README for the module; "" if the model gives none. One that was cut ends where it can."""
    try:
        answer = session.ask(
            "document",
            cut_is_usable=True,
            specification=spec.text,
            module=spec.module,
            code=as_code(code),
        )
    except UnusableAnswer:
        return ""
    written = str(answer.documentation)
    if session.calls[-1].error:
        written = whole_paragraphs(written)
    # demos import from the usual name, and a small model follows them
    usual = language(spec.language).module
    return re.sub(rf"\b(from|import) {usual}\b", rf"\1 {spec.module}", written)


def interface_only(source: str) -> str:
    """The def and class lines of a sketch, without the bodies that models like to add."""
    lines = [line.rstrip().rstrip(":") for line in source.splitlines()]
    wanted = ("def ", "class ", "async def ", "export ", "func ", "type ", "pub ", "public ")
    return "\n".join(line for line in lines if line.lstrip().startswith(wanted))


def _agreed(spec: Spec, analysis: Analysis) -> str:
    """Names, and how errors are told in the language."""
    words = error_words(spec.language, fails=speaks_of_errors(spec.text))
    return "\n".join(part for part in (_interface(spec, analysis), words) if part)


def _interface(spec: Spec, analysis: Analysis) -> str:
    """Said only where the text names nothing, or not as the language spells it.

    A sketch from the analysis may be wrong.
    """
    if analysis.entry_point:
        return "" if analysis.entry_point in spec.text else f"name it {analysis.entry_point}"
    return analysis.interface


def _notes(spec: Spec, analysis: Analysis, tests: str) -> str:
    parts, fence = [], language(spec.language).fence
    if analysis.template:
        pattern = pattern_source(analysis.template)
        parts.append(
            "A proven pattern for a neighbouring problem; take its structure, but every name, rule "
            f"and text from the specification:\n```python\n{pattern}\n```"
        )
    if analysis.edge_cases:
        parts.append("Edge cases: " + "; ".join(analysis.edge_cases))
    if tests:
        parts.append(
            f"Draft tests (the specification decides where they differ):\n```{fence}\n{tests}\n```"
        )
    return "\n\n".join(parts)
