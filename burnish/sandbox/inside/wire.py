"""Length-prefixed JSON, and the signed event lines between a worker and its supervisor."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from typing import Any

HEADER_BYTES = 8
Message = dict[str, Any]


def frame(message: Message) -> bytes:
    """Eight bytes of big-endian length, then ASCII JSON."""
    body = json.dumps(message).encode("ascii")
    return len(body).to_bytes(HEADER_BYTES, "big") + body


def read_frame(fd: int) -> Message | None:
    """The next message from a blocking descriptor; None at its end."""
    header = _read_exactly(fd, HEADER_BYTES)
    if header is None:
        return None
    body = _read_exactly(fd, int.from_bytes(header, "big"))
    return None if body is None else json.loads(body)


def _read_exactly(fd: int, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = os.read(fd, min(65536, size - len(parts)))
        if not part:
            return None
        parts += part
    return bytes(parts)


def write_all(fd: int, data: bytes) -> None:
    """Write everything to a blocking descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def signature(secret: str, number: int, body: bytes) -> str:
    """What an event line must end with; `number` counts the events of one process from 0.

    The secret itself is never sent: who comes between can drop a line, and is seen to.
    """
    return hashlib.sha256(f"{secret}:{number}:".encode() + body).hexdigest()[:16]


def event_writer(fd: int, secret: str) -> Callable[..., None]:
    """A function that writes one signed event line per call."""
    count = 0

    def emit(kind: str, **fields: Any) -> None:
        nonlocal count
        body = json.dumps({"event": kind, **fields}).encode("ascii")
        line = body + f"\t{signature(secret, count, body)}\n".encode("ascii")
        count += 1
        write_all(fd, line)

    return emit


def read_events(data: bytes, secret: str) -> tuple[list[Message], bool]:
    """The events of one worker, and whether every line is genuine.

    A last line without its newline is what a killed worker leaves: dropped, not a forgery.
    """
    events: list[Message] = []
    for number, line in enumerate(data.split(b"\n")[:-1]):
        body = genuine(line, secret, number)
        if body is None:
            return events, False
        events.append(json.loads(body))
    return events, True


def genuine(line: bytes, secret: str, number: int) -> bytes | None:
    """What a line says, if its signature is right for this place."""
    body, _, given = line.rpartition(b"\t")
    return body if given == signature(secret, number, body).encode("ascii") else None
