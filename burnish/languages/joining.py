"""Two test files of one module made one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from burnish.languages.edits import cut
from burnish.languages.grammar import Tree, remarked, walk
from burnish.languages.imports import IMPORTS, bindings
from burnish.languages.outline import Definition
from burnish.languages.toolchain import toolchain

if TYPE_CHECKING:
    from tree_sitter import Node


class _Part(NamedTuple):
    """One thing that stands in a test file beside others: a test, a helper, a group of tests."""

    start: int
    """In characters, with the comments and attributes above it, and its margin."""
    end: int
    names: frozenset[str]
    """What it defines, its tests left out."""
    tests: tuple[Definition, ...]


def joined(language: str, tests: str, new: str, replace: Collection[str] = ()) -> str:
    """`tests` with what the new file brings: imports, tests, and what those use.

    A new test whose name is taken replaces the old one only if `replace` has it. A helper or
    constant whose name is taken stays as it was.

    Args:
        language: One whose tests are functions or calls: any but Python.
    """
    old = _parts(language, tests)
    here = {test.name: (test.start, test.end) for part in old for test in part.tests}
    defined = {name for part in old for name in part.names}
    blocks, replaced = [], []
    for start, end, names, theirs in _parts(language, new):
        spare = [test for test in theirs if test.name in here and test.name not in replace]
        text = new[start:end]
        known = len(spare) == len(theirs) if theirs else names & defined or text in tests
        if known:
            continue
        replaced += [here[test.name] for test in theirs if test.name in here and test not in spare]
        blocks.append(cut(text, [(test.start - start, test.end - start) for test in spare]))
    whole = _added(language, cut(tests, replaced), "\n\n".join(blocks))
    bound = bindings(language, Tree(language, tests)).keys() | defined
    lines = [
        line for name, line in bindings(language, Tree(language, new)).items() if name not in bound
    ]
    return _with_imports(language, whole, lines)


def _parts(language: str, source: str) -> list[_Part]:
    tree, definitions = Tree(language, source), toolchain(language).outline(source).definitions
    parts = []
    for first, node in _marked(tree, _members(language, tree)):
        start, end = tree.span(first, remarked(node))
        inside = [found for found in definitions if start <= found.start and found.end <= end]
        names = {found.name for found in inside if found.kind != "test"} | set(_fields(tree, node))
        margin = source.rfind("\n", 0, start) + 1
        begin = start if source[margin:start].strip() else margin
        tests = tuple(found for found in inside if found.kind == "test")
        parts.append(_Part(begin, end, frozenset(names), tests))
    return parts


def _members(language: str, tree: Tree) -> list[Node]:
    """What stands in the file; in Java, in its test class."""
    top = list(tree.root.named_children)
    home = _home(tree) if language == "java" else None
    body = home.child_by_field_name("body") if home is not None else None
    if body is None:
        return top
    return [*(node for node in top if node != home), *body.named_children]


def _home(tree: Tree) -> Node | None:
    """The class of the tests."""
    types = [node for node in tree.root.named_children if node.type == "class_declaration"]
    named = [n for n in types if tree.text(n.child_by_field_name("name")).endswith("Test")]
    return next(iter(named or types), None)


def _marked(tree: Tree, nodes: list[Node]) -> Iterator[tuple[Node, Node]]:
    """Each node that can be brought, after the first of the comments and attributes above it."""
    first: Node | None = None
    row = -1
    for node in nodes:
        if _of_the_file(tree, node):
            first, row = None, node.end_point[0]
        elif not (node.type.endswith("comment") or node.type == "attribute_item"):
            yield first or node, node
            first, row = None, node.end_point[0]
        elif node.start_point[0] != row:  # a comment on that line belongs to what ended there
            first = first or node


def _of_the_file(tree: Tree, node: Node) -> bool:
    """Package, imports, and in Rust what is said of the whole file, can stand at its head only."""
    inner = node.type == "inner_attribute_item" or tree.text(node).startswith(("//!", "/*!"))
    return inner or node.type in IMPORTS


def _fields(tree: Tree, node: Node) -> Iterator[str]:
    """Names of the fields that a line of a Java class declares."""
    if node.type == "field_declaration":
        for found in walk(node):
            if found.type == "variable_declarator":
                yield tree.text(found.child_by_field_name("name"))


def _added(language: str, source: str, text: str) -> str:
    """The file with further text at its end; in Java, at the end of its test class."""
    if not text:
        return source
    tree = Tree(language, source)
    home = _home(tree) if language == "java" else None
    end = tree.offset(home.end_byte) - 1 if home is not None else len(source)
    return f"{source[:end].rstrip()}\n\n{text}\n{source[end:]}"


def _with_imports(language: str, source: str, lines: list[str]) -> str:
    """The source with further imports after those that it has."""
    if not lines:
        return source
    tree = Tree(language, source)
    ends = [tree.offset(n.end_byte) for n in tree.root.named_children if n.type in IMPORTS]
    text = "\n".join(lines)
    if not ends:
        return f"{text}\n\n{source}"
    return f"{source[: max(ends)].rstrip()}\n{text}\n{source[max(ends) :].removeprefix(chr(10))}"
