"""Cutting a forked process off from its supervisor, and limiting what it may use."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any

from burnish.sandbox.inside import seccomp
from burnish.sandbox.inside.wire import event_writer

WORK = "/work"
PR_SET_DUMPABLE = 4
Job = dict[str, Any]
Emit = Callable[..., None]


def become_worker(job: Job, event_fd: int, output_fd: int, *, is_candidate: bool) -> Emit:
    """Cut this forked process off from the supervisor; returns the emitter of its events.

    A process that `is_candidate`, in which the candidate's code will run, limits itself too and
    forgets our modules. One that only starts the candidate's programs stays unreadable for them.
    """
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
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_DFL)
    limits = job["limits"]
    if is_candidate:
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")  # under memory pressure the kernel takes this process first
        _limit(limits)
    if limits["own_user"] and limits["cpus"] <= 1:
        usable = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {usable[limits["turn"] % len(usable)]})
    with contextlib.suppress(OSError):  # a kernel without filters: namespaces must do
        seccomp.install()
    os.chdir(WORK)
    if is_candidate:
        for name in [n for n in sys.modules if n.split(".")[0] == "burnish"]:
            del sys.modules[name]
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
    for which, bound in bounds.items():
        _, hard = resource.getrlimit(which)
        value = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        resource.setrlimit(which, (value, value))


def clear_work(folder: str = WORK) -> None:
    """Empty the work folder, whatever modes and depth it has: nobody finds what another left.

    Folders inside folders are first moved up, so that no path grows too long to be named.
    """
    with contextlib.suppress(PermissionError):  # not ours: then nobody could take it from us
        os.chmod(folder, 0o700)
    mark, moved = os.urandom(8).hex(), 0
    while entries := list(os.scandir(folder)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
                continue
            os.chmod(entry.path, 0o700)
            for child in list(os.scandir(entry.path)):
                if child.is_dir(follow_symlinks=False):
                    os.chmod(child.path, 0o700)
                    os.rename(child.path, f"{folder}/{mark}-{moved}")
                    moved += 1
                else:
                    os.unlink(child.path)
            os.rmdir(entry.path)
