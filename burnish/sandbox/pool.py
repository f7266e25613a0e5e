"""Sandboxes started ahead of need, each used once."""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable

from burnish.errors import SandboxUnavailableError
from burnish.sandbox.channel import Channel

logger = logging.getLogger("burnish")
Start = Callable[[], Channel]
UNDONE = 4
"""Used sandboxes that may await their end in the background; more are ended by their users."""


class WarmPool:
    """Keeps `size()` started sandboxes ready, filled and emptied by one background thread.

    `start` returns a sandbox that has said hello, or raises SandboxUnavailableError. `size` is
    asked whenever one could be started, so that it may follow the memory of the machine.
    """

    def __init__(self, start: Start, size: Callable[[], int]) -> None:
        self._start, self._size = start, size
        self._ready: deque[Channel] = deque()
        self._lock = threading.Condition()
        self._tasks: queue.SimpleQueue[Channel | str | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = 0
        self._undone = 0
        self.closed = False

    def warm(self) -> None:
        """Begin to fill in the background; returns at once."""
        with self._lock:
            self._order()

    def take(self) -> Channel:
        """A fresh sandbox: one that is ready, one that is about to be, else one started here.

        Raises:
            SandboxUnavailableError: none could be started.
        """
        with self._lock:
            while not self._ready and self._starting and not self.closed:
                self._lock.wait(1.0)
            if self.closed:
                raise SandboxUnavailableError("The sandbox is closed.")
            channel = self._ready.popleft() if self._ready else None
        return channel if channel is not None else self._start()

    def give_back(self, channel: Channel) -> None:
        """Have a used sandbox destroyed, then fill up again, both in the background."""
        with self._lock:
            if not self.closed:
                self._order()  # first what a caller may wait for
                if self._undone < UNDONE:
                    self._undone += 1
                    self._run(channel)
                    return
        channel.destroy()

    def empty(self) -> None:
        """Destroy those that are ready: the host may have ended them too."""
        while self._ready:
            self._ready.popleft().destroy()

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait until the pool is full; False if it is not in time."""
        with self._lock:
            return self._lock.wait_for(lambda: len(self._ready) >= self._size(), timeout_s)

    def close(self) -> None:
        """Destroy what is ready and end the thread. Idempotent."""
        with self._lock:
            self.closed = True
            self._lock.notify_all()
        if self._thread is not None:
            self._tasks.put(None)
            self._thread.join()
            self._thread = None
        self.empty()

    def _order(self) -> None:
        missing = self._size() - len(self._ready) - self._starting
        for _ in range(max(0, missing)):
            self._starting += 1
            self._run("start")

    def _run(self, task: Channel | str) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="burnish-pool", daemon=True)
            self._thread.start()
        self._tasks.put(task)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            if not isinstance(task, str):
                task.destroy()
                with self._lock:
                    self._undone -= 1
                continue
            self._fill()

    def _fill(self) -> None:
        channel: Channel | None = None
        try:
            if not self.closed:
                channel = self._start()
        except Exception as error:  # noqa: BLE001  whoever needs one starts it and sees the error
            logger.debug("no sandbox could be started ahead: %s", error)
        finally:
            with self._lock:
                self._starting -= 1
                if channel is not None:
                    self._ready.append(channel)
                self._lock.notify_all()
