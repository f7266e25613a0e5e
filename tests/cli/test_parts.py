"""`burnish lm`, `burnish sandbox` and `burnish ui`, with the parts behind them scripted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from burnish.errors import SandboxUnavailableError
from burnish.experiments import ui
from burnish.registries import download, embedded, weights
from burnish.sandbox import building, images
from burnish.sandbox.images import ImageInfo, Pruned
from tests.cli.conftest import Run


def test_lm_list_names_models_and_what_they_need(run: Run) -> None:
    done = run("lm", "list")
    assert done.exit_code == 0
    assert "local:qwen2.5-coder-1.5b" in done.stdout and "OPENAI_API_KEY" in done.stdout
    models = json.loads(run("lm", "list", "--json").stdout)["models"]
    assert {"name", "ready", "detail", "command", "size_bytes"} == set(models[0])


def test_lm_pull_shows_progress_and_the_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def pull(name: str, *, progress: Callable[[int, int, str], None]) -> Path:
        for done in range(0, 101):
            progress(done, 100, "downloading")
        return Path("/cache/model.gguf")

    monkeypatch.setattr(download, "pull", pull)
    done = run("lm", "pull", "--json")
    assert json.loads(done.stdout)["path"] == "/cache/model.gguf"
    assert done.stderr.count("downloading") == 11
    assert "/cache/model.gguf" in run("lm", "pull").stdout


def test_an_interrupted_pull_says_that_it_goes_on(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pull(name: str, **_: Any) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(download, "pull", pull)
    done = run("lm", "pull")
    assert done.exit_code == 130 and "goes on from there" in done.stderr


def test_lm_serve_says_where_and_with_which_key_until_ctrl_c(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait() -> None:
        raise KeyboardInterrupt

    server = SimpleNamespace(url="http://127.0.0.1:9", key="k", wait=wait)
    monkeypatch.setattr(weights, "find", lambda name: Path("/m.gguf"))
    monkeypatch.setattr(embedded, "installed", lambda: True)
    monkeypatch.setattr(embedded, "running", lambda path, options: server)
    done = run("lm", "serve")
    assert "OPENAI_API_BASE=http://127.0.0.1:9/v1 OPENAI_API_KEY=k" in done.stdout
    assert done.exit_code == 130


def test_lm_serve_without_weights_ends_with_3(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "find", lambda name: None)
    monkeypatch.setattr(embedded, "installed", lambda: True)
    done = run("lm", "serve", "--json")
    assert done.exit_code == 3
    assert "burnish lm pull" in json.loads(done.stdout)["recovery_actions"][0]


def test_sandbox_build_passes_its_options_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []

    def build(language: str, *, progress: Callable[[str], None], **options: Any) -> str:
        progress("Step 1/3 [FROM]")
        calls.append((language, options))
        return f"burnish-sandbox:{language}"

    monkeypatch.setattr(building, "build", build)
    done = run("sandbox", "build", "all", "--offline", "--json")
    assert json.loads(done.stdout)["images"][0] == "burnish-sandbox:python"
    assert "Step 1/3 [FROM]" in done.stderr
    assert calls[0] == ("python", {"base_image": None, "offline": True})


def test_sandbox_list_and_prune(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [ImageInfo("burnish-sandbox:python-1", "sha256:1", 240_000_000, True)]
    monkeypatch.setattr(images, "available", lambda: found)
    pruned = Pruned(images=("burnish-sandbox:python-0",), containers=("0123456789abcdef",))
    monkeypatch.setattr(images, "prune", lambda: pruned)
    assert "240 MB" in run("sandbox", "list").stdout
    assert json.loads(run("sandbox", "list", "--json").stdout)["images"][0]["current"] is True
    out = run("sandbox", "prune").stdout
    assert "image burnish-sandbox:python-0" in out and "container 0123456789ab\n" in out
    assert json.loads(run("sandbox", "prune", "--json").stdout) == {
        "images": ["burnish-sandbox:python-0"], "containers": ["0123456789abcdef"],
    }  # fmt: skip


def test_without_an_engine_sandbox_list_ends_with_3(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def available() -> list[ImageInfo]:
        raise SandboxUnavailableError("no Docker Engine answers.", remedy="Start Docker.")

    monkeypatch.setattr(images, "available", available)
    done = run("sandbox", "list", "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["error_type"] == "SandboxUnavailableError"


def test_ui_announces_its_address_until_ctrl_c(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def serve(settings: Any, host: str, port: int, *, announce: Callable[[str], None]) -> None:
        announce(f"http://{host}:{port}")

    monkeypatch.setattr(ui, "serve", serve)
    done = run("ui", "--port", "5005")
    assert "http://127.0.0.1:5005" in done.stdout and done.exit_code == 130


def test_ui_of_a_tracking_server_only_says_where_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow.example:5000")
    done = run("ui", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (0, {"url": "http://mlflow.example:5000"})
