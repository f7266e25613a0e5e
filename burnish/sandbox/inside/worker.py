"""The process that runs a candidate: limits itself, imports the module, walks through its steps.

Everything it learns it sends at once as an event, so that what happened before a crash is known.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import importlib
import inspect
import linecache
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

import coverage

from burnish.sandbox.inside import growth, rewriting, seccomp, values
from burnish.sandbox.inside.failure import TestTimeout, describe
from burnish.sandbox.inside.suite import Alarm, Emit, Reporter, hold_source, run_suite
from burnish.sandbox.inside.wire import event_writer

WORK = "/work"
GROWTH_S = 0.15
PR_SET_DUMPABLE = 4
Job = dict[str, Any]


def become_worker(job: Job, event_fd: int, output_fd: int) -> Emit:
    """Cut this forked process off from the supervisor, apply the limits; returns the emitter."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(output_fd, 1)
    os.dup2(output_fd, 2)
    kept = 3 + int.from_bytes(os.urandom(1), "big") // 2
    if event_fd != kept:
        os.dup2(event_fd, kept)
    os.closerange(3, kept)
    os.closerange(kept + 1, 1024)
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # under memory pressure the kernel takes this process first
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_DFL)
    _limit(job["limits"])
    if job["limits"]["own_user"]:
        with contextlib.suppress(OSError):  # a kernel without filters: namespaces must do
            seccomp.install()
    for name in [n for n in sys.modules if n.split(".")[0] == "burnish"]:
        del sys.modules[name]
    os.chdir(WORK)
    sys.path.insert(0, WORK)
    return event_writer(kept, job["secret"])


def _limit(limits: dict[str, Any]) -> None:
    seconds = int(limits["timeout_s"]) + 5
    bounds = {
        resource.RLIMIT_DATA: limits["memory_bytes"],
        resource.RLIMIT_FSIZE: limits["work_bytes"],
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: seconds * max(1, round(limits["cpus"])),
    }
    if limits["own_user"]:
        bounds[resource.RLIMIT_NPROC] = limits["pids"]
        bounds[resource.RLIMIT_AS] = 2 * limits["memory_bytes"]
        if limits["cpus"] <= 1:
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for which, bound in bounds.items():
        _, hard = resource.getrlimit(which)
        value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(which, (value, value))


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
            _examples(step["calls"], module, emit, alarm)
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
            module = importlib.import_module(name)
    except BaseException as error:
        fields = describe(error, error.__traceback__, sources, file)
        emit("import", ok=False, **fields)
        return None
    emit("import", ok=True, seconds=time.perf_counter() - started)
    return module


def _examples(calls: list[str], module: Any, emit: Emit, alarm: Alarm) -> None:
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


def clear_work(folder: str = WORK) -> None:
    """Empty the work folder: no group of steps finds what another one left."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            os.chmod(entry.path, 0o700)
            clear_work(entry.path)
            os.rmdir(entry.path)
        else:
            os.unlink(entry.path)


def write_sources(job: Job, group: list[int]) -> None:
    """Put the module, and the test files of this group, into the work folder."""
    Path(WORK, f"{job['module']}.py").write_text(job["code"], encoding="utf-8")
    for index in group:
        step = job["steps"][index]
        if "file" in step:
            Path(WORK, step["file"]).write_text(step["source"], encoding="utf-8")
