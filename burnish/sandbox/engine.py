"""Containers of a Docker Engine: hardened, labelled, used once.

Works with Engine 20.10 (API 1.41) and later, cgroup v1 and v2.
"""

from __future__ import annotations

import contextlib
import select
import socket
import time
from typing import Any

from burnish import config
from burnish.errors import SandboxUnavailableError
from burnish.sandbox import harness
from burnish.sandbox.channel import ChannelClosed, ChannelTimeout
from burnish.sandbox.daemon import connect, explain, sweep
from burnish.sandbox.images import image_tag
from burnish.sandbox.owner import owner_labels
from burnish.sandbox.supervised import SupervisedSandbox

USER = "65534:65534"
_TMPFS = "rw,nosuid,nodev,size={size},mode={mode},uid=65534,gid=65534"
_SMALL_TMPFS_BYTES = 16 * config.MIB
_STDOUT, _STDERR = 1, 2


def open_docker(limits: config.Sandbox, language: str = "python") -> SupervisedSandbox:
    """A sandbox for one language on the Docker Engine; sweeps what dead owners left.

    Raises:
        SandboxUnavailableError: no Engine, or the image is not there.
    """
    client = connect()
    image = limits.image or image_tag(language)
    if not client.images.list(name=image):
        client.close()
        remedy = f"Run `burnish sandbox build {language}`."
        if limits.image:
            remedy = f"Run `docker pull {image}`, or leave sandbox.image out."
        raise SandboxUnavailableError(f"The image {image} is not on this Engine.", remedy=remedy)
    sweep(client)
    options = container_options(client, image, limits, language)
    return SupervisedSandbox(
        "docker",
        limits,
        lambda: ContainerChannel(client.api, options),
        own_user=False,
        on_close=client.close,
    )


def container_options(
    client: Any, image: str, limits: config.Sandbox, language: str = "python"
) -> dict[str, Any]:
    """Every hardening of a container, as arguments of `create_container`."""
    small = min(limits.work_bytes, _SMALL_TMPFS_BYTES)
    host = client.api.create_host_config(
        network_mode="none",
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        read_only=True,
        pids_limit=limits.pids + 1,
        mem_limit=limits.memory_bytes,
        memswap_limit=limits.memory_bytes,
        nano_cpus=int(limits.cpus * 1e9),
        tmpfs={
            "/work": _TMPFS.format(size=limits.work_bytes, mode="0700"),
            "/tmp": _TMPFS.format(size=small, mode="0700"),
        },
        shm_size=small,
        ipc_mode="private",
        log_config={"Type": "none"},
        **({"runtime": limits.runtime} if limits.runtime else {}),
    )
    return {
        "image": image,
        "entrypoint": ["python3"],
        "command": [*harness.ARGUMENTS, harness.source(language)],
        "user": USER,
        "working_dir": "/",
        "hostname": "sandbox",
        "environment": harness.ENVIRONMENT,
        "stdin_open": True,
        "labels": owner_labels(),
        "host_config": host,
    }


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
            self._id = api.create_container(**options)["Id"]
            streams = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            self._socket = api.attach_socket(self._id, params=streams)
            api.start(self._id)
        except (docker.errors.DockerException, OSError) as error:
            self.destroy()
            raise SandboxUnavailableError(
                f"A container of {options['image']} cannot be started: {explain(error)}.",
                remedy="The image needs python3; run `burnish sandbox build`.",
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

    def why_ended(self) -> str:
        """See `Channel.why_ended`."""
        import docker

        with contextlib.suppress(docker.errors.DockerException, OSError):
            state = self._api.inspect_container(self._id)["State"]
            if state.get("OOMKilled") or state.get("ExitCode") == 137:
                return "memory"
        return bytes(self._errors).decode("utf-8", "replace").strip()

    def destroy(self) -> None:
        """See `Channel.destroy`."""
        import docker

        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._raw.close()
                self._socket.close()
            self._socket = None
        if self._id:
            with contextlib.suppress(docker.errors.DockerException, OSError):
                self._api.remove_container(self._id, force=True, v=True)
            self._id = ""
