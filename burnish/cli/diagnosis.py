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

    if settings.lm:
        yield _named(settings.lm, settings.model)
    # of the model that is named nothing else can take the place
    kind: Literal["model", "extra"] = "extra" if settings.lm else "model"
    if embedded.installed():
        yield Part("xllamacpp", "extra", "here", version("xllamacpp"))
    else:
        yield Part("xllamacpp", "extra", "optional", "not installed", embedded.INSTALL)
    try:
        path = weights.find()
    except BurnishError as error:
        yield Part("embedded model", kind, "missing", error.message, error.remedy)
    else:
        if path is None:
            pull = "burnish lm pull"
            yield Part("embedded model", kind, "optional", "weights not pulled", pull)
        elif not embedded.installed():
            detail = f"{path.name}, but nothing runs it"
            yield Part("embedded model", kind, "optional", detail, embedded.INSTALL)
        else:
            yield Part("embedded model", kind, "here", path.name)
    keys = [key for p in providers.PROVIDERS for key in p.keys if os.environ.get(key)]
    if keys:
        yield Part("API keys", kind, "here", f"set: {', '.join(keys)}")
    else:
        example = "export OPENAI_API_KEY=...   (burnish lm list shows the others)"
        yield Part("API keys", kind, "optional", "none set", example)


def _named(name: str, settings: config.Model) -> Part:
    """The model that BURNISH_LM or burnish.toml names."""
    from burnish.registries import models

    try:
        models.check(name, settings)
    except BurnishError as error:
        return Part("default model", "model", "missing", error.message, error.remedy)
    return Part("default model", "model", "here", name)


def _sandboxes(settings: config.Config) -> Iterator[Part]:
    from burnish.sandbox.opening import diagnose

    if settings.sandbox.kind == "none":
        remedy = "Set BURNISH_SANDBOX__KIND, or sandbox.kind in burnish.toml, to auto."
        yield Part("sandbox", "sandbox", "missing", "switched off: no code is run", remedy)
    found = diagnose(settings.sandbox)
    none = not any(each.available and _wanted(each.name, settings) for each in found)
    for each in found:
        wanted = _wanted(each.name, settings)
        state: Literal["here", "optional", "missing"] = "here"
        if not each.available:
            state = "missing" if none and wanted else "optional"
        yield Part(each.name, "sandbox" if wanted else "extra", state, each.reason, each.remedy)


def _wanted(sandbox: str, settings: config.Config) -> bool:
    """Whether code may run there: where one is named, in no other."""
    return settings.sandbox.kind in ("auto", sandbox)


def _languages(settings: config.Config) -> Iterator[Part]:
    """Where each language can run."""
    from burnish.registries.languages import LANGUAGES
    from burnish.sandbox.opening import diagnose

    for language in LANGUAGES:
        found = diagnose(settings.sandbox, language.name)
        where = [e.name for e in found if e.available and _wanted(e.name, settings)]
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
