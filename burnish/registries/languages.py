"""The programming languages that burnish writes."""

from __future__ import annotations

from dataclasses import dataclass

from burnish.registries.registry import Registry


@dataclass(frozen=True)
class Language:
    """What the other rooms need to know of a language; how to run it is the sandbox's affair."""

    name: str
    """Name in commands and records, e.g. "python"."""
    display_name: str
    """Name in prose and prompts, e.g. "Python"."""
    suffix: str
    """Suffix of source files, with the dot."""
    module_file: str
    """File of the generated module; tests import it by this name."""
    test_file: str
    """File of the generated tests, named as the language's test runner looks for them."""
    fence: str
    """Tag of a fenced code block in Markdown."""


LANGUAGES: Registry[Language] = Registry("language")
"""All languages that can be asked for."""

PYTHON = LANGUAGES.register(
    "python",
    Language(
        name="python",
        display_name="Python",
        suffix=".py",
        module_file="solution.py",
        test_file="test_solution.py",
        fence="python",
    ),
    aliases=("py",),
)


def language(name: str) -> Language:
    """The language called `name`.

    Raises:
        InputError: it is not registered.
    """
    return LANGUAGES.get(name)
