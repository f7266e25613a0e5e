"""Runs the programs of a candidate: each in a fresh folder, under limits, listened to.

A program reports over a socket; a line counts only if it is signed with the secret that its harness
has read before anything of the candidate ran, and in its place: none before it is missing.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import secrets
import select
import signal
import socket
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from burnish.sandbox.inside.compiler import Job, Program, plain_environment
from burnish.sandbox.inside.process import WORK, clear_work
from burnish.sandbox.inside.wire import genuine

Event = dict[str, Any]
REPORT_FD = 3
NOBODY = 65534
TAIL_BYTES = 32_000
PROFILE = "LLVM_PROFILE_FILE"
"""Variable of a program that leaves a profile of what it covered; in a file of its process's id."""
# Raising one's own score needs no privilege; then memory pressure takes the program first.
_SHELL = 'echo 1000 >/proc/self/oom_score_adj; exec "$@"'


@dataclass
class Ended:
    """How a program ended."""

    exit_code: int
    stopped: str = ""
    """"timeout" if we ended it, "forgery" if a line was not signed or is missing, else empty."""
    output: str = ""
    """The end of what it printed."""


class Programs:
    """Starts programs one after another, and adds up what they cost and covered."""

    def __init__(self, job: Job) -> None:
        self.job, self.limits = job, job["limits"]
        self.ended = Ended(0)
        self.coverage: list[Any] = []
        self.cpu_s, self.peak_bytes = 0.0, 0

    def run(self, program: Program, config: dict[str, Any]) -> Any:
        """Start a program in a fresh folder and yield its events; `ended` says how it ended."""
        clear_work()
        for name, content in program.files.items():
            path = Path(WORK, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o755 if content[:4] == b"\x7fELF" else 0o644)
        secret = secrets.token_hex(16)
        ours, theirs = socket.socketpair()
        ours.sendall(
            json.dumps({"secret": secret, "module": self.job["module"], **config}).encode() + b"\n"
        )
        process = subprocess.Popen(
            ["/bin/sh", "-c", _SHELL, "sh", *program.argv],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            cwd=WORK, env={**plain_environment(), **program.environment}, start_new_session=True,
            preexec_fn=lambda: self._prepare(theirs.fileno()), close_fds=False,
        )  # fmt: skip
        theirs.close()
        self.ended = Ended(0)
        try:
            yield from self._listen(process, ours, secret)
        finally:
            self._end(process, ours, program)

    def _prepare(self, fd: int) -> None:
        """In the child, before its program: the report socket, nothing else, and the limits."""
        os.dup2(fd, REPORT_FD)
        os.set_inheritable(REPORT_FD, True)
        os.closerange(REPORT_FD + 1, 1024)
        bounds = {
            resource.RLIMIT_FSIZE: self.limits["work_bytes"],
            resource.RLIMIT_NOFILE: 256,
            resource.RLIMIT_CORE: 0,
        }
        if self.limits["own_user"]:
            bounds[resource.RLIMIT_NPROC] = self.limits["pids"]
        for which, bound in bounds.items():
            resource.setrlimit(which, (bound, bound))

    def _listen(self, process: Any, ours: socket.socket, secret: str) -> Any:
        """Events as they come; ends the program that takes too long over one test."""
        pending, output = b"", process.stdout.fileno()
        test_s = self.limits["test_timeout_s"]
        patience = time.monotonic() + test_s + self.job["start_s"]
        poll = select.poll()
        poll.register(ours, select.POLLIN)
        poll.register(output, select.POLLIN)
        alive = {ours.fileno(), output}
        tail, heard = b"", 0
        while alive:
            left = patience - time.monotonic()
            if left <= 0:
                self.ended.stopped = "timeout"
                break
            for fd, _ in poll.poll(min(left, 0.05) * 1000):
                data = os.read(fd, 65536) if fd == output else _receive(ours)
                if not data:
                    poll.unregister(fd)
                    alive.discard(fd)
                elif fd == output:
                    tail = (tail + data)[-TAIL_BYTES:]
                    _print(data)
                else:
                    *lines, pending = (pending + data).split(b"\n")
                    for line in lines:
                        event = _event(genuine(line, secret, heard))
                        if event is None:
                            self.ended.stopped = "forgery"
                            return
                        heard += 1
                        patience = time.monotonic() + test_s
                        if event["event"] == "coverage":
                            self.coverage.append(event["found"])
                        else:
                            yield event
            if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) and (
                not poll.poll(0)
            ):
                break
        self.ended.output = tail.decode("utf-8", "replace")

    def _end(self, process: Any, ours: socket.socket, program: Program) -> None:
        """End the program and all that it started; account for it.

        Nothing of it may still be there when the next program's files are written.
        """
        with contextlib.suppress(ProcessLookupError, PermissionError):
            everything = -1 if os.getuid() == NOBODY else -process.pid
            os.kill(everything, signal.SIGKILL)  # all but the supervisor and this process
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = self.ended.exit_code = os.waitstatus_to_exitcode(status)
        self.cpu_s += usage.ru_utime + usage.ru_stime
        self.peak_bytes = max(self.peak_bytes, usage.ru_maxrss * 1024)
        process.stdout.close()
        ours.close()
        profile = Path(WORK, f"{process.pid}.profraw")
        if PROFILE in program.environment and stat.S_ISREG(_mode(profile)):
            self.coverage.append(profile.read_bytes())


def _mode(path: Path) -> int:
    """What a path itself is; 0 if it is not there."""
    try:
        return path.lstat().st_mode
    except OSError:
        return 0


def _receive(ours: socket.socket) -> bytes:
    try:
        return ours.recv(65536)
    except OSError:
        return b""


def _print(data: bytes) -> None:
    """Pass output on to the supervisor, which keeps a bounded part of it."""
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


def _event(body: bytes | None) -> Event | None:
    """The event that a genuine line tells; None of any other."""
    try:
        event = json.loads(body or b"")
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None
