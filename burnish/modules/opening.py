"""Opens the sandbox that a caller names; one that a caller hands in stays the caller's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from burnish.config import Config, load
from burnish.sandbox import Sandbox, open_sandbox


def open_named(kind: str, config: Config, language: str = "python") -> Sandbox:
    """A sandbox of this kind for a language; "auto" leaves the choice to the configuration.

    Raises:
        InputError: There is no such kind.
        SandboxUnavailableError: The kind asked for cannot run here.
    """
    settings = config.sandbox
    if kind != "auto":
        settings = load(sandbox={**settings.model_dump(exclude_unset=True), "kind": kind}).sandbox
    return open_sandbox(settings, language)


@contextmanager
def opened(sandbox: str | Sandbox, config: Config, language: str = "python") -> Iterator[Sandbox]:
    """The sandbox, open for the length of the block; closed after it if it was opened here."""
    if not isinstance(sandbox, str):
        yield sandbox
        return
    box = open_named(sandbox, config, language)
    try:
        yield box
    finally:
        box.close()
