"""Gates at their borders, findings in their order, crashes that stay inside."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from burnish.config import Metric
from burnish.evaluation import evaluate
from burnish.records import (
    Candidate,
    Coverage,
    ExecutionReport,
    PerformanceRequirement,
    QualityReport,
    Spec,
)
from tests import builders
from tests.modules.scripts import CODE, README, TESTS

USAGE = builders.outcome("usage", "passed", "usage")


def _run(**changes: Any) -> ExecutionReport:
    base = builders.execution()
    return base.model_copy(update={"tests": (*base.tests, USAGE), **changes})


def _judge(code: str = CODE, run: ExecutionReport | None = None, **bounds: Any) -> QualityReport:
    candidate = Candidate(code=code, tests=TESTS, docs=README)
    return evaluate(candidate, run or _run(), spec=Spec(text="x"), metric=Metric(**bounds))


def _gate(report: QualityReport, name: str) -> tuple[bool, str]:
    (gate,) = [g for g in report.gates if g.name == name]
    return gate.passed, gate.detail


def _branches(complexity: int) -> str:
    tests = "".join(f"    if n == {k}:\n        return {k}\n" for k in range(complexity - 1))
    return (
        f'"""M."""\n\n\ndef f(n):\n    """Return `n`, n being a number."""\n{tests}    return n\n'
    )


def test_good_code_is_accepted_without_a_finding() -> None:
    report = _judge()
    assert report.accepted
    assert report.findings == ()
    assert report.score == pytest.approx(1.0)


def test_complexity_must_be_under_ten() -> None:
    assert _gate(_judge(_branches(9)), "complexity")[0]
    closed, detail = _gate(_judge(_branches(10)), "complexity")
    assert not closed
    assert "10 in f" in detail


def test_closures_and_methods_count_for_themselves() -> None:
    inner = "\n".join(f"    {line}" for line in _branches(10).splitlines()[3:])
    assert not _gate(_judge(f"def outer():\n{inner}\n    return f\n"), "complexity")[0]
    assert not _gate(_judge(f"class C:\n{inner}\n"), "complexity")[0]


@pytest.mark.parametrize(("covered", "passes"), [(799, False), (800, True)])
def test_coverage_at_its_border(covered: int, passes: bool) -> None:
    coverage = Coverage(covered=covered, total=1000, missing_lines=(4, 9, 10, 11))
    passed, detail = _gate(_judge(run=_run(coverage=coverage)), "coverage")
    assert passed is passes
    assert passes or detail == "coverage 79.9% < 80%, lines 4, 9-11 never ran"


def test_documentation_at_its_border() -> None:
    half = CODE.replace('"""Doubles numbers."""\n\n\n', "")  # 1 of 2 objects: 0.8 * 0.5 + 0.2
    passed, detail = _gate(_judge(half), "documentation")
    assert not passed and detail.startswith("documentation 60%")
    assert _gate(_judge(half, min_documentation=0.6), "documentation")[0]


def test_a_high_severity_finding_closes_the_gate_even_with_nosec() -> None:
    shell = (
        '"""M."""\nimport subprocess\n\n\ndef run(c):\n    """Run c."""\n'
        "    subprocess.call(c, shell=True)  # nosec\n"
    )
    report = _judge(shell)
    assert not _gate(report, "security")[0]
    assert report.findings[0].category == "security"
    assert report.findings[0].line == 7


def test_a_forged_outcome_closes_the_gate_of_execution() -> None:
    forged = builders.outcome("t", "failed", "check").model_copy(update={"category": "forgery"})
    assert not _gate(_judge(run=_run(tests=(forged,), status="CRASHED")), "executed")[0]
    assert not _gate(_judge(run=_run(tests=(forged,))), "executed")[0]


def test_failing_checks_and_failing_generated_tests_close_their_own_gates() -> None:
    check = builders.outcome("test_c", "failed", "check")
    report = _judge(run=_run(tests=(check, builders.outcome("test_g"), USAGE), status="FAILED"))
    assert _gate(report, "checks") == (False, "0 of 1 pass; failing: test_c")
    assert _gate(report, "generated_tests")[0]
    assert not report.accepted


def test_code_that_does_not_parse_says_where() -> None:
    report = _judge("def f(:\n", _run(status="SYNTAX_ERROR", tests=(), coverage=None))
    assert _gate(report, "parses") == (False, "line 1: invalid syntax")
    assert report.dimensions.syntactic_correctness == 0
    assert report.dimensions.maintainability == 0
    assert not report.accepted


def test_what_was_not_executed_is_not_guessed() -> None:
    run = _run(status="SANDBOX_UNAVAILABLE", tests=(), coverage=None, sandbox="none")
    report = _judge(run=run)
    assert not report.accepted
    assert report.dimensions.test_coverage == report.dimensions.performance == 0
    assert report.dimensions.maintainability > 0.9
    assert report.findings[0].category == "environment"


def test_a_crashing_tool_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "radon.metrics", None)
    report = _judge()
    assert any("radon crashed" in finding.message for finding in report.findings)
    assert report.dimensions.maintainability < 1


def test_findings_come_most_severe_first_and_once() -> None:
    code = "import os\n\n\ndef f(x, y=[]):\n    try:\n        return undefined_name\n    except:\n        return eval(x)\n"
    report = _judge(code)
    order = ["high", "medium", "low", "info"]
    ranks = [order.index(finding.severity) for finding in report.findings]
    assert ranks == sorted(ranks)
    assert len(set(report.findings)) == len(report.findings)
    assert any("undefined-variable" in finding.message for finding in report.findings)


def test_wrong_types_are_found_and_cost_something_whatever_the_comments_say() -> None:
    right = 'def f(n: int) -> list[int]:\n    """Return n."""\n    return [n]\n'
    wrong = right.replace("return [n]", 'return ["n"]  # type: ignore')
    good, bad = _judge(right), _judge(wrong)
    assert not [f for f in good.findings if f.tool == "mypy"]
    (found,) = [f for f in bad.findings if f.tool == "mypy"]
    assert found.line == 3 and "str" in found.message
    assert bad.dimensions.maintainability < good.dimensions.maintainability


def test_the_pylintrc_of_the_working_directory_is_not_read(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "ran"
    (tmp_path / "pylintrc").write_text(
        f"[MAIN]\ninit-hook='open({str(marker)!r}, \"w\")'\n[MESSAGES CONTROL]\ndisable=all\n"
    )
    monkeypatch.chdir(tmp_path)
    report = _judge("import os\n" + CODE)
    assert any("unused-import" in finding.message for finding in report.findings)
    assert not marker.exists()


def test_code_without_any_test_is_never_accepted() -> None:
    report = _judge(run=_run(tests=(USAGE,)))
    assert _gate(report, "coverage") == (False, "there is no test")
    assert report.dimensions.test_coverage == report.dimensions.performance == 0
    assert not report.accepted


def test_comments_of_the_code_silence_no_tool() -> None:
    code = "# pylint: skip-file\n# fmt: off\nimport os\nx  =  1\n"
    tools = {finding.tool for finding in _judge(code).findings}
    assert {"pylint", "black"} <= tools


@pytest.mark.parametrize(
    "wrapped",
    [
        "class A:\n    class B:\n{}",
        "def outer():\n    class B:\n{}\n    return B\n",
        "if True:\n    if True:\n{}",
    ],
)
def test_a_complex_function_cannot_hide(wrapped: str) -> None:
    inner = "\n".join(f"        {line}" for line in _branches(10).splitlines()[3:])
    assert not _gate(_judge(wrapped.format(inner)), "complexity")[0]


def test_a_lambda_at_the_top_level_counts_for_the_module() -> None:
    choices = " else ".join(f"{n} if x == {n}" for n in range(12))
    assert not _gate(_judge(f"f = lambda x: {choices} else 0\n"), "complexity")[0]


def test_a_return_outside_a_function_does_not_parse() -> None:
    assert not _gate(_judge("return 1\n"), "parses")[0]


def test_slow_code_is_told_in_words() -> None:
    spec = Spec(text="x", performance=PerformanceRequirement(max_seconds=1, max_growth=1.0))
    candidate = Candidate(code=CODE, tests=TESTS, docs=README)
    report = evaluate(candidate, _run(wall_s=3.0, growth=2.0), spec=spec, metric=Metric())
    messages = [f.message for f in report.findings if f.category == "performance"]
    assert messages == [
        "the tests took 3.0 s, 1 s are allowed",
        "time grows like n^2.0, at most n^1 is asked",
    ]
    assert report.dimensions.performance == pytest.approx(1 / 3)
