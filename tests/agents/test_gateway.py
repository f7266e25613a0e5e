"""The model that a container sees: scripted or another server's, over connections, never a port."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from burnish.agents.trial.gateway import Gateway, Mind, Scripted, Upstream
from burnish.agents.trial.script import BUILT_IN, Script, read_script, tokens
from burnish.errors import InputError

HELLO: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
ADD = {"type": "function", "function": {"name": "add", "parameters": {}}}


def ask(
    gateway: Gateway, body: Any, path: str = "/v1/chat/completions", **headers: str
) -> tuple[int, str]:
    """One request over a connection as the tunnel hands them in."""
    ours, theirs = socket.socketpair()
    server = threading.Thread(target=gateway.serve, args=(theirs,))
    server.start()
    connection = http.client.HTTPConnection("model", timeout=90)
    connection.sock = ours
    with closing(connection):
        if body is None:
            connection.request("GET", path, headers=headers)
        else:
            text = body if isinstance(body, bytes) else json.dumps(body).encode()
            connection.request("POST", path, text, headers)
        answer = connection.getresponse()
        said = answer.read().decode()
    server.join(90)
    assert not server.is_alive()
    return answer.status, said


def events(said: str) -> list[Any]:
    assert said.endswith("data: [DONE]\n\n")
    found = [line.removeprefix("data: ") for line in said.splitlines() if line]
    return [json.loads(line) for line in found[:-1]]


def scripted(*answers: Any) -> Gateway:
    return Gateway(Scripted(Script(answers)))


def test_answers_come_in_order_with_their_tokens() -> None:
    gateway = scripted("Good morning.", {"tool": "add", "arguments": {"a": 1}})
    status, said = ask(gateway, HELLO)
    answer = json.loads(said)
    assert status == 200 and answer["choices"][0]["message"]["content"] == "Good morning."
    assert answer["usage"]["completion_tokens"] == 3
    message = json.loads(ask(gateway, HELLO | {"tools": [ADD]})[1])["choices"][0]
    assert message["finish_reason"] == "tool_calls"
    assert message["message"]["tool_calls"][0]["function"] == {
        "name": "add",
        "arguments": '{"a": 1}',
    }
    first, second = gateway.taken()
    assert first.output_tokens == 3 and (second.input_tokens or 0) > (first.input_tokens or 0)
    assert gateway.taken() == ()


@pytest.mark.parametrize("usage", [True, False])
@pytest.mark.parametrize(
    "answer", ["", "one", "one two\n\n  three ", {"tool": "add", "arguments": {"text": "a b"}}]
)
def test_a_stream_says_the_same_as_the_whole(answer: Any, usage: bool) -> None:
    asked = HELLO | {"stream": True, "tools": [ADD], "stream_options": {"include_usage": usage}}
    gateway = scripted(answer)
    found = events(ask(gateway, asked)[1])
    deltas = [choice["delta"] for each in found for choice in each["choices"]]
    text = "".join(delta.get("content") or "" for delta in deltas)
    calls = [call for delta in deltas for call in delta.get("tool_calls", [])]
    if isinstance(answer, str):
        assert text == answer and calls == []
    else:
        assert json.loads(calls[0]["function"]["arguments"]) == answer["arguments"]
        assert calls[0]["index"] == 0 and text == ""
    assert (found[-1]["choices"] == []) is usage and (found[-1].get("usage") is not None) is usage
    assert gateway.taken()[0].output_tokens == tokens(answer)


def test_what_the_script_does_not_have_is_an_error_that_clients_do_not_repeat() -> None:
    gateway = scripted({"tool": "fly"})
    status, said = ask(gateway, HELLO | {"tools": [ADD]})
    assert status == 400 and "'fly', and the agent offers add" in said
    assert ask(gateway, HELLO | {"stream": True})[0] == 400
    assert ask(gateway, HELLO | {"tools": [{"function": {"name": "fly"}}]})[0] == 200
    assert "asked once more" in ask(gateway, HELLO)[1]
    assert [bool(call.error) for call in gateway.taken()] == [True, True, False, True]


def test_the_built_in_script_has_no_end() -> None:
    gateway = Gateway(Scripted(Script(BUILT_IN, repeats=True)))
    answers = {
        json.loads(ask(gateway, HELLO)[1])["choices"][0]["message"]["content"] for _ in "abc"
    }
    assert answers == set(BUILT_IN)


@pytest.mark.parametrize(
    ("body", "path", "headers", "status"),
    [
        (b"{no", "/v1/chat/completions", {}, 400),
        (b"[" * 100_000, "/v1/chat/completions", {}, 400),
        ([], "/v1/chat/completions", {}, 400),
        ({"messages": "x"}, "/v1/chat/completions", {}, 400),
        (HELLO, "/v1/completions", {}, 404),
        (b"", "/v1/chat/completions", {"Content-Length": "999999999999"}, 413),
        (b"", "/v1/chat/completions", {"Content-Length": "-1"}, 413),
        (None, "/etc/passwd", {}, 404),
        (None, "/v1/models", {}, 200),
        (HELLO, "/chat/completions", {}, 200),
    ],
)
def test_whatever_is_asked_is_answered(
    body: Any, path: str, headers: dict[str, str], status: int
) -> None:
    assert ask(scripted("hello"), body, path, **headers)[0] == status


@pytest.mark.parametrize("noise", [b"", b"\x00" * 100, b"POST / HTTP/9\r\n\r\n", b"GET\r\n\r\n"])
def test_noise_ends_a_connection_and_nothing_else(noise: bytes) -> None:
    gateway = scripted("hello")
    ours, theirs = socket.socketpair()
    ours.sendall(noise)
    ours.shutdown(socket.SHUT_WR)
    gateway.serve(theirs)
    ours.close()
    assert ask(gateway, HELLO)[0] == 200


@pytest.fixture
def other() -> Iterator[tuple[str, list[Any]]]:
    """Another server of this machine, which wants a key; its address and what it was asked."""
    seen: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *values: Any) -> None:
            pass

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.headers["Authorization"], asked))
            self.send_response(200 if asked["messages"] else 422)
            self.end_headers()
            if not asked["messages"]:
                self.wfile.write(b"no messages")
            elif asked.get("stream"):
                chunk = {"choices": [{"index": 0, "delta": {"content": "hi"}}]}
                usage = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}
                for each in (chunk, usage):
                    self.wfile.write(b"data: " + json.dumps(each).encode() + b"\n\n")
                self.wfile.write(b"data: [DONE]\n\n")
            else:
                self.wfile.write(b'{"choices": [], "usage": {"prompt_tokens": 5}}')

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_server_is_asked_with_its_key_which_the_container_never_sees(
    other: tuple[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:1")  # loopback goes through no proxy
    url, seen = other
    mind: Mind = Upstream(url, "secret", "qwen")
    gateway = Gateway(mind)
    status, said = ask(gateway, HELLO, Authorization="Bearer forged")
    assert status == 200 and "secret" not in said
    found = events(ask(gateway, HELLO | {"stream": True})[1])
    assert [each["choices"][0]["delta"]["content"] for each in found] == ["hi"]
    assert all(key == "Bearer secret" and asked["model"] == "qwen" for key, asked in seen)
    counts = [(call.input_tokens, call.output_tokens) for call in gateway.taken()]
    assert counts == [(5, None), (7, 2)]
    assert ask(gateway, HELLO | {"messages": []}) == (
        422, '{"error": {"message": "no messages", "type": "invalid_request_error"}}',
    )  # fmt: skip


def test_a_server_that_is_gone_is_a_bad_gateway() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    gateway = Gateway(Upstream(f"http://127.0.0.1:{port}", "k", "m"))
    assert ask(gateway, HELLO)[0] == 502 and "does not answer" in gateway.taken()[0].error


@pytest.mark.parametrize(
    "text",
    ["{}", "[]", "[1]", '[{"tool": 1}]', '[{"tool": "a", "args": {}}]', "[", "",
     '[{"tool": "a", "arguments": []}]'],
)  # fmt: skip
def test_a_script_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "script.json"
    path.write_text(text)
    with pytest.raises(InputError, match="JSON list of texts"):
        read_script(path)
