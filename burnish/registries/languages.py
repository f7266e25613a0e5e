"""The programming languages that burnish writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
    fences: tuple[str, ...]
    """Tags of a fenced code block in Markdown, the usual one first."""
    case: Literal["snake", "camel", "pascal"] = "snake"
    """How a public function is spelt."""

    @property
    def module(self) -> str:
        """Name of the generated module, as its tests import it."""
        return self.module_file.removesuffix(self.suffix)

    def test_name(self, module: str) -> str:
        """File of the tests of a module of another name."""
        return self.test_file.replace(self.module, module)

    @property
    def fence(self) -> str:
        """The usual tag of a fenced code block."""
        return self.fences[0]


LANGUAGES: Registry[Language] = Registry("language")
"""All languages that can be asked for."""


def _add(language: Language, *aliases: str) -> Language:
    return LANGUAGES.register(language.name, language, aliases=aliases)


PYTHON = _add(
    Language("python", "Python", ".py", "solution.py", "test_solution.py", ("python", "py")),
    "py",
)
JAVASCRIPT = _add(
    Language(
        "javascript", "JavaScript", ".mjs", "solution.mjs", "solution.test.mjs",
        ("javascript", "js", "mjs"), "camel",
    ),
    "js", "node",
)  # fmt: skip
JAVA = _add(
    Language("java", "Java", ".java", "Solution.java", "SolutionTest.java", ("java",), "camel")
)
GO = _add(
    Language("go", "Go", ".go", "solution.go", "solution_test.go", ("go", "golang"), "pascal"),
    "golang",
)
RUST = _add(
    Language("rust", "Rust", ".rs", "solution.rs", "solution_test.rs", ("rust", "rs")), "rs"
)


def language_of(file: str) -> Language:
    """The language of a file by its suffix; Python where no language has it."""
    others = {".js": JAVASCRIPT}
    own = {found.suffix: found for found in LANGUAGES}
    suffix = file[file.rfind(".") :] if "." in file else ""
    return (own | others).get(suffix, PYTHON)


def language(name: str) -> Language:
    """The language called `name`.

    Raises:
        InputError: it is not registered.
    """
    return LANGUAGES.get(name)
