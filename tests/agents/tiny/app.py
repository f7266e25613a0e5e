"""An agent of the standard library alone, which does what the trial's tests ask of it."""

from __future__ import annotations

import json
import os
import socket
import sys
import urllib.request
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ADD = {
    "type": "function",
    "function": {"name": "add", "parameters": {"type": "object", "properties": {}}},
}


def ask(messages: list[dict[str, Any]], **more: Any) -> Any:
    """The open answer of the model."""
    request = {"model": os.environ["AGENT_MODEL_ID"], "messages": messages, **more}
    asked = urllib.request.Request(
        os.environ["AGENT_MODEL_URL"] + "/chat/completions",
        json.dumps(request).encode(),
        {"Content-Type": "application/json"},
    )
    return urllib.request.urlopen(asked, timeout=300)


def think(prompt: str) -> str:
    """The model's answer; it may call `add` before."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": prompt}]
    while True:
        with ask(messages, tools=[ADD]) as answer:
            message = json.load(answer)["choices"][0]["message"]
        calls = message.get("tool_calls")
        if not calls:
            return str(message["content"])
        messages.append(message)
        for call in calls:
            given = json.loads(call["function"]["arguments"])
            total = str(given["a"] + given["b"])
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": total})
            print("add returned", total, flush=True)


def attempts() -> dict[str, str]:
    """What a container that is shut off must not be able to do."""
    tries: dict[str, Callable[[], Any]] = {
        "internet": lambda: socket.create_connection(("192.0.2.1", 80), 2),
        "bridge": lambda: socket.create_connection(("172.17.0.1", 80), 2),
        "write": lambda: Path("/app/x").write_text("x"),
        "root": lambda: os.setuid(0),
    }
    made = {}
    for name, tried in tries.items():
        try:
            tried()
        except OSError as error:
            made[name] = type(error).__name__
        else:
            made[name] = "possible"
    Path("/tmp/x").write_text("x")
    made["keys"] = ",".join(sorted(name for name in os.environ if "AWS_ACC" in name))
    return made


class Handler(BaseHTTPRequestHandler):
    """The two routes."""

    def log_message(self, format: str, *values: Any) -> None:
        """Nothing."""

    def say(self, status: int, document: Any) -> None:
        """A JSON answer."""
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        """The state."""
        self.say(200, {"status": "Healthy"})

    def do_POST(self) -> None:
        """An invocation."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            prompt = json.loads(body)["prompt"]
        except ValueError:
            self.say(400, {"error": "no JSON"})
            return
        session = self.headers["X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"]
        if prompt == "die":
            print("these are my last words", flush=True)
            os._exit(3)
        if prompt == "eat":
            sys.stdout.write(str(len(bytearray(b"x") * (1 << 31))))
        if prompt == "who am I":
            self.say(200, {"result": f"{os.getuid()} {session}"})
        elif prompt == "break out":
            self.say(200, {"result": attempts()})
        elif prompt.startswith("stream"):
            self.stream(prompt)
        else:
            try:
                self.say(200, {"result": think(prompt)})
            except urllib.error.HTTPError as error:
                self.say(502, {"error": error.read().decode()})

    def stream(self, prompt: str) -> None:
        """The model's words as they come."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        messages = [{"role": "user", "content": prompt}]
        with ask(messages, stream=True, stream_options={"include_usage": True}) as answer:
            for line in answer:
                data = line.decode().strip().removeprefix("data: ")
                for choice in json.loads(data)["choices"] if data.startswith("{") else ():
                    event = json.dumps({"data": choice["delta"].get("content") or ""})
                    self.wfile.write(f"data: {event}\n\n".encode())
                    self.wfile.flush()


if __name__ == "__main__":
    print("the agent starts", flush=True)
    ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
