"""A trial: a project's image built, started with a model, talked to, and cleaned up."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from burnish.agents.manifest import Manifest, read_manifest
from burnish.agents.trial import base, conversation, image
from burnish.agents.trial.container import Room, Running, environment, started
from burnish.agents.trial.gateway import Call, Gateway, Mind, Scripted, local_mind
from burnish.agents.trial.script import BUILT_IN, Script, read_script
from burnish.agents.trial.wheelhouse import Progress, wheels
from burnish.config import data_dir
from burnish.records.base import Record
from burnish.sandbox.daemon import connect, sweep

Model = Literal["script", "local", "bedrock"]
LAST_CHARS = 1000
"""Of a line that tells why there is no answer."""


@dataclass(frozen=True)
class Plan:
    """How a project is tried."""

    model: Model = "script"
    """A script, the embedded model, or the project's own with the shell's credentials."""
    script: Path | None = None
    """Answers of the scripted model; None for one that always says the same."""
    base: str = ""
    """Image to build on; "" for one that is made without a registry."""
    keep: bool = False
    """Whether the built image stays on the Engine."""
    room: Room = field(default_factory=Room)
    """What the container may use."""
    healthy_s: float = 60.0
    """How long it may take until it answers."""


class Exchange(Record):
    """One input and what became of it; a line of the history."""

    at: datetime
    """When it was sent."""
    project: str
    """Name of the manifest."""
    model: str
    """What thought: "scripted", the embedded model's name, or the project's own."""
    session: str
    """Id that the agent was given."""
    input: str
    """What was sent."""
    output: str
    """What came back, or why nothing did."""
    answered: bool
    """Whether `output` is an answer."""
    streamed: bool
    """Whether it came in parts."""
    latency_s: float
    """Seconds until the answer's end."""
    first_byte_s: float
    """Seconds until its first part."""
    model_calls: int | None
    """How often the model was asked; None if that cannot be seen."""
    input_tokens: int | None
    """Of all those calls as the model counts them, or else the agent; None if neither says."""
    output_tokens: int | None
    """Of its answers."""


class Trial:
    """A project that runs, until the `with` block ends."""

    def __init__(self, manifest: Manifest, running: Running, gateway: Gateway | None) -> None:
        self.manifest = manifest
        self.session = conversation.new_session()
        self.model = gateway.mind.id if gateway else manifest.model_id
        self.build_s = self.start_s = 0.0
        self.image = ""
        """Its tag."""
        self._running = running
        self._gateway = gateway

    def ask(self, prompt: str, hear: Callable[[str], None] = lambda part: None) -> Exchange:
        """Send one input in this trial's session; the exchange is added to the history.

        Raises:
            AgentError: the container ended, or gave no answer.
        """
        at = datetime.now(UTC)
        reply = conversation.send(self._running, prompt, self.session, hear)
        calls = self._gateway.taken() if self._gateway else None
        errors = [call.error for call in calls or () if call.error]
        output = reply.text
        if errors and reply.error:
            output += f" (the model said: {errors[-1]})"
        elif reply.error and (lines := self.logs()):
            output += f" (its container printed last: {lines[-1][:LAST_CHARS]})"
        exchange = Exchange(
            at=at,
            project=self.manifest.name,
            model=self.model,
            session=self.session,
            input=prompt,
            output=output,
            answered=not reply.error,
            streamed=reply.streamed,
            latency_s=round(reply.latency_s, 4),
            first_byte_s=round(reply.first_byte_s, 4),
            model_calls=None if calls is None else len(calls),
            input_tokens=_count(calls, "input_tokens", reply.usage),
            output_tokens=_count(calls, "output_tokens", reply.usage),
        )
        _append(exchange)
        return exchange

    def faults(self) -> list[str]:
        """What of the contract it does not keep, in words; health is known already."""
        wrong = conversation.refuses_nonsense(self._running)
        if self._gateway:
            self._gateway.taken()
        return [wrong] if wrong else []

    @property
    def unused(self) -> int:
        """Answers of the script that the agent never asked for."""
        mind = self._gateway.mind if self._gateway else None
        return mind.script.left if isinstance(mind, Scripted) else 0

    def logs(self) -> list[str]:
        """The last lines that the container printed."""
        return self._running.logs()


@contextlib.contextmanager
def trying(
    folder: Path, plan: Plan | None = None, progress: Progress = lambda line: None
) -> Iterator[Trial]:
    """The project in `folder`, built, started and healthy; container and image go at the end.

    Raises:
        InputError: it is no agent project, or the script cannot be read.
        AgentError: its image is not built, or its container ends or is silent.
        EnvironmentMissingError: no Engine, no base image, no wheels, no model.
    """
    plan = plan or Plan()
    manifest = read_manifest(folder)
    connected = plan.model == "bedrock"
    script = read_script(plan.script) if plan.script else Script(BUILT_IN, repeats=True)
    environment(manifest, "", connected=connected)  # what is missing is said before any work
    client = connect(timeout_s=900)
    try:
        sweep(client)
        image.sweep(client)
        gateway = None if connected else Gateway(_mind(plan, script, progress))
        begun = time.monotonic()
        made = _built(client, folder, manifest, plan, progress)
        built = time.monotonic()
        variables = environment(manifest, gateway.mind.id if gateway else "", connected=connected)
        serve = gateway.serve if gateway else lambda connection: connection.close()
        try:
            progress("starting the container")
            with started(
                client,
                made.tag,
                manifest.serve,
                variables,
                serve,
                connected=connected,
                room=plan.room,
            ) as running:
                trial = Trial(manifest, running, gateway)
                trial.image, trial.build_s = made.tag, round(built - begun, 3)
                trial.start_s = round(conversation.wait_healthy(running, plan.healthy_s), 3)
                yield trial
        finally:
            if not plan.keep:
                image.remove(client, made)
    finally:
        client.close()


def history() -> Path:
    """The file of all exchanges, one JSON document a line, the oldest first."""
    return data_dir() / "agents" / "history.jsonl"


def _built(
    client: Any, folder: Path, manifest: Manifest, plan: Plan, progress: Progress
) -> image.Built:
    below = plan.base or base.offline(client, progress)
    own = any((folder / "wheels").glob("*.whl"))
    kept = None if own else wheels(folder, *base.python_of(client, below), progress)
    with image.context_of(folder, kept) as context:
        progress(f"building the image of {manifest.name} on {below}")
        return image.build(client, manifest.name, context, below, progress, keep=plan.keep)


def _mind(plan: Plan, script: Script, progress: Progress) -> Mind:
    return local_mind(progress) if plan.model == "local" else Scripted(script)


def _count(calls: tuple[Call, ...] | None, name: str, usage: Mapping[str, Any]) -> int | None:
    """Tokens of the model's calls; of what the agent says of itself where they are not seen."""
    if calls is None:
        said = usage.get(name)
        return said if isinstance(said, int) else None
    known = [getattr(call, name) for call in calls]
    return None if None in known else sum(known)


def _append(exchange: Exchange) -> None:
    path = history()
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(exchange.model_dump(mode="json"), ensure_ascii=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
