"""A project's container: shut off, limited, and gone whatever happens."""

from __future__ import annotations

import contextlib
import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from burnish.agents.manifest import Manifest
from burnish.agents.trial import relay
from burnish.agents.trial.tunnel import Serve, Tunnel
from burnish.config import MIB
from burnish.errors import AgentError, InputError
from burnish.sandbox.daemon import explain, remove
from burnish.sandbox.owner import owner_labels

USER = "65534:65534"
PLACEHOLDER = "burnish-trial"
CREDENTIALS = (
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK",
)  # fmt: skip
_SMALL_TMPFS = "rw,nosuid,nodev,noexec,size={size},mode=1777"


@dataclass(frozen=True)
class Room:
    """What a container may use."""

    memory_bytes: int = 1024 * MIB
    """Memory, without swap."""
    pids: int = 256
    """Processes and threads."""
    cpus: float = 2.0
    """CPUs."""
    tmp_bytes: int = 256 * MIB
    """/tmp, the only place that it can write to; part of its memory."""


@dataclass(frozen=True)
class Running:
    """A container that runs, and the way in."""

    tunnel: Tunnel
    logs: Callable[[], list[str]]
    """The last lines that it printed."""
    ended: Callable[[], str]
    """How it ended, in words; "" while it runs."""


def environment(manifest: Manifest, model_id: str, *, connected: bool) -> dict[str, str]:
    """The container's variables.

    Raises:
        InputError: the project's own model is asked for, and this shell has no credentials, or not
            every variable that the project needs.
    """
    made = {
        "AWS_REGION": manifest.region,
        "AWS_DEFAULT_REGION": manifest.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": "/tmp",
        "OTEL_SDK_DISABLED": "true",  # there is no collector to send anything to
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
    }
    if not connected:
        made |= dict.fromkeys((*manifest.secrets, *manifest.variables), PLACEHOLDER)
        made |= {
            "AGENT_MODEL_URL": f"http://127.0.0.1:{relay.PORT}/v1",
            "AGENT_MODEL_ID": model_id,
            "AGENT_MODEL_KEY": PLACEHOLDER,
            "OPENAI_API_KEY": PLACEHOLDER,  # clients want one; this model is reached without
        }
        return made
    given = {name: os.environ[name] for name in CREDENTIALS if os.environ.get(name)}
    if manifest.provider == "bedrock" and not given:
        raise InputError(
            "the project's own model needs credentials, and this shell has none.",
            remedy='Run `eval "$(aws configure export-credentials --format env)"` first.',
            recovery_actions=["Use --lm local or a script, which need none."],
        )
    needed = (*manifest.secrets, *manifest.variables)
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        raise InputError(
            f"the project needs {', '.join(missing)}, which this shell does not have.",
            remedy="Export it first.",
        )
    return made | given | {name: os.environ[name] for name in needed}


@contextlib.contextmanager
def started(
    client: Any, image: str, command: tuple[str, ...], variables: dict[str, str], serve: Serve,
    *, connected: bool, room: Room | None = None,
) -> Iterator[Running]:  # fmt: skip
    """A container of the image that runs the command, removed at the end.

    It has no network but its own loopback, unless `connected`; no port is published.

    Raises:
        AgentError: it cannot be started, or ends at once; its last lines are in `details`.
    """
    api = client.api
    options = _options(client, image, command, variables, connected, room or Room())
    mark = f"burnish.trial={uuid.uuid4().hex}"  # it may be there though its id never came back
    options["labels"] |= dict([mark.split("=")])
    tunnel = None
    try:
        made = _made(api, options)
        tunnel = _tunnel(api, made, serve)
        yield Running(tunnel, lambda: _logs(api, made), lambda: _ended(api, made))
    finally:
        remove(client, mark)
        if tunnel is not None:
            tunnel.close()


def _made(api: Any, options: dict[str, Any]) -> str:
    import docker

    try:
        made = str(api.create_container(**options)["Id"])
        api.start(made)
    except (docker.errors.DockerException, OSError) as error:
        raise AgentError(
            f"the container cannot be started: {explain(error)}.",
            remedy="Check `serve` in burnish-agent.json against the Dockerfile.",
        ) from None
    return made


def _tunnel(api: Any, made: str, serve: Serve) -> Tunnel:
    import docker

    try:
        return Tunnel(api, made, serve)
    except (AgentError, docker.errors.DockerException, OSError) as error:
        ended, lines = _ended(api, made), _logs(api, made)
        if ended:
            raise died(ended, lines) from None
        raise AgentError(
            f"the container cannot be talked to: {explain(error)}.",
            remedy="Its image needs python3.",
            details={"last_lines": lines},
        ) from None


def died(how: str, lines: list[str]) -> AgentError:
    """The error for a container that is no longer there."""
    shown = "\n".join(lines) if lines else "It printed nothing."
    return AgentError(
        f"the agent's container {how}.\n{shown}",
        remedy="Mend what its last lines name, and try again.",
        details={"ended": how, "last_lines": lines},
    )


def _options(
    client: Any, image: str, command: tuple[str, ...], variables: dict[str, str],
    connected: bool, room: Room,
) -> dict[str, Any]:  # fmt: skip
    host = client.api.create_host_config(
        network_mode="bridge" if connected else "none",
        cap_drop=["ALL"],
        security_opt=["no-new-privileges"],
        read_only=True,
        pids_limit=room.pids,
        mem_limit=room.memory_bytes,
        memswap_limit=room.memory_bytes,
        nano_cpus=int(min(room.cpus, os.cpu_count() or 1) * 1e9),
        tmpfs={"/tmp": _SMALL_TMPFS.format(size=room.tmp_bytes)},
        ipc_mode="private",
        log_config={"Type": "json-file", "Config": {"max-size": "1m", "max-file": "1"}},
    )
    user = str(client.images.get(image).attrs["Config"].get("User") or "")
    return {
        "image": image,
        "entrypoint": [command[0]],
        "command": list(command[1:]),
        "user": USER if user.split(":")[0] in ("", "0", "root") else user,
        "environment": variables,
        "hostname": "agent",
        "labels": owner_labels(),
        "host_config": host,
    }


def _logs(api: Any, made: str) -> list[str]:
    import docker

    try:
        text: bytes = api.logs(made, tail=25)
    except (docker.errors.DockerException, OSError) as error:
        return [explain(error)]
    return text.decode("utf-8", "replace").rstrip().splitlines()


def _ended(api: Any, made: str) -> str:
    import docker

    for _ in range(20):  # its connections end a little before the Engine says so
        try:
            state = api.inspect_container(made)["State"]
        except (docker.errors.DockerException, OSError) as error:
            return f"cannot be seen: {explain(error)}"
        if not state["Running"]:
            break
        time.sleep(0.02)
    if state["Running"]:
        return ""
    if state.get("OOMKilled"):
        return "used more memory than it may"
    return f"ended with exit code {state['ExitCode']}"
