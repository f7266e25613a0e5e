"""The providers of language models: how they are named, and what each needs to be reached."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass

from burnish.errors import InputError, ModelUnavailableError
from burnish.registries.registry import Registry

LITELLM_EXTRA = "pip install 'burnish[litellm]'"


@dataclass(frozen=True)
class Provider:
    """One provider, named by what stands before the "/" of a model's name."""

    prefix: str
    """E.g. "openai"."""
    example: str
    """A complete name for `--lm`."""
    keys: tuple[str, ...]
    """Environment variables, any one of which holds the key; empty if none is needed."""
    note: str = ""
    """What else must be there."""

    @property
    def ready(self) -> bool:
        """Whether a key is set, as far as the environment tells without asking anyone."""
        return not self.keys or any(os.environ.get(key) for key in self.keys)


PROVIDERS: Registry[Provider] = Registry("provider")
"""The providers that are listed and suggested; DSPy reaches more."""

for _provider in (
    Provider("openai", "openai/gpt-4.1-mini", ("OPENAI_API_KEY",)),
    Provider("anthropic", "anthropic/claude-sonnet-4-5", ("ANTHROPIC_API_KEY",)),
    Provider("gemini", "gemini/gemini-2.5-flash", ("GEMINI_API_KEY", "GOOGLE_API_KEY")),
    Provider(
        "bedrock",
        "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK"),
        f"{LITELLM_EXTRA}; any AWS credentials that boto3 finds will do",
    ),
    Provider("ollama_chat", "ollama_chat/qwen2.5-coder:7b", (), "a running Ollama server"),
):
    PROVIDERS.register(_provider.prefix, _provider)


def check(model: str, *, has_server: bool) -> None:
    """Make sure that `model`, "provider/name", can be called, without calling it.

    Args:
        model: Name as DSPy takes it.
        has_server: An api_base is given, so that no key of the provider's own is needed.

    Raises:
        InputError: there is no such provider.
        ModelUnavailableError: its key is not set, or a package that it needs is missing.
    """
    from dspy.lm15 import LMRouter, NotConfiguredError, RouterConfig, UnknownModelError

    prefix = model.split("/", 1)[0]
    router = LMRouter(RouterConfig())
    try:
        resolution = router.resolve_openai_chat(model)
    except UnknownModelError:
        _check_litellm(model, prefix)
        return
    if has_server:
        return
    try:
        router.lm(f"{resolution.provider}:{resolution.model}")
    except NotConfiguredError as error:
        names = " or ".join(error.env_keys) or f"{prefix.upper()}_API_KEY"
        raise ModelUnavailableError(
            f"{model} needs a key, and {names} is not set.",
            remedy=f"Set it (export {names.split(' ')[0]}=...) or choose another model with --lm.",
        ) from None
    finally:
        router.close()


def _check_litellm(model: str, prefix: str) -> None:
    """For providers that DSPy reaches through litellm only."""
    if prefix not in PROVIDERS and not _known_to_litellm(prefix):
        PROVIDERS.get(prefix)  # raises, with close matches
    if importlib.util.find_spec("litellm") is None:
        raise ModelUnavailableError(f"{model} needs litellm.", remedy=LITELLM_EXTRA)
    if prefix == "bedrock":
        _check_aws(model)


def _known_to_litellm(prefix: str) -> bool:
    """Without litellm any plausible name might be one; with it, its own list decides."""
    if importlib.util.find_spec("litellm") is None:
        from difflib import get_close_matches

        return not get_close_matches(prefix, PROVIDERS.names(), cutoff=0.7)
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else it asks the network
    import litellm

    return prefix in {str(getattr(p, "value", p)) for p in litellm.provider_list}


def _check_aws(model: str) -> None:
    if os.environ.get("AWS_BEARER_TOKEN_BEDROCK"):
        return
    if importlib.util.find_spec("botocore") is None:
        raise ModelUnavailableError(f"{model} needs boto3.", remedy=LITELLM_EXTRA)
    import botocore.exceptions
    import botocore.session

    try:
        found = botocore.session.get_session().get_credentials() is not None
    except botocore.exceptions.BotoCoreError as error:
        raise ModelUnavailableError(
            f"{model}: the AWS credentials cannot be used: {error}.",
            remedy="Correct AWS_PROFILE or the AWS configuration.",
        ) from None
    if not found:
        raise ModelUnavailableError(
            f"{model} needs AWS credentials, and none were found.",
            remedy="Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        )


def refuse_bare_name(name: str) -> InputError:
    """The error for a name that has no provider and is no embedded model."""
    from difflib import get_close_matches

    known = {p.example.split("/", 1)[1]: p.example for p in PROVIDERS} | {"local": "local"}
    close = [known[match] for match in get_close_matches(name, known, n=2, cutoff=0.6)]
    hint = f"Did you mean {' or '.join(close)}? " if close else ""
    examples = ", ".join(["local", *(provider.example for provider in PROVIDERS)])
    return InputError(
        f"unknown language model {name!r}.",
        remedy=f"{hint}A model is named provider/model, for example: {examples}.",
    )
