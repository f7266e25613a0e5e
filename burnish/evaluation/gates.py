"""The conditions that an accepted candidate must meet, in the order in which to mend them."""

from __future__ import annotations

from burnish.config import Metric
from burnish.evaluation.analyzer import Remarks
from burnish.records import ExecutionReport, Gate, Suite


def parses(error: str) -> Gate:
    """The code parses; `error` says where it does not."""
    return Gate(name="parses", passed=not error, detail=error or "the code parses")


def executed(run: ExecutionReport) -> Gate:
    """The run came to a proper end, and nothing in it tried to forge the verdict."""
    forged = [t.id for t in run.tests if t.category == "forgery"]
    if forged:
        return Gate(name="executed", passed=False, detail=f"forged outcome in {forged[0]}")
    detail = f"ran in {run.sandbox}" if run.ended else run.error or run.status
    return Gate(name="executed", passed=run.ended, detail=detail)


def trusted(run: ExecutionReport) -> Gate:
    """The caller's checks and the specification's examples pass."""
    return _suites("checks", run, "check", "example", none="none were given")


def generated(run: ExecutionReport, *, wanted: bool) -> Gate:
    """The tests that a model wrote pass, and there are some where they are `wanted`."""
    if wanted and run.ended and not run.of("generated"):
        return Gate(name="generated_tests", passed=False, detail="there are none")
    return _suites("generated_tests", run, "generated", none="there are none")


def complexity(remarks: Remarks, metric: Metric) -> Gate:
    """Every function's cyclomatic complexity is under the bound."""
    bound = f"must be under {metric.max_complexity}"
    return Gate(name="complexity", passed=remarks.value == 1.0, detail=f"{remarks.detail}, {bound}")


def coverage(run: ExecutionReport, metric: Metric) -> Gate:
    """Branch coverage reaches the bound."""
    if run.coverage is None:
        return Gate(name="coverage", passed=False, detail="not measured")
    if not run.of("check", "example", "generated"):
        return Gate(name="coverage", passed=False, detail="there is no test")
    ratio, bound = run.coverage.ratio, metric.min_coverage
    if ratio >= bound:
        return Gate(name="coverage", passed=True, detail=f"coverage {_percent(ratio)}")
    lines = _ranges(run.coverage.missing_lines)
    never = f", lines {lines} never ran" if lines else ""
    return Gate(
        name="coverage", passed=False, detail=f"coverage {_percent(ratio)} < {bound:.0%}{never}"
    )


def documentation(value: float, metric: Metric) -> Gate:
    """The documentation dimension reaches the bound."""
    bound = metric.min_documentation
    passed = value >= bound
    sign = ">=" if passed else "<"
    return Gate(
        name="documentation",
        passed=passed,
        detail=f"documentation {_percent(value)} {sign} {bound:.0%}",
    )


def security(remarks: Remarks) -> Gate:
    """bandit has no finding of high severity."""
    return Gate(name="security", passed=remarks.value == 1.0, detail=remarks.detail)


def _suites(name: str, run: ExecutionReport, *suites: Suite, none: str) -> Gate:
    tests = run.of(*suites)
    failing = [test.id for test in tests if test.outcome != "passed"]
    if not tests:
        return Gate(name=name, passed=run.ended, detail=none if run.ended else "nothing ran")
    detail = f"{len(tests) - len(failing)} of {len(tests)} pass"
    if failing:
        detail += f"; failing: {', '.join(failing[:3])}{', ...' if len(failing) > 3 else ''}"
    return Gate(name=name, passed=not failing, detail=detail)


def _percent(ratio: float) -> str:
    """Rounded down, so that 79.96% never reads as 80%."""
    return f"{int(ratio * 1000 + 1e-9) / 10:g}%"


def _ranges(lines: tuple[int, ...]) -> str:
    """(1, 2, 3, 7) as "1-3, 7"."""
    runs: list[list[int]] = []
    for line in sorted(lines):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in runs)
