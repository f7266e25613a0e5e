"""A Rust test file made into a program: its tests, canaries, and a `main` that runs them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from burnish.languages.call import Case
from burnish.languages.grammar import Tree, walk
from burnish.languages.outline import Definition, Outline
from burnish.languages.promise import RNG, Canaries, draw_names
from burnish.languages.rust_literal import literal, split
from burnish.languages.toolchain import Planted

if TYPE_CHECKING:
    from tree_sitter import Node

MODULE = "solution"
_MARKS = re.compile(r"#\[\s*(test|ignore|should_panic)\b")
_EXPECTED = re.compile(r'should_panic\s*(?:\(\s*expected\s*)?=\s*(r?(#*)".*"\2)', re.S)
_NO_MODULE = re.compile(r"use\s+(::)?(std|core|alloc|super|self|crate)\b")
_NOT_ITEMS = ("attribute_item", "inner_attribute_item", "line_comment", "block_comment")
# A module may export macros and names that a glob import would put in the place of std's own.
_MACROS = {
    "assert", "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq", "debug_assert_ne",
    "matches", "panic", "unreachable", "todo", "unimplemented", "vec", "format",
}  # fmt: skip
_PRELUDE = {
    "String": "string::String", "Vec": "vec::Vec", "Box": "boxed::Box",
    "Option": "option::Option", "Some": "option::Option::Some", "None": "option::Option::None",
    "Ok": "result::Result::Ok", "Err": "result::Result::Err",
}  # fmt: skip
_PRIMITIVES = (
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize",
)  # fmt: skip
_PRELUDE |= {name: f"primitive::{name}" for name in _PRIMITIVES}
Edit = tuple[int, int, str]


def plant(tests: str, found: tuple[Definition, ...]) -> Planted:
    """See `LanguageToolchain.plant`."""
    tree = Tree("rust", tests)
    names = draw_names(5, set(re.findall(r"\w+", tests)), "_".join)
    runner = f"r{secrets.token_hex(6)}"
    registered: list[str] = []
    edits = [*_opened(tree, tree.root, "", runner, registered), *_shielded(tree), *_mended(tree)]
    places = [tree.span(n, n)[1] for n in tree.root.named_children if n.type not in _NOT_ITEMS]
    for name, body in zip(names, _bodies(), strict=True):
        place = RNG.choice(places) if places else len(tests)
        edits.append((place, place, f" fn {name}() {{ {body} }} "))
        registered.append(_entry(name, "", runner))
    if not re.search(rf"\b{MODULE}\b", tests):
        edits.append((len(tests), len(tests), f"\n#[allow(unused_imports)] use ::{MODULE}::*;"))
        edits.append((len(tests), len(tests), _shield(tests)))
    RNG.shuffle(registered[len(registered) - len(names) :])
    for start, end, text in sorted(edits, key=lambda edit: edit[:2], reverse=True):
        tests = tests[:start] + text + tests[end:]
    tests += f'\nfn main() {{ ::{runner}::run("{MODULE}.rs", &[\n{"".join(registered)}]); }}\n'
    return Planted(
        tests,
        Canaries(frozenset(names[:3]), frozenset(names[3:])),
        (*(test.name for test in found), *names),
        runner,
    )


def _opened(
    tree: Tree, parent: Node, path: str, runner: str, registered: list[str]
) -> Iterator[Edit]:
    """Make every test a plain function that `main` can call, and register it."""
    before: list[Node] = []
    for node in parent.named_children:
        if node.type in ("attribute_item", "line_comment", "block_comment"):
            before += [node] if node.type == "attribute_item" else []
            continue
        name = tree.text(node.child_by_field_name("name"))
        marks = [mark for mark in before if _MARKS.match(tree.text(mark))]
        texts = [tree.text(mark) for mark in marks]
        body = node.child_by_field_name("body")
        if node.type == "function_item" and any(_MARKS.match(t)[1] == "test" for t in texts):  # type: ignore[index]
            for mark in marks:
                yield (*tree.span(mark, mark), "\n" * tree.text(mark).count("\n"))
            yield from _visible(tree, node)
            registered.append(_entry(path + name, " ".join(texts), runner))
        elif node.type == "mod_item" and body is not None:
            yield from _visible(tree, node)
            yield from _opened(tree, body, f"{path}{name}::", runner, registered)
        elif node.type == "function_item" and not path and name == "main":
            place = node.child_by_field_name("name")
            assert place is not None
            yield (*tree.span(place, place), "main_of_the_file")
        before = []


def _visible(tree: Tree, node: Node) -> Iterator[Edit]:
    if not any(child.type == "visibility_modifier" for child in node.children):
        start, _ = tree.span(node, node)
        yield start, start, "pub(crate) "


def _entry(name: str, marks: str, runner: str) -> str:
    ignored = "true" if "ignore" in marks else "false"
    expected = _EXPECTED.search(marks)
    panics = "None"
    if "should_panic" in marks:
        panics = f"Some({expected[1] if expected else chr(34) * 2})"
    return (
        f'::{runner}::Test {{ name: "{name}", ignored: {ignored}, panics: '
        f"::std::option::Option::{panics}, body: || ::{runner}::told(crate::{name}()) }},\n"
    )


def _shielded(tree: Tree) -> Iterator[Edit]:
    """Std's macros by their full path, and std's names beside every glob of the module."""
    leaves = [node for node in walk(tree.root) if not node.children]
    defined = {
        tree.text(node.child_by_field_name("name"))
        for node in walk(tree.root)
        if node.type == "macro_definition"
    }
    for index, leaf in enumerate(leaves[:-2]):
        name = tree.text(leaf)
        if name not in _MACROS or name in defined or tree.text(leaves[index + 1]) != "!":
            continue
        if tree.text(leaves[index + 2]) not in "([{" or (
            index and tree.text(leaves[index - 1]) in ("::", "$")
        ):
            continue
        start, _ = tree.span(leaf, leaf)
        yield start, start, "::std::"
    for node in walk(tree.root):
        if node.type == "use_declaration":
            text = tree.text(node)
            if "*" in text and not _NO_MODULE.match(text):
                end = tree.span(node, node)[1]
                yield end, end, _shield(tree.source)


def _shield(tests: str) -> str:
    imported = " ".join(re.findall(r"\buse\b[^;]*;", tests))
    kept = [path for name, path in _PRELUDE.items() if not re.search(rf"\b{name}\b", imported)]
    return f" #[allow(unused_imports)] use ::std::{{{', '.join(kept)}}};"


def _mended(tree: Tree) -> Iterator[Edit]:
    """`mod solution;` and `crate::solution`, as if the test file were the root of a program."""
    before: list[Node] = []
    for node in tree.root.named_children:
        if node.type == "attribute_item":
            before.append(node)
            continue
        name = tree.text(node.child_by_field_name("name"))
        if node.type == "mod_item" and name == MODULE and not node.child_by_field_name("body"):
            yield (*tree.span(before[0] if before else node, node), "")
        before = []
    for found in re.finditer(rf"\bcrate::(?={MODULE}\b)", tree.source):
        yield found.start(), found.end(), "::"


def _bodies() -> list[str]:
    """What the canaries do: the first three fail, the others pass."""
    number, more = RNG.randint(100, 9999), RNG.randint(1, 9)
    return [
        f"::std::assert_eq!({number}, {number + more});",
        f'::std::panic!("{number}");',
        f"::std::assert!(::std::vec![{number}] == [{number + more}]);",
        f"::std::assert_eq!({number}, {number});",
        f"::std::assert!(::std::vec![{number}, {more}] == [{number}, {more}]);",
    ]


def expected(value: Any, function: Definition, outline: Outline) -> str:
    """The literal that the function must give for a value; ValueError if its type has none."""
    kind = function.result
    if kind.startswith("Result<"):
        given = literal(value, split(kind[len("Result<") : -1])[0])
        return f"Ok({given})" if _compares(kind) else f"Some({given})"  # of its `.ok()`
    return literal(value, kind)


def _compares(kind: str) -> bool:
    """Whether no error stands in the way of `==`: Box<dyn Error>, for one, has none."""
    if not kind.startswith("Result<"):
        return True
    types = split(kind[len("Result<") : -1])
    return len(types) == 2 and re.fullmatch(r"String|&('static )?str|\(\)", types[1]) is not None


def example_file(cases: list[Case], function: Definition) -> str:
    """A test file with one test a case."""
    ending = "" if _compares(function.result) else ".ok()"
    tests = [
        f"#[test]\nfn example_{number}() {{\n"
        f"    assert_eq!({call.removeprefix('solution::')}{ending}, {value});\n}}\n"
        for number, (call, value) in enumerate(cases, start=1)
    ]
    return "\n".join([f"use solution::{function.name};\n", *tests])
