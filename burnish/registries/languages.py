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
    test_form: str
    """How a test begins, as the language's runner finds it."""
    case: Literal["", "snake", "camel", "pascal"]
    """How a public function is spelt; "" where a specification's own spelling stands, for names are
    stated as Python writes them."""

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
    Language(
        name="python",
        display_name="Python",
        suffix=".py",
        module_file="solution.py",
        test_file="test_solution.py",
        fences=("python", "py", "python3"),
        test_form="`def test_...():`",
        case="",
    ),
    "py",
)
JAVASCRIPT = _add(
    Language(
        name="javascript",
        display_name="JavaScript",
        suffix=".mjs",
        module_file="solution.mjs",
        test_file="solution.test.mjs",
        fences=("javascript", "js", "mjs"),
        test_form='`test("...", () => {`',
        case="camel",
    ),
    "js",
    "node",
)
JAVA = _add(
    Language(
        name="java",
        display_name="Java",
        suffix=".java",
        module_file="Solution.java",
        test_file="SolutionTest.java",
        fences=("java",),
        test_form="`@Test void ...() {`",
        case="camel",
    ),
)
GO = _add(
    Language(
        name="go",
        display_name="Go",
        suffix=".go",
        module_file="solution.go",
        test_file="solution_test.go",
        fences=("go", "golang"),
        test_form="`func Test...(t *testing.T) {`",
        case="pascal",
    ),
    "golang",
)
RUST = _add(
    Language(
        name="rust",
        display_name="Rust",
        suffix=".rs",
        module_file="solution.rs",
        test_file="solution_test.rs",
        fences=("rust", "rs"),
        test_form="`#[test] fn ...() {`",
        case="snake",
    ),
    "rs",
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
