"""Runs an embedded model: one server process per set of weights, on loopback, behind a key."""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Empty, Queue

from burnish.errors import ModelUnavailableError
from burnish.registries import llama_child

LOOPBACK = "127.0.0.1"
INSTALL = "pip install 'burnish[local]'"
START_TIMEOUT_S = 180.0
WAIT_POLICY = "passive"
"""Threads sleep while they wait for each other. Where they spin (OpenMP's default) and something
else wants the CPUs, each waits for one that is not running: measured on two busy cores, passive
10 tokens/s, the default under 0.5."""


@dataclass(frozen=True)
class ServerOptions:
    """How the server process runs."""

    host: str = LOOPBACK
    """Address to listen on."""
    port: int = 0
    """Port; 0 for a free one."""
    context_tokens: int = 16_384
    """Tokens of prompt and answer that all requests under way hold together."""
    slots: int = 2
    """Requests decoded side by side; further ones wait."""
    threads: int = field(default_factory=lambda: usable_cpus())
    """Threads that compute."""
    prompt_cache_mib: int = 512
    """Memory for the states of earlier prompts, which spare evaluating a prefix again."""


class EmbeddedServer:
    """A running server; `url` is its base without "/v1", `key` what requests must carry."""

    def __init__(self, path: Path, options: ServerOptions) -> None:
        self.path = path
        self.key = secrets.token_urlsafe(32)
        self.url = ""
        self._options = options
        self._owner = os.getpid()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by stop()
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(Path(llama_child.__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={"OMP_WAIT_POLICY": WAIT_POLICY, **os.environ},
            start_new_session=True,  # a Ctrl-C at the terminal is the parent's to handle
        )

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def wait_ready(self, progress: Callable[[str], None], timeout_s: float) -> None:
        """Block until the model is loaded.

        Raises:
            ModelUnavailableError: it could not be loaded, or not within `timeout_s` seconds.
        """
        progress(f"loading {self.path.name}")
        answer: Queue[bytes] = Queue()
        reader = threading.Thread(target=lambda: answer.put(self._handshake()), daemon=True)
        reader.start()
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                line = answer.get(timeout=0.2)  # short, so that Ctrl-C is noticed
                break
            except Empty:
                if time.monotonic() > deadline:
                    raise self._failed(f"not loaded within {timeout_s:.0f} s") from None
        reply = json.loads(line) if line.strip() else {}
        if "url" not in reply:
            raise self._failed(reply.get("error") or "its process ended while loading")
        self.url = reply["url"]
        if _answers_without_key(self.url):
            raise self._failed("it would answer requests without the key")
        progress(f"{self.path.name} is ready")

    def stop(self) -> None:
        """End the process; does not wait for requests under way. Safe to call twice."""
        if os.getpid() != self._owner:  # a forked child must not stop its parent's server
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._log.close()

    def wait(self) -> None:
        """Block until the process ends by itself, or Ctrl-C."""
        self._process.wait()

    def _handshake(self) -> bytes:
        given = {
            **asdict(self._options),
            "path": str(self.path),
            "key": self.key,
            "alias": self.path.stem,
        }
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(given).encode() + b"\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except (OSError, ValueError):  # it ended, or was stopped meanwhile
            return b""

    def _failed(self, why: str) -> ModelUnavailableError:
        self._log.seek(0)
        said = self._log.read()[-400:].decode(errors="replace").strip().splitlines()
        self.stop()
        detail = f" (it said: {said[-1].strip()})" if said else ""
        return ModelUnavailableError(
            f"the embedded model {self.path.name} does not run: {why}{detail}.",
            remedy="`burnish lm pull` checks and mends the weights; about twice their size must "
            "be free in memory. Or choose another model with --lm.",
        )


_running: dict[Path, EmbeddedServer] = {}
_lock = threading.RLock()


def running(
    path: Path,
    *,
    options: ServerOptions | None = None,
    progress: Callable[[str], None] | None = None,
    timeout_s: float = START_TIMEOUT_S,
) -> EmbeddedServer:
    """The server of these weights, started if need be; shared by everything in this process.

    It is stopped when this process ends, in whatever way, or by `stop_all`. `options` count when
    it is started; one that runs already is used as it is.

    Raises:
        ModelUnavailableError: xllamacpp is not installed, or the model cannot be loaded.
    """
    require_installed()
    with _lock:
        server = _running.get(path)
        if server is not None and server.alive:
            return server
        if server is not None:
            server.stop()
        server = EmbeddedServer(path, options or ServerOptions())
        _running[path] = server
        try:
            server.wait_ready(progress or (lambda message: None), timeout_s)
        except BaseException:
            del _running[path]
            server.stop()
            raise
        return server


def installed() -> bool:
    """Whether the package that runs the model is here."""
    return importlib.util.find_spec("xllamacpp") is not None


def require_installed() -> None:
    """Raises ModelUnavailableError, with the command that mends it, unless `installed`."""
    if not installed():
        raise ModelUnavailableError(
            "the embedded model needs xllamacpp, which is not installed.", remedy=INSTALL
        )


def stop_all() -> None:
    """Stop every server of this process."""
    with _lock:
        while _running:
            _running.popitem()[1].stop()


atexit.register(stop_all)


def usable_cpus() -> int:
    """CPUs that this process may use, at most 8: more threads than that slow small models."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), 8)
    return min(os.cpu_count() or 1, 8)


def _answers_without_key(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{url}/v1/models", timeout=10):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return error.code != 401
