"""How DSPy speaks to the embedded server: an engine, started again if its process died."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from burnish.errors import ModelUnavailableError
from burnish.registries import embedded
from burnish.registries.embedded import ServerOptions

PREFIX = "local/"
READ_TIMEOUT_S = 900.0  # a full answer on a slow machine, behind another request


class LocalEngine:
    """Answers canonical requests from the weights at `path`; see `dspy.LM(engine=...)`.

    An engine rather than an `openai/...` LM with an `api_base`, because that one sends loopback
    requests through HTTP_PROXY and changes its route when OPENAI_API_BASE is set.
    """

    def __init__(self, path: Path, options: ServerOptions | None = None) -> None:
        self.path = path
        self.options = options
        self._lock = threading.Lock()
        self._routers: dict[str, Any] = {}

    def complete(self, request: Any) -> Any:
        """One attempt; DSPy's LM layer owns retries, cache and history."""
        from dspy.lm15 import TransportError

        try:
            server = embedded.running(self.path, options=self.options)
        except ModelUnavailableError as error:
            raise TransportError(str(error)) from error
        return self._router(server).complete(_routed(request))

    def stream(self, request: Any) -> Any:
        """The whole answer as events, for `dspy.streamify`; not token by token."""
        from dspy.lm15 import response_to_events

        return response_to_events(self.complete(request))

    def close(self) -> None:
        """Close the connections; the server goes on for others."""
        with self._lock:
            while self._routers:
                self._routers.popitem()[1].close()

    def dump_state(self) -> dict[str, str]:
        """What a saved program keeps; the key is not part of it."""
        return {"path": str(self.path)}

    @classmethod
    def load_state(cls, state: dict[str, str]) -> LocalEngine:
        """The engine of a saved program; the server starts with the first request."""
        return cls(Path(state["path"]))

    def _router(self, server: embedded.EmbeddedServer) -> Any:
        from dspy._vendor.lm15.transports import StdlibTransport
        from dspy.lm15 import LMRouter, RouterConfig

        with self._lock:
            if server.key not in self._routers:
                config = RouterConfig(
                    env={},
                    api_keys={"openai-chat": server.key},
                    base_urls={"openai-chat": f"{server.url}/v1"},
                    transport=StdlibTransport(trust_env=False, read_timeout=READ_TIMEOUT_S),
                )
                self._routers[server.key] = LMRouter(config)
            return self._routers[server.key]


class AsyncLocalEngine:
    """The same for `acall`: each request waits in a thread."""

    def __init__(self, engine: LocalEngine) -> None:
        self.engine = engine

    async def complete(self, request: Any) -> Any:
        """One attempt."""
        return await asyncio.to_thread(self.engine.complete, request)

    async def stream(self, request: Any) -> Any:
        """The whole answer as events."""
        for event in await asyncio.to_thread(self.engine.stream, request):
            yield event

    async def aclose(self) -> None:
        """Close the connections."""
        self.engine.close()

    def dump_state(self) -> dict[str, str]:
        """What a saved program keeps."""
        return self.engine.dump_state()

    @classmethod
    def load_state(cls, state: dict[str, str]) -> AsyncLocalEngine:
        """The engine of a saved program."""
        return cls(LocalEngine.load_state(state))


def _routed(request: Any) -> Any:
    """The request as the embedded server takes it.

    With a seed the prompt is evaluated anew: a reused prefix changes the last bits of the
    probabilities, and with them now and then the answer.
    """
    config = request.config
    if config.seed is not None:
        config = replace(config, extensions={**(config.extensions or {}), "cache_prompt": False})
    model = request.model.removeprefix(PREFIX)
    return replace(request, model=f"openai-chat:{model}", config=config)


def own_name(path: Path) -> str:
    """DSPy's name for a file of the user's; changes with the file, as the cache is keyed on it."""
    stat = path.stat()
    told = f"{path.resolve()}:{stat.st_size}:{stat.st_mtime_ns}".encode()
    return f"{PREFIX}{path.stem}-{hashlib.sha256(told).hexdigest()[:8]}"
