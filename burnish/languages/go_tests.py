"""A Go test file as the sandbox runs it: in the module's package, canaries among its tests."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from burnish.languages.call import Case
from burnish.languages.go_literal import Types, literal
from burnish.languages.grammar import Tree, line_of, walk
from burnish.languages.outline import Definition, Outline
from burnish.languages.promise import RNG, Canaries, draw_names
from burnish.languages.toolchain import Planted

MODULE = "solution"
NAME = re.compile(r"Test(?![a-z])\w*")
"""What the name of a test looks like."""


def plant(tests: str, defined: tuple[str, ...]) -> Planted:
    """See `LanguageToolchain.plant`; `defined` are the names of the file itself, in order."""
    tree = Tree("go", tests)
    names = draw_names(5, defined, lambda words: "Test" + "".join(map(str.capitalize, words)))
    alias = f"t{RNG.getrandbits(48):012x}"
    edits = list(_settled(tree, f'import {alias} "testing"'))
    places = [len(tests)]
    for before, node in itertools.pairwise(tree.root.named_children):
        apart = before.type != "comment" or line_of(node) > int(before.end_point[0]) + 2
        if apart and node.type.endswith("_declaration") and node.type != "import_declaration":
            places.append(tree.span(node, node)[0])
    blocks = _canaries(names, alias)
    for place, block in zip(RNG.choices(places, k=len(blocks)), blocks, strict=True):
        edits.append((place, place, f"\n{block}\n" if place == len(tests) else f"{block}; "))
    for start, end, text in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        tests = tests[:start] + text + tests[end:]
    canaries = Canaries(frozenset(names[:3]), frozenset(names[3:]))
    return Planted(tests, canaries, _in_order(tests), "")


def _in_order(tests: str) -> tuple[str, ...]:
    """The tests of a file that take a *testing.T."""
    tree = Tree("go", tests)
    functions = (node for node in tree.root.named_children if node.type == "function_declaration")
    found = []
    for node in functions:
        name = tree.text(node.child_by_field_name("name"))
        takes = tree.text(node.child_by_field_name("parameters"))
        if NAME.fullmatch(name) and re.fullmatch(r"\(\s*\w*\s*\*\w+\.T\s*,?\s*\)", takes):
            found.append(name)
    return tuple(found)


def _settled(tree: Tree, own: str) -> Iterator[tuple[int, int, str]]:
    """Edits that put a test file into its package, with our import behind the package's name.

    A file says any package, or none: it becomes one of the module's package, or of `solution_test`
    if it says so or imports the module, under whatever path.
    """
    nodes = tree.root.named_children
    clause = next((node for node in nodes if node.type == "package_clause"), None)
    said = tree.text(clause.named_children[0]) if clause is not None else ""
    ours = {MODULE, said.removesuffix("_test")} - {"", "main"}
    outside = said.endswith("_test")
    for node in walk(tree.root, stop=("function_declaration", "method_declaration")):
        if node.type != "import_spec":
            continue
        path = node.child_by_field_name("path")
        last = tree.text(path)[1:-1].rpartition("/")[2]
        if path is not None and last in ours:
            outside = True
            alias = "" if node.child_by_field_name("name") is not None else f"{last} "
            yield (*tree.span(path, path), f'{alias}"{MODULE}"')
    package = f"{MODULE}_test" if outside else MODULE
    if clause is None:
        yield 0, 0, f"package {package}; {own}; "
    else:
        name = tree.span(clause.named_children[0], clause.named_children[0])
        yield (*name, f"{package}; {own}")


def _canaries(names: tuple[str, ...], testing: str) -> list[str]:
    number, more = RNG.randint(100, 9999), RNG.randint(1, 9)
    bodies = [
        f"if got, want := {number}, {number + more}; got != want {{ "
        f't.Errorf("got %d, want %d", got, want) }}',
        f't.Fatal("{number}")',
        f'panic("{number}")',
        f"if got := []int{{{number}}}; got[0] != {number} {{ t.Fatal(got) }}",
        f't.Log("{number}")',
    ]
    return [
        f"func {name}(t *{testing}.T) {{ {body} }}"
        for name, body in zip(names, bodies, strict=True)
    ]


def expected(value: Any, function: Definition, outline: Outline) -> str:
    """The literal that the function must give for a value; ValueError if its type has none."""
    kinds = [kind.strip() for kind in function.result.strip("()").split(",")]
    return literal(value, kinds[0].split(" ")[-1], getattr(outline, "types", Types()))


def example_file(cases: list[Case], function: Definition) -> str:
    """A test file with one test a case."""
    fails = "error" in function.result
    got = "got, err" if fails else "got"
    check = "\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n" if fails else ""
    many = function.result.lstrip("(").startswith(("[]", "map["))
    tests = []
    for number, (call, value) in enumerate(cases, start=1):
        bare = call[call.index("(") + 1 : -1]
        # a nil slice is as empty as one that is not nil
        filled = "len(got) > 0 && " if many and value.endswith("{}") else ""
        tests.append(
            f"func TestExample{number}(t *testing.T) {{\n\t{got} := {bare}\n{check}"
            f"\tif want := {value}; {filled}!reflect.DeepEqual(got, want) {{\n"
            '\t\tt.Errorf("got %v, want %v", got, want)\n\t}\n}\n'
        )
    head = 'package solution\n\nimport (\n\t"reflect"\n\t"testing"\n)\n'
    return "\n".join([head, *tests])
