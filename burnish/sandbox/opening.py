"""Choose a sandbox: the one asked for, else the best that this machine can run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from burnish import config
from burnish.errors import SandboxUnavailableError
from burnish.languages.toolchain import setup
from burnish.sandbox.protocol import Sandbox
from burnish.sandbox.static import StaticOnly

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Diagnosis:
    """Whether one backend can run here."""

    name: str
    available: bool
    reason: str
    """What is here, or what is missing, in one sentence."""
    remedy: str = ""
    """The command or change that mends it; empty if nothing needs mending."""


def open_sandbox(settings: config.Sandbox | None = None, language: str = "python") -> Sandbox:
    """Open the sandbox that `settings.kind` names; its pool starts to fill in the background.

    It runs candidates of one language. Limits that are not set are the language's own defaults.

    "auto" takes Docker if an Engine answers and has the image, else bubblewrap if namespaces can
    be made, else one that runs nothing, with a logged warning.

    Raises:
        SandboxUnavailableError: the kind was named and cannot run this language here.
    """
    settings = limits_for(language, settings or config.Sandbox())
    if settings.kind == "none":
        return StaticOnly()
    openers = _openers()
    if settings.kind != "auto":
        return openers[settings.kind](settings, language)
    reasons = []
    for opener in openers.values():
        try:
            return opener(settings, language)
        except SandboxUnavailableError as error:
            reasons.append(str(error))
    log.warning("No sandbox can run here; code is only analysed. %s", " ".join(reasons))
    return StaticOnly(" ".join(reasons))


def limits_for(language: str, settings: config.Sandbox) -> config.Sandbox:
    """The settings, with the language's own defaults where nothing was set."""
    own = setup(language).limits
    unset = {name: value for name, value in own.items() if name not in settings.model_fields_set}
    return settings.model_copy(update=unset)


def diagnose(
    settings: config.Sandbox | None = None, language: str = "python"
) -> tuple[Diagnosis, ...]:
    """What `burnish doctor` says about each backend, best first. Nothing is left running."""
    settings = (settings or config.Sandbox()).model_copy(update={"pool_size": 0})
    found = []
    for name, opener in _openers().items():
        try:
            opener(settings, language).close()
        except SandboxUnavailableError as error:
            found.append(Diagnosis(name, False, error.message, error.remedy))
        else:
            found.append(Diagnosis(name, True, f"{name} can run code here."))
    return tuple(found)


def describe_used(settings: config.Sandbox | None = None, language: str = "python") -> str:
    """The backend that `open_sandbox` would take, and its image, in a few words."""
    settings = settings or config.Sandbox()
    here = [found.name for found in diagnose(settings, language) if found.available]
    name = next((n for n in here if settings.kind in ("auto", n)), "none")
    if name != "docker":
        return name
    from burnish.sandbox.images import image_tag

    return f"docker {settings.image or image_tag(language)}"


def _openers() -> dict[str, Callable[[config.Sandbox, str], Sandbox]]:
    from burnish.sandbox.bubblewrap import open_bubblewrap
    from burnish.sandbox.engine import open_docker

    return {"docker": open_docker, "bubblewrap": open_bubblewrap}
