"""The model as the agent sees it: an OpenAI-compatible server that listens nowhere.

It is handed connections (see `tunnel`). What thinks behind it is a script, or the embedded model,
whose key never enters the container. Every call's tokens are counted as that model counts them.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol

from burnish.agents.trial.script import MODEL, Script, ScriptError, chunks
from burnish.records.base import Record

MOST_BYTES = 16 * 1024 * 1024
"""Of one request."""
READ_TIMEOUT_S = 900.0  # as for the embedded model elsewhere


class Call(Record):
    """One call of the model."""

    input_tokens: int | None
    """As the model counts them; None if it did not say."""
    output_tokens: int | None
    """The same of its answer."""
    error: str = ""
    """Why there was no answer; "" if there was."""


class Refused(Exception):
    """The model does not answer; `status` as HTTP has it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Mind(Protocol):
    """What thinks."""

    id: str
    """As requests name it."""

    def complete(self, request: dict[str, Any]) -> dict[str, Any]:
        """A `chat.completion`; raises Refused."""
        ...

    def stream(self, request: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """Its chunks, the last with the usage; raises Refused before the first."""
        ...


class Scripted:
    """Answers of a script."""

    id = MODEL

    def __init__(self, script: Script) -> None:
        self.script = script

    def complete(self, request: dict[str, Any]) -> dict[str, Any]:
        """See `Mind.complete`."""
        try:
            return self.script.complete(request)
        except ScriptError as error:
            raise Refused(400, str(error)) from None

    def stream(self, request: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """See `Mind.stream`."""
        return chunks(self.complete(request))


class Upstream:
    """Another OpenAI-compatible server of this machine."""

    def __init__(self, url: str, key: str, id: str) -> None:
        self.url, self.key, self.id = url, key, id
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def complete(self, request: dict[str, Any]) -> dict[str, Any]:
        """See `Mind.complete`."""
        with self._ask(request) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def stream(self, request: dict[str, Any]) -> Iterable[dict[str, Any]]:
        """See `Mind.stream`."""
        answer = self._ask({**request, "stream_options": {"include_usage": True}})
        return self._events(answer)

    def _events(self, answer: Any) -> Iterator[dict[str, Any]]:
        with answer:
            for line in answer:
                data = line.decode("utf-8", "replace").strip().removeprefix("data:").strip()
                if data.startswith("{"):
                    yield json.loads(data)

    def _ask(self, request: dict[str, Any]) -> Any:
        asked = urllib.request.Request(
            f"{self.url}/v1/chat/completions",
            json.dumps({**request, "model": self.id}).encode(),
            {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"},
        )
        try:
            return self._opener.open(asked, timeout=READ_TIMEOUT_S)
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(2000).decode("utf-8", "replace")
            raise Refused(error.code, said) from None
        except OSError as error:
            raise Refused(502, f"the model does not answer: {error}") from None


class Gateway:
    """Serves connections one request each, and keeps what was asked."""

    def __init__(self, mind: Mind) -> None:
        self.mind = mind
        self._calls: list[Call] = []
        self._lock = threading.Lock()

    def serve(self, connection: socket.socket) -> None:
        """Answer what one connection asks; whatever it sends, this does not raise."""
        with connection, contextlib.suppress(OSError, ValueError):
            connection.settimeout(READ_TIMEOUT_S)
            _Handler(connection, ("container", 0), self)  # type: ignore[arg-type]

    def note(self, usage: dict[str, Any] | None, error: str = "") -> None:
        """Keep one call."""
        counts = [(usage or {}).get(name) for name in ("prompt_tokens", "completion_tokens")]
        known = [count if isinstance(count, int) else None for count in counts]
        with self._lock:
            self._calls.append(Call(input_tokens=known[0], output_tokens=known[1], error=error))

    def taken(self) -> tuple[Call, ...]:
        """The calls since it was last asked."""
        with self._lock:
            calls, self._calls = tuple(self._calls), []
        return calls


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Any

    def log_message(self, format: str, *values: Any) -> None:
        """Nothing: the calls are kept."""

    def do_GET(self) -> None:
        """The list of models, which clients ask for."""
        gateway: Gateway = self.server
        if self.path.rstrip("/").endswith("/models"):
            listed = [{"id": gateway.mind.id, "object": "model", "created": 0, "owned_by": "trial"}]
            self._json(200, {"object": "list", "data": listed})
        else:
            self._refuse(404, f"there is no {self.path[:80]} here")

    def do_POST(self) -> None:
        """A chat completion."""
        gateway: Gateway = self.server
        try:
            request = self._request()
            if request.get("stream"):
                self._stream(gateway, request)
                return
            answer = gateway.mind.complete(request)
        except Refused as error:
            gateway.note(None, str(error))
            self._refuse(error.status, str(error))
            return
        gateway.note(answer.get("usage"))
        self._json(200, answer)

    def _request(self) -> dict[str, Any]:
        size = self.headers.get("Content-Length", "")
        if not size.isdigit() or int(size) > MOST_BYTES:
            raise Refused(413, f"a request must say its length, at most {MOST_BYTES} bytes")
        text = self.rfile.read(int(size))  # first of all: who still writes reads no refusal
        if not self.path.rstrip("/").endswith("/chat/completions"):
            raise Refused(404, f"there is no {self.path[:80]} here, only /v1/chat/completions")
        try:
            request = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise Refused(400, f"the request is no JSON: {error}") from None
        if not isinstance(request, dict) or not isinstance(request.get("messages"), list):
            raise Refused(400, "the request has no list of messages")
        return request

    def _stream(self, gateway: Gateway, request: dict[str, Any]) -> None:
        options = request.get("stream_options")
        wants_usage = isinstance(options, dict) and bool(options.get("include_usage"))
        events = gateway.mind.stream(request)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        usage = None
        try:
            for event in events:
                usage = event.get("usage") or usage
                if event.get("choices") or wants_usage:
                    self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        finally:
            gateway.note(usage)
        self.wfile.write(b"data: [DONE]\n\n")

    def _refuse(self, status: int, message: str) -> None:
        self._json(status, {"error": {"message": message, "type": "invalid_request_error"}})

    def _json(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def local_mind(progress: Callable[[str], None]) -> Upstream:
    """The embedded model.

    Raises:
        ModelUnavailableError: its package or its weights are missing, or it does not run.
    """
    from burnish.registries import embedded, weights

    server = embedded.running(weights.require(weights.DEFAULT), progress=progress)
    return Upstream(server.url, server.key, server.path.stem)
