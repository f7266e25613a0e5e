from __future__ import annotations

import os
from pathlib import Path

import dspy
import pytest
from dspy.utils.exceptions import LMAuthError, LMServerError

from burnish.config import Model
from burnish.errors import InputError, ModelUnavailableError
from burnish.registries import embedded
from burnish.registries.local_engine import LocalEngine
from burnish.registries.models import SMALL_BYTES, describe, is_local, is_small, resolve
from burnish.registries.providers import PROVIDERS
from burnish.testing import ScriptedLM
from tests.registries.servers import openai_server

QUIET = Model(cache=False)


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The test's machine has no key for anyone, and no AWS configuration."""
    for name in (*(key for provider in PROVIDERS for key in provider.keys), "GROQ_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("OPENAI_API_BASE", "OPENAI_BASE_URL", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("openai/gpt-4.1-mini", "OPENAI_API_KEY"),
        ("anthropic/claude-sonnet-4-5", "ANTHROPIC_API_KEY"),
        ("gemini/gemini-2.5-flash", "GEMINI_API_KEY"),
        ("groq/llama-3.3-70b", "GROQ_API_KEY"),
    ],
)
def test_a_missing_key_is_named_before_any_call(name: str, variable: str) -> None:
    with pytest.raises(ModelUnavailableError, match=f"export {variable}="):
        resolve(name)


def test_with_its_key_a_provider_gets_our_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "k")
    lm = resolve("anthropic/claude-sonnet-4-5", seed=5)
    assert lm.model == "anthropic/claude-sonnet-4-5"
    assert lm.kwargs == {"temperature": 0.2, "max_tokens": 2000, "seed": 5}
    assert (lm.num_retries, lm.cache) == (3, True)
    assert not is_local(lm)


def test_a_reasoning_model_gets_the_settings_that_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    lm = resolve("openai/gpt-5-mini")
    assert lm.kwargs["temperature"] is None
    assert lm.kwargs["max_completion_tokens"] == 16_000


def test_a_model_that_needs_no_key_resolves_without_one() -> None:
    assert resolve("ollama_chat/qwen2.5-coder:7b").model == "ollama_chat/qwen2.5-coder:7b"


def test_bedrock_without_litellm_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    hide(monkeypatch, "litellm")
    with pytest.raises(ModelUnavailableError, match=r"burnish\[litellm\]"):
        resolve("bedrock/amazon.nova-lite-v1:0")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("opnai/gpt-4.1", "Did you mean 'openai'"),
        ("gpt-4.1-mini", "Did you mean openai/gpt-4.1-mini"),
        ("gibberish", "for example: local, openai/"),
        ("openai/", "A model is named provider/model"),
        ("/", "A model is named provider/model"),
        ("", "A model is named provider/model"),
        ("openai/two words", "A model is named provider/model"),
        ("local/qwen", "A model is named provider/model"),
        ("local:gpt-9", "unknown embedded model 'gpt-9'"),
        ("local:/no/such/file.gguf", "No such file"),
        ("local:~nosuchuser/file.gguf", "cannot read ~nosuchuser/file.gguf"),
    ],
)
def test_an_unusable_name_is_bad_input_with_a_hint(
    monkeypatch: pytest.MonkeyPatch, cache: Path, name: str, hint: str
) -> None:
    hide(monkeypatch, "litellm")
    with pytest.raises(InputError) as caught:
        resolve(name)
    assert hint in str(caught.value)


def test_no_name_and_no_embedded_model_lists_the_choices(cache: Path) -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        resolve(None)
    lines = str(caught.value).splitlines()
    assert any(line.strip().startswith("burnish lm pull qwen2.5-coder-1.5b") for line in lines)
    assert any(line.strip().startswith("export OPENAI_API_KEY=") for line in lines)
    assert any("--api-base" in line for line in lines)


def test_local_without_weights_names_the_pull(cache: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"burnish lm pull qwen2\.5-coder-0\.5b"):
        resolve("local:qwen2.5-coder-0.5b")


def test_local_without_xllamacpp_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    hide(monkeypatch, "xllamacpp")
    with pytest.raises(ModelUnavailableError) as caught:
        resolve("local")
    assert caught.value.remedy == embedded.INSTALL


def test_transport_errors_are_retried_until_the_server_answers() -> None:
    with openai_server([503, 503, 200]) as server:
        lm = resolve("openai/fake", Model(api_base=server.url, cache=False))
        assert lm("hi") == ["hello"]
    assert len(server.bodies) == 3
    assert lm.history[-1]["usage"]["completion_tokens"] == 2


def test_retries_end_and_the_error_comes_through() -> None:
    with openai_server([503]) as server:
        lm = resolve("openai/fake", Model(api_base=server.url, cache=False, num_retries=1))
        with pytest.raises(LMServerError):
            lm("hi")
    assert len(server.bodies) == 2


def test_a_refused_key_is_not_retried() -> None:
    with openai_server([401]) as server:
        lm = resolve("openai/fake", Model(api_base=server.url, cache=False))
        with pytest.raises(LMAuthError):
            lm("hi")
    assert len(server.bodies) == 1


def test_a_server_of_ones_own_gets_a_placeholder_or_the_users_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with openai_server([200]) as server:
        settings = Model(api_base=server.url, cache=False)
        resolve("fake", settings)("hi")
        monkeypatch.setenv("OPENAI_API_KEY", "mine")
        resolve("openai/fake", settings, seed=7)("hi")
    assert server.keys == ["Bearer not-needed", "Bearer mine"]
    assert server.bodies[0]["model"] == "fake"
    assert server.bodies[0]["temperature"] == 0.2
    assert 2000 in server.bodies[0].values()
    assert server.bodies[1]["seed"] == 7


def test_the_usual_variable_for_an_openai_compatible_server_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with openai_server([200]) as server:
        monkeypatch.setenv("OPENAI_API_BASE", server.url)
        assert resolve("openai/fake", QUIET)("hi") == ["hello"]


@pytest.mark.parametrize("base", ["localhost:8000", "ftp://x", ""])
def test_an_api_base_that_is_no_url_is_bad_input(base: str) -> None:
    with pytest.raises(InputError):
        resolve("openai/fake", Model(api_base=base))


def test_an_api_base_needs_a_model_name() -> None:
    with pytest.raises(InputError, match="--lm openai/NAME"):
        resolve(None, Model(api_base="http://127.0.0.1:9/v1"))


def test_the_list_says_what_is_ready_and_what_makes_it_ready(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", "k")
    choices = {choice.name: choice for choice in describe()}
    assert choices["gemini/..."].ready
    assert choices["gemini/..."].command.startswith("--lm gemini/")
    assert not choices["openai/..."].ready
    assert choices["openai/..."].command == "export OPENAI_API_KEY=..."
    embedded_one = choices["local:qwen2.5-coder-1.5b"]
    assert not embedded_one.ready
    assert embedded_one.size_bytes == 1_117_320_768


def test_the_key_variables_listed_are_those_that_dspy_reads() -> None:
    from dspy._vendor.lm15.registry import PROVIDERS as KNOWN

    for name in ("openai", "anthropic", "gemini"):
        assert set(PROVIDERS.get(name).keys) == set(KNOWN[name].env_keys)


def hide(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    """Let `package` look as if it were not installed."""
    from importlib.util import find_spec

    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == package else find_spec(name)
    )


def test_a_model_is_small_by_the_size_of_its_weights(tmp_path: Path) -> None:
    path = tmp_path / "own.gguf"
    path.write_bytes(b"GGUF")
    engine = LocalEngine(path)
    lm = dspy.LM("local/own", engine=engine)
    assert is_small(lm) and is_small(lm.copy())
    os.truncate(path, SMALL_BYTES)  # sparse: takes no room
    assert not is_small(lm)
    path.unlink()
    assert not is_small(lm) and not is_small(ScriptedLM([]))
