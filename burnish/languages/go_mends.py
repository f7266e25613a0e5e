"""Mends of Go: the package line, `main`, and imports as goimports would put them."""

from __future__ import annotations

import re

from burnish.languages.edits import cut
from burnish.languages.grammar import Tree, commented, walk
from burnish.languages.outline import Outline

_PACKAGE = re.compile(r"^\s*package\s+\w+", re.M)
# Packages by the name under which they are used.
_STANDARD = {
    path.rpartition("/")[2]: path
    for path in (
        "bufio", "bytes", "cmp", "container/heap", "container/list", "context", "encoding/json",
        "errors", "fmt", "io", "maps", "math", "math/big", "math/bits", "os", "path",
        "path/filepath", "reflect", "regexp", "slices", "sort", "strconv", "strings", "sync",
        "testing", "time", "unicode", "unicode/utf8",
    )
}  # fmt: skip


class GoMends:
    """See `Mends`."""

    export = ""

    def code(self, source: str) -> str:
        """`package solution`, without main, with exactly the imports that are used."""
        tree = Tree("go", source)
        doomed = [
            tree.span(commented(node), node)
            for node in tree.root.named_children
            if node.type == "function_declaration"
            and tree.text(node.child_by_field_name("name")) in ("main", "init")
        ]
        return _imports_put_right(_package(cut(source, doomed)))

    def tests(self, source: str, own: Outline) -> str:
        """The package of the module, and exactly the imports that are used."""
        source = re.sub(r"\bsolution\.(?=[A-Z])", "", source)
        return _imports_put_right(_package(source))


def _package(source: str) -> str:
    if _PACKAGE.search(source):
        return _PACKAGE.sub("package solution", source, count=1)
    return f"package solution\n\n{source}"


def _imports_put_right(source: str) -> str:
    tree = Tree("go", source)
    given: dict[str, str] = {}
    spans = []
    for node in tree.root.named_children:
        if node.type == "import_declaration":
            spans.append(tree.span(node, node))
            for spec in walk(node):
                if spec.type == "import_spec":
                    text = tree.text(spec)
                    path = text.split('"')[1] if '"' in text else ""
                    alias = tree.text(spec.child_by_field_name("name"))
                    given[alias or path.rpartition("/")[2]] = text
    used = {
        tree.text(node.child_by_field_name("operand"))
        for node in walk(tree.root)
        if node.type == "selector_expression"
    } | {
        tree.text(node.child_by_field_name("package"))
        for node in walk(tree.root)
        if node.type == "qualified_type"
    }
    own = _declared(tree)
    wanted = {text for name, text in given.items() if name in used or name in ("_", ".")} - {
        '"solution"'
    }
    wanted |= {f'"{_STANDARD[n]}"' for n in used - set(given) - own if n in _STANDARD}
    body = cut(source, spans)
    if not wanted:
        return body
    block = "import (\n" + "".join(f"\t{line}\n" for line in sorted(wanted)) + ")\n"
    head = _PACKAGE.search(body)
    end = head.end() if head else 0
    return f"{body[:end]}\n\n{block}\n{body[end:].lstrip()}"


def _declared(tree: Tree) -> set[str]:
    """Names that the file binds itself, so that they are no packages."""
    kinds = ("parameter_declaration", "short_var_declaration", "var_spec", "range_clause")
    names = set()
    for node in walk(tree.root):
        if node.type in kinds:
            left = node.child_by_field_name("left") or node.child_by_field_name("name")
            names |= {part.strip() for part in tree.text(left).split(",")}
    return names
