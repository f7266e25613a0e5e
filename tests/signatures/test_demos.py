"""Every demo is whole, and says of itself only what is true."""

from __future__ import annotations

import ast

import dspy
import pytest

from burnish.config import Sandbox
from burnish.modules.docstrings import same_but_docstrings
from burnish.modules.generator import CodeGenerator
from burnish.records import Candidate
from burnish.sandbox import open_sandbox


def _demos() -> dict[str, dict[str, object]]:
    generator = CodeGenerator(sandbox="none")
    return {name: p.demos[0] for name, p in generator.named_predictors()}


def test_every_predictor_has_one_demo_with_every_field() -> None:
    for name, predictor in CodeGenerator(sandbox="none").named_predictors():
        assert len(predictor.demos) == 1, name
        assert set(predictor.demos[0]) == set(predictor.signature.fields), name


@pytest.mark.parametrize("name", ["write_code", "write_tests", "repair_code", "repair_tests"])
def test_code_in_demos_parses(name: str) -> None:
    codes = [v.code for v in _demos()[name].values() if isinstance(v, dspy.Code)]
    assert codes
    for code in codes:
        ast.parse(code)


def test_the_docstring_demo_changes_nothing_but_docstrings() -> None:
    demo = _demos()["add_docstrings"]
    before, after = demo["code"].code, demo["documented"].code  # type: ignore[attr-defined]
    assert before != after
    assert same_but_docstrings(before, after)


def test_the_demo_module_passes_the_demo_tests_and_its_readme_runs() -> None:
    demos = _demos()
    candidate = Candidate(
        code=demos["write_code"]["code"].code,  # type: ignore[attr-defined]
        tests=demos["write_tests"]["tests"].code,  # type: ignore[attr-defined]
        docs=str(demos["document"]["documentation"]),
    )
    box = open_sandbox(Sandbox(kind="bubblewrap", pool_size=0))
    try:
        report = box.run(candidate)
    finally:
        box.close()
    assert report.status == "PASSED"
    assert report.passed("generated") == 5
    assert report.passed("usage") == 1
