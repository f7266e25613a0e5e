"""Makes burnish/registries/catalogue/models.json from litellm's price map.

    pip download litellm==VERSION --no-deps && python scripts/catalogue.py litellm-VERSION-*.whl

What litellm does not say stays out: unknown is never false and never 0. What people reviewed is in
overlay.toml, and is not touched.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "burnish" / "registries" / "catalogue"
MAP = "litellm/model_prices_and_context_window_backup.json"
PROVIDERS = {
    "bedrock": "bedrock", "bedrock_converse": "bedrock", "ollama": "ollama", "openai": "openai",
    "anthropic": "anthropic", "gemini": "gemini",
}  # fmt: skip
CAPABILITIES = {
    "supports_vision": "vision",
    "supports_reasoning": "reasoning",
    "supports_function_calling": "tool_use",
    "supports_response_schema": "structured_output",
    "supports_prompt_caching": "prompt_caching",
    "supports_native_streaming": "streaming",
    "supports_pdf_input": "pdf_input",
    "supports_audio_input": "audio_input",
}
PRICES = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cached_input",
    "cache_creation_input_token_cost": "cache_write",
    "input_cost_per_token_batches": "batch_input",
    "output_cost_per_token_batches": "batch_output",
}
_REGION = re.compile(r"bedrock/(?P<region>[a-z]{2}(?:-gov)?-[a-z]+-\d)/(?P<model>.+)")
_PROFILE = re.compile(r"(?P<profile>us|eu|apac|au|jp|in|global|us-gov)\.(?P<model>\w+\..+)")
_DATED = re.compile(r"[-@]\d{4}-?\d{2}-?\d{2}$")
_OTHER = re.compile(
    r"audio|realtime|tts|transcri|image|search|container|robotics|lyria|deep-research|omni|-exp-"
    r"|commitment|computer-use|instant|learnlm|^ft:|latest$"
)


def main() -> None:
    """Read the wheel, write the extract."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("wheel", type=Path, help="litellm's wheel")
    wheel = parser.parse_args().wheel
    with zipfile.ZipFile(wheel) as archive:
        known = json.loads(archive.read(MAP))
    regions, profiles = places(known)
    models = [
        entry(provider, name, given, regions[name], profiles[name])
        for provider, name, given in chosen(known)
    ]
    version = wheel.name.split("-")[1]
    lines = [json.dumps(model) for model in sorted(models, key=lambda m: m["id"])]
    target = FOLDER / "models.json"
    source = json.dumps(f"litellm {version}")
    target.write_text(f'{{"source": {source}, "models": [\n' + ",\n".join(lines) + "\n]}\n")
    sys.stdout.write(f"{target}: {len(models)} models\n")


def places(known: dict[str, Any]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Regions and cross-region profiles by model, as far as the map has entries of them."""
    regions: dict[str, set[str]] = defaultdict(set)
    profiles: dict[str, set[str]] = defaultdict(set)
    for name in known:
        if found := _REGION.fullmatch(name):
            regions[found["model"]].add(found["region"])
        elif found := _PROFILE.fullmatch(name):
            profiles[found["model"]].add(found["profile"])
    return regions, profiles


def chosen(known: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Chat models of the providers, each under one name: no regions, no dated twins."""
    for name, given in known.items():
        provider = PROVIDERS.get(given.get("litellm_provider", ""))
        if provider is None or given.get("mode") != "chat":
            continue
        bare = name.removeprefix(f"{provider}/")
        if provider == "bedrock":
            if "/" in name or _PROFILE.fullmatch(name) or "." not in name or "@" in name:
                continue
        elif _DATED.sub("", bare) in {n.removeprefix(f"{provider}/") for n in known} and (
            _DATED.search(bare)
        ):
            continue
        if _OTHER.search(bare) or (provider == "gemini" and not name.startswith("gemini/")):
            continue
        yield provider, bare, given


def entry(
    provider: str, name: str, given: dict[str, Any], regions: set[str], profiles: set[str]
) -> dict[str, Any]:
    """One model as the registry reads it; only what is known."""
    found: dict[str, Any] = {"id": f"{provider}/{name}", "provider": provider}
    found["capabilities"] = {ours: bool(given[theirs]) for theirs, ours in CAPABILITIES.items()
                             if theirs in given}  # fmt: skip
    for theirs, ours in (
        ("max_input_tokens", "context_window"), ("max_output_tokens", "max_output_tokens"),
        ("deprecation_date", "deprecated_on"), ("source", "source"),
    ):  # fmt: skip
        if given.get(theirs):
            found[ours] = given[theirs]
    free = provider == "ollama" and not name.endswith("-cloud")  # on the user's own machine
    prices = {
        ours: round(given[theirs] * 1_000_000, 6)
        for theirs, ours in PRICES.items()
        if theirs in given and (given[theirs] > 0 or free)
    }
    if prices:
        found["usd_per_million"] = prices
    if regions:
        found["regions"] = sorted(regions)
    if profiles:
        found["profiles"] = sorted(profiles)
    return found


if __name__ == "__main__":
    main()
