"""JUnit 5 test files: their tests, and canaries among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from burnish.languages.call import Case
from burnish.languages.grammar import Tree, line_of
from burnish.languages.java_literal import literal
from burnish.languages.outline import Definition, Outline
from burnish.languages.promise import RNG, Canaries, draw_names
from burnish.languages.toolchain import Planted

if TYPE_CHECKING:
    from tree_sitter import Node

TEST_MARKS = {"Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate"}
_ASSERTIONS = re.compile(r"\borg\.junit\.jupiter\.api\.Assertions\b")
_ALL = re.compile(r"\bimport\s+org\.junit\.jupiter\.api\.\*\s*;")
_API = "org.junit.jupiter.api"


def marks_of(tree: Tree, node: Node) -> set[str]:
    """Simple names of the annotations of a declaration."""
    found = set()
    for child in node.children:
        if child.type == "modifiers":
            for mark in child.named_children:
                name = mark.child_by_field_name("name")
                if name is not None:
                    found.add(tree.text(name).rpartition(".")[2])
    return found


def tests(
    tree: Tree, node: Node, group: str = "", *, excused: bool = False
) -> Iterator[Definition]:
    """The tests of a class and of the @Nested classes in it."""
    if node.type != "class_declaration":
        return
    excused = excused or "Disabled" in marks_of(tree, node)
    body = node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        marks = marks_of(tree, child)
        name = f"{group}{tree.text(child.child_by_field_name('name'))}"
        if child.type == "method_declaration" and marks & TEST_MARKS:
            start, end = tree.span(child, child)
            yield Definition(
                name, "test", start, end, line_of(child.child_by_field_name("name") or child),
                excused=excused or "Disabled" in marks,
            )  # fmt: skip
        elif "Nested" in marks:
            yield from tests(tree, child, f"{name} > ", excused=excused)


def plant(source: str, own: tuple[str, ...]) -> Planted:
    """See `LanguageToolchain.plant`. Assertions become those of the sandbox's harness."""
    names = draw_names(5, own, _camel)
    tree = Tree("java", source)
    edits: list[tuple[int, int, str]] = []
    places: list[int] = []
    for node in tree.root.named_children:
        if node.type == "class_declaration" and any(True for _ in tests(tree, node)):
            body = node.child_by_field_name("body")
            assert body is not None
            places += [tree.offset(child.start_byte) for child in _members(body)]
            places.append(tree.offset(body.end_byte - 1))
            break
    blocks = _canaries(names) if places else []
    edits += [(place, place, block) for block in blocks for place in [RNG.choice(places)]]
    edits += [(*found.span(), "burnish.Assertions") for found in _ASSERTIONS.finditer(source)]
    for found in _ALL.finditer(source):
        edits.append((found.end(), found.end(), " import burnish.Assertions;"))
    for start, end, text in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        source = source[:start] + text + source[end:]
    canaries = Canaries(frozenset(names[:3]), frozenset(names[3:]))
    if not places:
        return Planted(source, Canaries(frozenset(), frozenset()), own, "")
    return Planted(source, canaries, (*own, *names), "")


def _members(body: Node) -> list[Node]:
    """Members before which another can stand: not between a member and its comment."""
    found, comment = [], None
    for child in body.named_children:
        if child.type.endswith("comment"):
            comment = comment or child
            continue
        found.append(comment or child)
        comment = None
    return [node for node in found if not node.type.endswith("line_comment")]


def _camel(words: list[str]) -> str:
    return words[0] + "".join(word.capitalize() for word in words[1:])


def _canaries(names: tuple[str, ...]) -> list[str]:
    number, more = RNG.randint(100, 9999), RNG.randint(1, 9)
    check = "burnish.Assertions"
    bodies = [
        f"{check}.assertEquals({number}, {number + more});",
        f'throw new IllegalStateException("{number}");',
        f'{check}.assertEquals(java.util.List.of({number}, "{number}"), '
        f'java.util.List.of({number}, "{number + more}"));',
        f"{check}.assertEquals({number}, {number});",
        f'{check}.assertEquals("{number}", String.valueOf({number}));',
    ]
    return [
        f"@{_API}.Test void {name}() {{ {body} }} "
        for name, body in zip(names, bodies, strict=True)
    ]


def expected(value: Any, function: Definition, outline: Outline) -> str:
    """The literal that the function must give for a value; ValueError if its type has none."""
    return literal(value, function.result)


def example_file(cases: list[Case], function: Definition) -> str:
    """A test file with one test a case."""
    of_arrays = re.fullmatch(r"\w*List<.*\[\]>", function.result)  # which have no equals of theirs
    verb = "assertArrayEquals" if of_arrays or function.result.endswith("[]") else "assertEquals"
    end = ".toArray()" if of_arrays else ""
    tests = [
        f"    @Test\n    void example{number}() throws Exception {{\n"
        f"        {verb}({value}{end}, {call}{end});\n    }}\n"
        for number, (call, value) in enumerate(cases, start=1)
    ]
    head = "import static org.junit.jupiter.api.Assertions.*;\n\nimport java.util.*;\n"
    head += "import org.junit.jupiter.api.Test;\n\nclass SolutionTest {\n"
    return head + "\n".join(tests) + "}\n"
