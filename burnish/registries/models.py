"""Language models by name: the embedded one, and every provider that DSPy reaches."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from burnish.config import Model
from burnish.errors import InputError, ModelUnavailableError
from burnish.registries import embedded, providers, weights
from burnish.registries.embedded import ServerOptions
from burnish.registries.local_engine import PREFIX, AsyncLocalEngine, LocalEngine, own_name

if TYPE_CHECKING:
    from dspy.clients.lm import LM

LOCAL = "local"
SMALL_BYTES = 3_000_000_000  # about five billion parameters at four bits
REASONING_MIN_TOKENS = 16_000  # what DSPy asks for OpenAI's reasoning models
KEYLESS = "not-needed"
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/\S+")


def resolve(
    name: str | None,
    settings: Model | None = None,
    *,
    progress: Callable[[str], None] | None = None,
    seed: int | None = None,
) -> LM:
    """The language model called `name`, ready to be called.

    Args:
        name: "local" (the embedded model), "local:NAME" or "local:FILE.gguf", or "provider/model"
            as DSPy takes it; with `settings.api_base`, a bare model name means "openai/NAME". None
            takes the embedded model if it is installed and its weights are here.
        settings: Temperature, token limit, retries, cache; the defaults if None.
        progress: Told in words while the embedded model loads (1 to 10 s, once per process).
        seed: Sampling seed sent with each request, where the provider takes one. The embedded
            model then gives the same answer to the same prompt, if it has one request at a time;
            it evaluates every prompt from the beginning, which takes longer.

    Raises:
        InputError: no such model or provider.
        ModelUnavailableError: a key, a package or the weights are missing. No network is used to
            find out, so a wrong key shows at the first call.
    """
    settings = settings or Model()
    if name is None:
        name = _default(settings)
    name = name.strip()
    if _is_embedded(name):
        return _local(name, settings, progress, seed)
    return _remote(name, settings, seed)


def check(name: str, settings: Model) -> None:
    """Make sure that `resolve` finds the model, as far as can be told without loading it.

    Raises:
        InputError: as `resolve`.
        ModelUnavailableError: as `resolve`.
    """
    if _is_embedded(name.strip()):
        _weights(name.strip())
    else:
        _address(name.strip(), settings)


def label(name: str) -> str:
    """DSPy's name for what `name` means on this machine: of an embedded model, its weights.

    Nothing is loaded, and pulled weights need not be here.

    Raises:
        InputError: no embedded model is called that, or the GGUF file meant cannot be read.
    """
    if not _is_embedded(name):
        return name
    short = _short(name)
    if short.endswith(".gguf"):
        return own_name(_own(short))
    if short == LOCAL and (own := weights.own_file()) is not None:
        return own_name(own)
    return PREFIX + weights.MODELS.get(short).name


def is_local(lm: Any) -> bool:
    """Whether the embedded model answers: its calls cost no money, though DSPy reports None."""
    return isinstance(getattr(lm, "engine", None), LocalEngine)


def is_small(lm: Any) -> bool:
    """Whether the embedded model answers with weights under `SMALL_BYTES`."""
    engine = getattr(lm, "engine", None)
    if not isinstance(engine, LocalEngine):
        return False
    return engine.path.is_file() and engine.path.stat().st_size < SMALL_BYTES


@dataclass(frozen=True)
class ModelChoice:
    """One line of `burnish lm list`."""

    name: str
    """What `--lm` takes."""
    ready: bool
    """Whether it can be used now, as far as this machine tells."""
    detail: str
    """What it is and what is missing."""
    command: str
    """What makes it ready, or uses it."""
    size_bytes: int | None = None
    """Size of the weights; None for models that run elsewhere."""


def describe() -> list[ModelChoice]:
    """Every embedded model and every listed provider; quick, and asks no one."""
    installed = embedded.installed()
    choices = []
    for model in weights.MODELS:
        here = weights.find(model.name) is not None
        missing = [] if installed else ["xllamacpp is not installed"]
        missing += [] if here else ["weights not pulled"]
        command = f"burnish lm pull {model.name}" if installed else embedded.INSTALL
        choices.append(
            ModelChoice(
                name=f"{LOCAL}:{model.name}",
                ready=not missing,
                detail=f"embedded, {model.size_bytes / 1e9:.1f} GB, {model.licence}; "
                + (", ".join(missing) or "ready"),
                command=command if missing else f"--lm {LOCAL}:{model.name}",
                size_bytes=model.size_bytes,
            )
        )
    for provider in providers.PROVIDERS:
        keys = " or ".join(provider.keys)
        state = f"{keys} {'is' if provider.ready else 'is not'} set" if keys else ""
        choices.append(
            ModelChoice(
                name=f"{provider.prefix}/...",
                ready=provider.ready,
                detail="; ".join(filter(None, (state, provider.note))),
                command=(
                    f"--lm {provider.example}"
                    if provider.ready
                    else f"export {provider.keys[0]}=..."
                ),
            )
        )
    return choices


def _default(settings: Model) -> str:
    if settings.api_base:
        raise InputError(
            "an API base without a model's name.",
            remedy="Name the model that the server has: --lm openai/NAME.",
        )
    if embedded.installed() and weights.find(LOCAL) is not None:
        return LOCAL
    lines = [f"  {c.command:<55} {c.detail}" for c in describe()]
    lines.append("  --lm openai/NAME --api-base URL".ljust(58) + "any OpenAI-compatible server")
    raise ModelUnavailableError(
        "no language model was named (--lm or BURNISH_LM), and the embedded one is not here.",
        remedy="Choose one:\n" + "\n".join(lines),
    )


def _local(
    name: str, settings: Model, progress: Callable[[str], None] | None, seed: int | None
) -> LM:
    path = _weights(name)
    options = ServerOptions(threads=settings.threads or embedded.usable_cpus())
    embedded.running(path, options=options, progress=progress)
    engine = LocalEngine(path, options)
    return _lm(label(name), settings, seed, engine=engine, async_engine=AsyncLocalEngine(engine))


def _is_embedded(name: str) -> bool:
    return name.startswith(f"{LOCAL}:") or name in weights.MODELS


def _short(name: str) -> str:
    return name.removeprefix(f"{LOCAL}:") or LOCAL


def _weights(name: str) -> Path:
    """The file that is to be run, found here together with what runs it."""
    embedded.require_installed()
    short = _short(name)
    return _own(short) if short.endswith(".gguf") else weights.require(short)


def _own(file: str) -> Path:
    return weights.check_gguf(Path(file), f"--lm {LOCAL}:{file}")


def _address(name: str, settings: Model) -> tuple[str, str | None]:
    """The model's whole name and its API base, found fit to be called."""
    if settings.api_base and "/" not in name:
        name = f"openai/{name}"
    if name.startswith(PREFIX) or not _NAME.fullmatch(name):
        raise providers.refuse_bare_name(name)
    base = settings.api_base
    if base is None and name.startswith("openai/"):
        # DSPy would send these through litellm; the native route reaches the same server.
        base = os.environ.get("OPENAI_API_BASE") or os.environ.get("OPENAI_BASE_URL") or None
    if base is not None and not base.startswith(("http://", "https://")):
        raise InputError(
            f"API base {base!r} is no URL.", remedy="Begin it with http:// or https://."
        )
    providers.check(name, has_server=base is not None)
    return name, base


def _remote(name: str, settings: Model, seed: int | None) -> LM:
    name, base = _address(name, settings)
    if base is None:
        return _lm(name, settings, seed)
    key = {}
    if name.startswith("openai/"):
        key = {"api_key": os.environ.get("OPENAI_API_KEY") or KEYLESS, "engine": "lm15"}
    return _lm(name, settings, seed, api_base=base, **key)


def _lm(model: str, settings: Model, seed: int | None, **kwargs: Any) -> LM:
    from dspy.clients.lm import LM
    from dspy.utils.exceptions import LMConfigurationError

    if seed is not None:
        kwargs["seed"] = seed
    kwargs.update(num_retries=settings.num_retries, cache=settings.cache)
    try:
        return LM(model, temperature=settings.temperature, max_tokens=settings.max_tokens, **kwargs)
    except LMConfigurationError:
        # OpenAI's reasoning models take no temperature, and spend tokens before they answer.
        tokens = max(settings.max_tokens, REASONING_MIN_TOKENS)
        return LM(model, temperature=None, max_tokens=tokens, **kwargs)
