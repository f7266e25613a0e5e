"""A scripted chat model: answers from a list, in the order in which it is asked."""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from burnish.errors import InputError, reading

MODEL = "scripted"
BUILT_IN = ("This is a scripted answer: the agent, its container and its model work together.",)
_TOKEN = re.compile(r"\w+|[^\w\s]")
Answer = str | dict[str, Any]


class ScriptError(Exception):
    """The agent asked for something that the script does not have; the agent is told."""


class Script:
    """Answers, each given once; `repeats` begins anew after the last.

    An answer is a text, or {"tool": name, "arguments": {...}}: a call of a tool that the agent
    must have offered.
    """

    def __init__(self, answers: Sequence[Answer], *, repeats: bool = False) -> None:
        self.answers = tuple(answers)
        self.repeats = repeats
        self.asked = 0
        """How many answers were given."""
        self._lock = threading.Lock()

    @property
    def left(self) -> int:
        """Answers that nobody asked for yet; 0 if it repeats."""
        return 0 if self.repeats else max(0, len(self.answers) - self.asked)

    def complete(self, request: dict[str, Any]) -> dict[str, Any]:
        """The next answer as a `chat.completion`.

        Raises:
            ScriptError: no answer is left, or its tool is not offered.
        """
        with self._lock:
            if self.asked >= len(self.answers) and not self.repeats:
                raise ScriptError(
                    f"the script has {len(self.answers)} answers, and the model is asked once more"
                )
            answer = self.answers[self.asked % len(self.answers)]
            self._offered(answer, request)
            self.asked += 1
        message: dict[str, Any] = {"role": "assistant", "content": answer}
        if isinstance(answer, dict):
            message |= {"content": None, "tool_calls": [_call(answer)]}
        prompt = tokens(request.get("messages", [])) + tokens(request.get("tools", []))
        output = tokens(answer)
        return {
            "id": f"chatcmpl-{uuid.uuid4().hex[:12]}",
            "object": "chat.completion",
            "created": 0,
            "model": MODEL,
            "choices": [
                {
                    "index": 0,
                    "message": message,
                    "finish_reason": "stop" if isinstance(answer, str) else "tool_calls",
                }
            ],
            "usage": {
                "prompt_tokens": prompt,
                "completion_tokens": output,
                "total_tokens": prompt + output,
            },
        }

    def _offered(self, answer: Answer, request: dict[str, Any]) -> None:
        if isinstance(answer, str):
            return
        names = [tool.get("function", {}).get("name") for tool in request.get("tools") or []]
        if answer["tool"] not in names:
            some = ", ".join(map(str, names)) or "none"
            raise ScriptError(
                f"the script calls the tool {answer['tool']!r}, and the agent offers {some}"
            )


def chunks(completion: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The completion as the `chat.completion.chunk`s of a stream, word by word."""
    (choice,) = completion["choices"]
    message = choice["message"]
    head = {key: completion[key] for key in ("id", "created", "model")}
    head["object"] = "chat.completion.chunk"

    def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        return head | {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}

    yield chunk({"role": "assistant", "content": ""})
    for number, call in enumerate(message.get("tool_calls", [])):
        yield chunk({"tool_calls": [{"index": number, **call}]})
    for piece in re.findall(r"\s*\S+\s*$|\s*\S+", message["content"] or ""):
        yield chunk({"content": piece})
    yield chunk({}, choice["finish_reason"])
    yield head | {"choices": [], "usage": completion["usage"]}


def read_script(path: Path) -> Script:
    """The script of a JSON file: a list of answers.

    Raises:
        InputError: it cannot be read, or holds something else.
    """
    remedy = 'Write a JSON list of texts and of {"tool": "name", "arguments": {...}}.'
    with reading(path, "script"):
        text = path.read_text("utf-8")
    try:
        given = json.loads(text)
    except ValueError as error:
        raise InputError(f"the script {path} cannot be read: {error}.", remedy=remedy) from None
    if not isinstance(given, list) or not given:
        raise InputError(f"the script {path} is no list of answers.", remedy=remedy)
    for number, answer in enumerate(given, 1):
        if not (isinstance(answer, str) or _is_call(answer)):
            raise InputError(f"answer {number} of {path} is neither.", remedy=remedy)
    return Script(given)


def tokens(value: Any) -> int:
    """About as many as a model counts: words and signs of the text, or of the value's JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return len(_TOKEN.findall(text))


def _is_call(answer: Any) -> bool:
    return (
        isinstance(answer, dict)
        and set(answer) <= {"tool", "arguments"}
        and isinstance(answer.get("tool"), str)
        and isinstance(answer.get("arguments", {}), dict)
    )


def _call(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"call_{uuid.uuid4().hex[:12]}",
        "type": "function",
        "function": {
            "name": answer["tool"],
            "arguments": json.dumps(answer.get("arguments", {})),
        },
    }
