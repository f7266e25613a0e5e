"""Connections into and out of a container that has no network, through `docker exec`.

Nothing listens on this machine: no port is published, no address is bound, so nobody but this
process reaches the agent or its model, on Linux and on Docker Desktop alike. See `relay`.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from burnish.agents.trial import relay
from burnish.agents.trial.relay import HEAD, PIECE
from burnish.errors import AgentError

MOST = 64
"""Connections at once; an agent that opens more is not answered."""
START_S = 20.0
STALLED_S = 30.0
"""How long one end may refuse to read before its connection is given up."""
Serve = Callable[[socket.socket], None]


class Tunnel:
    """One container's connections. `serve` gets, in a thread of its own, every one that it opens.

    What comes out of the container is not trusted: it can end connections and garble what it says
    itself, and no more.

    Raises:
        AgentError: the image has no `python3` to carry them.
    """

    def __init__(self, api: Any, container: str, serve: Serve) -> None:
        source = Path(relay.__file__).read_text("utf-8")
        made = api.exec_create(container, ["python3", "-I", "-c", source], stdin=True)
        self._exec = made["Id"]
        self._api = api
        self._attached = api.exec_start(self._exec, socket=True)
        self._raw: socket.socket = getattr(self._attached, "_sock", self._attached)
        self._serve = serve
        self._ends: dict[int, socket.socket] = {}
        self._next = 0
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._said = bytearray()
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(START_S) or self.closed:
            self.close()
            why = bytes(self._said[-300:]).decode("utf-8", "replace").strip().splitlines()
            raise AgentError(
                f"the container cannot be talked to: {why[-1] if why else 'no answer'}.",
                remedy="Its image needs python3, and must stay up when it is started.",
            )

    @property
    def closed(self) -> bool:
        """Whether the container let go."""
        return not self._reader.is_alive()

    def open(self) -> socket.socket:
        """A connection to the agent's port; it ends at once if nobody listens there yet."""
        with self._lock:
            self._next += 2
            number = self._next
        return self._pair(number, lambda: self._send(b"O", number))

    def close(self) -> None:
        """End every connection. Safe to call twice."""
        with contextlib.suppress(OSError):
            self._raw.shutdown(socket.SHUT_RDWR)
        self._reader.join(5)
        with contextlib.suppress(OSError):
            self._raw.close()
            self._attached.close()
        with self._lock:
            ends = list(self._ends.values())
        for end in ends:
            _shut(end)

    def _pair(self, number: int, announce: Callable[[], None]) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.settimeout(None)
        with self._lock:
            self._ends[number] = ours
        announce()
        threading.Thread(target=self._pump, args=(number, ours), daemon=True).start()
        return theirs

    def _pump(self, number: int, end: socket.socket) -> None:
        """Carry what our side says into the container, until it says no more."""
        with contextlib.suppress(OSError):
            while data := end.recv(PIECE):
                self._send(b"D", number, data)
        with contextlib.suppress(OSError):
            self._send(b"C", number)
        with self._lock:
            self._ends.pop(number, None)
        end.close()

    def _send(self, kind: bytes, number: int, data: bytes = b"") -> None:
        with self._sending:
            self._raw.sendall(HEAD.pack(kind, number, len(data)) + data)

    def _read(self) -> None:
        frames = bytearray()
        with contextlib.suppress(OSError, EOFError):
            while True:
                stream, body = self._chunk()
                if stream != 1:
                    self._said = (self._said + body)[-4000:]
                    continue
                frames += body
                while len(frames) >= HEAD.size:
                    kind, number, size = HEAD.unpack_from(frames)
                    if size > PIECE:
                        raise EOFError
                    if len(frames) < HEAD.size + size:
                        break
                    data = bytes(frames[HEAD.size : HEAD.size + size])
                    del frames[: HEAD.size + size]
                    self._obey(kind, number, data)
        self._ready.set()
        with self._lock:
            ends = list(self._ends.values())
        for end in ends:
            _shut(end)

    def _chunk(self) -> tuple[int, bytes]:
        """One of the Engine's own frames: which stream, and what."""
        head = self._exactly(8)
        return head[0], self._exactly(int.from_bytes(head[4:], "big"))

    def _exactly(self, size: int) -> bytes:
        got = bytearray()
        while len(got) < size:
            data = self._raw.recv(min(size - len(got), 1 << 20))
            if not data:
                raise EOFError
            got += data
        return bytes(got)

    def _obey(self, kind: bytes, number: int, data: bytes) -> None:
        if kind == b"R":
            self._ready.set()
            return
        with self._lock:
            end = self._ends.get(number)
            room = len(self._ends) < MOST
        if kind == b"O" and number % 2 and end is None:
            if not room:
                self._send(b"C", number)
                return
            theirs = self._pair(number, lambda: None)
            threading.Thread(target=self._serve, args=(theirs,), daemon=True).start()
        elif kind == b"D" and end is not None:
            if not _give(end, data):
                _shut(end)
        elif kind == b"C" and end is not None:
            _shut(end)


def _give(end: socket.socket, data: bytes) -> bool:
    """Hand data to one side; False if it does not take it."""
    import select

    rest = memoryview(data)
    while rest:
        if not select.select([], [end], [], STALLED_S)[1]:
            return False
        try:
            rest = rest[end.send(rest, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            continue
        except OSError:
            return False
    return True


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
