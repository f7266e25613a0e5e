"""The conformance suite: what every pair of language and sandbox must do, with real programs.

Open the sandbox under test with `limits(language)`, so that limits are reached in seconds.
`cases(language)` maps the name of each promise to its check, for parametrised tests;
`check_sandbox` runs them all. The promises about reports are here and hold for every language:
their programs are data in `samples/LANGUAGE.toml`, one table a case, and do the same in each.
Those about walls and attackers are in `isolation.py`, with attackers in Python.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from burnish import config
from burnish.languages.toolchain import setup
from burnish.records import Candidate, Example, ExecutionReport, TestOutcome
from burnish.sandbox import isolation, python_reports
from burnish.sandbox.promises import LIMITS, register
from burnish.sandbox.protocol import Sandbox

Samples = dict[str, Any]
Check = Callable[[Sandbox, str, Samples], None]
_COMPILING = {
    "timeout_s": 40, "test_timeout_s": 6, "work_bytes": 64 * config.MIB, "pids": 64,
    "memory_bytes": 256 * config.MIB,
}  # fmt: skip
_CASES: dict[str, Check] = {}
case = register(_CASES)


def limits(language: str = "python") -> config.Sandbox:
    """Limits for the suite: small, with what the language needs to compile."""
    needs = setup(language)
    return LIMITS.model_copy(update=(_COMPILING | needs.limits) if needs.programs else {})


def cases(language: str = "python") -> dict[str, Callable[[Sandbox], None]]:
    """Every promise of a sandbox that runs this language, by name."""
    given = samples(language)
    found: dict[str, Callable[[Sandbox], None]] = {
        name: functools.partial(_checked, check, language, given) for name, check in _CASES.items()
    }
    for name in given.get("forgeries", {}):
        if name != "check":
            forgery = functools.partial(check_forgery, language=language, name=name)
            found[f"forgery_fails_{name}"] = forgery
    if language == isolation.LANGUAGE:
        found |= isolation.CASES | python_reports.CASES
    return found


def check_sandbox(sandbox: Sandbox, language: str = "python") -> None:
    """Run every case; takes about half a minute in Python with its `limits`.

    Raises:
        AssertionError: a promise is broken; the message names the cases, and what was reported.
    """
    broken = []
    for name, check in cases(language).items():
        try:
            check(sandbox)
        except AssertionError as error:
            broken.append(f"{name}: {error}")
    assert not broken, "\n".join(broken)


def _checked(check: Check, language: str, given: Samples, sandbox: Sandbox) -> None:
    check(sandbox, language, given)


def samples(language: str) -> Samples:
    """The programs of a language."""
    file = files("burnish.sandbox") / "samples" / f"{language}.toml"
    return tomllib.loads(file.read_text("utf-8"))


def _run(
    sandbox: Sandbox, language: str, code: str, checks: str = "", **fields: Any
) -> ExecutionReport:
    examples = fields.pop("examples", ())
    candidate = Candidate(code=code.lstrip("\n"), language=language, **fields)
    return sandbox.run(candidate, checks=checks.lstrip("\n"), examples=examples)


def _only(report: ExecutionReport, name: str = "") -> TestOutcome:
    found = [test for test in report.tests if not name or test.id == name]
    assert len(found) == 1, f"expected one test {name!r}: {report}"
    return found[0]


def _status(report: ExecutionReport, *wanted: str) -> None:
    assert report.status in wanted, f"{report.status}, not {wanted}: {report}"


@case
def passing_code_passes_with_every_field_filled(
    sandbox: Sandbox, language: str, given: Samples
) -> None:
    """A correct module passes its checks, tests, examples and usage example."""
    sample = given["passing"]
    report = _run(
        sandbox, language, sample["code"], sample["tests"], tests=sample["tests"],
        docs=sample["docs"], examples=(Example(call="add(2, 2)", expected="4"),),
    )  # fmt: skip
    _status(report, "PASSED")
    assert [(t.suite, t.outcome) for t in report.tests] == [
        ("check", "passed"), ("generated", "passed"), ("example", "passed"), ("usage", "passed"),
    ], report.tests  # fmt: skip
    assert all(test.category is None and test.message == "" for test in report.tests)
    assert report.sandbox == sandbox.name and report.error == ""
    assert report.coverage is not None and report.coverage.ratio == 1.0, report.coverage
    assert 0 < report.wall_s < 40 and report.cpu_s > 0, report
    assert report.peak_memory_bytes > 2**19, report
    assert "hello" in report.output and not report.output_truncated, report.output


@case
def failing_assertion_shows_both_values(sandbox: Sandbox, language: str, given: Samples) -> None:
    """The message feeds a repair: it holds the actual and the expected value."""
    report = _run(sandbox, language, given["passing"]["code"], given["wrong"]["tests"])
    _status(report, "FAILED")
    failed = [test for test in report.tests if test.outcome != "passed"]
    assert len(failed) == 1 and report.passed() == 1, report
    assert (failed[0].outcome, failed[0].category) == ("failed", "assertion"), failed
    for value in given["wrong"]["shows"]:
        assert value in failed[0].message, failed[0].message


@case
def exception_names_its_kind_and_line(sandbox: Sandbox, language: str, given: Samples) -> None:
    """What the module throws is told by kind, and where the language tells it, by line."""
    sample = given["exception"]
    report = _run(sandbox, language, sample["code"], sample["tests"])
    _status(report, "FAILED")
    test = _only(report)
    assert test.category == "exception", test
    assert all(word in test.message for word in sample["shows"]), test.message
    assert test.line == sample.get("line"), test


@case
def syntax_error_runs_nothing(sandbox: Sandbox, language: str, given: Samples) -> None:
    """Code that does not compile is reported with its line; its tests are errors."""
    sample = given["syntax"]
    report = _run(sandbox, language, sample["code"], given["passing"]["tests"])
    _status(report, "SYNTAX_ERROR")
    assert _only(report).outcome == "error" and _only(report).line == sample["line"], report
    assert report.coverage is None and report.error


@case
def missing_import_is_told(sandbox: Sandbox, language: str, given: Samples) -> None:
    """What is not there is named, and no test passes."""
    report = _run(sandbox, language, given["missing_import"]["code"], given["passing"]["tests"])
    _status(report, "IMPORT_ERROR")
    assert _only(report).category == "import" and report.error, report


@case
def test_file_that_does_not_compile_is_its_own_failure(
    sandbox: Sandbox, language: str, given: Samples
) -> None:
    """A broken generated test file is no fault of the module."""
    sample = given["passing"]
    broken = given["test_syntax"]["tests"]
    report = _run(sandbox, language, sample["code"], sample["tests"], tests=broken)
    _status(report, "FAILED")
    assert [test.outcome for test in report.of("check")] == ["passed"], report
    assert report.of("generated") and report.passed("generated") == 0, report


@case
def endless_test_times_out_alone(sandbox: Sandbox, language: str, given: Samples) -> None:
    """One endless test costs its own limit; the others still report."""
    sample = given["endless"]
    report = _run(sandbox, language, sample["code"], sample["tests"])
    _status(report, "FAILED")
    test = _only(report, sample["name"])
    assert (test.outcome, test.category) == ("timeout", "timeout"), test
    assert report.passed() == 1, report


@case
def early_exit_passes_nothing(sandbox: Sandbox, language: str, given: Samples) -> None:
    """Exit code 0 in the middle of a test is no pass; the other test still reports."""
    sample = given["early_exit"]
    report = _run(sandbox, language, sample["code"], sample["tests"])
    _status(report, "FAILED", "CRASHED")
    assert _only(report, sample["name"]).outcome in ("error", "missing"), report
    assert report.passed() == 1, report


@case
def memory_hog_is_stopped(sandbox: Sandbox, language: str, given: Samples) -> None:
    """More memory than the limit is not to be had, and is called by its name."""
    report = _run(sandbox, language, given["hog"]["code"], given["hog"]["tests"])
    _status(report, "OUT_OF_MEMORY")
    assert report.passed() == 0 and _only(report).category == "memory", report


@case
def output_flood_is_cut_and_flagged(sandbox: Sandbox, language: str, given: Samples) -> None:
    """Printed output is capped; the flag says so; the verdict stands."""
    report = _run(sandbox, language, given["flood"]["code"], given["flood"]["tests"])
    _status(report, "PASSED")
    assert report.output_truncated and 0 < len(report.output) <= LIMITS.output_bytes, report


@case
def coverage_names_the_lines_that_never_ran(
    sandbox: Sandbox, language: str, given: Samples
) -> None:
    """Coverage of the module alone, below one, with the missing line."""
    sample = given["partial"]
    report = _run(sandbox, language, sample["code"], sample["tests"])
    _status(report, "PASSED")
    assert report.coverage is not None and 0.2 < report.coverage.ratio < 1, report.coverage
    assert list(report.coverage.missing_lines) == sample["missing"], report.coverage


@case
def skipped_test_is_excused_by_its_own_file(
    sandbox: Sandbox, language: str, given: Samples
) -> None:
    """A test that its file marks as skipped neither passes nor fails."""
    report = _run(sandbox, language, given["passing"]["code"], given["skipped"]["tests"])
    _status(report, "PASSED")
    assert len(report.tests) == 1, report


@case
def values_cross_the_border_as_they_are(sandbox: Sandbox, language: str, given: Samples) -> None:
    """Arguments are written in the language's literals, results compared on the host."""
    sample = given["values"]
    examples = tuple(Example(call=call, expected=value) for call, value in sample["examples"])
    failing = Example(call="fail('no')", raises="ValueError")
    report = _run(sandbox, language, sample["code"], examples=(*examples, failing))
    _status(report, "PASSED")
    assert len(report.of("example")) == len(examples) + 1, report
    wrong = Example(call=examples[0].call, expected="'something else'")
    unraised = Example(call=examples[0].call, raises="ValueError")
    report = _run(sandbox, language, sample["code"], examples=(wrong, unraised))
    assert report.passed() == 0 and len(report.of("example")) == 2, report


@case
def a_probe_only_asks(sandbox: Sandbox, language: str, given: Samples) -> None:
    """A call of which nothing is stated gives its answer, and cannot fail."""
    sample = given["values"]
    stated = Example(call=sample["examples"][0][0], expected=sample["examples"][0][1])
    probes = (Example(call=stated.call), Example(call="fail('no')"))
    report = _run(sandbox, language, sample["code"], examples=(stated, *probes))
    _status(report, "PASSED")
    assert [test.suite for test in report.tests] == ["example", "probe", "probe"], report
    value, same, raised = (test.answer for test in report.tests)
    assert value and value == same and raised.startswith("raised "), report


@case
def runs_share_nothing(sandbox: Sandbox, language: str, given: Samples) -> None:
    """The same candidate gives the same report again: nothing is left of the first run."""
    sample = given["passing"]
    for _ in range(2):
        _status(_run(sandbox, language, sample["code"], sample["tests"]), "PASSED")


def check_forgery(sandbox: Sandbox, language: str, name: str) -> None:
    """A module that tries to pass without being right passes nothing, and is seen to run.

    Raises:
        AssertionError: it passed.
    """
    given = samples(language)["forgeries"]
    tests = given[name].get("tests", given["check"]["tests"])
    report = _run(sandbox, language, given[name]["code"], tests)
    assert report.status != "PASSED" and report.passed() == 0, f"{name} passed: {report}"
    assert report.of("check"), report
