"""Put code into the form that black and isort agree on, with no effect on what it does."""

from __future__ import annotations

import ast
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import isort

_LINE_LENGTH = 88
"""black's own default: a user who runs plain black on the result changes nothing."""
_importing = threading.Lock()


def the_black() -> Any:
    """The module black; one thread at a time may be the first.

    Its compiled parts import each other while they are half made: a second thread that comes
    meanwhile finds them so, and leaves them broken for the whole process.
    """
    with _importing:
        import black
        import black.report
    return black


def format_code(code: str) -> str:
    """Sort the imports with isort, lay the code out with black, both at 88 columns.

    The result never depends on the working folder or on configuration files there. Code that
    does not parse, or that a tool cannot format safely, comes back without that tool's changes.
    Imports are left in their order where sorting could change what a name is bound to.
    """
    if not code.strip() or _parsed(code) is None:
        return code
    return laid_out(_sorted_imports(code))


def laid_out(code: str, line_length: int = _LINE_LENGTH) -> str:
    """Python as black lays it out in lines of so many characters; as it was where black cannot."""
    black = the_black()
    try:
        # fast=False makes black itself prove that the syntax tree is the same and the form stable.
        mode = black.Mode(line_length=line_length)
        return str(black.format_file_contents(code, fast=False, mode=mode))
    except black.report.NothingChanged:
        return code
    except (ValueError, AssertionError, SyntaxError, RecursionError):
        return code


def _sorted_imports(code: str) -> str:
    import isort
    from isort.exceptions import ISortError

    if "import" not in code:
        return code
    try:
        result = str(isort.code(code, config=_isort_config()))
    except (ISortError, ValueError, RecursionError):
        return code
    before, after = _import_free_shape(code), _import_free_shape(result)
    return result if before is not None and before == after else code


def _parsed(code: str) -> ast.Module | None:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _import_free_shape(code: str) -> str | None:
    """The syntax tree as text, each run of imports as the set of what it binds.

    None where it cannot be told: the order of imports matters in this code.
    """
    tree = _parsed(code)
    if tree is None:
        return None
    try:
        for node in ast.walk(tree):
            for field in ("body", "orelse", "finalbody"):
                statements = getattr(node, field, None)
                if isinstance(statements, list):
                    setattr(node, field, _with_import_sets(statements))
        return ast.dump(tree)
    except (_OrderMattersError, RecursionError):
        return None


class _OrderMattersError(Exception):
    """Two imports of one run bind the same name, or one binds names that we cannot see."""


def _with_import_sets(statements: list[ast.stmt]) -> list[ast.stmt]:
    result: list[ast.stmt] = []
    run: dict[str, str] = {}
    for statement in statements:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            _add_bindings(run, statement)
            continue
        result += _as_statements(run)
        run = {}
        result.append(statement)
    return result + _as_statements(run)


def _add_bindings(run: dict[str, str], statement: ast.Import | ast.ImportFrom) -> None:
    for alias in statement.names:
        if alias.name == "*":
            raise _OrderMattersError
        if isinstance(statement, ast.ImportFrom):
            source = f"{'.' * statement.level}{statement.module or ''}:{alias.name}"
            bound = alias.asname or alias.name
        elif alias.asname:
            source, bound = alias.name, alias.asname
        else:
            # `import a.b` and `import a.c` both bind `a`, and agree on it.
            source, bound = alias.name.partition(".")[0], alias.name.partition(".")[0]
            run[f"import {alias.name}"] = source
        if run.setdefault(bound, source) != source:
            raise _OrderMattersError


def _as_statements(run: dict[str, str]) -> list[ast.stmt]:
    text = repr(sorted(run.items()))
    return [ast.Expr(ast.Constant(text))] if run else []


@lru_cache(maxsize=1)
def _isort_config() -> isort.Config:
    from isort import Config

    return Config(profile="black", line_length=_LINE_LENGTH, src_paths=(), quiet=True)
