"""The process that compiles and runs a candidate that is not Python.

It never is the candidate: every program runs as a child with limits of its own, in a work folder
that is written afresh for it, so that no program finds what another left or changed. A program
reports over a socket that only its harness knows the secret of; what it says is then passed on as
events of this process, which the supervisor believes.
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
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from burnish.sandbox.inside.process import WORK, Emit, clear_work

Job = dict[str, Any]
Event = dict[str, Any]
Files = dict[str, bytes]
REPORT_FD = 3
NOBODY = 65534
TAIL_BYTES = 32_000
# Raising one's own score needs no privilege; then memory pressure takes the program first.
_SHELL = 'echo 1000 >/proc/self/oom_score_adj; exec "$@"'


@dataclass(frozen=True)
class Failure:
    """What a compiler would not take."""

    message: str
    line: int | None = None
    category: str = "syntax"
    """"syntax", or "import" if something that is not there was asked for."""


@dataclass(frozen=True)
class Program:
    """Something that can be started."""

    argv: tuple[str, ...]
    files: Files
    """What its work folder holds, by relative path."""
    environment: dict[str, str] = field(default_factory=dict)


class Compiler(Protocol):
    """What a language module of this folder provides."""

    def build(self, job: Job) -> Failure | None:
        """Compile the module in the work folder, which holds it under its file name."""
        ...

    def load(self, job: Job) -> Program | None:
        """A program that only loads the module and reports "loaded"; None if nothing can fail."""
        ...

    def suite(self, job: Job, step: Job) -> Program | Failure:
        """Compile a test file against the module."""
        ...

    def examples(self, job: Job, step: Job) -> Program | Failure:
        """Compile the driver that makes the calls of `step["calls"]`."""
        ...

    def usage(self, job: Job, step: Job) -> Program | Failure:
        """Compile the usage example."""
        ...

    def coverage(self, job: Job, found: list[Any]) -> dict[str, Any] | None:
        """Covered, total and missing lines, from what the programs reported or left behind."""
        ...

    def remarks(self, job: Job) -> dict[str, Any]:
        """What the language's own tools say of the module: `formatted` and `findings`."""
        ...

    def cause(self, output: str) -> tuple[str, str] | None:
        """Category and message of a program's death, told by its last output; None if unclear."""
        ...


@dataclass
class Ended:
    """How a program ended."""

    exit_code: int
    stopped: str = ""
    """"timeout" if we ended it, "forgery" if it spoke without the secret, else empty."""
    output: str = ""
    """The end of what it printed."""
    left: dict[str, bytes] = field(default_factory=dict)


class NativeRunner:
    """See `supervisor.Runner`."""

    is_candidate = False

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler

    def warm(self) -> None:
        """Nothing: compilers are programs that end."""

    def lay_out(self, job: Job, group: list[int]) -> None:
        """Nothing: every program gets a folder of its own."""

    def run(self, job: Job, group: list[int], emit: Emit) -> None:
        """See `Runner.run`."""
        Bench(job, emit, self.compiler).do(group)

    def covered(self, job: Job, events: list[Event]) -> Event | None:
        """The worker, which is trusted, has computed it."""
        found = next((event for event in events if event["event"] == "covered"), None)
        return {key: found[key] for key in ("covered", "total", "missing_lines")} if found else None


class Bench:
    """Runs the programs of one job and passes on what they report."""

    def __init__(self, job: Job, emit: Emit, compiler: Compiler) -> None:
        self.job, self.emit, self.compiler = job, emit, compiler
        self.limits: dict[str, Any] = job["limits"]
        self.coverage: list[Any] = []
        self.cpu_s, self.peak_bytes = 0.0, 0

    def do(self, group: list[int]) -> None:
        """Compile everything first, while nothing of the candidate has run; then run it."""
        started = time.perf_counter()
        clear_work()
        failure = self.compiler.build(self.job)
        loading = None if failure is not None else self.compiler.load(self.job)
        if failure is not None:
            self.emit(
                "import", ok=False, category=failure.category, message=failure.message,
                line=failure.line,
            )  # fmt: skip
            return
        programs = {index: self._compiled(self.job["steps"][index]) for index in group}
        self.emit("remarks", **self.compiler.remarks(self.job))
        if loading is not None and not self._loads(loading):
            return
        self.emit("import", ok=True, seconds=0.0, compile_s=time.perf_counter() - started)
        for index, program in programs.items():
            self.emit("step", index=index)
            step = self.job["steps"][index]
            {"suite": self._suite, "examples": self._examples, "usage": self._usage}[step["kind"]](
                step, program
            )
            self.emit("done", index=index)
        covered = self.compiler.coverage(self.job, self.coverage)
        if covered is not None:
            self.emit("covered", **covered)
        self.emit("spent", cpu_s=self.cpu_s, peak_memory_bytes=self.peak_bytes)

    def _loads(self, program: Program) -> bool:
        """Whether the module can be loaded; emits why not."""
        loaded: Event = {}
        for event in self.run(program, {}):
            loaded = event
        if not loaded.get("ok"):
            category, message = loaded.get("category"), loaded.get("message")
            if not loaded:
                category, message = self._why(self.ended)
            self.emit(
                "import", ok=False, category=category, message=message, line=loaded.get("line")
            )
        return bool(loaded.get("ok"))

    def _compiled(self, step: Job) -> Program | Failure | list[Program | Failure]:
        if step["kind"] == "suite":
            return self.compiler.suite(self.job, step)
        if step["kind"] == "usage":
            return self.compiler.usage(self.job, step)
        together = self.compiler.examples(self.job, step)
        if isinstance(together, Program):
            return together
        if len(step["calls"]) == 1:
            return [together]
        return [self.compiler.examples(self.job, {**step, "calls": [c]}) for c in step["calls"]]

    def _suite(self, step: Job, program: Any) -> None:
        file = step["file"]
        if isinstance(program, Failure):
            message = f"the test file does not compile: {program.message}"
            self.emit("collect", category=program.category, message=message, line=None)
            return
        told: set[str] = set()
        while True:
            current = ""
            reported = 0
            for event in self.run(program, {"skip": sorted(told)}):
                if event["event"] == "start":
                    current = event["id"]
                    self.emit("start", id=f"{file}::{current}")
                elif event["event"] == "test":
                    told.add(event["id"])
                    reported += 1
                    current = ""
                    self._tested(file, event)
            ended = self.ended
            if ended.stopped == "forgery":
                self.emit("forged")
                return
            if not current:
                return  # a clean end, or an end between two tests: what is left was never reported
            self._died(file, current, ended)
            told.add(current)

    def _tested(self, file: str, event: Event) -> None:
        fields = {key: event.get(key) for key in ("category", "message", "line")}
        if event["outcome"] == "failed" and not fields["category"]:
            fields["category"] = "exception"
        if event["outcome"] == "passed":
            fields = {}
        self.emit(
            "test", id=f"{file}::{event['id']}", when="call", outcome=event["outcome"],
            xfail=False, seconds=float(event.get("seconds") or 0.0), **fields,
        )  # fmt: skip

    def _died(self, file: str, name: str, ended: Ended) -> None:
        category, message = self._why(ended)
        self.emit(
            "test", id=f"{file}::{name}", when="setup" if category != "timeout" else "call",
            outcome="failed", xfail=False, seconds=0.0, category=category, message=message,
            line=None,
        )  # fmt: skip

    def _why(self, ended: Ended) -> tuple[str, str]:
        if ended.stopped == "timeout":
            return "timeout", f"took longer than {self.limits['test_timeout_s']:g} s"
        told = self.compiler.cause(ended.output)
        if told is not None:
            return told
        if ended.exit_code == -signal.SIGKILL:
            return "memory", "the memory limit ended the program"
        code = ended.exit_code
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return "exception", f"the program ended early with {how}\n{ended.output[-300:]}".strip()

    def _examples(self, step: Job, program: Any) -> None:
        """Each call reports its value; a call that ends its program is followed by the rest."""
        if isinstance(program, list):
            for index, single in enumerate(program):
                self._calls(single, index, 1)
        else:
            self._calls(program, 0, len(step["calls"]))

    def _calls(self, program: Program | Failure, offset: int, count: int) -> None:
        if isinstance(program, Failure):
            for index in range(offset, offset + count):
                self._value(index, {"raised": ["CompileError"], "message": program.message})
            return
        told: set[int] = set()
        while len(told) < count:
            current = -1
            for event in self.run(program, {"skip": sorted(told)}):
                if event["event"] == "start":
                    current = int(event["id"])
                    self.emit("calling", index=offset + current)
                elif event["event"] == "value":
                    told.add(int(event["index"]))
                    current = -1
                    self._value(offset + int(event["index"]), event)
            if self.ended.stopped == "forgery":
                self.emit("forged")
                return
            if current < 0:
                return
            category, message = self._why(self.ended)
            name = {"memory": "MemoryError"}.get(category, "ProgramEnded")
            self._value(
                offset + current,
                {"raised": [name], "message": message, "timeout": category == "timeout"},
            )
            told.add(current)

    def _value(self, index: int, event: Event) -> None:
        kept: Event = {k: event[k] for k in ("value", "text", "raised", "message") if k in event}
        if event.get("timeout"):
            kept["timeout"] = True
        self.emit("value", index=index, seconds=float(event.get("seconds") or 0.0), **kept)

    def _usage(self, step: Job, program: Any) -> None:
        if isinstance(program, Failure):
            self.emit(
                "usage", ok=False, seconds=0.0, category=program.category,
                message=f"the usage example does not compile: {program.message}", line=None,
            )  # fmt: skip
            return
        started = time.perf_counter()
        for _ in self.run(program, {}):
            pass
        seconds = time.perf_counter() - started
        if self.ended.exit_code == 0 and not self.ended.stopped:
            self.emit("usage", ok=True, seconds=seconds)
            return
        category, message = self._why(self.ended)
        self.emit("usage", ok=False, seconds=seconds, category=category, message=message, line=None)

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
            cwd=WORK, env={**_environment(), **program.environment}, start_new_session=True,
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
        tail = b""
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
                        event = _genuine(line, secret)
                        if event is None:
                            self.ended.stopped = "forgery"
                            return
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
        for path in Path(WORK).glob("*.profraw"):
            self.coverage.append(path.read_bytes())


def _environment() -> dict[str, str]:
    """What programs see: nothing of the interpreter that this process runs in."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG")}


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


def _genuine(line: bytes, secret: str) -> Event | None:
    """The event on a line that begins with the secret; None for any other line."""
    given, _, body = line.partition(b" ")
    if not secrets.compare_digest(given, secret.encode()):
        return None
    try:
        event = json.loads(body)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None


def compile_with(
    argv: list[str], environment: dict[str, str] | None = None, timeout_s: float = 25.0
) -> tuple[int, str]:
    """Run a compiler in the work folder; its exit code and its output."""
    done = subprocess.run(
        argv, cwd=WORK, env={**_environment(), **(environment or {})}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=timeout_s, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout[-65536:].decode("utf-8", "replace")
