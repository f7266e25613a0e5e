"""A small project, really built and run: what it is told, what it cannot do, what is left of it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from burnish.agents.trial import trial
from burnish.agents.trial.container import Room
from burnish.agents.trial.trial import Plan, history, trying
from burnish.config import MIB
from burnish.errors import AgentError, InputError
from burnish.sandbox.daemon import connect
from burnish.sandbox.owner import OWNER_LABEL

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("docker_engine")]
TINY = Path(__file__).parent / "tiny"


def marked(folder: Path, text: str) -> None:
    """Write the Dockerfile so that every layer of it is known by the project's name."""
    name = json.loads((folder / "burnish-agent.json").read_text())["name"]
    lines = [
        f"{line}\nENV OF={name}" if line.startswith("FROM") else line for line in text.split("\n")
    ]
    (folder / "Dockerfile").write_text("\n".join(lines))


def left(name: str) -> list[str]:
    """What there is of a project on the Engine, others' work aside: nameless layers included."""
    client = connect()
    found = [
        f"{each.id} {each.attrs['Config']}"
        for each in client.containers.list(all=True, ignore_removed=True)
    ]
    for each in client.api.images(all=True):
        with contextlib.suppress(docker.errors.APIError):  # somebody else's, gone meanwhile
            found.append(f"{each['Id']} {each['RepoTags']} {client.api.history(each['Id'])}")
    client.close()
    return [each[:300] for each in found if name in each]


@pytest.fixture(scope="module", autouse=True)
def base() -> None:
    """The base image, which stays for the next trial."""
    from burnish.agents.trial import base

    client = connect(timeout_s=600)
    base.offline(client, lambda line: None)
    client.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The tiny project under a name of its own; nothing of it is left, however a test ended."""
    folder = Path(shutil.copytree(TINY, tmp_path / "tiny"))
    name = f"tiny-{uuid.uuid4().hex[:8]}"
    manifest = json.loads((folder / "burnish-agent.json").read_text())
    (folder / "burnish-agent.json").write_text(json.dumps(manifest | {"name": name}))
    marked(folder, (folder / "Dockerfile").read_text())
    yield folder
    assert left(name) == []


@pytest.fixture
def script(tmp_path: Path) -> Callable[..., Plan]:
    """Plans with scripts."""

    def plan(*answers: Any, **more: Any) -> Plan:
        path = tmp_path / "script.json"
        path.write_text(json.dumps(answers))
        return Plan(script=path, **more)

    return plan


def test_a_project_answers_with_what_its_model_says(
    folder: Path, script: Callable[..., Plan]
) -> None:
    plan = script(
        "Good morning.", {"tool": "add", "arguments": {"a": 2, "b": 3}}, "It is five.", "one two\nthree"
    )  # fmt: skip
    heard: list[str] = []
    with trying(folder, plan) as running:
        plain = running.ask("hello", heard.append)
        called = running.ask("what is 2 + 3?", heard.append)
        streamed = running.ask("stream it", heard.append)
        who = running.ask("who am I")
        assert running.faults() == [] and running.unused == 0
        assert "add returned 5" in running.logs()
        assert running.start_s < 30 and running.build_s > 0
    assert heard == ["Good morning.", "It is five.", "one", " two", "\nthree"]
    assert [each.output for each in (plain, called, streamed)] == [
        "Good morning.", "It is five.", "one two\nthree",
    ]  # fmt: skip
    assert (plain.streamed, streamed.streamed) == (False, True)
    assert (plain.model_calls, called.model_calls, who.model_calls) == (1, 2, 0)
    assert plain.output_tokens == 3 and (called.input_tokens or 0) > (plain.input_tokens or 0) > 3
    assert who.output == f"1000 {running.session}" and len(running.session) >= 33
    for each in (plain, called, streamed):
        assert 0 < each.first_byte_s <= each.latency_s < 30 and each.model == "scripted"
    kept = [json.loads(line) for line in history().read_text().splitlines()]
    assert kept == [each.model_dump(mode="json") for each in (plain, called, streamed, who)]


def test_the_container_reaches_nothing_and_may_do_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA-of-the-user")
    with trying(folder) as running:
        tried = json.loads(running.ask("break out").output)
        client = connect()
        (own,) = [
            each for each in client.containers.list(filters={"label": OWNER_LABEL})
            if "AGENT_MODEL_ID=scripted" in each.attrs["Config"]["Env"]
        ]  # fmt: skip
        host, network = own.attrs["HostConfig"], own.attrs["NetworkSettings"]
        client.close()
    assert tried == {
        "internet": "OSError", "bridge": "OSError", "write": "OSError", "root": "PermissionError",
        "keys": "",
    }  # fmt: skip
    assert host["NetworkMode"] == "none" and not network["Ports"] and host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"] and host["SecurityOpt"] == ["no-new-privileges"]
    assert host["Memory"] == host["MemorySwap"] == Room().memory_bytes and host["PidsLimit"] == 256


def test_a_container_that_ends_shows_its_last_words(folder: Path) -> None:
    with pytest.raises(AgentError, match="exit code 3") as caught, trying(folder) as running:
        running.ask("die")
    assert caught.value.details["last_lines"][-1] == "these are my last words"


def test_a_container_that_takes_too_much_is_told_from_one_that_fails(folder: Path) -> None:
    plan = Plan(room=Room(memory_bytes=128 * MIB))
    with pytest.raises(AgentError, match="more memory"), trying(folder, plan) as running:
        running.ask("eat")


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys\nsys.exit('no settings')\n", "no settings"),
        ("import time\ntime.sleep(60)\n", "not healthy within 2 s; /ping said nothing"),
    ],
)
def test_a_server_that_does_not_come_up_is_told_why(folder: Path, program: str, said: str) -> None:
    (folder / "app.py").write_text(program)
    with pytest.raises(AgentError, match=said), trying(folder, Plan(healthy_s=2)):
        pytest.fail("it cannot be healthy")


def test_an_image_that_is_not_built_shows_what_failed(folder: Path) -> None:
    stages = "ARG BASE\nFROM ${BASE} AS one\nRUN echo first > /one\nFROM ${BASE}\n"
    (folder / "Dockerfile").write_text(
        stages + "COPY --from=one /one /\nRUN echo oh no && exit 4\n"
    )
    with pytest.raises(AgentError, match="code: 4") as caught, trying(folder):
        pytest.fail("it cannot be built")
    assert "oh no" in caught.value.details["last_lines"]


def test_the_build_has_no_network_either(folder: Path) -> None:
    code = "import socket; socket.create_connection(('192.0.2.1', 80), 3)"
    marked(folder, f'ARG BASE\nFROM ${{BASE}}\nRUN python3 -c "{code}"\n')
    with pytest.raises(AgentError, match="Network is unreachable"), trying(folder):
        pytest.fail("it cannot be built")


def test_several_stages_leave_no_layer(folder: Path) -> None:
    stages = "ARG BASE\nFROM ${BASE} AS one\nRUN echo first > /one\nFROM ${BASE}\n"
    text = stages + "COPY --from=one /one /\nCOPY app.py /app/app.py\n"
    marked(folder, text)
    with trying(folder) as running:
        assert running.ask("who am I").output.startswith(
            "65534 "
        )  # not root, though it names nobody


def test_a_kept_image_stays_until_it_is_removed(folder: Path) -> None:
    with trying(folder, Plan(keep=True)) as running:
        name = running.image
    client = connect()
    image = client.images.get(name)
    assert OWNER_LABEL not in image.labels and left(running.manifest.name)
    client.images.remove(name)
    client.close()


def test_a_script_is_held_against_what_the_agent_does(
    folder: Path, script: Callable[..., Plan]
) -> None:
    with trying(folder, script({"tool": "fly", "arguments": {}}, "never")) as running:
        wrong = running.ask("hello")
        assert not wrong.answered and "'fly', and the agent offers add" in wrong.output
        assert running.unused == 2
    with trying(folder, script("once")) as running:
        assert running.ask("hello").answered
        assert "asked once more" in running.ask("hello").output


def test_ctrl_c_and_a_kill_leave_nothing(folder: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen(
            [sys.executable, "-m", "burnish.cli", "agent", "test", str(folder), "--interactive"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:
            if "starting the container" in line:
                break
        time.sleep(0.3)
        process.send_signal(number)
        process.communicate(timeout=60)
        assert process.returncode == 128 + number


def test_an_interrupted_build_leaves_nothing(folder: Path) -> None:
    marked(folder, "ARG BASE\nFROM ${BASE}\nRUN echo a > /a\nRUN sleep 20\n")

    def interrupt(line: str) -> None:
        if "sleep 20" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), trying(folder, progress=interrupt):
        pytest.fail("it cannot be built")
    for _ in range(100):  # the Engine takes its time to end the step
        if not any("sleep 20" in command for command in _commands()):
            return
        time.sleep(0.2)
    pytest.fail("the build goes on")


def _commands() -> list[str]:
    client = connect()
    try:
        return [str(each.attrs["Config"]["Cmd"]) for each in client.containers.list(all=True)]
    finally:
        client.close()


def test_what_a_dead_process_left_is_swept(folder: Path) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom burnish.agents.trial.trial import trying\n"
        f"with trying(Path({str(folder)!r})): os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=120)
    assert done.returncode == 9
    client = connect()
    abandoned = client.images.list(name="burnish-agent", filters={"label": OWNER_LABEL})
    client.close()
    assert abandoned
    with trying(folder) as running:
        assert running.ask("who am I").answered


@pytest.mark.model
def test_the_embedded_model_thinks_in_a_container_without_a_network(
    folder: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from burnish.registries import weights

    monkeypatch.setattr(weights, "find", lambda name=weights.DEFAULT: model_path)
    heard: list[str] = []
    with trying(folder, Plan(model="local")) as running:
        answer = running.ask("stream: Say hello in one short sentence.", heard.append)
    assert answer.answered and answer.output.strip() and len(heard) > 1
    assert (answer.output_tokens or 0) > 0 and (answer.input_tokens or 0) > 5
    assert answer.model == model_path.stem and answer.first_byte_s < answer.latency_s


def test_the_projects_own_model_needs_credentials_before_any_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(trial, "connect", lambda **_: pytest.fail("the Engine was asked"))
    with (
        pytest.raises(InputError, match="needs credentials"),
        trying(folder, Plan(model="bedrock")),
    ):
        pytest.fail("it cannot start")


def test_a_trial_needs_a_project(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no agent project"), trying(tmp_path):
        pytest.fail("there is none")
