"""Rust: a library crate `solution`, tests in a file beside it, rustdoc comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from burnish.languages.call import Stated, called, example_tests, shown
from burnish.languages.grammar import Tree, comment_text, line_of, walk
from burnish.languages.imports import reached
from burnish.languages.outline import Definition, Kind, Outline, Parameter
from burnish.languages.rust_literal import literal
from burnish.languages.rust_tests import example_file, expected, plant
from burnish.languages.toolchain import LanguageToolchain, Planted, Setup

if TYPE_CHECKING:
    from tree_sitter import Node

_KINDS: dict[str, Kind] = {
    "function_item": "function",
    "struct_item": "type",
    "enum_item": "type",
    "union_item": "type",
    "type_item": "type",
    "trait_item": "type",
    "const_item": "value",
    "static_item": "value",
}
_COMMENTS = ("line_comment", "block_comment")
_ITEMS = (*_KINDS, "impl_item", "mod_item", "use_declaration", "macro_definition")
_PANICS = re.compile(r"(std::|core::)?(panic|assert|assert_eq|assert_ne|todo|unimplemented)")


class Rust(LanguageToolchain):
    """See `LanguageToolchain`."""

    name = "rust"
    setup = Setup(
        base_image="rust:1-slim",
        debian=(
            "python3", "rustc", "rustfmt", "rust-clippy", "gcc", "libc6-dev", "llvm-14",
            "libclang-rt-14-dev",
        ),
        programs=("rustc", "gcc"),
    )  # fmt: skip  # rustc and the linker take 150 MB and 0.4 s: the defaults are enough

    def outline(self, source: str) -> Outline:
        """See `LanguageToolchain.outline`. Public is what is `pub` all the way from the crate."""
        tree = Tree("rust", source)
        problem, line = tree.problem()
        items = list(tree.root.named_children)
        heading = [tree.text(node) for node in items if _is_inner_doc(tree, node)]
        return Outline(
            definitions=tuple(_definitions(tree, tree.root)),
            imports=tuple(
                tree.span(node, node)
                for node in items
                if node.type in ("use_declaration", "extern_crate_declaration")
            ),
            statements=_statement_lines(tree),
            problem=problem,
            problem_line=line,
            heading=comment_text("".join(heading)),
        )

    def plant(self, tests: str) -> Planted:
        """See `LanguageToolchain.plant`. A `main` of ours runs the tests; libtest has no part."""
        return plant(tests, self.outline(tests).tests)

    def call(self, outline: Outline, stated: str) -> str:
        """See `LanguageToolchain.call`: functions at the root of the crate, by declared types."""
        function, arguments = called(outline, stated)
        if function is None or not function.public:
            return ""
        if len(function.parameters) != len(arguments):
            return ""
        pairs = zip(arguments, function.parameters, strict=True)
        try:
            values = ", ".join(literal(value, parameter.type) for value, parameter in pairs)
        except ValueError:
            return ""
        return f"solution::{function.name}({values})"

    def example_tests(self, outline: Outline, stated: Stated) -> str:
        """See `LanguageToolchain.example_tests`."""
        return example_tests(outline, stated, self.call, expected, example_file)

    def usage(self, outline: Outline, stated: Stated, module: str) -> str:
        """See `LanguageToolchain.usage`."""
        function, pairs = shown(outline, stated, self.call, none="None")
        if function is None:
            return ""
        bare = [(call.removeprefix("solution::"), to) for call, to in pairs]
        lines = [f'    println!("{{:?}}", {call}); // {to}' for call, to in bare]
        return "\n".join([f"use {module}::{function.name};", "", "fn main() {", *lines, "}"])

    def imported(self, source: str) -> set[str]:
        """See `LanguageToolchain.imported`: paths, those of `use` written out."""
        own = {one.name for one in self.outline(source).definitions}
        return reached(Tree("rust", source), "::", own)


TOOLCHAIN = Rust()


def _definitions(
    tree: Tree, parent: Node, path: str = "", *, public: bool = True
) -> Iterator[Definition]:
    """What a file or an inline module defines; `public` if the module itself can be reached."""
    before: list[Node] = []
    for node in parent.named_children:
        if node.type in (*_COMMENTS, "attribute_item"):
            if not _is_inner_doc(tree, node):
                before.append(node)
            continue
        seen = public and _is_pub(tree, node)
        name = tree.text(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        if node.type in _KINDS:
            yield _definition(tree, path + name, _KINDS[node.type], node, before, public=seen)
        if node.type == "mod_item" and body is not None:
            yield from _definitions(tree, body, f"{path}{name}::", public=seen)
        elif node.type == "trait_item" and body is not None:
            yield from _methods(tree, path + name, body, public=seen)
        elif node.type == "impl_item" and body is not None:
            owner = tree.text(node.child_by_field_name("type")).split("<")[0]
            own = public and node.child_by_field_name("trait") is None
            yield from _methods(tree, path + owner, body, public=own, marked=True)
        before = []


def _methods(
    tree: Tree, owner: str, body: Node, *, public: bool, marked: bool = False
) -> Iterator[Definition]:
    """Methods of a trait or an impl block; `marked` if each must be `pub` itself to be public."""
    before: list[Node] = []
    for node in body.named_children:
        if node.type in (*_COMMENTS, "attribute_item"):
            before.append(node)
            continue
        if node.type in ("function_item", "function_signature_item"):
            name = f"{owner}.{tree.text(node.child_by_field_name('name'))}"
            seen = public and (not marked or _is_pub(tree, node))
            yield _definition(tree, name, "method", node, before, public=seen)
        before = []


def _definition(
    tree: Tree, name: str, kind: Kind, node: Node, before: list[Node], *, public: bool
) -> Definition:
    docs = [tree.text(n) for n in before if n.type in _COMMENTS and _is_doc(tree, n)]
    attributes = [tree.text(n).replace(" ", "") for n in before if n.type == "attribute_item"]
    start, end = tree.span(before[0] if before else node, node)
    if kind == "function" and "#[test]" in attributes:
        excused = any(text.startswith("#[ignore") for text in attributes)
        return Definition(name, "test", start, end, line_of(node), excused=excused)
    result = tree.text(node.child_by_field_name("return_type"))
    callable_ = kind in ("function", "method")
    return Definition(
        name=name,
        kind=kind,
        start=start,
        end=end,
        line=line_of(node.child_by_field_name("name") or node),
        public=public,
        doc="\n".join(comment_text(doc) for doc in docs).strip(),
        parameters=tuple(_parameters(tree, node)) if callable_ else (),
        result=result if callable_ else "",
        raises=callable_ and (_returns_errors(tree, node, result) or _panics(tree, node)),
    )


def _parameters(tree: Tree, function: Node) -> Iterator[Parameter]:
    listed = function.child_by_field_name("parameters")
    for node in listed.named_children if listed is not None else ():
        if node.type == "parameter":
            name = tree.text(node.child_by_field_name("pattern"))
            yield Parameter(name, tree.text(node.child_by_field_name("type")))


def _returns_errors(tree: Tree, function: Node, result: str) -> bool:
    """Whether its Result can be an error: not if all that it gives back is written as `Ok(...)`."""
    if not re.search(r"\bResult\b", result):
        return False
    body = function.child_by_field_name("body")
    last = body.named_children[-1] if body is not None and body.named_children else None
    if body is None or last is None:
        return True
    nodes = list(walk(body, stop=(*_ITEMS, "closure_expression")))
    given = [node.named_children[0] if node.named_children else None for node in nodes
             if node.type == "return_expression"]  # fmt: skip
    passed_on = any(node.type == "try_expression" for node in nodes)
    return passed_on or not all(_is_ok(tree, each) for each in [*given, last])


def _is_ok(tree: Tree, node: Node | None) -> bool:
    """Whether a value is `Ok(...)`, or chosen among such."""
    if node is None:
        return False
    if node.type == "expression_statement":  # `return Ok(x);`, or an `if` at the end
        return all(_is_ok(tree, child) for child in node.named_children)
    if node.type == "return_expression":
        return _is_ok(tree, node.named_children[0] if node.named_children else None)
    if node.type == "if_expression":
        branches = [node.child_by_field_name(name) for name in ("consequence", "alternative")]
        return all(_is_ok(tree, branch) for branch in branches)
    if node.type in ("block", "else_clause"):
        inner = node.named_children
        return bool(inner) and _is_ok(tree, inner[-1])
    return bool(re.match(r"Ok\b", tree.text(node)))


def _panics(tree: Tree, function: Node) -> bool:
    """Whether it panics by a macro of its own, not through what it calls."""
    return any(
        node.type == "macro_invocation"
        and bool(_PANICS.fullmatch(tree.text(node.child_by_field_name("macro"))))
        for node in walk(function, stop=_ITEMS)
    )


def _is_pub(tree: Tree, node: Node) -> bool:
    return any(
        child.type == "visibility_modifier" and tree.text(child) == "pub" for child in node.children
    )


def _is_doc(tree: Tree, node: Node) -> bool:
    return tree.text(node).startswith(("///", "/**"))


def _is_inner_doc(tree: Tree, node: Node) -> bool:
    return node.type in _COMMENTS and tree.text(node).startswith(("//!", "/*!"))


def _statement_lines(tree: Tree) -> tuple[int, ...]:
    """Lines on which a statement, a block's value or a match arm's value begins."""
    lines: set[int] = set()
    pending = [tree.root]
    while pending:
        node = pending.pop()
        under_test = False
        for child in node.named_children:
            if child.type == "attribute_item":
                text = tree.text(child).replace(" ", "")
                under_test = under_test or text in ("#[cfg(test)]", "#[test]")
                continue
            if child.type in _COMMENTS:
                continue
            if not under_test:
                pending.append(child)
                if node.type == "block" and child.type not in _ITEMS:
                    lines.add(line_of(child))
            under_test = False
        value = node.child_by_field_name("value") if node.type == "match_arm" else None
        if value is not None and value.type != "block":
            lines.add(line_of(value))
    return tuple(sorted(lines))
