"""API Gateway and Lambda's runtime interface, as far as one function needs them.

It is copied into a project and started in its container, before the command that Lambda would run:
requests on port 8080 become events in version 2.0 of the payload, and the function's answers HTTP.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RUNTIME = "/2018-06-01/runtime"
ANSWER_S = 120.0
waiting: queue.Queue[tuple[str, bytes]] = queue.Queue()
"""Id and event of each request that the function has not taken yet."""
answers: dict[str, queue.Queue[dict[str, Any]]] = {}
ids = itertools.count(1)


class Handler(BaseHTTPRequestHandler):
    """Both sides: the function asks below `RUNTIME`, everybody else anywhere."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *values: Any) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        """The next event for the function, or a request."""
        if self.path != f"{RUNTIME}/invocation/next":
            self._request(b"")
            return
        id, event = waiting.get()
        self._say(200, event, {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": id,
            "Lambda-Runtime-Deadline-Ms": str(round((time.time() + ANSWER_S) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-central-1:0:function:x",
            "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
        })  # fmt: skip

    def do_POST(self) -> None:
        """The function's answer, or a request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.path.startswith(RUNTIME):
            self._request(body)
            return
        if self.path.endswith("/response"):
            answers[self.path.split("/")[-2]].put(json.loads(body))
        else:  # an error
            sys.stderr.write(body.decode() + "\n")
            if "/invocation/" in self.path:
                answers[self.path.split("/")[-2]].put({"statusCode": 500, "body": "failed"})
        self._say(202, b"{}", {})

    def _request(self, body: bytes) -> None:
        id = f"request-{next(ids)}"
        answers[id] = queue.Queue()
        headers = {name.lower(): value for name, value in self.headers.items()}
        event = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.path,
            "rawQueryString": "",
            "headers": headers,
            "requestContext": {
                "http": {"method": self.command, "path": self.path, "sourceIp": "127.0.0.1"},
                "requestId": id,
                "stage": "$default",
            },
            "body": body.decode(),
            "isBase64Encoded": False,
        }
        waiting.put((id, json.dumps(event).encode()))
        answer = answers[id].get(timeout=ANSWER_S)
        text = answer.get("body", "").encode()
        said = base64.b64decode(text) if answer.get("isBase64Encoded") else text
        self._say(answer["statusCode"], said, answer.get("headers", {}))

    def _say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main(command: list[str]) -> int:
    """Serve until the function's process ends."""
    server = ThreadingHTTPServer(("0.0.0.0", 8080), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:8080", "AWS_LAMBDA_FUNCTION_NAME": "x"}
    return subprocess.run(command, env=os.environ | found, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
