"""The connection to the Docker Engine, and the sweep of what dead owners left there."""

from __future__ import annotations

import contextlib
import os
import socket
from typing import Any

from burnish.errors import SandboxUnavailableError
from burnish.sandbox.owner import OWNER_LABEL, is_dead


def connect(timeout_s: int = 60) -> Any:
    """A Docker client that has answered a ping.

    Raises:
        SandboxUnavailableError: no Engine answers, or this user may not use it.
    """
    knock()
    import docker

    client = None
    try:
        client = docker.from_env(timeout=timeout_s)
        client.ping()
    except (docker.errors.DockerException, OSError) as error:
        if client is not None:
            client.close()
        raise _no_engine(error) from None
    return client


def knock() -> None:
    """Fail quickly, without docker-py and the socket it leaks, if nobody listens.

    Raises:
        SandboxUnavailableError: so it is.
    """
    host = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    if host.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as knock:
            knock.settimeout(5)
            try:
                knock.connect(host.removeprefix("unix://"))
            except OSError as error:
                raise _no_engine(error) from None


def _no_engine(error: Exception) -> SandboxUnavailableError:
    remedy = "Start Docker, or choose the bubblewrap sandbox."
    if "ermission" in str(error):
        remedy = "Add this user to the group docker, or choose the bubblewrap sandbox."
    return SandboxUnavailableError(f"No Docker Engine answers: {explain(error)}.", remedy=remedy)


def explain(error: Exception) -> str:
    """The Engine's own words, on one line."""
    text = str(getattr(error, "explanation", None) or error)
    return " ".join(text.split())[:300].rstrip(".")


def sweep(client: Any) -> list[str]:
    """Remove the containers whose owner no longer runs; returns their ids."""
    import docker

    removed = []
    for found in client.api.containers(all=True, filters={"label": OWNER_LABEL}):
        if is_dead(found["Labels"][OWNER_LABEL]):
            with contextlib.suppress(docker.errors.APIError):
                client.api.remove_container(found["Id"], force=True, v=True)
                removed.append(found["Id"])
    return removed


def remove(client: Any, label: str) -> bool:
    """Remove every container with this label that is still there; False if nobody answers."""
    import docker

    try:
        knock()
        for found in client.api.containers(all=True, filters={"label": label}):
            with contextlib.suppress(docker.errors.APIError):
                client.api.remove_container(found["Id"], force=True, v=True)
    except (docker.errors.DockerException, OSError, SandboxUnavailableError):
        return False
    return True
