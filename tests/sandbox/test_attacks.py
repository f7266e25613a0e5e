"""Named attacks on the walls: every program gets nothing, and the host is as it was."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from burnish.errors import InputError, SandboxUnavailableError
from burnish.records import Candidate, Example
from burnish.sandbox import Sandbox, open_sandbox
from burnish.sandbox.intrusions import INTRUSIONS, Aim, module
from burnish.testing import sandbox_limits
from tests.conftest import missing
from tests.sandbox.conftest import KINDS

NOTHING = (Example(call="attack()", expected="[]"),)
KERNEL = ("core_pattern", "hostname", "printk")


@dataclass
class Host:
    """What an attacker would like to have, and whether somebody touched it."""

    aim: Aim
    canary: Path
    bystander: subprocess.Popen[bytes]
    callers: list[str] = field(default_factory=list)
    """Who knocked at a socket of the host."""

    def state(self) -> tuple[object, ...]:
        """Everything about the host that an attack could have changed."""
        status = self.canary.stat()
        kernel = [Path("/proc/sys/kernel", name).read_text() for name in KERNEL]
        mounts = Path("/proc/self/mounts").read_text().count("/work/new")
        watched = (status.st_mode, status.st_uid, status.st_nlink, status.st_mtime_ns)
        return (
            self.canary.read_text(), watched, kernel, mounts, self.bystander.poll(),
            os.sched_getaffinity(self.bystander.pid), sorted(Path("/").iterdir()), list(self.callers),
        )  # fmt: skip


def _answer(server: socket.socket, host: Host, name: str) -> None:
    with contextlib.suppress(OSError):  # closed at the end
        while True:
            if server.type == socket.SOCK_DGRAM:
                server.recvfrom(100)
            else:
                server.accept()[0].close()
            host.callers.append(name)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A host with a secret file, a secret variable, four servers and a process."""
    folder = tmp_path_factory.mktemp("host")
    canary = folder / f"canary-{secrets.token_hex(4)}"
    canary.write_text("the host's own")
    canary.chmod(0o666)
    name = f"host-{secrets.token_hex(8)}"
    tcp = socket.create_server(("127.0.0.1", 0))
    port = int(tcp.getsockname()[1])
    servers = {"TCP": tcp, "UDP": socket.socket(socket.AF_INET, socket.SOCK_DGRAM)}
    servers["UDP"].bind(("127.0.0.1", port))
    path = f"/tmp/{name}.sock"
    for kind, address in (("abstract", f"\0{name}"), ("path", path)):
        servers[kind] = socket.socket(socket.AF_UNIX)
        servers[kind].bind(address)
        servers[kind].listen()
    Path(path).chmod(0o777)
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    variable = f"SECRET_{secrets.token_hex(4)}"
    os.environ[variable] = "the host's own"
    aim = Aim(str(canary), variable, port, name, path, bystander.pid)
    there = Host(aim, canary, bystander)
    for kind, server in servers.items():
        threading.Thread(target=_answer, args=(server, there, kind), daemon=True).start()
    yield there
    for server in servers.values():
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
    Path(path).unlink()
    del os.environ[variable]
    bystander.kill()
    bystander.wait()


@pytest.fixture(scope="module", params=KINDS)
def attacked(request: pytest.FixtureRequest, host: Host) -> Iterator[Sandbox]:
    """A sandbox opened while the host has its secrets, with time enough to look everywhere."""
    update = {"kind": request.param, "timeout_s": 20, "test_timeout_s": 15}
    try:
        opened = open_sandbox(sandbox_limits().model_copy(update=update))
    except SandboxUnavailableError as error:
        missing(f"The {request.param} sandbox", str(error))
    yield opened
    opened.close()


@pytest.mark.parametrize("name", INTRUSIONS)
def test_intrusion_gets_nothing_and_leaves_the_host_alone(
    attacked: Sandbox, host: Host, name: str
) -> None:
    before = host.state()
    report = attacked.run(Candidate(code=module(name, host.aim)), examples=NOTHING)
    assert report.status == "PASSED", report.tests
    assert host.state() == before


def test_the_servers_of_the_host_can_be_reached_by_the_host(host: Host) -> None:
    """What the walls are measured by is really there."""
    socket.create_connection(("127.0.0.1", host.aim.port), 5).close()
    with socket.socket(socket.AF_UNIX) as knock:
        knock.connect(f"\0{host.aim.abstract}")
    with socket.socket(socket.AF_UNIX) as knock:
        knock.connect(host.aim.socket)
    deadline = threading.Event()
    for _ in range(100):
        if {"TCP", "abstract", "path"} <= set(host.callers):
            break
        deadline.wait(0.05)
    assert {"TCP", "abstract", "path"} <= set(host.callers)
    assert host.aim.variable in os.environ and host.canary.read_text()


IN_JAVASCRIPT = """
import { spawnSync } from "node:child_process";

export function attack(program) {
  const done = spawnSync("python3", ["-S", "-c", program], { encoding: "utf8" });
  return done.status === 0 ? done.stdout : done.stderr;
}
"""
ONE_AFTER_THE_OTHER = """
for name, source in PROGRAMS.items():
    names = {}
    exec(source, names)
    for loot in names["attack"]():
        print(name, loot)
"""


@pytest.mark.parametrize("kind", KINDS)
def test_programs_of_another_language_get_nothing_either(kind: str, host: Host) -> None:
    """The walls do not depend on who attacks: the same programs, started by JavaScript."""
    programs = {name: module(name, host.aim) for name in INTRUSIONS if name != "tracing"}
    program = f"PROGRAMS = {programs!r}\n{ONE_AFTER_THE_OTHER}"
    update = {"kind": kind, "timeout_s": 30, "test_timeout_s": 25, "pool_size": 0}
    update |= {"memory_bytes": 256 << 20, "pids": 64}
    try:
        sandbox = open_sandbox(sandbox_limits().model_copy(update=update), "javascript")
    except SandboxUnavailableError as error:
        missing(f"JavaScript in the {kind} sandbox", str(error))
    before = host.state()
    examples = (Example(call=f"attack({program!r})", expected="''"),)
    candidate = Candidate(code=IN_JAVASCRIPT, language="javascript")
    with contextlib.closing(sandbox):
        report = sandbox.run(candidate, examples=examples)
    assert report.status == "PASSED" and len(report.tests) == 1, report.model_dump_json()
    assert host.state() == before


@pytest.mark.parametrize("name", ["../escaped", "/tmp/escaped", "a/b", "", "x\0y", "a.b", "-c"])
def test_module_name_that_is_no_name_is_refused(attacked: Sandbox, name: str) -> None:
    with pytest.raises(InputError, match="module name"):
        attacked.run(Candidate(code="x = 1\n", module=name))
    assert not Path("/tmp/escaped.py").exists()


def test_links_left_by_one_suite_do_not_lead_the_next_astray(attacked: Sandbox, host: Host) -> None:
    """The module plants links where later files are written: they are cleared, not followed."""
    plant = "import os\nfor name in ('test_solution.py', 'conftest.py'):\n"
    plant += f"    os.path.lexists(name) or os.symlink({host.aim.file!r}, name)\n"
    code = plant + "def answer():\n    return 42\n"
    test = "from solution import answer\ndef test_answer():\n    assert answer() == 42\n"
    before = host.state()
    report = attacked.run(Candidate(code=code, tests=test), checks=test)
    assert host.state() == before
    assert report.passed("check") == report.passed("generated") == 1, report
