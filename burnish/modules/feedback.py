"""What the next move is told: short, concrete, the trusted tests first."""

from __future__ import annotations

from burnish.records import QualityReport, TestOutcome

MAX_TESTS = 4
MAX_FINDINGS = 6
_ORDER = {"check": 0, "example": 1, "generated": 2, "usage": 3}


def feedback(quality: QualityReport) -> str:
    """The report that a repair prompt carries: how the run ended, failing tests, findings.

    Returns:
        Lines of text; "" if nothing failed and every gate is met.
    """
    run = quality.execution
    lines = [run.error] if run.error else []
    failing = [test for test in run.tests if test.outcome != "passed"]
    # Beside a trusted test that fails, generated ones, often wrong, only lead astray.
    trusted = [test for test in failing if test.suite in ("check", "example")]
    failing = sorted(trusted or failing, key=_importance)
    lines += [_line(test) for test in failing[:MAX_TESTS]]
    if len(failing) > MAX_TESTS:
        lines.append(f"... and {len(failing) - MAX_TESTS} more tests fail")
    if trusted:
        return "\n".join(dict.fromkeys(lines))
    lines += [f"{gate.name}: {gate.detail}" for gate in quality.gates if not gate.passed]
    remarks = [finding for finding in quality.findings if finding.tool != "sandbox"]
    lines += [
        f"line {f.line}: {f.message}" if f.line else f.message for f in remarks[:MAX_FINDINGS]
    ]
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _line(test: TestOutcome) -> str:
    where = f" (line {test.line})" if test.line else ""
    kind = (
        "stated by the specification, must hold" if test.suite in ("check", "example") else "test"
    )
    return f"{test.id} [{kind}] {test.outcome}{where}: {test.message}"


def _importance(test: TestOutcome) -> tuple[int, bool]:
    return _ORDER[test.suite], test.outcome == "missing"
