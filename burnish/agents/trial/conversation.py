"""Talking to an agent: what is sent, what comes back and when."""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from burnish.agents.trial.container import Running, died
from burnish.errors import AgentError

SESSION_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"
ANSWER_S = 600.0
"""How long an agent may be silent."""
MOST_BYTES = 8 * 1024 * 1024
"""Of one answer."""
Hear = Callable[[str], None]


@dataclass(frozen=True)
class Reply:
    """What came back."""

    text: str
    """The answer, or what the agent said of its error."""
    error: bool
    """Whether it is the latter."""
    streamed: bool
    """Whether it came as server-sent events."""
    first_byte_s: float
    """Seconds until the first part of the answer."""
    latency_s: float
    """Seconds until its end."""


class _Connection(http.client.HTTPConnection):
    """HTTP over a tunnel."""

    def __init__(self, running: Running) -> None:
        super().__init__("agent", timeout=ANSWER_S)
        self._running = running

    def connect(self) -> None:
        """Through the tunnel instead of a network."""
        self.sock = self._running.tunnel.open()
        self.sock.settimeout(self.timeout)


def new_session() -> str:
    """An id as AgentCore wants one: 33 characters or more."""
    return f"burnish-trial-{uuid.uuid4().hex}"


def wait_healthy(running: Running, timeout_s: float = 60.0) -> float:
    """Wait until `/ping` says that the agent is healthy; returns the seconds it took.

    Raises:
        AgentError: the container ended, or it is not healthy in time.
    """
    begun = time.monotonic()
    said = "nothing"
    while time.monotonic() - begun < timeout_s:
        try:
            status, body = _get(running, "/ping")
        except (OSError, http.client.HTTPException):
            if running.tunnel.closed and (how := running.ended()):
                raise died(how, running.logs()) from None
            time.sleep(0.05)
            continue
        said = f"{status} {body[:200]!r}"
        if status == 200 and _status(body) in ("Healthy", "HealthyBusy"):
            return time.monotonic() - begun
        time.sleep(0.2)
    lines = running.logs()
    raise AgentError(
        f"the agent was not healthy within {timeout_s:.0f} s; /ping said {said}.\n"
        + "\n".join(lines),
        remedy='Its server must answer GET /ping on port 8080 with {"status": "Healthy"}.',
        details={"last_lines": lines},
    )


def send(running: Running, prompt: str, session: str, hear: Hear) -> Reply:
    """Send one input, and hear the answer's parts as they come.

    Raises:
        AgentError: the container ended, or said something that is no HTTP.
    """
    body = json.dumps({"prompt": prompt}).encode()
    begun = time.monotonic()
    connection = _Connection(running)
    try:
        connection.request("POST", "/invocations", body, _headers(session))
        answer = connection.getresponse()
        kind = (answer.getheader("Content-Type") or "").split(";")[0].strip().lower()
        if answer.status == 200 and kind == "text/event-stream":
            return _streamed(answer, begun, hear)
        head = answer.read(1)
        first = time.monotonic() - begun
        text = (head + answer.read(MOST_BYTES)).decode("utf-8", "replace")
        if answer.status == 200:
            said = _result(text)
            hear(said)
        else:
            said = f"HTTP {answer.status}: {text[:2000]}"
        return Reply(said, answer.status != 200, False, first, time.monotonic() - begun)
    except (OSError, http.client.HTTPException) as error:
        lines = running.logs()
        if how := running.ended():
            raise died(how, lines) from None
        raise AgentError(
            f"the agent gave no answer: {error or type(error).__name__}.\n" + "\n".join(lines),
            remedy="Mend what its last lines name, and try again.",
            details={"last_lines": lines},
        ) from None
    finally:
        connection.close()


def refuses_nonsense(running: Running) -> str:
    """What is wrong with the agent's answer to a body that is no JSON; "" if it is a 400."""
    connection = _Connection(running)
    try:
        connection.request("POST", "/invocations", b"{nonsense", _headers(new_session()))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"a body that is no JSON gets no answer: {error or type(error).__name__}"
    finally:
        connection.close()
    return "" if status == 400 else f"a body that is no JSON gets {status} instead of 400"


def _headers(session: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        SESSION_HEADER: session,
        "Connection": "close",
    }


def _get(running: Running, path: str) -> tuple[int, bytes]:
    connection = _Connection(running)
    connection.timeout = 5.0
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        return answer.status, answer.read(10_000)
    finally:
        connection.close()


def _status(body: bytes) -> str:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return str(document.get("status")) if isinstance(document, dict) else ""


def _streamed(answer: http.client.HTTPResponse, begun: float, hear: Hear) -> Reply:
    parts: list[str] = []
    first = 0.0
    error = False
    for event in _events(answer):
        first = first or time.monotonic() - begun
        said, wrong = _part(event)
        error = error or wrong
        parts.append(said)
        if said and not wrong:
            hear(said)
    end = time.monotonic() - begun
    return Reply("".join(parts), error, True, first or end, end)


def _events(answer: http.client.HTTPResponse) -> Iterator[str]:
    """The data of each server-sent event."""
    data: list[str] = []
    left = MOST_BYTES
    while line := answer.readline(min(left, 1 << 20) or 1):
        left -= len(line)
        if left <= 0:
            raise http.client.HTTPException(f"the answer has more than {MOST_BYTES} bytes")
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text.startswith("data:"):
            data.append(text.removeprefix("data:").removeprefix(" "))
        elif not text and data:
            yield "\n".join(data)
            data = []
    if data:
        yield "\n".join(data)


def _part(event: str) -> tuple[str, bool]:
    """The words of an event, and whether they tell of an error."""
    try:
        found: Any = json.loads(event)
    except (ValueError, RecursionError):
        return ("" if event == "[DONE]" else event), False
    if isinstance(found, dict):
        if "error" in found:
            return str(found["error"]), True
        words = (found.get(name) for name in ("data", "text", "delta", "result"))
        return next((word for word in words if isinstance(word, str)), ""), False
    return (found if isinstance(found, str) else ""), False


def _result(text: str) -> str:
    """The answer in a JSON body; the body itself where it is none."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(found, dict) and "result" in found:
        found = found["result"]
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
