"""Which module a file of checks tests."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from burnish.errors import InputError


def module_of(source: str, path: Path, language: str, *, expected: str = "") -> str:
    """Name of the module that these checks test.

    Of Python it is read from their imports; in other languages it is `expected` or the
    language's own, and the compiler in the sandbox says what cannot be found.

    Raises:
        InputError: they do not parse, hold no test, or do not import such a module.
    """
    from burnish.languages.checks import require_tests
    from burnish.registries.languages import PYTHON
    from burnish.registries.languages import language as find_language

    spoken = find_language(language)
    require_tests(source, spoken, str(path))
    if spoken is not PYTHON:
        return expected or spoken.module
    return imported_module(ast.parse(source), path, expected=expected, usual=spoken.module)


def imported_module(tree: ast.Module, path: Path, *, expected: str, usual: str) -> str:
    """Name of the module under test: `expected` or the usual one if imported, else the only other.

    Raises:
        InputError: the checks import no such module, or several that could be meant.
    """
    wanted = expected or usual
    names = _imports(tree)
    if wanted in names:
        return wanted
    if expected:
        raise InputError(
            f"{path} does not import the module {expected!r}.",
            remedy=f"Write `from {expected} import ...` in it, or rename the file under test.",
        )
    others = sorted(name for name in names if _may_be_ours(name))
    if len(others) == 1:
        return others[0]
    if others:
        raise InputError(
            f"{path} imports several modules that could be meant: {', '.join(others)}.",
            remedy=f"Import the one to be written as `from {usual} import ...`.",
        )
    raise InputError(
        f"{path} does not import the module to be tested.",
        remedy=f"Write `from {usual} import ...` in it.",
    )


def _imports(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
    return names


def _may_be_ours(name: str) -> bool:
    """Neither Python's own nor installed here."""
    if name in sys.stdlib_module_names or name == "conftest" or name.startswith("test_"):
        return False
    from importlib.metadata import packages_distributions

    return name not in packages_distributions()
