"""The process that compiles and runs a candidate that is not Python.

It never is the candidate: every program runs as a child with limits of its own, in a work folder
that is written afresh for it, so that no program finds what another left or changed. A program
reports over a socket that only its harness knows the secret of; what it says is then passed on as
events of this process, which the supervisor believes.
"""

from __future__ import annotations

import signal
import time
from typing import Any

from burnish.sandbox.inside.compiler import Compiler, Failure, Job, Program
from burnish.sandbox.inside.process import Emit, clear_work
from burnish.sandbox.inside.program import Ended, Event, Programs

_LATE = "the time limit ended the program while no test was running"


class NativeRunner:
    """See `supervisor.Runner`."""

    is_candidate = False

    def __init__(self, compiler: Compiler) -> None:
        self.compiler = compiler

    def warm(self) -> None:
        """Nothing: compilers are programs that end."""

    def groups(self, job: Job) -> list[list[int]]:
        """All in one: what is compiled is compiled once."""
        return [list(range(len(job["steps"])))]

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
        self.programs = Programs(job)

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
        covered = self.compiler.coverage(self.job, self.programs.coverage)
        if covered is not None:
            self.emit("covered", **covered)
        spent = self.programs
        self.emit("spent", cpu_s=spent.cpu_s, peak_memory_bytes=spent.peak_bytes)

    def _loads(self, program: Program) -> bool:
        """Whether the module can be loaded; emits why not."""
        loaded: Event = {}
        for event in self.programs.run(program, {}):
            loaded = event
        if not loaded.get("ok"):
            category, message = loaded.get("category"), loaded.get("message")
            if not loaded:
                category, message = self._why(self.programs.ended)
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
            running: list[str] = []
            complete, broken = not program.tells_end, None
            for event in self.programs.run(program, {"skip": sorted(told)}):
                if event["event"] == "start":
                    running.append(event["id"])
                    self.emit("start", id=f"{file}::{event['id']}")
                elif event["event"] == "test":
                    told.add(event["id"])
                    running = [name for name in running if name != event["id"]]
                    self._tested(file, event)
                elif event["event"] == "ended":
                    complete = True
                elif event["event"] == "broken":
                    broken = event
            ended, current = self.programs.ended, running[-1] if running else ""
            if ended.stopped == "forgery":
                self.emit("forged")
                return
            if broken is not None:
                self._broken(f"{file}::{current}" if current else "", broken)
                return
            if not current:
                if ended.stopped:  # before the first test, or between two
                    self.emit("collect", category="timeout", message=_LATE, line=None)
                elif not complete:
                    category, message = self._why(ended)
                    self.emit("collect", category=category, message=message, line=None, early=True)
                return  # of a program that ended by itself, what is left was never reported
            self._died(file, current, ended)
            told.add(current)

    def _broken(self, current: str, event: Event) -> None:
        """The test file itself failed, perhaps while a test of it was running."""
        why = {key: event.get(key) for key in ("category", "message", "line")}
        self.emit("collect", early=True, **why)
        if current:
            self.emit(
                "test", id=current, when="setup", outcome="failed", xfail=False, seconds=0.0, **why
            )

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
            return "timeout", f"took longer than {self.job['limits']['test_timeout_s']:g} s"
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
            for event in self.programs.run(program, {"skip": sorted(told)}):
                if event["event"] == "start":
                    current = int(event["id"])
                    self.emit("calling", index=offset + current)
                elif event["event"] == "value":
                    told.add(int(event["index"]))
                    current = -1
                    self._value(offset + int(event["index"]), event)
            if self.programs.ended.stopped == "forgery":
                self.emit("forged")
                return
            if current < 0:
                late = {"raised": ["ProgramEnded"], "message": _LATE, "timeout": True}
                for index in set(range(count)) - told if self.programs.ended.stopped else ():
                    self._value(offset + index, late)
                return
            category, message = self._why(self.programs.ended)
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
        for _ in self.programs.run(program, {}):
            pass
        seconds = time.perf_counter() - started
        if self.programs.ended.exit_code == 0 and not self.programs.ended.stopped:
            self.emit("usage", ok=True, seconds=seconds)
            return
        category, message = self._why(self.programs.ended)
        self.emit("usage", ok=False, seconds=seconds, category=category, message=message, line=None)
