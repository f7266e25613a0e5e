"""The seam of a language: what its text means, and what it needs to be run.

Every language has one toolchain here, and one module of the same name in `sandbox/inside/`, which
runs it.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from burnish.languages.call import Stated
from burnish.languages.outline import Outline
from burnish.languages.promise import Canaries


@dataclass(frozen=True)
class Setup:
    """What must be there for a language to run."""

    base_image: str
    """Image of a registry on which its sandbox image is built by default."""
    debian: tuple[str, ...]
    """Debian packages that hold the same, for the offline base."""
    programs: tuple[str, ...] = ()
    """Programs that bubblewrap needs on the host; none for what runs in our own interpreter."""
    files: tuple[str, ...] = ()
    """Files that bubblewrap needs on the host beside them, such as a library."""
    folders: tuple[str, ...] = ()
    """Folders outside /usr that those programs read, where they exist."""
    limits: dict[str, Any] = field(default_factory=dict)
    """Defaults of `config.Sandbox` that this language needs otherwise."""
    executes_work: bool = True
    """What is run lies in the work folder, as compiled programs do; else that is mounted noexec."""
    start_s: float = 4.0
    """How long its programs may take before their first test begins, beside the time of a test.
    Many times what it takes on a quiet machine: a busy one is no fault of the candidate's."""
    peak_memory_bytes: int | None = None
    """What an idle program of this language may take before memory counts against it; None for
    the metric's own default."""


@dataclass(frozen=True)
class Planted:
    """A test file with canaries among its tests."""

    source: str
    canaries: Canaries
    names: tuple[str, ...]
    """Every test that the source names, canaries included, in the order of the text."""
    runner: str
    """Random name by which the file imports the sandbox's test runner; "" if it does not."""


class LanguageToolchain(Protocol):
    """One language as text. Nothing here runs code; no text makes these raise."""

    name: str
    """Name of the registered language."""
    setup: Setup

    def outline(self, source: str) -> Outline:
        """What a module or a test file defines, as far as it parses."""
        ...

    def plant(self, tests: str) -> Planted:
        """The test file with canaries mixed in, and its tests reporting to our runner."""
        ...

    def call(self, outline: Outline, stated: str) -> str:
        """The call of a stated example in this language, with arguments as its types want.

        Returns:
            Source for the sandbox's driver; "" if the module has no such function or the
            arguments cannot be written in its types.
        """
        ...

    def example_tests(self, outline: Outline, stated: Stated) -> str:
        """A test file with one test for each stated example that can be written here.

        Returns:
            The source; "" if no example can be written.
        """
        ...

    def usage(self, outline: Outline, stated: Stated, module: str) -> str:
        """What a README of the module shows: it prints what the stated examples give.

        Returns:
            Source that the language's usage step runs; "" if no example can be written.
        """
        ...

    def imported(self, source: str) -> set[str]:
        """Full names of the modules that a source imports, wherever in it that is done.

        In languages where things are there without an import: each full name that it uses.
        """
        ...

    def growth_calls(self, code: str, tests: Sequence[str], stated: Sequence[str]) -> list[str]:
        """Calls whose time can be measured at growing sizes; none where that is not done."""
        return []


def setup(language: str) -> Setup:
    """What a registered language needs to be run."""
    return toolchain(language).setup


def toolchain(language: str) -> LanguageToolchain:
    """The toolchain of a registered language."""
    module = importlib.import_module(f"burnish.languages.{language}")
    return cast(LanguageToolchain, module.TOOLCHAIN)
