"""One container of a Docker Engine as a sandbox: attached to, started, used once, removed."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from typing import Any

from burnish.errors import SandboxUnavailableError
from burnish.sandbox.channel import ChannelClosed, ChannelTimeout, End, HostAway
from burnish.sandbox.daemon import explain, knock

_STDOUT, _STDERR = 1, 2
_KILLED = 137
_RUNTIME = "Register that runtime with the Engine, or leave sandbox.runtime out."


def remedy(error: str) -> str:
    """What mends an Engine's refusal to start a container; "" if it may mend itself."""
    known = {
        "no space left": "Free disk space where the Engine keeps its data (`docker system df`).",
        "no such image": "Run `burnish sandbox build`: the image was removed.",
        "runtime specified": _RUNTIME,
        "runtime name": _RUNTIME,
        "executable file not found": "The image needs python3; run `burnish sandbox build`.",
    }
    found = (mend for words, mend in known.items() if words in error.lower())
    return next(found, "")


class ContainerChannel:
    """A sandbox that is a container, attached to before it starts."""

    def __init__(self, api: Any, options: dict[str, Any]) -> None:
        import docker

        self._api = api
        self._id = ""
        self._errors = bytearray()
        self._ready = bytearray()
        self._pending = bytearray()
        self._socket: Any = None
        try:
            knock()
            self._id = api.create_container(**options)["Id"]
            streams = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            self._socket = api.attach_socket(self._id, params=streams)
            api.start(self._id)
        except SandboxUnavailableError as error:
            raise HostAway(error.message, remedy=error.remedy) from None
        except (docker.errors.DockerException, OSError) as error:
            self.destroy()
            mend = remedy(str(error))
            kind = SandboxUnavailableError if mend else HostAway
            raise kind(
                f"A container of {options['image']} cannot be started: {explain(error)}.",
                remedy=mend or "Run `burnish doctor`.",
            ) from None
        except BaseException:
            self.destroy()
            raise

    @property
    def _raw(self) -> socket.socket:
        raw: socket.socket = getattr(self._socket, "_sock", self._socket)
        return raw

    def send(self, data: bytes) -> None:
        """See `Channel.send`."""
        try:
            self._raw.settimeout(30)
            self._raw.sendall(data)
        except OSError as error:
            raise ChannelClosed(str(error)) from None

    def receive(self, size: int, deadline: float) -> bytes:
        """See `Channel.receive`; takes the Engine's multiplexed frames apart."""
        while not self._ready:
            self._fill(deadline)
        data = bytes(self._ready[:size])
        del self._ready[:size]
        return data

    def _fill(self, deadline: float) -> None:
        poll = select.poll()
        poll.register(self._raw, select.POLLIN)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise ChannelTimeout
        try:
            data = self._raw.recv(1 << 20)
        except OSError as error:
            raise ChannelClosed(str(error)) from None
        if not data:
            raise ChannelClosed("it ended without a report")
        self._pending += data
        while len(self._pending) >= 8:
            size = int.from_bytes(self._pending[4:8], "big")
            if len(self._pending) < 8 + size:
                return
            stream, body = self._pending[0], self._pending[8 : 8 + size]
            del self._pending[: 8 + size]
            if stream == _STDOUT:
                self._ready += body
            elif stream == _STDERR and len(self._errors) < 4000:
                self._errors += body

    def why_ended(self) -> End:
        """See `Channel.why_ended`."""
        import docker

        try:
            knock()
            for _ in range(100):  # its output ends a little before the Engine says so
                state = self._api.inspect_container(self._id)["State"]
                if not state["Running"]:
                    break
                time.sleep(0.03)
        except (docker.errors.DockerException, OSError, SandboxUnavailableError) as error:
            return End("host", explain(error))
        if state.get("OOMKilled"):
            return End("memory")
        if state["Running"]:
            return End("host", "the Engine let go of its container")
        if state.get("ExitCode") == _KILLED:
            return End("host", "its container was killed")
        return End("itself", bytes(self._errors).decode("utf-8", "replace").strip())

    def held_up(self) -> str:
        """See `Channel.held_up`."""
        import docker

        try:
            knock()
            state = self._api.inspect_container(self._id)["State"]
        except (docker.errors.DockerException, OSError, SandboxUnavailableError) as error:
            return explain(error)
        return "its container was paused" if state.get("Paused") else ""

    def kill(self) -> None:
        """See `Channel.kill`."""
        import docker

        with contextlib.suppress(docker.errors.DockerException, OSError, SandboxUnavailableError):
            knock()
            self._api.remove_container(self._id, force=True, v=True)

    def destroy(self) -> None:
        """See `Channel.destroy`."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._raw.close()
                self._socket.close()
            self._socket = None
        if self._id:
            self.kill()
            self._id = ""
