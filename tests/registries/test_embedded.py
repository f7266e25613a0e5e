from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dspy
import pytest

from burnish.config import Model
from burnish.errors import InputError, ModelUnavailableError
from burnish.registries import embedded
from burnish.registries.models import is_local, resolve
from burnish.registries.serving import serve

QUIET = Model(cache=False, max_tokens=60)


@pytest.fixture(scope="module")
def lm(model_path: Path) -> Any:
    lm = resolve(f"local:{model_path}", QUIET)
    yield lm
    embedded.stop_all()


@pytest.mark.model
def test_the_embedded_model_answers_and_counts_tokens(lm: Any) -> None:
    answer = lm("What is the capital of France? Answer with one word.")
    assert "Paris" in answer[0]
    entry = lm.history[-1]
    assert entry["usage"]["prompt_tokens"] > 0
    assert entry["response"].finish_reason == "stop"
    assert is_local(lm) and is_local(lm.copy(temperature=0.9))


@pytest.mark.model
def test_an_answer_cut_at_the_token_limit_says_so(lm: Any) -> None:
    lm("Count from 1 to 1000.", max_tokens=16)
    assert lm.history[-1]["response"].finish_reason == "length"
    assert lm.history[-1]["usage"]["completion_tokens"] == 16


@pytest.mark.model
def test_the_same_seed_gives_the_same_answer(lm: Any) -> None:
    def story(seed: int) -> str:
        answer: list[str] = lm("Invent a name for a cat.", temperature=1.5, seed=seed)
        return answer[0]

    assert story(1) == story(1)
    assert len({story(seed) for seed in range(1, 6)}) > 1


@pytest.mark.model
def test_the_common_beginning_of_two_prompts_is_evaluated_once(lm: Any) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    for question in ("Say yes.", "Say no."):
        lm(f"{words}\n{question}", max_tokens=16)
    usage = lm.history[-1]["usage"]
    assert usage["prompt_tokens_details"]["cached_tokens"] > 150


@pytest.mark.model
def test_one_request_may_take_6000_tokens_and_answer_2000(lm: Any, model_path: Path) -> None:
    server = embedded.running(model_path)
    request = urllib.request.Request(
        f"{server.url}/v1/models", headers={"Authorization": f"Bearer {server.key}"}
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        meta = json.load(response)["data"][0]["meta"]
    assert meta["n_ctx"] >= 8000


@pytest.mark.model
def test_two_threads_are_answered_by_one_server(lm: Any) -> None:
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        copy = lm.copy()
        answers[number] = copy(f"What is {number} plus {number}? Answer with a number.")[0]

    threads = [threading.Thread(target=ask, args=(number,)) for number in (2, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "4" in answers[2] and "60" in answers[30]


@pytest.mark.model
def test_predict_works_and_proxies_are_not_asked(lm: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_BASE", "http://127.0.0.1:9")
    with dspy.context(lm=lm, adapter=dspy.ChatAdapter(use_json_adapter_fallback=False)):
        assert dspy.Predict("question -> answer")(question="What is 2 plus 2?").answer


@pytest.mark.model
def test_requests_without_the_key_or_with_another_are_refused(lm: Any, model_path: Path) -> None:
    server = embedded.running(model_path)
    assert server.url.startswith("http://127.0.0.1:")
    for headers in ({}, {"Authorization": "Bearer guess"}):
        request = urllib.request.Request(f"{server.url}/v1/models", headers=headers)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=60)
        assert caught.value.code == 401
        caught.value.close()


@pytest.mark.model
def test_a_server_that_died_is_started_again(lm: Any, model_path: Path) -> None:
    before = embedded.running(model_path)
    os.kill(before.pid, signal.SIGKILL)
    wait_for(lambda: not before.alive)
    assert lm("Say yes.")[0]
    assert embedded.running(model_path).pid != before.pid


OWNER = """
import sys, threading, time
from pathlib import Path
from burnish.registries import embedded
server = embedded.running(Path(sys.argv[1]))
print(server.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.model
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_with_its_process_however_that_ends(
    model_path: Path, how: signal.Signals
) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(model_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert owner.stdout is not None
    with owner.stdout:
        server_pid = int(owner.stdout.readline())
        assert runs(server_pid)
        owner.send_signal(how)
        owner.wait(timeout=60)
    wait_for(lambda: not runs(server_pid))


@pytest.mark.model
def test_ctrl_c_while_loading_leaves_no_process(model_path: Path) -> None:
    embedded.stop_all()
    started: list[int] = []

    def interrupt(message: str) -> None:
        started.extend(server.pid for server in embedded._running.values())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embedded.running(model_path, progress=interrupt)
    assert started and not runs(started[0])


@pytest.mark.model
def test_serve_announces_an_api_base_that_any_client_can_use(model_path: Path) -> None:
    announced: list[tuple[str, str]] = []

    def use(base: str, key: str) -> None:
        announced.append((base, key))
        client = dspy.LM("openai/any", api_base=base, api_key=key, cache=False, max_tokens=16)
        assert client("Say yes.")[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve(announce=use)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{announced[0][0]}/models", timeout=60)


def test_a_file_that_is_no_model_is_an_error_with_a_mend(tmp_path: Path) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF but nothing else")
    with pytest.raises(ModelUnavailableError, match=r"bad\.gguf does not run: .*burnish lm pull"):
        embedded.running(bad)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_serve_refuses_a_port_that_does_not_exist(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: int
) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF")
    monkeypatch.setenv("BURNISH_MODEL_PATH", str(own))
    with pytest.raises(InputError, match="does not exist"):
        serve(port=port, announce=lambda base, key: None)


def test_serve_refuses_a_port_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF")
    monkeypatch.setenv("BURNISH_MODEL_PATH", str(own))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match="Address already in use"):
            serve(port=port, announce=lambda base, key: None)


def runs(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
