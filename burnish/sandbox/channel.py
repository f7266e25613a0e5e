"""One started sandbox, seen from the host: a stdin, a stdout, and an end."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from burnish.errors import SandboxUnavailableError

REPORT_BYTES = 64 * 1024 * 1024


class ChannelClosed(Exception):
    """The sandbox ended without saying what was expected of it."""


class HostAway(SandboxUnavailableError):
    """What starts sandboxes went away after it was there; it may come back in a moment."""


class ChannelTimeout(Exception):
    """The sandbox said nothing in time."""


@dataclass(frozen=True)
class End:
    """How a sandbox ended that gave no report."""

    cause: Literal["memory", "host", "itself"]
    """"memory" if its memory limit killed it; "host" if something outside took it away, which
    says nothing about the candidate; else "itself"."""
    words: str = ""
    """What it wrote to stderr, or what the host says."""


class Channel(Protocol):
    """A sandbox that was started and has not been used yet."""

    def send(self, data: bytes) -> None:
        """Write all of `data` to its stdin. Raises ChannelClosed."""
        ...

    def receive(self, size: int, deadline: float) -> bytes:
        """Up to `size` bytes of its stdout, at least one.

        Raises:
            ChannelClosed: it ended. ChannelTimeout: `time.monotonic()` passed `deadline`.
        """
        ...

    def why_ended(self) -> End:
        """After ChannelClosed: who ended it. Never raises."""
        ...

    def held_up(self) -> str:
        """After ChannelTimeout: what of the host stands still; "" if nothing. Never raises."""
        ...

    def kill(self) -> None:
        """End it while another thread uses it, which then sees ChannelClosed. Never raises."""
        ...

    def destroy(self) -> None:
        """End it and remove all that it holds. Idempotent; never raises."""
        ...


def read_message(channel: Channel, timeout_s: float) -> dict[str, Any]:
    """The next length-prefixed JSON message of a sandbox.

    Raises:
        ChannelClosed: it ended first, or what it sent is no message.
        ChannelTimeout: nothing complete came within `timeout_s`.
    """
    deadline = time.monotonic() + timeout_s
    size = int.from_bytes(_exactly(channel, 8, deadline), "big")
    if size > REPORT_BYTES:
        raise ChannelClosed(f"a message of {size} bytes")
    try:
        message = json.loads(_exactly(channel, size, deadline))
    except ValueError as error:
        raise ChannelClosed(f"not a message: {error}") from None
    if not isinstance(message, dict):
        raise ChannelClosed("not a message")
    return message


def _exactly(channel: Channel, size: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        data += channel.receive(size - len(data), deadline)
    return bytes(data)
