"""From what a sandbox reported, and what had to be reported, to an ExecutionReport."""

from __future__ import annotations

from typing import Any, cast

from burnish.records import (
    Category,
    Coverage,
    ExecutionReport,
    ExecutionStatus,
    Finding,
    Outcome,
    Suite,
    TestOutcome,
)
from burnish.sandbox import comparison
from burnish.sandbox.evidence import Event, Run, end_of_worker
from burnish.sandbox.plan import Plan, SuitePlan


def judge(plan: Plan, report: dict[str, Any], sandbox: str) -> ExecutionReport:
    """The report of one run; nothing that never reported counts as passed."""
    run = Run(report)
    tests: list[TestOutcome] = []
    genuine = report["genuine"] and not run.anywhere("forged")
    void = "" if genuine else "its report was forged"
    for laid in plan.suites:
        outcomes, doubt = _suite(laid, run)
        void = void or doubt
        tests += outcomes
    for index, kind in enumerate(plan.kinds):
        if kind == "examples":
            tests += _examples(plan, run, index)
        elif kind == "usage":
            tests.append(_usage(run, index))
    if void:
        tests = [_voided(test, void) for test in tests]
    remarks = next(iter(run.anywhere("remarks")), {})
    status, error = _status(plan, run, tests, void)
    return ExecutionReport(
        status=status,
        error=error,
        sandbox=sandbox,
        tests=tuple(tests),
        coverage=_coverage(report) if status in ("PASSED", "FAILED") else None,
        wall_s=_wall(run, tests, status),
        cpu_s=round(sum(part["cpu_s"] for part in run.spent), 4),
        peak_memory_bytes=max((part["peak_memory_bytes"] for part in run.spent), default=0),
        growth=_growth(plan, run),
        output=report["output"],
        output_truncated=report["truncated"],
        formatted=remarks.get("formatted"),
        findings=tuple(Finding(**found) for found in remarks.get("findings", ())),
    )


def _status(
    plan: Plan, run: Run, tests: list[TestOutcome], void: str
) -> tuple[ExecutionStatus, str]:
    if void:
        return "CRASHED", f"The run is void: {void}."
    if run.failed_import is not None:
        return _import_status(run.failed_import)
    unfinished = [i for i, kind in enumerate(plan.kinds) if kind != "growth" and not run.done(i)]
    if not plan.kinds and not run.imports:
        category, reason = end_of_worker(run.workers[0])
    elif unfinished:
        category, reason = run.end_of(unfinished[0])
    elif any(test.category == "memory" and test.outcome != "passed" for test in tests):
        return "OUT_OF_MEMORY", "A test reached the memory limit."
    else:
        passed = all(test.outcome == "passed" for test in tests)
        return ("PASSED" if passed else "FAILED"), ""
    statuses: dict[str, ExecutionStatus] = {"timeout": "TIMEOUT", "memory": "OUT_OF_MEMORY"}
    return statuses.get(category, "CRASHED"), reason[0].upper() + reason[1:] + "."


def _import_status(event: Event) -> tuple[ExecutionStatus, str]:
    reason = "The module could not be imported: " + event["message"].replace("\n", " ")
    statuses: dict[str, ExecutionStatus] = {"timeout": "TIMEOUT", "memory": "OUT_OF_MEMORY"}
    status = statuses.get(event["category"], "IMPORT_ERROR")
    if event["category"] == "syntax" and event.get("line") is not None:
        status = "SYNTAX_ERROR"
    return status, reason


def _suite(laid: SuitePlan, run: Run) -> tuple[list[TestOutcome], str]:
    seen = _reported(laid, run)
    passed = {name for name, test in seen.items() if test.outcome == "passed"}
    failed = set(seen) - passed
    collected = not run.events(laid.step, "collect")
    complete = run.done(laid.step) and collected
    doubt = laid.canaries.void(passed, failed, complete)
    canaries = laid.canaries.failing | laid.canaries.passing
    tests = [test for name, test in seen.items() if name not in canaries]
    told = {e["id"].partition("::")[2] for e in run.events(laid.step, "test")}
    for name in laid.promise.names:
        if name in told & laid.promise.excused:
            continue
        if not any(test.id == name or test.id.startswith(f"{name}[") for test in tests):
            absent = _absent(name, laid, run)
            if absent is not None:
                tests.append(absent)
    failures = run.events(laid.step, "collect")
    # A file that did not come to its end never passes as a whole.
    cut_short = canaries - set(seen) or any(event.get("early") for event in failures)
    if failures and (not tests or (cut_short and all(t.outcome == "passed" for t in tests))):
        event = failures[0]
        category = event.get("category", "exception")
        tests.append(_outcome("test file", laid.suite, "error", category, event["message"]))
    order = {name: index for index, name in enumerate(laid.promise.names)}
    tests.sort(key=lambda test: order.get(laid.promise.name_of(test.id), len(order)))
    return tests, doubt


def _reported(laid: SuitePlan, run: Run) -> dict[str, TestOutcome]:
    seen: dict[str, TestOutcome] = {}
    for event in run.events(laid.step, "start"):
        name = event["id"].partition("::")[2]
        category, reason = run.end_of(laid.step)
        seen[name] = _outcome(name, laid.suite, "error", category, reason)
    for event in run.events(laid.step, "test"):
        name = event["id"].partition("::")[2]
        before = seen.get(name)
        new = _test(name, laid, event)
        if new is None:  # skipped by the file's own mark
            seen.pop(name, None)
        elif before is None or before.outcome in ("passed", "error") or new.outcome != "passed":
            seconds = (before.seconds if before else 0.0) + new.seconds
            settled = before is not None and before.outcome == "failed"
            seen[name] = (before if settled and before else new).model_copy(
                update={"seconds": seconds}
            )
    died = not run.done(laid.step)
    for name, test in seen.items():
        if test.outcome == "error" and test.category == "timeout" and died:
            seen[name] = test.model_copy(update={"outcome": "timeout"})
    return seen


def _test(name: str, laid: SuitePlan, event: Event) -> TestOutcome | None:
    excused = laid.promise.name_of(name) in laid.promise.excused
    seconds = float(event["seconds"])
    if event["outcome"] == "passed":
        return _outcome(name, laid.suite, "passed", None, "", seconds)
    if event["outcome"] == "skipped":
        if event["xfail"] and excused:
            return _outcome(name, laid.suite, "passed", None, "", seconds)
        if excused:
            return None
        message = "skipped while running: " + event.get("message", "")
        return _outcome(name, laid.suite, "failed", "exception", message, seconds)
    category = event.get("category", "exception")
    outcome: Outcome = "failed" if event["when"] == "call" else "error"
    if category == "timeout":
        outcome = "timeout"
    test = _outcome(name, laid.suite, outcome, category, event.get("message", ""), seconds)
    return test.model_copy(update={"line": event.get("line")})


def _absent(name: str, laid: SuitePlan, run: Run) -> TestOutcome | None:
    if run.failed_import is not None:
        event = run.failed_import
        category = "syntax" if event["category"] == "syntax" else "import"
        if event["category"] in ("timeout", "memory"):
            category = event["category"]
        test = _outcome(name, laid.suite, "error", category, event["message"])
        return test.model_copy(update={"line": event.get("line")})
    failures = run.events(laid.step, "collect")
    if failures:
        event = failures[0]
        category = event.get("category", "exception")
        test = _outcome(name, laid.suite, "error", category, event["message"])
        return test.model_copy(update={"line": event.get("line")})
    if run.done(laid.step):
        if name in laid.promise.excused:
            return None
        return _outcome(name, laid.suite, "missing", "exception", "it was never reported")
    category, reason = run.end_of(laid.step)
    return _outcome(name, laid.suite, "missing", category, f"it was never reported: {reason}")


def _examples(plan: Plan, run: Run, step: int) -> list[TestOutcome]:
    values = {event["index"]: event for event in run.events(step, "value")}
    called = {event["index"] for event in run.events(step, "calling")}
    tests: list[TestOutcome] = []
    for index, example in enumerate(plan.examples):
        name = example.call if len(example.call) <= 120 else example.call[:116] + " ..."
        if sum(e.call == example.call for e in plan.examples) > 1:
            name = f"{name} [{index}]"
        if index not in values:
            category, reason = _reason(run, step)
            outcome: Outcome = "missing"
            if index in called:
                outcome = "timeout" if category == "timeout" else "error"
            tests.append(_outcome(name, example.suite, outcome, category, reason))
            continue
        event = values[index]
        met = comparison.verdict(example, event, neutral=plan.neutral)
        judged = _example(name, example.suite, met, event)
        tests.append(judged.model_copy(update={"answer": comparison.answer(event)}))
    return tests


def _example(name: str, suite: Suite, verdict: tuple[bool, str], event: Event) -> TestOutcome:
    same, seen = verdict
    seconds = event["seconds"]
    if event.get("timeout"):
        return _outcome(name, suite, "timeout", "timeout", event["message"], seconds)
    if same:
        return _outcome(name, suite, "passed", None, "", seconds)
    category = "exception" if "raised" in event else "assertion"
    if "MemoryError" in event.get("raised", ()):
        category = "memory"
    where = f"\n{event['quoted']}" if "quoted" in event else ""
    test = _outcome(name, suite, "failed", category, f"> {name}\n{seen}{where}", seconds)
    return test.model_copy(update={"line": event.get("line")})


def _usage(run: Run, step: int) -> TestOutcome:
    for event in run.events(step, "usage"):
        if event["ok"]:
            return _outcome("usage example", "usage", "passed", None, "", event["seconds"])
        outcome: Outcome = "timeout" if event["category"] == "timeout" else "failed"
        test = _outcome(
            "usage example", "usage", outcome, event["category"], event["message"], event["seconds"]
        )
        return test.model_copy(update={"line": event.get("line")})
    category, reason = _reason(run, step)
    return _outcome("usage example", "usage", "missing", category, reason)


def _reason(run: Run, step: int) -> tuple[Category, str]:
    if run.failed_import is not None:
        return "import", run.failed_import["message"]
    return run.end_of(step)


def _outcome(
    name: str,
    suite: Suite,
    outcome: Outcome,
    category: str | None,
    message: str,
    seconds: float = 0,
) -> TestOutcome:
    return TestOutcome(
        id=name,
        suite=suite,
        outcome=outcome,
        category=cast("Category | None", category),
        message=message[:600],
        seconds=round(seconds, 6),
    )


def _voided(test: TestOutcome, reason: str) -> TestOutcome:
    return test.model_copy(update={"outcome": "error", "category": "forgery", "message": reason})


def _coverage(report: dict[str, Any]) -> Coverage | None:
    found = report["coverage"]
    if found is None:
        return None
    return Coverage(
        covered=found["covered"], total=found["total"], missing_lines=tuple(found["missing_lines"])
    )


def _wall(run: Run, tests: list[TestOutcome], status: ExecutionStatus) -> float:
    """Seconds in the candidate's import and tests; of the whole run where it was cut short."""
    if status not in ("PASSED", "FAILED"):
        return round(sum(float(worker["seconds"]) for worker in run.workers), 4)
    first = run.imports[0].get("seconds", 0.0) if run.imports else 0.0
    return round(float(first) + sum(test.seconds for test in tests), 6)


def _growth(plan: Plan, run: Run) -> float | None:
    for index, kind in enumerate(plan.kinds):
        if kind == "growth":
            for event in run.events(index, "growth"):
                return None if event["exponent"] is None else float(event["exponent"])
    return None
