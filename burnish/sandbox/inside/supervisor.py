"""The first process of a sandbox: warms up, takes one job, watches workers, reports.

It never runs the candidate's code. It is process 1 of its namespace, so no signal from inside
can end it, and it is not dumpable, so a candidate of the same user cannot read its memory or
its descriptors.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import secrets
import select
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from burnish.sandbox.inside.process import PR_SET_DUMPABLE, Emit, become_worker, clear_work
from burnish.sandbox.inside.wire import Message, frame, read_events, read_frame, write_all

EVENT_BYTES = 8 * 1024 * 1024
MEMORY_POLL_S = 0.05
INODES = 1 << 15
"""Files and folders that a worker may make; each costs the kernel about a KiB that no limit on
bytes counts."""
WRITABLE = ("/work", "/tmp", "/dev/shm")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Runner(Protocol):
    """How one language is run; one per harness."""

    is_candidate: bool
    """The worker itself runs the candidate's code; else only programs that it starts do."""

    def warm(self) -> None:
        """Do ahead of the job what every job needs."""
        ...

    def groups(self, job: Message) -> list[list[int]]:
        """The steps, by index, that share a worker; at least one group, if an empty one."""
        ...

    def lay_out(self, job: Message, group: list[int]) -> None:
        """Fill the work folder for a group of steps, before its worker is forked."""
        ...

    def run(self, job: Message, group: list[int], emit: Emit) -> None:
        """In the worker: do the steps and emit what happens."""
        ...

    def covered(self, job: Message, events: list[Message]) -> Message | None:
        """Coverage of the module, from the events of all workers."""
        ...


@dataclass
class _Watch:
    """What the supervisor collects about one worker."""

    owner_fd: int
    """Readable when the owner of the sandbox is gone: nothing more is sent after the job."""
    room: int
    """Bytes of output to keep."""
    compiling: bool
    """Nothing of the candidate has begun: its worker compiles, and emits nothing before that."""
    events: bytearray = field(default_factory=bytearray)
    output: bytearray = field(default_factory=bytearray)
    truncated: bool = False
    ended_by: str = ""
    exit_code: int | None = None
    cpu_s: float = 0.0
    peak_bytes: int = 0


def main(runner: Runner) -> None:
    """Say hello, take one job, report, end."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    channel_in, channel_out = _private_channel()
    runner.warm()
    hello = {"hello": True, "python": sys.version.split()[0], "uid": os.getuid()}
    write_all(channel_out, frame(hello))
    job = read_frame(channel_in)
    if job is not None:
        write_all(channel_out, frame(_do(runner, job, channel_in)))
    os._exit(0)


def _private_channel() -> tuple[int, int]:
    """Move stdin and stdout to descriptors that workers close, and put null in their place."""
    pair = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.close(null)
    return pair


def _do(runner: Runner, job: Message, owner_fd: int) -> Message:
    limits = job["limits"]
    allowed = limits["timeout_s"] if runner.is_candidate else limits["compile_timeout_s"]
    deadline = time.monotonic() + allowed
    runs: list[Message] = []
    told: list[Message] = []
    output = bytearray()
    truncated, genuine = False, True
    for group in runner.groups(job):
        job["secret"] = secrets.token_hex(16)
        started = time.monotonic()
        room = limits["output_bytes"] - len(output)
        watch = _Watch(owner_fd, room, compiling=not runner.is_candidate)
        _run_worker(runner, job, group, deadline, watch)
        output += watch.output
        truncated = truncated or watch.truncated
        events, honest = read_events(bytes(watch.events), job["secret"])
        genuine = genuine and honest
        told += events
        runs.append({
            "steps": group, "events": events, "ended_by": watch.ended_by,
            "exit_code": watch.exit_code, "seconds": time.monotonic() - started,
            "cpu_s": watch.cpu_s, "peak_memory_bytes": watch.peak_bytes,
        })  # fmt: skip
        if time.monotonic() >= deadline:
            break
    return {
        "runs": runs, "genuine": genuine, "output": output.decode("utf-8", "replace"),
        "truncated": truncated, "coverage": runner.covered(job, told),
    }  # fmt: skip


def _run_worker(
    runner: Runner, job: Message, group: list[int], deadline: float, watch: _Watch
) -> None:
    clear_work()
    runner.lay_out(job, group)
    event_read, event_write = os.pipe()
    output_read, output_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            emit = become_worker(job, event_write, output_write, is_candidate=runner.is_candidate)
            runner.run(job, group, emit)
        except BaseException:  # of our own making: show it in the output
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(event_write)
    os.close(output_write)
    pipes = {event_read: True, output_read: False}
    _drain(watch, pipes, pid, job["limits"], deadline)
    _kill_all(watch, pid)
    for fd, is_event in pipes.items():
        _empty(fd, watch, is_event)
        os.close(fd)


def _drain(
    watch: _Watch, pipes: dict[int, bool], pid: int, limits: Message, deadline: float
) -> None:
    """Read both pipes until the worker ends, or a limit ends it."""
    open_fds, most = set(pipes), _inodes() + INODES
    look = time.monotonic() + MEMORY_POLL_S
    while open_fds:
        left = deadline - time.monotonic()
        if left <= 0:
            watch.ended_by = "compiling" if watch.compiling else "timeout"
            return
        ready, _, _ = select.select([*open_fds, watch.owner_fd], [], [], min(left, MEMORY_POLL_S))
        if watch.owner_fd in ready:
            os._exit(0)  # ends the whole namespace
        for fd in ready:
            data = os.read(fd, 65536)
            if not data:
                open_fds.discard(fd)
            _keep(watch, data, pipes[fd])
        if watch.compiling and watch.events:
            watch.compiling = False
            deadline = time.monotonic() + limits["timeout_s"]
        if len(watch.events) > EVENT_BYTES:
            watch.ended_by = "flood"
            return
        if time.monotonic() >= look:
            look = time.monotonic() + MEMORY_POLL_S
            resident = _resident_bytes() if limits["own_user"] else 0
            if resident > limits["memory_bytes"] or _inodes() > most:
                watch.ended_by = "memory"
                return
        if _ended(pid):
            return


def _keep(watch: _Watch, data: bytes, is_event: bool) -> None:
    if is_event:
        watch.events += data
        return
    free = max(0, watch.room - len(watch.output))
    watch.output += data[:free]
    watch.truncated = watch.truncated or len(data) > free


def _empty(fd: int, watch: _Watch, is_event: bool) -> None:
    """Take what is left in a pipe after every writer is dead."""
    os.set_blocking(fd, False)
    with contextlib.suppress(BlockingIOError):
        while data := os.read(fd, 65536):
            _keep(watch, data, is_event)


def _ended(pid: int) -> bool:
    info = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    return info is not None


def _kill_all(watch: _Watch, pid: int) -> None:
    """End every other process of the namespace, and account for all of them."""
    _reap(watch, pid, os.WNOHANG)
    while True:
        if os.getpid() == 1:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        try:
            _reap(watch, pid, 0)
        except ChildProcessError:
            return


def _reap(watch: _Watch, pid: int, flags: int) -> None:
    done, status, usage = os.wait4(-1, flags)
    if done == 0:
        return
    watch.cpu_s += usage.ru_utime + usage.ru_stime
    watch.peak_bytes = max(watch.peak_bytes, usage.ru_maxrss * 1024)
    if done == pid:
        watch.exit_code = os.waitstatus_to_exitcode(status)


def _inodes() -> int:
    """Files and folders in the writable places."""
    found = [os.statvfs(place) for place in WRITABLE]
    return sum(place.f_files - place.f_ffree for place in found)


def _resident_bytes() -> int:
    """Memory of all processes of the namespace but this one, shared pages counted once."""
    total = 0
    for name in os.listdir("/proc"):
        if name.isdigit() and name != "1":
            with contextlib.suppress(OSError):
                total += _proportional_bytes(name)
    return total


def _proportional_bytes(pid: str) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:  # made itself unreadable: count its pages in full
        pass
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
