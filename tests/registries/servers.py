"""An OpenAI-compatible server on loopback that answers from a script."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class FakeOpenAI:
    """What the stand-in was asked."""

    url: str = ""
    """API base."""
    keys: list[str | None] = field(default_factory=list)
    """The Authorization header of each request."""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    """The JSON of each request."""


@contextmanager
def openai_server(statuses: Sequence[int], text: str = "hello") -> Iterator[FakeOpenAI]:
    """Answer with these HTTP statuses in order, the last one for ever."""
    seen = FakeOpenAI()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.keys.append(self.headers.get("Authorization"))
            seen.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status = statuses[min(len(seen.bodies), len(statuses)) - 1]
            body = json.dumps(_completion(text) if status == 200 else {"error": {"message": "no"}})
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 503:
                self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    seen.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _completion(text: str) -> dict[str, Any]:
    return {
        "id": "1",
        "object": "chat.completion",
        "model": "fake",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": text},
            }
        ],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }
