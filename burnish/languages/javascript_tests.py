"""Tests of `node:test`: which a file registers, and canaries among them."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from burnish.languages.call import Case
from burnish.languages.grammar import Tree, line_of
from burnish.languages.javascript_literal import literal
from burnish.languages.outline import Definition, Outline
from burnish.languages.promise import RNG, Canaries, draw_names
from burnish.languages.toolchain import Planted

if TYPE_CHECKING:
    from tree_sitter import Node

_TEST_CALL = re.compile(r"(test|it)(\.(skip|todo|only))?")
_GROUP_CALL = re.compile(r"(describe|suite)(\.(skip|todo|only))?")
_GIVES_MAP = re.compile(r"@returns?\s*\{!?Map\b")
_EXCUSE = re.compile(r"\b(skip|todo)\s*:\s*(?!false)")


def plant(tests: str) -> Planted:
    """The file with canaries; `node:test` becomes the sandbox's own runner."""
    tests = tests if tests.endswith("\n") else f"{tests}\n"  # its last line may be a comment
    tree = Tree("javascript", tests)
    taken = [test.name for test in tests_in(tree)]
    names = draw_names(5, taken, " ".join)
    runner = f"r{secrets.token_hex(6)}"
    edits: list[tuple[int, int, str]] = []
    places = [len(tests)]
    for node in tree.root.named_children:
        start, end = tree.span(node, node)
        if node.type == "import_statement":
            module = node.child_by_field_name("source")
            if module is not None and tree.text(module)[1:-1] in ("node:test", "test"):
                edits.append((*tree.span(module, module), f'"./{runner}.mjs"'))
        elif node.type != "comment":
            places.append(start)
    blocks = _canaries(names, runner)
    for place, block in zip(RNG.choices(places, k=len(blocks)), blocks, strict=True):
        edits.append((place, place, block))
    for start, end, text in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        tests = tests[:start] + text + tests[end:]
    imports = f'import {{ test as {runner} }} from "./{runner}.mjs"; '
    imports += f'import {runner}a from "node:assert/strict"; '
    planted = imports + tests
    found = tuple(test.name for test in tests_in(Tree("javascript", planted)))
    return Planted(
        planted, Canaries(frozenset(names[:3]), frozenset(names[3:])), (*found, *names), runner
    )


def tests_in(tree: Tree) -> list[Definition]:
    """The tests that a file registers under a literal name."""
    return [test for node in tree.root.named_children for test in tests_of(tree, node)]


def tests_of(
    tree: Tree, node: Node, group: str = "", *, excused: bool = False
) -> Iterator[Definition]:
    """The tests that a statement registers under a literal name, groups included."""
    call = node.named_children[0] if node.type == "expression_statement" else node
    if call.type == "await_expression":
        call = call.named_children[0]
    arguments = call.child_by_field_name("arguments")
    if call.type != "call_expression" or arguments is None or not arguments.named_children:
        return
    callee = tree.text(call.child_by_field_name("function"))
    name = _literal_name(tree, arguments.named_children[0])
    if name is None:
        return
    path = f"{group} > {name}" if group else name
    options = "".join(tree.text(n) for n in arguments.named_children if n.type == "object")
    excused = excused or callee.endswith((".skip", ".todo")) or bool(_EXCUSE.search(options))
    if _TEST_CALL.fullmatch(callee):
        start, end = tree.span(node, node)
        yield Definition(path, "test", start, end, line_of(node), excused=excused)
    elif _GROUP_CALL.fullmatch(callee):
        body = arguments.named_children[-1].child_by_field_name("body")
        for child in body.named_children if body is not None else ():
            yield from tests_of(tree, child, path, excused=excused)


def _literal_name(tree: Tree, node: Node) -> str | None:
    if node.type == "template_string" and node.named_child_count <= 1:
        return tree.text(node)[1:-1] if "${" not in tree.text(node) else None
    if node.type != "string":
        return None
    text = tree.text(node)[1:-1]
    if "\\" not in text:
        return text
    try:
        return str(json.loads('"' + text.replace("\\'", "'").replace('"', '\\"') + '"'))
    except ValueError:
        return None


def _canaries(names: tuple[str, ...], runner: str) -> list[str]:
    number, more = RNG.randint(100, 9999), RNG.randint(1, 9)
    text = json.dumps(f"{number}")
    bodies = [
        f"{runner}a.equal({number}, {number + more})",
        f"throw new Error({text})",
        f"{runner}a.deepEqual([{number}, {text}], [{number}, {json.dumps(str(number + more))}])",
        f"{runner}a.equal({number}, {number})",
        f"{runner}a.deepEqual({{ n: [{number}] }}, {{ n: [{number}] }})",
    ]
    return [
        f"{runner}({json.dumps(name)}, () => {{ {body}; }}); "
        for name, body in zip(names, bodies, strict=True)
    ]


def expected(value: Any, function: Definition, outline: Outline) -> str:
    """The literal that the function must give for a value; ValueError if its type has none.

    A stated {"a": 1} may be meant as an object or as a Map: the function's own comment tells.
    """
    if isinstance(value, dict) and _GIVES_MAP.search(function.doc):
        return f"new Map({literal([list(pair) for pair in value.items()])})"
    return literal(value)


def example_file(cases: list[Case], function: Definition) -> str:
    """A test file with one test a case."""
    head = 'import assert from "node:assert/strict";\nimport test from "node:test";\n'
    head += f'import {{ {function.name} }} from "./solution.mjs";\n'
    tests = [
        f'test("example {number}", () => {{\n'
        f"  assert.deepEqual({call.removeprefix('solution.')}, {value});\n}});\n"
        for number, (call, value) in enumerate(cases, start=1)
    ]
    return "\n".join([head, *tests])
