"""Containers of a Docker Engine: hardened, labelled, used once.

Works with Engine 20.10 (API 1.41) and later, cgroup v1 and v2.
"""

from __future__ import annotations

import uuid
from typing import Any

from burnish import config
from burnish.errors import SandboxUnavailableError
from burnish.languages.toolchain import setup
from burnish.sandbox import harness
from burnish.sandbox.container import ContainerChannel
from burnish.sandbox.daemon import connect, remove, sweep
from burnish.sandbox.images import image_tag
from burnish.sandbox.owner import owner_labels
from burnish.sandbox.supervised import SupervisedSandbox

USER = "65534:65534"
_TMPFS = "rw,nosuid,nodev,size={size},mode={mode},uid=65534,gid=65534"
_SMALL_TMPFS_BYTES = 16 * config.MIB
_OPENED = "burnish.opened"
"""Label that the containers of one opened sandbox share: what its end must not leave behind."""
_left: set[str] = set()
"""Labels of sandboxes of this process that were closed while the Engine was away."""


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
    for left in [mark for mark in _left if remove(client, mark)]:
        _left.discard(left)
    options = container_options(client, image, limits, language)
    mark = f"{_OPENED}={uuid.uuid4().hex}"
    options["labels"] |= dict([mark.split("=")])

    def close() -> None:
        if not remove(client, mark):
            _left.add(mark)
        client.close()

    return SupervisedSandbox(
        "docker",
        limits,
        lambda: ContainerChannel(client.api, options),
        own_user=False,
        on_close=close,
    )


def container_options(
    client: Any, image: str, limits: config.Sandbox, language: str = "python"
) -> dict[str, Any]:
    """Every hardening of a container, as arguments of `create_container`."""
    small = min(limits.work_bytes, _SMALL_TMPFS_BYTES)
    work = _TMPFS.format(size=limits.work_bytes, mode="0700")  # compiled programs lie there
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
            "/work": work + (",exec" if setup(language).executes_work else ",noexec"),
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
        "stop_signal": "SIGKILL",  # an Engine that stops need not wait for us
        "labels": owner_labels(),
        "host_config": host,
    }
