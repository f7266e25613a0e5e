"""Mends of JavaScript: exports, and imports of the module under test."""

from __future__ import annotations

import re

from burnish.languages.edits import cut
from burnish.languages.grammar import Tree, commented, remarked
from burnish.languages.imports import known, unimported
from burnish.languages.javascript import TOOLCHAIN
from burnish.languages.outline import Outline

_MODULE = re.compile(r"""(from\s+|import\s*\(?\s*)(["'])(?:\./|\.\./)*solution(?:\.m?js)?\2""")
_COMMONJS = re.compile(r"^\s*(?:module\.)?exports\b[^;]*;?", re.M)
_REQUIRE = re.compile(
    r"""^(?:const|let|var)\s+(\{[^}]*\}|\w+)\s*=\s*require\((["'])([^"']+)\2\);?""", re.M
)
_DEFAULT = re.compile(
    r"^export\s+default\s+(?:(?:async\s+)?(?:function\s*\*?|class)\s+)?([A-Za-z_$][\w$]*)\s*[({;\n]",
    re.M,
)
_ASSERT = 'import assert from "node:assert/strict";\n'
_TEST = 'import test from "node:test";\n'


class JavaScriptMends:
    """See `Mends`."""

    export = "export "

    def code(self, source: str) -> str:
        """Exports every top-level function and class if nothing is exported yet.

        What is a default export can be imported by its name as well.
        """
        source = _as_modules(source)
        tree = Tree("javascript", source)
        nodes = tree.root.named_children
        doomed = [tree.span(commented(n), remarked(n)) for n in nodes if _is_call(tree, n)]
        if any(node.type == "export_statement" for node in nodes):
            return _by_name(cut(source, doomed))
        source = _COMMONJS.sub("", cut(source, doomed))
        functions = r"(?:async\s+)?function\b|class\b"
        values = r"const\s+\w+\s*=\s*(?:async\s*)?(?:\(|function|\w+\s*=>)"
        names = f"{functions}|{values}"
        return re.sub(rf"^(?={names})", "export ", source, flags=re.M)

    def tests(self, source: str, own: Outline) -> str:
        """Imports what is used, from where it is."""
        source = _MODULE.sub(r'\1"./solution.mjs"', _as_modules(source))
        there = known("javascript", source, TOOLCHAIN.outline(source))
        used = unimported(source, there, own)
        head = ""
        if re.search(r"\bassert\b", source) and "assert" not in there:
            head += _ASSERT
        if re.search(r"^\s*test\(", source, re.M) and "test" not in there:
            head += _TEST
        if used:
            head += f'import {{ {", ".join(used)} }} from "./solution.mjs";\n'
        return head + source


def _by_name(source: str) -> str:
    found = _DEFAULT.search(f"{source}\n")
    if found is None or found[1] in ("function", "class", "async", "new"):
        return source
    name = re.escape(found[1])
    kinds = r"(?:async\s+)?function\s*\*?|class|const|let|var"
    if re.search(rf"^export\s+(?:(?:{kinds})\s+{name}\b|\{{[^}}]*\b{name}\b)", source, re.M):
        return source
    return f"{source.rstrip()}\n\nexport {{ {found[1]} }};\n"


def _as_modules(source: str) -> str:
    """`require` of the older module system as imports."""
    return _REQUIRE.sub(lambda found: f'import {found[1]} from "{found[3]}";', source)


def _is_call(tree: Tree, node: object) -> bool:
    """A call at the top of the module: an example or a test that does not belong there."""
    text = tree.text(node)  # type: ignore[arg-type]
    if getattr(node, "type", "") != "expression_statement":
        return False
    return (
        re.match(r"(await\s+)?(console\.\w+|test|it|describe|assert[\w.]*)\s*\(", text) is not None
    )
