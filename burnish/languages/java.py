"""Java: a class in the default package, tests of JUnit 5, Javadoc."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from burnish.config import MIB
from burnish.languages import java_tests
from burnish.languages.call import Call, Stated, example_tests, plain, read_call, shown
from burnish.languages.grammar import Tree, comment_text, line_of, walk
from burnish.languages.imports import reached
from burnish.languages.java_literal import literal
from burnish.languages.outline import Definition, Kind, Outline, Parameter
from burnish.languages.toolchain import LanguageToolchain, Planted, Setup

if TYPE_CHECKING:
    from tree_sitter import Node

MODULE = "Solution"
_TYPES = (
    "class_declaration", "interface_declaration", "enum_declaration", "record_declaration",
    "annotation_type_declaration",
)  # fmt: skip
_METHODS = ("method_declaration", "constructor_declaration", "compact_constructor_declaration")
_NOT_OWN = {"Override", *java_tests.TEST_MARKS}
_INNER = (*_TYPES, "lambda_expression", "class_body")


class Java(LanguageToolchain):
    """See `LanguageToolchain`."""

    name = "java"
    setup = Setup(
        base_image="eclipse-temurin:17-jdk",
        debian=("python3", "default-jdk-headless", "junit5", "libjacoco-java"),
        programs=("javac", "java"),
        files=(
            "/usr/share/java/junit-jupiter-api.jar",
            "/usr/share/java/org.jacoco.core.jar",
        ),
        folders=("/etc/alternatives", "/etc/java-17-openjdk", "/etc/java-21-openjdk"),
        # A compiler in a virtual machine of its own takes 130 MB; of 512 MB, 280 are heap. Each
        # machine has a dozen threads before the first of the program's.
        limits={"memory_bytes": 512 * MIB, "pids": 96, "work_bytes": 64 * MIB},
        start_s=12.0,
        peak_memory_bytes=192 * MIB,
    )

    def outline(self, source: str) -> Outline:
        """See `LanguageToolchain.outline`. Static methods of the module's class are functions."""
        tree = Tree("java", source)
        problem, line = tree.problem()
        top = list(tree.root.named_children)
        definitions: list[Definition] = []
        main = _main_type(tree, top)
        for node, comment in _commented(top):
            definitions += _type(tree, node, comment, "", main)
            definitions += java_tests.tests(tree, node)
        first = top[0] if top and top[0].type == "block_comment" else None
        heading = comment_text(tree.text(first)) if first is not None else ""
        return Outline(
            definitions=tuple(definitions),
            imports=tuple(tree.span(n, n) for n in top if n.type == "import_declaration"),
            statements=_statement_lines(tree),
            problem=problem,
            problem_line=line,
            heading=heading,
        )

    def plant(self, tests: str) -> Planted:
        """See `LanguageToolchain.plant`."""
        names = tuple(dict.fromkeys(test.name for test in self.outline(tests).tests))
        return java_tests.plant(tests, names)

    def call(self, outline: Outline, stated: str) -> str:
        """See `LanguageToolchain.call`: the first overload that takes the arguments.

        A method that is not static is called on a new object of the module's class.
        """
        call = read_call(stated)
        if call is None:
            return ""
        types = [found.name for found in outline.definitions if found.kind == "type"]
        owner = MODULE if MODULE in types or not types else _owner(outline, types)
        for method in _candidates(outline, owner, call.name):
            arguments = _arguments(method, call)
            if arguments is not None:
                name = method.name.rpartition(".")[2]
                receiver = owner if method.kind == "function" else f"new {owner}()"
                return f"{receiver}.{name}({arguments})"
        return ""

    def example_tests(self, outline: Outline, stated: Stated) -> str:
        """See `LanguageToolchain.example_tests`."""
        return example_tests(
            outline, stated, self.call, java_tests.expected, java_tests.example_file
        )

    def usage(self, outline: Outline, stated: Stated, module: str) -> str:
        """See `LanguageToolchain.usage`; maps, which take a helper to write, are left out."""
        function, pairs = shown(outline, stated, self.call)
        pairs = [pair for pair in pairs if "burnish." not in pair[0]]
        if function is None or not pairs or function.result in ("", "void"):
            return ""
        several = {1: "Arrays.toString(%s)", 2: "Arrays.deepToString(%s)"}
        depth = len(function.result) - len(function.result.rstrip("[]"))
        form = several.get(depth // 2, "%s")
        bare = [(form % call.replace("java.util.", ""), to) for call, to in pairs]
        lines = [f"        System.out.println({call}); // {to}" for call, to in bare]
        main = [
            "public class Main {",
            "    public static void main(String[] args) throws Exception {",
        ]
        return "\n".join(["import java.util.*;", "", *main, *lines, "    }", "}"])

    def imported(self, source: str) -> set[str]:
        """See `LanguageToolchain.imported`: full names, and simple ones after `import a.b.*`."""
        own = {one.name.rpartition(".")[2] for one in self.outline(source).definitions}
        return reached(Tree("java", source), ".", own)


TOOLCHAIN = Java()


def _owner(outline: Outline, types: list[str]) -> str:
    public = [one.name for one in outline.public if one.kind == "type" and "." not in one.name]
    return (public or types)[0]


def _candidates(outline: Outline, owner: str, wanted: str) -> list[Definition]:
    """Methods of that name: exactly spelt before others, static before not."""
    found = []
    for one in outline.definitions:
        name = one.name.removeprefix(f"{owner}.") if one.kind == "method" else one.name
        if one.kind in ("function", "method") and "." not in name and plain(name) == plain(wanted):
            found.append((name != wanted, one.kind != "function", one))
    return [one for _, _, one in sorted(found, key=lambda entry: entry[:2])]


def _arguments(method: Definition, call: Call) -> str | None:
    """The arguments as source; None if they do not fit."""
    parameters, values = list(method.parameters), list(call.arguments)
    variables = (
        frozenset(method.result.partition(">")[0][1:].replace(",", " ").split())
        if (method.result.startswith("<"))
        else frozenset()
    )
    kinds = [parameter.type for parameter in parameters]
    if kinds and kinds[-1].endswith("..."):
        kinds[-1:] = [kinds[-1][:-3]] * (len(values) - len(kinds) + 1)
    if len(kinds) != len(values):
        return None
    try:
        return ", ".join(
            literal(value, kind, variables) for value, kind in zip(values, kinds, strict=True)
        )
    except ValueError:
        return None


def _commented(nodes: list[Node]) -> Iterator[tuple[Node, Node | None]]:
    """Each node that is no comment, with the Javadoc right before it."""
    comment: Node | None = None
    for node in nodes:
        if node.type.endswith("comment"):
            comment = node
        else:
            yield node, comment
            comment = None


def _main_type(tree: Tree, top: list[Node]) -> str:
    """The type whose static methods are what the module offers."""
    types = [node for node in top if node.type in _TYPES]
    names = [tree.text(node.child_by_field_name("name")) for node in types]
    if MODULE in names or not names:
        return MODULE
    public = [n for n, node in zip(names, types, strict=True) if "public" in _words(tree, node)]
    return (public or names)[0]


def _words(tree: Tree, node: Node) -> list[str]:
    """Modifiers of a declaration, annotations among them."""
    found = (child for child in node.children if child.type == "modifiers")
    return [tree.text(word) for mods in found for word in mods.children]


def _type(
    tree: Tree, node: Node, comment: Node | None, outer: str, main: str
) -> Iterator[Definition]:
    if node.type not in _TYPES:
        return
    own = tree.text(node.child_by_field_name("name"))
    name = f"{outer}.{own}" if outer else own
    words = _words(tree, node)
    public = "public" in words or name == main
    start, end = tree.span(comment or node, node)
    yield Definition(
        name, "type", start, end, line_of(node.child_by_field_name("name") or node),
        public=public, doc=_doc(tree, comment),
    )  # fmt: skip
    body = node.child_by_field_name("body")
    members = list(body.named_children) if body is not None else []
    members += [m for part in members if part.type == "enum_body_declarations"
                for m in part.named_children]  # fmt: skip
    for member, before in _commented(members):
        if member.type in _TYPES:
            yield from _type(tree, member, before, name, main)
        elif member.type in _METHODS and not _NOT_OWN & java_tests.marks_of(tree, member):
            yield _method(tree, member, before, (name, main, node.type), visible=public)


def _method(
    tree: Tree, node: Node, comment: Node | None, home: tuple[str, str, str], *, visible: bool
) -> Definition:
    owner, main, kind_of_owner = home
    words = _words(tree, node)
    own = tree.text(node.child_by_field_name("name"))
    static = owner == main and "static" in words
    kind: Kind = "function" if static else "method"
    inside = list(walk(node, stop=_INNER))
    variables = next((tree.text(n) for n in node.children if n.type == "type_parameters"), "")
    result = tree.text(node.child_by_field_name("type"))
    start, end = tree.span(comment or node, node)
    open_to_all = kind_of_owner == "interface_declaration" and "private" not in words
    return Definition(
        name=own if static else f"{owner}.{own}",
        kind=kind,
        start=start,
        end=end,
        line=line_of(node.child_by_field_name("name") or node),
        public=visible and ("public" in words or "protected" in words or open_to_all),
        doc=_doc(tree, comment),
        parameters=tuple(_parameters(tree, node)),
        result="" if result == "void" else f"{variables} {result}".strip(),
        raises=any(child.type == "throw_statement" for child in inside),
    )


def _doc(tree: Tree, comment: Node | None) -> str:
    text = tree.text(comment)
    return comment_text(text) if text.startswith("/**") else ""


def _parameters(tree: Tree, method: Node) -> Iterator[Parameter]:
    listed = method.child_by_field_name("parameters")
    for node in listed.named_children if listed is not None else ():
        if node.type == "formal_parameter":
            dimensions = tree.text(node.child_by_field_name("dimensions"))
            name = tree.text(node.child_by_field_name("name"))
            yield Parameter(name, tree.text(node.child_by_field_name("type")) + dimensions)
        elif node.type == "spread_parameter":
            kinds = [c for c in node.named_children if c.type not in ("modifiers",)]
            name = tree.text(kinds[-1])
            yield Parameter(name, tree.text(kinds[0]) + "...")


def _statement_lines(tree: Tree) -> tuple[int, ...]:
    """Lines on which something is executed."""
    lines = set()
    for node in walk(tree.root):
        initial = node.type == "field_declaration" and any(
            child.child_by_field_name("value") is not None for child in node.named_children
        )
        if initial or node.type.endswith("_statement") or node.type == "local_variable_declaration":
            lines.add(line_of(node))
    return tuple(sorted(lines))
