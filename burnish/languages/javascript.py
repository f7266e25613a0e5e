"""JavaScript: ES modules, tests of `node:test`, JSDoc."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from burnish.languages.call import Stated, called, example_tests, shown
from burnish.languages.grammar import Tree, comment_text, line_of, walk
from burnish.languages.imports import reached
from burnish.languages.javascript_literal import literal
from burnish.languages.javascript_tests import example_file, expected, plant, tests_of
from burnish.languages.outline import Definition, Kind, Outline, Parameter
from burnish.languages.toolchain import LanguageToolchain, Planted, Setup

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = ("function_declaration", "generator_function_declaration")
_VALUES = ("arrow_function", "function_expression", "generator_function")
_NESTED = (*_FUNCTIONS, *_VALUES, "class_declaration", "method_definition")


class JavaScript(LanguageToolchain):
    """See `LanguageToolchain`."""

    name = "javascript"
    setup = Setup(
        base_image="node:22-slim",
        debian=("python3", "nodejs"),
        programs=("node",),
    )

    def outline(self, source: str) -> Outline:
        """See `LanguageToolchain.outline`. Public is what the module exports."""
        tree = Tree("javascript", source)
        problem, line = tree.problem()
        statements = list(tree.root.named_children)
        exported = _exported(tree)
        definitions: list[Definition] = []
        comment: Node | None = None
        for node in statements:
            if node.type == "comment":
                comment = node
                continue
            definitions += _definitions(tree, node, comment, exported)
            definitions += tests_of(tree, node)
            comment = None
        first = statements[0] if statements and statements[0].type == "comment" else None
        return Outline(
            definitions=tuple(definitions),
            imports=tuple(tree.span(n, n) for n in statements if n.type == "import_statement"),
            statements=_statement_lines(tree),
            problem=problem,
            problem_line=line,
            heading=comment_text(tree.text(first)) if first is not None else "",
        )

    def plant(self, tests: str) -> Planted:
        """See `LanguageToolchain.plant`."""
        return plant(tests)

    def call(self, outline: Outline, stated: str) -> str:
        """See `LanguageToolchain.call`: an expression over the namespace `solution`."""
        function, arguments = called(outline, stated)
        if function is None or not function.public:
            return ""
        try:
            values = ", ".join(map(literal, arguments))
        except ValueError:
            return ""
        return f"solution.{function.name}({values})"

    def example_tests(self, outline: Outline, stated: Stated) -> str:
        """See `LanguageToolchain.example_tests`."""
        return example_tests(outline, stated, self.call, expected, example_file)

    def usage(self, outline: Outline, stated: Stated, module: str) -> str:
        """See `LanguageToolchain.usage`."""
        function, pairs = shown(outline, stated, self.call)
        if function is None:
            return ""
        lines = [f"console.log({call.removeprefix('solution.')}); // {to}" for call, to in pairs]
        return "\n".join([f'import {{ {function.name} }} from "./{module}.mjs";', "", *lines])

    def imported(self, source: str) -> set[str]:
        """See `LanguageToolchain.imported`: modules, and globals by their names."""
        tree = Tree("javascript", source)
        names = {name.removeprefix("globalThis.") for name in reached(tree, ".")}
        return names | set(_modules(tree))


TOOLCHAIN = JavaScript()


def _modules(tree: Tree) -> Iterator[str]:
    """What `import ... from`, `export ... from`, `import()` and `require()` name."""
    for node in walk(tree.root):
        above = node.parent
        if node.type != "string" or above is None:
            continue
        call = above.parent if above.type == "arguments" else None
        called = tree.text(call.child_by_field_name("function")) if call is not None else ""
        if above.type in ("import_statement", "export_statement") or called in (
            "import",
            "require",
        ):
            yield tree.text(node)[1:-1]


def _exported(tree: Tree) -> set[str]:
    """Names in `export { a, b as c }` and `export default a`."""
    names = set()
    for node in tree.root.named_children:
        if node.type != "export_statement":
            continue
        for child in walk(node, stop=_NESTED):
            if child.type == "export_specifier":
                names.add(tree.text(child.child_by_field_name("name")))
        value = node.child_by_field_name("value")
        if value is not None and value.type == "identifier":
            names.add(tree.text(value))
    return names


def _definitions(
    tree: Tree, node: Node, comment: Node | None, exported: set[str]
) -> Iterator[Definition]:
    inner, visible = node, False
    if node.type == "export_statement":
        visible = True
        inner = node.child_by_field_name("declaration") or node
    span = tree.span(comment or node, node)
    doc = comment_text(tree.text(comment)) if comment is not None else ""
    if inner.type in (*_FUNCTIONS, "class_declaration"):
        named = [(inner, inner)]
    elif inner.type in ("lexical_declaration", "variable_declaration"):
        named = [
            (child, child.child_by_field_name("value") or child)
            for child in inner.named_children
            if child.type == "variable_declarator"
        ]
    else:
        return
    for holder, value in named:
        name = tree.text(holder.child_by_field_name("name"))
        kind: Kind = "value"
        if value.type in (*_FUNCTIONS, *_VALUES):
            kind = "function"
        elif value.type.startswith("class"):
            kind = "type"
        public = visible or name in exported
        yield _definition(tree, name, kind, span, (holder, value), doc, public=public)
        if kind == "type":
            yield from _methods(tree, name, value, public=public)


def _methods(tree: Tree, owner: str, node: Node, *, public: bool) -> Iterator[Definition]:
    comment: Node | None = None
    body = node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        if child.type == "comment":
            comment = child
            continue
        if child.type == "method_definition":
            name = tree.text(child.child_by_field_name("name"))
            seen = public and not name.startswith(("#", "_"))
            doc = comment_text(tree.text(comment)) if comment is not None else ""
            span = tree.span(comment or child, child)
            yield _definition(
                tree, f"{owner}.{name}", "method", span, (child, child), doc, public=seen
            )
        comment = None


def _definition(
    tree: Tree,
    name: str,
    kind: Kind,
    span: tuple[int, int],
    nodes: tuple[Node, Node],
    doc: str,
    *,
    public: bool,
) -> Definition:
    holder, value = nodes
    own = list(walk(value, stop=_NESTED)) if kind in ("function", "method") else []
    gives = any(node.type == "return_statement" and node.named_child_count for node in own)
    body = value.child_by_field_name("body")
    if value.type == "arrow_function" and body is not None and body.type != "statement_block":
        gives = True
    return Definition(
        name=name,
        kind=kind,
        start=span[0],
        end=span[1],
        line=line_of(holder),
        public=public,
        doc=doc,
        parameters=tuple(_parameters(tree, value)) if own else (),
        result="value" if gives else "",
        raises=any(node.type == "throw_statement" for node in own),
    )


def _parameters(tree: Tree, function: Node) -> Iterator[Parameter]:
    single = function.child_by_field_name("parameter")
    listed = function.child_by_field_name("parameters")
    for node in [single] if single is not None else listed.named_children if listed else ():
        if node.type == "assignment_pattern":
            node = node.child_by_field_name("left") or node
        if node.type == "rest_pattern":
            node = node.named_children[0]
        if node.type == "identifier":
            yield Parameter(tree.text(node))


def _statement_lines(tree: Tree) -> tuple[int, ...]:
    """Lines on which something is executed."""
    lines = set()
    for node in walk(tree.root):
        inside = node.parent is not None and node.parent.type in ("statement_block", "program")
        if (
            node.type.endswith(("_statement", "_declaration"))
            and node.type
            not in (
                "import_statement",
                "export_statement",
                "class_declaration",
                "empty_statement",
                *_FUNCTIONS,
            )
        ) or (inside and node.is_named and node.type == "lexical_declaration"):
            lines.add(line_of(node))
    return tuple(sorted(lines))
