"""The process that runs a Python candidate: imports the module, walks through its steps.

Everything it learns it sends at once as an event, so that what happened before a crash is known.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import inspect
import linecache
import os
import time
from typing import Any

import coverage

from burnish.sandbox.inside import growth, rewriting, values
from burnish.sandbox.inside.failure import TestTimeout, describe, line_in, quoted
from burnish.sandbox.inside.process import WORK, Emit, Job
from burnish.sandbox.inside.suite import Alarm, Reporter, hold_source, run_suite

GROWTH_S = 0.15


def run_group(job: Job, group: list[int], emit: Emit) -> None:
    """Import the module, then do the steps of this group; ends by returning."""
    steps = {index: job["steps"][index] for index in group}
    module_file = f"{WORK}/{job['module']}.py"
    sources = {module_file: job["code"]}
    sources |= {f"{WORK}/{s['file']}": s["source"] for s in steps.values() if "file" in s}
    for path, text in sources.items():
        linecache.cache[path] = (len(text), None, text.splitlines(True), path)
    alarm = Alarm(job["limits"]["test_timeout_s"])
    hold_source({k: v for k, v in sources.items() if k != module_file})
    rewriting.guard_unittest()
    reporter = Reporter(emit, alarm, sources, module_file)
    measured = any(step["kind"] == "suite" for step in steps.values())
    cover = _coverage(module_file) if measured else None
    gc.freeze()
    module = _import(job["module"], emit, alarm, sources, module_file)
    if module is None:
        return
    for index, step in steps.items():
        emit("step", index=index)
        if step["kind"] == "suite":
            run_suite(f"{WORK}/{step['file']}", reporter)
        elif step["kind"] == "examples":
            _examples(step["calls"], module, emit, alarm, (module_file, job["code"]))
        elif step["kind"] == "usage":
            _usage(step["source"], emit, alarm, sources, module_file)
        else:
            _growth(step["calls"], module, emit)
        if cover is not None:
            cover.stop()
            emit("arcs", arcs=sorted(cover.get_data().arcs(module_file) or ()))
        emit("done", index=index)


def _coverage(module_file: str) -> coverage.Coverage:
    cover = coverage.Coverage(
        data_file=None, branch=True, config_file=False, include=[module_file], messages=False
    )
    cover.set_option("run:disable_warnings", ["no-data-collected", "module-not-imported"])
    cover.start()
    return cover


def _import(name: str, emit: Emit, alarm: Alarm, sources: dict[str, str], file: str) -> Any:
    started = time.perf_counter()
    try:
        with alarm:
            _compile(sources[file], file)
            module = importlib.import_module(name)
    except BaseException as error:
        fields = describe(error, error.__traceback__, sources, file)
        emit("import", ok=False, **fields)
        return None
    emit("import", ok=True, seconds=time.perf_counter() - started)
    return module


def _compile(source: str, file: str) -> None:
    """Raises SyntaxError, and nothing else, for what is no Python."""
    try:
        compile(source, file, "exec", dont_inherit=True)
    except (ValueError, RecursionError, MemoryError) as error:
        reason = str(error) or "nested too deeply"
        raise SyntaxError(reason, (file, 1, 0, source[:80])) from None


def _examples(
    calls: list[str], module: Any, emit: Emit, alarm: Alarm, own: tuple[str, str]
) -> None:
    """`own` is the module's file and its source."""
    for index, call in enumerate(calls):
        started = time.perf_counter()
        emit("calling", index=index)
        try:
            with alarm:
                value = eval(call, dict(vars(module)))
                if inspect.iscoroutine(value):
                    value = asyncio.run(value)
                result: dict[str, Any] = {"value": values.canonical(value)}
                if result["value"][0] == "other":
                    result["text"] = str(value)[:2000]
        except BaseException as error:
            names = [kind.__name__ for kind in type(error).__mro__]
            result = {"raised": names, "message": str(error)[:300]}
            if line := line_in(error.__traceback__, own[0]):
                result |= {"line": line, "quoted": quoted(own[1], line)}
            if isinstance(error, TestTimeout):
                result["timeout"] = True
        emit("value", index=index, seconds=time.perf_counter() - started, **result)


def _usage(
    source: str, emit: Emit, alarm: Alarm, sources: dict[str, str], module_file: str
) -> None:
    started = time.perf_counter()
    sources = {**sources, "usage_example.py": source}
    try:
        with alarm:
            exec(compile(source, "usage_example.py", "exec"), {"__name__": "__main__"})
    except BaseException as error:
        if isinstance(error, SystemExit) and error.code in (None, 0):
            emit("usage", ok=True, seconds=time.perf_counter() - started)
            return
        fields = describe(error, error.__traceback__, sources, module_file)
        emit("usage", ok=False, seconds=time.perf_counter() - started, **fields)
    else:
        emit("usage", ok=True, seconds=time.perf_counter() - started)


def _growth(calls: list[str], module: Any, emit: Emit) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    deadline = time.perf_counter() + GROWTH_S
    try:
        with Alarm(GROWTH_S):
            exponent = growth.measure(calls, vars(module), deadline)
    except BaseException:
        exponent = None
    emit("growth", exponent=exponent)
