"""Looks at each part of this machine that burnish can use; asks nothing of the network."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from burnish import config
from burnish.errors import BurnishError

MIN_PYTHON = (3, 11)


@dataclass(frozen=True)
class Part:
    """One thing that is here or not."""

    name: str
    kind: Literal["base", "model", "sandbox", "extra"]
    """Generating needs every "base", one "model" and one "sandbox"."""
    state: Literal["here", "optional", "missing"]
    detail: str
    remedy: str = ""
    """The command that mends it; empty if nothing needs mending."""


def examine() -> tuple[Part, ...]:
    """Every part, in the order in which they are worth mending."""
    settings = config.load()
    return (
        _python(),
        _package("dspy"),
        *_models(settings),
        *_sandboxes(settings),
        *_languages(settings),
        _store(settings),
        _git(),
    )


def ready(parts: tuple[Part, ...]) -> bool:
    """Whether code can be generated and run with these parts."""
    here = [part for part in parts if part.state == "here"]
    base = all(part.state == "here" for part in parts if part.kind == "base")
    return base and {"model", "sandbox"} <= {part.kind for part in here}


def _python() -> Part:
    text = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= MIN_PYTHON:
        return Part("Python", "base", "here", text)
    return Part("Python", "base", "missing", text, "Install Python 3.11 or newer.")


def _package(name: str) -> Part:
    try:
        return Part(name, "base", "here", version(name))
    except PackageNotFoundError:
        return Part(name, "base", "missing", "not installed", "pip install --upgrade burnish")


def _models(settings: config.Config) -> Iterator[Part]:
    from burnish.registries import embedded, providers, weights

    if embedded.installed():
        yield Part("xllamacpp", "extra", "here", version("xllamacpp"))
    else:
        yield Part("xllamacpp", "extra", "optional", "not installed", embedded.INSTALL)
    try:
        path = weights.find()
    except BurnishError as error:
        yield Part("embedded model", "model", "missing", error.message, error.remedy)
    else:
        if path is None:
            pull = "burnish lm pull"
            yield Part("embedded model", "model", "optional", "weights not pulled", pull)
        elif not embedded.installed():
            detail = f"{path.name}, but nothing runs it"
            yield Part("embedded model", "model", "optional", detail, embedded.INSTALL)
        else:
            yield Part("embedded model", "model", "here", path.name)
    keys = [key for p in providers.PROVIDERS for key in p.keys if os.environ.get(key)]
    if keys:
        yield Part("API keys", "model", "here", f"set: {', '.join(keys)}")
    else:
        example = "export OPENAI_API_KEY=...   (burnish lm list shows the others)"
        yield Part("API keys", "model", "optional", "none set", example)
    if settings.lm and "/" in settings.lm:
        yield _named(settings.lm, has_server=bool(settings.model.api_base))


def _named(name: str, *, has_server: bool) -> Part:
    """The model that BURNISH_LM or burnish.toml names."""
    from burnish.registries import providers

    try:
        providers.check(name, has_server=has_server)
    except BurnishError as error:
        return Part("default model", "model", "missing", error.message, error.remedy)
    return Part("default model", "model", "here", name)


def _sandboxes(settings: config.Config) -> Iterator[Part]:
    from burnish.sandbox.opening import diagnose

    found = diagnose(settings.sandbox)
    none = not any(each.available for each in found)
    for each in found:
        state: Literal["here", "optional", "missing"] = "missing" if none else "optional"
        if each.available:
            state = "here"
        yield Part(each.name, "sandbox", state, each.reason, each.remedy)


def _languages(settings: config.Config) -> Iterator[Part]:
    """Where each language can run."""
    from burnish.registries.languages import LANGUAGES
    from burnish.sandbox.opening import diagnose

    for language in LANGUAGES:
        found = diagnose(settings.sandbox, language.name)
        where = [each.name for each in found if each.available]
        if where:
            yield Part(language.display_name, "extra", "here", f"runs in {' and '.join(where)}")
        else:
            build = f"burnish sandbox build {language.name}   (or see docs/languages.md)"
            yield Part(language.display_name, "extra", "optional", "runs nowhere here", build)


def _store(settings: config.Config) -> Part:
    from burnish.experiments.store import locate

    if not settings.tracking.enabled:
        return Part("MLflow store", "extra", "optional", "tracking is switched off")
    store = locate(settings.tracking)
    if store.database is None:
        return Part("MLflow store", "extra", "here", store.shown)
    folder = store.database.parent
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        remedy = "Set BURNISH_DATA_DIR to a folder of yours."
        return Part("MLflow store", "extra", "missing", f"{folder} cannot be written", remedy)
    made = "" if store.database.exists() else " (made by the first run)"
    return Part("MLflow store", "extra", "here", f"{store.database}{made}")


def _git() -> Part:
    path = shutil.which("git")
    if path:
        return Part("git", "extra", "here", path)
    return Part("git", "extra", "optional", "not found", "apt-get install git")
