"""Python: modules, tests that pytest finds, docstrings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from burnish.languages import python_tests
from burnish.languages.call import Stated
from burnish.languages.outline import Definition, Kind, Outline, Parameter
from burnish.languages.python_calls import growth_calls, usage
from burnish.languages.python_tests import Function, parse
from burnish.languages.toolchain import LanguageToolchain, Planted, Setup


class Python(LanguageToolchain):
    """See `LanguageToolchain`: by Python's own parser, which here has the last word."""

    name = "python"
    setup = Setup(base_image="python:3.11-slim", debian=("python3",), executes_work=False)

    def outline(self, source: str) -> Outline:
        """See `LanguageToolchain.outline`. Public is what has no leading underscore."""
        try:
            tree = parse(source)
        except SyntaxError as error:
            return Outline(problem=error.msg, problem_line=error.lineno or 1)
        text = _Text(source)
        imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
        statements = {node.lineno for node in nodes if not _is_text(node)}
        return Outline(
            definitions=tuple(_definitions(tree, text)),
            imports=tuple(text.span(node) for node in imports),
            statements=tuple(sorted(statements)),
            heading=ast.get_docstring(tree) or "",
        )

    def plant(self, tests: str) -> Planted:
        """See `LanguageToolchain.plant`; a file that does not parse is left as it is."""
        return python_tests.plant(tests)

    def call(self, outline: Outline, stated: str) -> str:
        """See `LanguageToolchain.call`: any expression, for examples are stated in Python."""
        return stated

    def example_tests(self, outline: Outline, stated: Stated) -> str:
        """See `LanguageToolchain.example_tests`."""
        return python_tests.example_file(stated)

    def usage(self, outline: Outline, stated: Stated, module: str) -> str:
        """See `LanguageToolchain.usage`."""
        return usage(outline, stated, module)

    def imported(self, source: str) -> set[str]:
        """See `LanguageToolchain.imported`; in functions, `try` and calls of `__import__` too."""
        try:
            return set(_imported(parse(source)))
        except SyntaxError:
            return set()

    def growth_calls(self, code: str, tests: Sequence[str], stated: Sequence[str]) -> list[str]:
        """See `LanguageToolchain.growth_calls`: those with literal arguments, examples first."""
        return growth_calls(code, tests, stated)


TOOLCHAIN = Python()


class _Text:
    """Places of a syntax tree, which counts lines and UTF-8 bytes, in characters."""

    def __init__(self, source: str) -> None:
        self._lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", source)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def span(self, node: ast.stmt) -> tuple[int, int]:
        """From the first decorator to the end of a statement."""
        first = [(d.lineno, d.col_offset - 1) for d in getattr(node, "decorator_list", ())]
        line, column = min([(node.lineno, node.col_offset), *first])
        return (
            self._offset(line, column),
            self._offset(node.end_lineno or line, node.end_col_offset or 0),
        )

    def _offset(self, line: int, column: int) -> int:
        before = self._lines[line - 1].encode("utf-8", "surrogatepass")[: max(0, column)]
        return self._starts[line - 1] + len(before.decode("utf-8", "surrogatepass"))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in ("__import__", "import_module"):
                yield str(node.args[0].value)


def _is_text(node: ast.stmt) -> bool:
    """A docstring, or another value that nothing is done with."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _definitions(tree: ast.Module, text: _Text) -> Iterator[Definition]:
    for name, node, excused in python_tests.tests_in(tree):
        yield Definition(name, "test", *text.span(node), node.lineno, excused=excused)
    tests = {id(node) for _, node, _ in python_tests.tests_in(tree)}
    for node in tree.body:
        if id(node) in tests:
            continue
        if isinstance(node, Function):
            yield _function(node, node.name, "function", text)
        elif isinstance(node, ast.ClassDef):
            yield Definition(
                node.name, "type", *text.span(node), node.lineno,
                public=not node.name.startswith("_"), doc=ast.get_docstring(node) or "",
            )  # fmt: skip
            for member in node.body:
                if isinstance(member, Function) and id(member) not in tests:
                    yield _function(member, f"{node.name}.{member.name}", "method", text)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    public = not target.id.startswith("_")
                    yield Definition(
                        target.id, "value", *text.span(node), node.lineno, public=public
                    )


def _function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, name: str, kind: Kind, text: _Text
) -> Definition:
    listed = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    static = any(ast.unparse(d) == "staticmethod" for d in node.decorator_list)
    own = listed[1:] if kind == "method" and not static else listed
    raised = (inner for inner in ast.walk(node) if isinstance(inner, ast.Raise))
    return Definition(
        name, kind, *text.span(node), node.lineno,
        public=not any(part.startswith("_") for part in name.split(".")),
        doc=ast.get_docstring(node) or "",
        parameters=tuple(Parameter(a.arg, _unparsed(a.annotation)) for a in own),
        result=_unparsed(node.returns),
        raises=any(raised),
    )  # fmt: skip


def _unparsed(node: ast.expr | None) -> str:
    return ast.unparse(node) if node is not None else ""
