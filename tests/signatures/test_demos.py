"""Every demo is whole, and says of itself only what is true."""

from __future__ import annotations

import dspy
import pytest

from burnish.modules.docstrings import same_but_docstrings
from burnish.modules.prompts import Prompts
from burnish.records import Candidate, ExecutionReport
from burnish.registries.languages import LANGUAGES
from burnish.sandbox import Sandbox
from burnish.signatures.demonstration import demos_for
from burnish.signatures.idiom import QUESTIONS, question_in

Demo = dict[str, object]
Demos = dict[str, Demo]


def demos_of(language: str) -> Demos:
    found = {name: demos_for(question_in(name, language), name, language) for name in QUESTIONS}
    return {name: demos[0] for name, demos in found.items() if demos}


def text(demo: Demo, field: str) -> str:
    value = demo[field]
    return str(value.code) if isinstance(value, dspy.Code) else str(value)


def run(spoken: tuple[str, Sandbox], code: str, tests: str, docs: str = "") -> ExecutionReport:
    candidate = Candidate(code=code, tests=tests, docs=docs, language=spoken[0])
    return spoken[1].run(candidate)


@pytest.mark.parametrize("language", LANGUAGES.names())
def test_every_question_but_that_for_code_has_a_demo_with_every_field_in_its_language(
    language: str,
) -> None:
    prompts = Prompts(language)
    for name in QUESTIONS:
        predictor = getattr(prompts, name)
        assert len(predictor.demos) == (name != "write_code"), name
        assert all(set(demo) == set(predictor.signature.fields) for demo in predictor.demos), name
        if language != "python":
            assert "Python" not in predictor.signature.instructions, name


def test_the_docstring_demo_changes_nothing_but_docstrings() -> None:
    demo = demos_of("python")["add_docstrings"]
    before, after = text(demo, "code"), text(demo, "documented")
    assert before != after
    assert same_but_docstrings(before, after)


def test_the_demo_module_passes_the_demo_tests_and_its_readme_runs(
    spoken: tuple[str, Sandbox],
) -> None:
    demos = demos_of(spoken[0])
    code, tests = text(demos["document"], "code"), text(demos["write_tests"], "tests")
    report = run(spoken, code, tests, text(demos["document"], "documentation"))
    assert report.status == "PASSED", report
    assert report.passed("generated") == 5
    assert report.passed("usage") == 1
    assert report.coverage is not None and report.coverage.ratio == 1.0


def test_the_demo_of_repair_mends_what_fails(spoken: tuple[str, Sandbox]) -> None:
    demos = demos_of(spoken[0])
    tests, repair = text(demos["write_tests"], "tests"), demos["repair_code"]
    assert run(spoken, text(repair, "code"), tests).status == "FAILED"
    assert run(spoken, text(repair, "corrected"), tests).status == "PASSED"


def test_the_demos_of_tests_say_the_truth_about_the_module(spoken: tuple[str, Sandbox]) -> None:
    demos = demos_of(spoken[0])
    code, repair = text(demos["document"], "code"), demos["repair_tests"]
    wrong = run(spoken, code, text(repair, "tests"))
    assert [test.outcome for test in wrong.tests].count("failed") == 1, wrong
    assert run(spoken, code, text(repair, "corrected")).status == "PASSED"
    extend = demos["extend_tests"]
    few = run(spoken, code, text(extend, "tests"))
    assert few.status == "PASSED" and few.coverage is not None
    line = int(text(extend, "uncovered").partition(":")[0])
    assert line in few.coverage.missing_lines
    more = run(spoken, code, text(extend, "new_tests"))
    assert more.status == "PASSED" and more.coverage is not None
    assert line not in more.coverage.missing_lines
