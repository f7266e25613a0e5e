"""What every written module goes through before it is run; none of it needs a second question.

A small model often uses `List` or `re` without importing it, or puts its tests into the module.
"""

from __future__ import annotations

import ast
import builtins
import io
import re
import sys
import textwrap
import tokenize
import typing

from burnish.evaluation.formatting import format_code
from burnish.languages.edits import first_sentence

# Where the names that are most often forgotten live; modules and `typing` are looked up.
_HOMES = {
    "collections": ("Counter", "OrderedDict", "defaultdict", "deque", "namedtuple"),
    "dataclasses": ("dataclass", "field"),
    "datetime": ("date", "timedelta", "timezone"),
    "decimal": ("Decimal",),
    "enum": ("Enum", "IntEnum"),
    "fractions": ("Fraction",),
    "functools": (
        "cache", "cached_property", "lru_cache", "partial", "reduce", "total_ordering", "wraps",
    ),
    "itertools": (
        "accumulate", "chain", "combinations", "groupby", "islice", "permutations", "product",
    ),
    "pathlib": ("Path",),
}  # fmt: skip
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def tidy_code(code: str, entry_point: str = "") -> str:
    """The module without tests of its own, forgotten standard names imported, formatted.

    `entry_point` is no test, whatever it is called.
    Code that does not parse is returned as it is: that is a finding, not a matter of tidiness.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return code
    code = _without_tests(code, tree, entry_point)
    code = _without_demonstration(code, ast.parse(code))
    tree = ast.parse(code)
    lines = [line for name in sorted(_unbound(tree)) if (line := _import(name, tree))]
    return format_code(_after_head(code, tree, lines) if lines else code)


def headed(code: str) -> str:
    """The module with a docstring of its own: the first sentence of what is the one thing in it.

    A small model leaves it out, and to be asked for it writes the whole module once more. Where
    more than one name is public the sentence would not be the module's: that is left alone.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return code
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    defined = [node for node in tree.body if isinstance(node, kinds)]
    public = [node for node in defined if not node.name.startswith("_")]
    if len(public) != 1 or ast.get_docstring(tree) is not None:
        return code
    sentence = first_sentence(ast.get_docstring(public[0]) or "")
    if not sentence or '"""' in sentence or "\\" in sentence:
        return code
    lines = textwrap.wrap(f'"""{sentence}."""', 88, break_long_words=False)
    return format_code("\n".join(lines) + "\n\n" + code)


def renamed(code: str, name: str) -> str:
    """The module with its one public class or function called what the specification calls it.

    Done only where nothing is called so yet and there is exactly one candidate of the same kind
    (class or function, told by the capital): a model that starts from a pattern keeps its name.
    """
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError):
        return code
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    defined = [node for node in body if isinstance(node, kinds)]
    wanted = ast.ClassDef if name[:1].isupper() else (ast.FunctionDef, ast.AsyncFunctionDef)
    rivals = [n.name for n in defined if isinstance(n, wanted) and not n.name.startswith("_")]
    if not name or len(rivals) != 1 or re.search(rf"\b{re.escape(name)}\b", code):
        return code
    return _with_name(code, rivals[0], name)


def _with_name(code: str, old: str, new: str) -> str:
    """The code with a global name changed: not where it is an attribute's, or an argument's."""
    found = list(tokenize.generate_tokens(io.StringIO(code).readline))
    lines, depth, places = code.splitlines(keepends=True), 0, list[tuple[int, int, str]]()
    for before, token, after in zip([None, *found], found, [*found[1:], None], strict=False):
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
        argument = depth and after is not None and after.string == "="
        attribute = before is not None and before.string == "."
        if token.type == tokenize.NAME and token.string == old and not (argument or attribute):
            places.append((*token.start, new))
    for row, column, name in reversed(places):
        line = lines[row - 1]
        lines[row - 1] = line[:column] + name + line[column + len(old) :]
    code = "".join(lines)
    calls = rf"(?<![\w.]){re.escape(old)}(?=\()"
    for token in found:  # before Python 3.12 an f-string is one token
        if token.type == tokenize.STRING and re.match(r"[rR]?[fF]", token.string):
            code = code.replace(token.string, re.sub(calls, new, token.string))
    return re.sub(rf"^(\s*(?:>>>|\.\.\.) .*?){calls}", rf"\g<1>{new}", code, flags=re.M)


def _without_tests(code: str, tree: ast.Module, entry_point: str) -> str:
    """Cut top-level `test_...` functions and `Test...` classes, if anything else is defined."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    defined = [node for node in tree.body if isinstance(node, kinds)]
    tests = [
        node
        for node in defined
        if node.name.startswith("Test" if isinstance(node, ast.ClassDef) else "test_")
        and node.name != entry_point
    ]
    if len(tests) == len(defined):
        return code
    lines = code.splitlines()
    for node in reversed(tests):
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        del lines[first - 1 : node.end_lineno]
    return "\n".join(lines) + "\n"


def _without_demonstration(code: str, tree: ast.Module) -> str:
    """Cut what prints or asserts as soon as the module is imported, if anything is defined."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    if not any(isinstance(node, kinds) for node in tree.body):
        return code
    shows = [node for node in tree.body if isinstance(node, ast.Assert) or _prints(node)]
    lines = code.splitlines()
    for node in reversed(shows):
        del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines) + "\n" if shows else code


def _prints(node: ast.stmt) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and ast.unparse(call.func) == "print"


def _unbound(tree: ast.Module) -> set[str]:
    """Names that are read but bound nowhere in the module, scopes aside."""
    read: set[str] = set()
    bound = set(dir(builtins))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            if node.name == "*":
                return set()  # the star may bind anything
            bound.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            bound.add(node.name)
    return read - bound


def _import(name: str, tree: ast.Module) -> str:
    """The import that binds the name as the module uses it; "" if that is not certain."""
    attributes = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    }
    if name == "datetime":  # both a module and a class of it
        return (
            "import datetime" if attributes & {"datetime", "date"} else f"from {name} import {name}"
        )
    if name in sys.stdlib_module_names:
        return f"import {name}" if attributes else ""
    if name in typing.__all__:
        return f"from typing import {name}"
    return f"from {_HOME[name]} import {name}" if name in _HOME else ""


def _after_head(code: str, tree: ast.Module, lines: list[str]) -> str:
    """The lines behind the module's docstring and `from __future__` imports."""
    head = 0
    for number, node in enumerate(tree.body):
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if not future and not (number == 0 and ast.get_docstring(tree, clean=False) is not None):
            break
        head = node.end_lineno or head
    source = code.splitlines()
    return "\n".join([*source[:head], *lines, *source[head:]]) + "\n"
