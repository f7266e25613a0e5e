"""Looks at a file of checks without running it: does it parse, test, and import the module?"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from burnish.errors import InputError

DEFAULT_MODULE = "solution"


def module_of(source: str, path: Path, language: str, *, expected: str = "") -> str:
    """Name of the module that these checks test.

    Of Python it is read from their imports; in other languages it is `expected` or the
    language's own, and the compiler in the sandbox says what cannot be found.

    Raises:
        InputError: they do not parse, hold no test, or do not import such a module.
    """
    if language == "python":
        return imported_module(parsed(source, path), path, expected=expected)
    from burnish.languages import toolchain
    from burnish.registries.languages import language as find_language

    spoken = find_language(language)
    if not toolchain(language).outline(source).tests:
        raise InputError(
            f"{path} holds no test.",
            remedy=f"Write tests as {spoken.display_name}'s own runner finds them.",
        )
    return expected or spoken.module


def parsed(source: str, path: Path) -> ast.Module:
    """The syntax tree of checks that hold at least one test.

    Raises:
        InputError: they do not parse, or hold no test that pytest would find.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise InputError(
            f"{path} does not parse: line {error.lineno or 1}: {error.msg}.",
            remedy="Correct the checks.",
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{path} does not parse: {error}.", remedy="Simplify it.") from None
    if not any(_is_test(node) for node in tree.body):
        raise InputError(
            f"{path} holds no test.",
            remedy="Name functions test_... and classes Test..., as pytest expects.",
        )
    return tree


def imported_module(tree: ast.Module, path: Path, *, expected: str = "") -> str:
    """Name of the module under test: `expected` or "solution" if imported, else the only other.

    Raises:
        InputError: the checks import no such module, or several that could be meant.
    """
    wanted = expected or DEFAULT_MODULE
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
            remedy=f"Import the one to be written as `from {DEFAULT_MODULE} import ...`.",
        )
    raise InputError(
        f"{path} does not import the module to be tested.",
        remedy=f"Write `from {DEFAULT_MODULE} import ...` in it.",
    )


def _is_test(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name.startswith("test")
    if isinstance(node, ast.ClassDef):
        is_case = any(ast.unparse(base).endswith("TestCase") for base in node.bases)
        return (node.name.startswith("Test") or is_case) and any(map(_is_test, node.body))
    if isinstance(node, ast.If | ast.Try | ast.With):
        return any(map(_is_test, node.body))
    return False


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
