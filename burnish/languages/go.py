"""Go: packages, tests of `testing`, doc comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from burnish.languages.call import Stated, called, example_tests, shown
from burnish.languages.go_literal import Types, literal
from burnish.languages.go_tests import NAME, example_file, expected, plant
from burnish.languages.grammar import Tree, comment_text, line_of, walk
from burnish.languages.outline import Definition, Kind, Outline, Parameter
from burnish.languages.toolchain import LanguageToolchain, Planted, Setup

if TYPE_CHECKING:
    from tree_sitter import Node

HARNESS = "sandboxed"
"""The name by which the examples' driver knows the sandbox's harness."""
_CHARACTERS = {"rune": "string(%s)", "[]rune": "string(%s)"}


@dataclass(frozen=True)
class GoOutline(Outline):
    """An outline that also knows the types, by which arguments are written."""

    types: Types = field(default_factory=Types)


class Go(LanguageToolchain):
    """See `LanguageToolchain`."""

    name = "go"
    # Nothing else than the defaults is needed: a module with two suites is compiled in about a
    # second within 256 MB, for compiler and linker are called directly, on a compiled library.
    setup = Setup(
        base_image="golang:1.22-bookworm",
        debian=("python3", "golang-go"),
        programs=("go", "gofmt"),
        folders=("/opt/go-library",),
    )

    def outline(self, source: str) -> GoOutline:
        """See `LanguageToolchain.outline`. Public is what begins with a capital."""
        tree = Tree("go", source)
        problem, line = tree.problem()
        definitions: list[Definition] = []
        imports: list[tuple[int, int]] = []
        types, heading = Types(), ""
        comments: list[Node] = []
        for node in tree.root.named_children:
            if node.type == "comment":
                if comments and line_of(node) > _last_line(comments[-1]) + 1:
                    comments = []
                comments.append(node)
                continue
            if comments and line_of(node) > _last_line(comments[-1]) + 1:
                comments = []
            if node.type == "package_clause":
                heading = _doc(tree, comments)
            elif node.type == "import_declaration":
                imports.append(tree.span(node, node))
            else:
                definitions += _definitions(tree, node, comments)
                _note_types(tree, node, types)
            comments = []
        return GoOutline(
            definitions=tuple(definitions),
            imports=tuple(imports),
            statements=_statement_lines(tree),
            problem=problem,
            problem_line=line,
            heading=heading,
            types=types,
        )

    def plant(self, tests: str) -> Planted:
        """See `LanguageToolchain.plant`.

        The file may say any package, or none: it becomes one of the module's package, or of
        `solution_test` if it says so or imports the module.
        """
        return plant(tests, tuple(found.name for found in self.outline(tests).definitions))

    def call(self, outline: Outline, stated: str) -> str:
        """See `LanguageToolchain.call`: an expression in the module's own package."""
        function, arguments = called(outline, stated)
        types = outline.types if isinstance(outline, GoOutline) else Types()
        if function is None:
            return ""
        given = list(arguments)
        written: list[str] = []
        try:
            for parameter in function.parameters:
                if parameter.type.startswith("..."):
                    written += [literal(v, parameter.type[3:], types) for v in given]
                    given = []
                else:
                    written.append(literal(given.pop(0), parameter.type, types))
        except (ValueError, IndexError):
            return ""
        if given:
            return ""
        made = f"{function.name}({', '.join(written)})"
        if not function.result:
            return f"{HARNESS}.Nothing(func() {{ {made} }})"
        return f"{HARNESS}.Values({_CHARACTERS.get(function.result, '%s') % made})"

    def example_tests(self, outline: Outline, stated: Stated) -> str:
        """See `LanguageToolchain.example_tests`."""
        return example_tests(outline, stated, self.call, expected, example_file)

    def usage(self, outline: Outline, stated: Stated, module: str) -> str:
        """See `LanguageToolchain.usage`; values of the module's own types are left out."""
        function, pairs = shown(outline, stated, self.call, none="nil")
        own = [found.name for found in outline.definitions if found.kind == "type"]
        lines = [
            f"\tfmt.Println({_outside(call, function.name)}) // {to}"
            for call, to in pairs
            if function and function.public and not call.startswith(f"{HARNESS}.Nothing")
            and not any(re.search(rf"\b{name}\b", call) for name in own)
        ]  # fmt: skip
        if not lines:
            return ""
        head = f'package main\n\nimport (\n\t"fmt"\n\n\t"{module}"\n)\n\nfunc main() {{'
        return "\n".join([head, *lines, "}"])

    def imported(self, source: str) -> set[str]:
        """See `LanguageToolchain.imported`."""
        tree = Tree("go", source)
        specs = (node for node in walk(tree.root) if node.type == "import_spec")
        return {tree.text(spec.child_by_field_name("path"))[1:-1] for spec in specs}


TOOLCHAIN = Go()


def _outside(call: str, name: str) -> str:
    """The bare call in a driver's expression, as another package writes it."""
    return re.sub(rf"\b{name}\(", f"solution.{name}(", call[call.index("(") + 1 : -1], count=1)


def _last_line(node: Node) -> int:
    return int(node.end_point[0]) + 1


def _doc(tree: Tree, comments: list[Node]) -> str:
    """Text of the comments above something, directives such as //go:build left out."""
    raw = [tree.text(node) for node in comments]
    return "\n".join(comment_text(text) for text in raw if not re.match(r"//\w+:", text)).strip()


def _definitions(tree: Tree, node: Node, comments: list[Node]) -> Iterator[Definition]:
    span = tree.span(comments[0] if comments else node, node)
    doc = _doc(tree, comments)
    if node.type in ("function_declaration", "method_declaration"):
        yield _function(tree, node, span, doc)
    elif node.type in ("type_declaration", "var_declaration", "const_declaration"):
        kind: Kind = "type" if node.type.startswith("type") else "value"
        comment: Node | None = None
        for spec in _specs(node):
            if spec.type == "comment":
                comment = spec
                continue
            own = comment is not None and line_of(spec) == _last_line(comment) + 1
            told = comment_text(tree.text(comment)) if own else doc
            for name in spec.children_by_field_name("name"):
                text = tree.text(name)
                yield Definition(
                    text, kind, *span, line_of(name), public=text[:1].isupper(), doc=told
                )
            comment = None


def _specs(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        if child.type.endswith("_spec_list"):
            yield from child.named_children
        else:
            yield child


def _function(tree: Tree, node: Node, span: tuple[int, int], doc: str) -> Definition:
    name = short = tree.text(node.child_by_field_name("name"))
    kind: Kind = "function"
    public = name[:1].isupper()
    receiver = node.child_by_field_name("receiver")
    if receiver is not None:
        kind = "method"
        owner = next((tree.text(n) for n in walk(receiver) if n.type == "type_identifier"), "")
        name = f"{owner}.{short}"
        public = public and owner[:1].isupper()
    parameters = tuple(_parameters(tree, node.child_by_field_name("parameters")))
    body = node.child_by_field_name("body")
    excused = False
    tested = parameters[0].type if parameters else ""
    if kind == "function" and NAME.fullmatch(name) and re.fullmatch(r"\*\w+\.T", tested):
        kind, public, excused = "test", False, _skips(tree, body, parameters[0].name)
    result = tree.text(node.child_by_field_name("result"))
    return Definition(
        name=name,
        kind=kind,
        start=span[0],
        end=span[1],
        line=line_of(node),
        public=public,
        doc=doc,
        parameters=parameters,
        result=result,
        raises=_returns_errors(tree, body, result) or _panics(tree, body),
        excused=excused,
    )


def _parameters(tree: Tree, listed: Node | None) -> Iterator[Parameter]:
    for node in listed.named_children if listed is not None else ():
        if node.type == "comment":
            continue
        kind = tree.text(node.child_by_field_name("type"))
        if node.type == "variadic_parameter_declaration":
            kind = f"...{kind}"
        names = node.children_by_field_name("name")
        for name in names:
            yield Parameter(tree.text(name), kind)
        if not names:
            yield Parameter("_", kind)


def _returns_errors(tree: Tree, body: Node | None, result: str) -> bool:
    """Whether there is an error in its result that is not `nil` at every return."""
    if not re.search(r"\berror\b", result):
        return False
    returned = [
        tree.text(node.named_children[0]) if node.named_children else ""
        for node in (walk(body, stop=("func_literal",)) if body is not None else ())
        if node.type == "return_statement"
    ]
    return not returned or not all(re.search(r"(?:^|,)\s*nil$", each) for each in returned)


def _panics(tree: Tree, body: Node | None) -> bool:
    if body is None:
        return False
    calls = (n for n in walk(body, stop=("func_literal",)) if n.type == "call_expression")
    return any(tree.text(call.child_by_field_name("function")) == "panic" for call in calls)


def _skips(tree: Tree, body: Node | None, name: str) -> bool:
    """Whether the first statement of a test skips it."""
    for node in walk(body) if body is not None else ():
        if node.type.endswith("_statement") or node.type.endswith("_declaration"):
            return bool(re.match(rf"{re.escape(name)}\.Skip(f|Now)?\(", tree.text(node)))
    return False


def _note_types(tree: Tree, node: Node, types: Types) -> None:
    """Remember how the types that a statement declares are made, and its type parameters."""
    generic = node.child_by_field_name("type_parameters")
    for child in generic.named_children if generic is not None else ():
        types.parameters.update(tree.text(n) for n in child.children_by_field_name("name"))
    if node.type != "type_declaration":
        return
    for spec in _specs(node):
        made = spec.child_by_field_name("type")
        if made is None:
            continue
        name = tree.text(spec.child_by_field_name("name"))
        types.named[name] = tree.text(made)
        if made.type == "struct_type":
            types.fields[name] = tuple(
                Parameter(tree.text(n), tree.text(found.child_by_field_name("type")))
                for found in walk(made)
                if found.type == "field_declaration"
                for n in found.children_by_field_name("name")
            )


_BLOCKS = ("block", "expression_case", "type_case", "default_case", "communication_case")


def _statement_lines(tree: Tree) -> tuple[int, ...]:
    """Lines on which something is executed."""
    lines = set()
    for node in walk(tree.root):
        parent = node.parent
        if parent is not None and parent.type == "statement_list" and parent.parent is not None:
            parent = parent.parent
        if parent is None or parent.type not in _BLOCKS or not node.is_named:
            continue
        if node.type.endswith(("_statement", "_declaration")) and node.type != "empty_statement":
            lines.add(line_of(node))
    return tuple(sorted(lines))
