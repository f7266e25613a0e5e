"""A sandbox whose insides are the supervisor of `inside/`, whatever isolates it."""

from __future__ import annotations

import atexit
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from burnish import config
from burnish.errors import InputError, SandboxUnavailableError
from burnish.records import Candidate, Example, ExecutionReport
from burnish.sandbox import capacity
from burnish.sandbox.channel import (
    Channel,
    ChannelClosed,
    ChannelTimeout,
    HostAway,
    read_message,
)
from burnish.sandbox.inside.wire import frame
from burnish.sandbox.plan import Plan, make_plan
from burnish.sandbox.pool import WarmPool
from burnish.sandbox.verdict import judge

HELLO_S = 30.0
GRACE_S = 10.0
"""How long after its own time limit a supervisor may take to report."""
RETURN_S = 15.0
"""How long a host that took a sandbox away, such as an Engine that restarts, may stay away."""

log = logging.getLogger(__name__)


class _TakenAway(Exception):
    """The host ended a sandbox or holds it up; nothing that the candidate did is known."""


class SupervisedSandbox:
    """Runs each candidate in a sandbox of its own, from a pool of started ones.

    From any number of threads: more runs than `limits.parallel` wait their turn.
    """

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
        self._used: set[Channel] = set()
        self._lock = threading.Lock()
        self.pool = WarmPool(self._started, lambda: capacity.pool_size(limits))
        self._turns: queue.PriorityQueue[int] = queue.PriorityQueue()
        for turn in range(capacity.parallel(limits)):
            self._turns.put(turn)
        atexit.register(self.close)
        self.pool.warm()

    def run(
        self, candidate: Candidate, *, checks: str = "", examples: tuple[Example, ...] = ()
    ) -> ExecutionReport:
        """See `Sandbox.run`.

        A run whose sandbox the host took away is begun once more in a new one: it had reported
        nothing yet.

        Raises:
            InputError: the candidate's module name is no name, such as one with a slash.
            SandboxUnavailableError: none can be started, or the second one was taken away too.
        """
        if not candidate.module.isidentifier():
            raise InputError(
                f"The module name {candidate.module!r} is no name.",
                remedy="Use letters, digits and underscores, as in `solution`.",
            )
        plan = make_plan(candidate, checks, examples, self._limits)
        plan.job["limits"]["own_user"] = self._own_user
        turn = self._turns.get()
        plan.job["limits"]["turn"] = turn
        try:
            return self._run_twice(plan)
        finally:
            self._turns.put(turn)

    def _run_twice(self, plan: Plan) -> ExecutionReport:
        try:
            return self._run_in(self._take, plan)
        except _TakenAway as reason:
            log.warning("The %s sandbox was lost: %s. Running once more.", self.name, reason)
        self.pool.empty()
        try:
            return self._run_in(self._take, plan)
        except _TakenAway as reason:
            raise SandboxUnavailableError(
                f"The {self.name} sandbox was lost twice during one run: {reason}.",
                remedy="See what ends it (Docker: `journalctl -u docker`), and run again.",
            ) from None

    def close(self) -> None:
        """See `Sandbox.close`."""
        if self._closed or os.getpid() != self._pid:  # a forked child does not own them
            return
        self.pool.close()
        for channel in list(self._live):
            if channel in self._used:
                channel.kill()  # whoever runs something in it will destroy it
            else:
                channel.destroy()
        self._live.clear()
        self._on_close()
        self._closed = True  # only now: what interrupts this leaves the rest to the next call
        atexit.unregister(self.close)

    def _started(self) -> Channel:
        channel = self._launch()
        with self._lock:
            self._live.add(channel)
        try:
            hello = read_message(channel, HELLO_S)
        except (ChannelClosed, ChannelTimeout) as error:
            end = channel.why_ended()
            reason = channel.held_up() or end.words or str(error) or "it did not answer"
            self._discard(channel)
            raise (HostAway if end.cause == "host" else SandboxUnavailableError)(
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

    def _take(self) -> Channel:
        """A new sandbox; waits a little for a host that went away."""
        deadline = time.monotonic() + RETURN_S
        while True:
            try:
                return self.pool.take()
            except HostAway:
                if self.pool.closed or time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def _run_in(self, take: Callable[[], Channel], plan: Plan) -> ExecutionReport:
        channel = take()
        try:
            self._used.add(channel)
            return self._exchange(plan, channel)
        finally:
            self._used.discard(channel)
            self._forget(channel)
            self.pool.give_back(channel)

    def _discard(self, channel: Channel) -> None:
        self._forget(channel)
        channel.destroy()

    def _forget(self, channel: Channel) -> None:
        with self._lock:
            self._live.discard(channel)

    def _exchange(self, plan: Plan, channel: Channel) -> ExecutionReport:
        try:
            channel.send(frame(plan.job))
            limits = plan.job["limits"]
            allowed = limits["compile_timeout_s"] + limits["timeout_s"] + GRACE_S
            report = read_message(channel, allowed)
        except ChannelTimeout:
            if reason := channel.held_up():
                raise _TakenAway(reason) from None
            return self._silent(plan, "timeout")
        except ChannelClosed:
            end = channel.why_ended()
            if end.cause == "host":
                raise _TakenAway(end.words) from None
            return self._silent(plan, "memory" if end.cause == "memory" else "")
        return judge(plan, report, self.name)

    def _silent(self, plan: Plan, ended: str) -> ExecutionReport:
        """The report of a sandbox that ended without one."""
        worker: dict[str, Any] = {
            "steps": list(range(len(plan.kinds))), "events": [], "ended_by": ended,
            "exit_code": None, "seconds": 0.0, "cpu_s": 0.0, "peak_memory_bytes": 0,
        }  # fmt: skip
        report = {
            "runs": [worker], "genuine": True, "coverage": None, "output": "", "truncated": False,
        }  # fmt: skip
        return judge(plan, report, self.name)
