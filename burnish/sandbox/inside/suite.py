"""One test file under pytest, its outcomes sent as events.

pytest is run bare: no conftest, no ini file, no plugins but its own and this one. The test
file's text is held in memory, so rewriting the file on disk changes nothing.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import inspect as inspection
import secrets
import signal
import time
from collections.abc import Callable, Generator
from typing import Any

import _pytest.assertion.rewrite as rewrite
import pytest

from burnish.sandbox.inside import guard, rewriting
from burnish.sandbox.inside.failure import TestTimeout, describe

OPTIONS = [
    "-c", "/dev/null", "--noconftest", "--capture=no", "--strict-markers",
    "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:doctest", "-p", "no:junitxml",
    "-p", "no:pastebin", "-p", "no:stepwise", "-p", "no:setuponly", "-p", "no:setupplan",
    "-p", "no:faulthandler", "-p", "no:unraisableexception", "-p", "no:threadexception",
]  # fmt: skip
Emit = Callable[..., None]


class Alarm:
    """Raises TestTimeout in the main thread after `seconds`, and again until it is disarmed."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.armed = False
        self.fired = False
        signal.signal(signal.SIGALRM, self._ring)

    def _ring(self, *_: Any) -> None:
        if self.armed:
            self.fired = True
            raise TestTimeout(f"took longer than {self.seconds:g} s")

    def __enter__(self) -> Alarm:
        self.armed, self.fired = True, False
        signal.setitimer(signal.ITIMER_REAL, self.seconds, 0.25)
        return self

    def __exit__(self, *_: Any) -> None:
        self.armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)


class Reporter:
    """The one plugin: times each test, limits it, and sends what became of it."""

    def __init__(self, emit: Emit, alarm: Alarm, sources: dict[str, str], module_file: str) -> None:
        self.emit, self.alarm = emit, alarm
        self.sources, self.module_file = sources, module_file

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.emit("collect", **getattr(report, "burnish", {"message": "cannot be collected"}))

    @pytest.hookimpl(hookwrapper=True)
    def pytest_make_collect_report(self, collector: Any) -> Generator[None, Any, None]:
        collector.repr_failure = lambda excinfo: "failed"
        original = collector.collect
        details: dict[str, Any] = {}

        def collect() -> Any:
            try:
                with self.alarm:
                    return list(original())
            except BaseException as error:
                cause = error.__cause__ or error
                details.update(self._describe(cause))
                raise

        collector.collect = collect
        outcome = yield
        if details:
            outcome.get_result().burnish = details

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.emit("start", id=nodeid)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_setup(self, item: Any) -> Generator[None, Any, None]:
        yield from self._limited()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: Any) -> Generator[None, Any, None]:
        yield from self._limited()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_teardown(self, item: Any) -> Generator[None, Any, None]:
        yield from self._limited()

    def _limited(self) -> Generator[None, Any, None]:
        with self.alarm:
            yield

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool | None:
        if not inspection.iscoroutinefunction(pyfuncitem.obj):
            return None
        names = pyfuncitem._fixtureinfo.argnames
        asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
        return True

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: Any, call: Any) -> Generator[None, Any, None]:
        item.repr_failure = lambda excinfo, style=None: "failed"
        outcome = yield
        report = outcome.get_result()
        fields = self._describe(call.excinfo.value) if call.excinfo else {}
        xfail = hasattr(report, "wasxfail")
        if report.outcome == "passed" and report.when != "call" and not fields:
            return
        if report.outcome == "failed" and not fields:  # a strict xfail that passed
            fields = {"category": "assertion", "message": str(report.longrepr)[:600], "line": None}
        self.emit(
            "test", id=item.nodeid, when=report.when, outcome=report.outcome, xfail=xfail,
            seconds=call.duration, **fields,
        )  # fmt: skip

    def _describe(self, error: BaseException) -> dict[str, Any]:
        return describe(error, error.__traceback__, self.sources, self.module_file)


def hold_source(sources: dict[str, str]) -> None:
    """Make pytest compile test files from `sources`, with guarded comparisons."""
    original = rewrite.rewrite_asserts
    name = f"@{secrets.token_hex(8)}"
    vars(builtins)[f"{name}.inspect"] = guard.inspect
    vars(builtins)[f"{name}.compare"] = guard.compare

    def guarded(
        mod: ast.Module, source: bytes, module_path: Any = None, config: Any = None
    ) -> None:
        text = sources.get(module_path or "")
        if text is not None:
            source = text.encode()
            tree = rewriting.Rewriter(name).visit(ast.parse(text))
            mod.body[:] = tree.body
        original(mod, source, module_path, config)

    rewrite.rewrite_asserts = guarded


def run_suite(path: str, reporter: Reporter) -> None:
    """Run one test file; every outcome has been sent when this returns."""
    started = time.perf_counter()
    code = pytest.main([*OPTIONS, "--rootdir=/work", path], plugins=[reporter])
    reporter.emit("suite", code=int(code), seconds=time.perf_counter() - started)
