"""A sandbox whose insides are the supervisor of `inside/`, whatever isolates it."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable
from typing import Any

from burnish import config
from burnish.errors import SandboxUnavailableError
from burnish.records import Candidate, Example, ExecutionReport
from burnish.sandbox.channel import Channel, ChannelClosed, ChannelTimeout, read_message
from burnish.sandbox.inside.wire import frame
from burnish.sandbox.plan import Plan, make_plan
from burnish.sandbox.pool import WarmPool
from burnish.sandbox.unrun import promised, syntax_report
from burnish.sandbox.verdict import judge

HELLO_S = 30.0
GRACE_S = 10.0
"""How long after its own time limit a supervisor may take to report."""


class SupervisedSandbox:
    """Runs each candidate in a sandbox of its own, from a pool of started ones."""

    def __init__(
        self,
        name: str,
        limits: config.Sandbox,
        start: Callable[[], Channel],
        *,
        own_user: bool,
        on_close: Callable[[], object] = lambda: None,
    ) -> None:
        """Begin to fill the pool.

        Args:
            name: Goes into the reports.
            limits: Of each run, and the pool's size.
            start: Starts one sandbox; raises SandboxUnavailableError.
            own_user: Limits count per process or user, not per container.
            on_close: Called once, after the last sandbox is gone.
        """
        self.name = name
        self._on_close = on_close
        self._closed = False
        self._limits, self._own_user = limits, own_user
        self._launch = start
        self._pid = os.getpid()
        self._live: set[Channel] = set()
        self._lock = threading.Lock()
        self.pool = WarmPool(self._started, limits.pool_size)
        atexit.register(self.close)
        self.pool.warm()

    def run(
        self, candidate: Candidate, *, checks: str = "", examples: tuple[Example, ...] = ()
    ) -> ExecutionReport:
        """See `Sandbox.run`."""
        try:
            plan = make_plan(candidate, checks, examples, self._limits)
        except SyntaxError as error:
            return syntax_report(error, self.name, promised(candidate, checks, examples))
        plan.job["limits"]["own_user"] = self._own_user
        channel = self.pool.take()
        try:
            return self._exchange(plan, channel)
        finally:
            self._forget(channel)
            self.pool.give_back(channel)

    def close(self) -> None:
        """See `Sandbox.close`."""
        if self._closed or os.getpid() != self._pid:  # a forked child does not own them
            return
        self._closed = True
        self.pool.close()
        for channel in list(self._live):
            channel.destroy()
        self._live.clear()
        self._on_close()
        atexit.unregister(self.close)

    def _started(self) -> Channel:
        channel = self._launch()
        with self._lock:
            self._live.add(channel)
        try:
            hello = read_message(channel, HELLO_S)
        except (ChannelClosed, ChannelTimeout) as error:
            reason = channel.why_ended() or str(error) or "it did not answer"
            self._discard(channel)
            raise SandboxUnavailableError(
                f"The {self.name} sandbox did not start: {reason[:500]}.",
                remedy="Run `burnish doctor`.",
            ) from None
        except BaseException:
            self._discard(channel)
            raise
        if not hello.get("hello"):
            self._discard(channel)
            raise SandboxUnavailableError(
                f"The {self.name} sandbox has Python but lacks a part: {hello.get('error')}.",
                remedy="Use an image with pytest and coverage, as `burnish sandbox build` makes.",
            )
        return channel

    def _discard(self, channel: Channel) -> None:
        self._forget(channel)
        channel.destroy()

    def _forget(self, channel: Channel) -> None:
        with self._lock:
            self._live.discard(channel)

    def _exchange(self, plan: Plan, channel: Channel) -> ExecutionReport:
        try:
            channel.send(frame(plan.job))
            report = read_message(channel, self._limits.timeout_s + GRACE_S)
        except ChannelTimeout:
            return self._silent(plan, "timeout")
        except ChannelClosed:
            return self._silent(plan, channel.why_ended())
        return judge(plan, report, self.name)

    def _silent(self, plan: Plan, reason: str) -> ExecutionReport:
        """The report of a sandbox that ended without one."""
        ended = {"timeout": "timeout", "memory": "memory"}.get(reason, "")
        worker: dict[str, Any] = {
            "steps": list(range(len(plan.kinds))), "events": [], "ended_by": ended,
            "exit_code": None, "seconds": 0.0, "cpu_s": 0.0, "peak_memory_bytes": 0,
        }  # fmt: skip
        report = {
            "runs": [worker], "genuine": True, "coverage": None, "output": "", "truncated": False,
        }  # fmt: skip
        return judge(plan, report, self.name)
