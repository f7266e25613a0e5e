"""What a source reaches for by name: `import`, `use`, or a full name in the middle of the code."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from burnish.languages.grammar import Tree, walk
from burnish.languages.outline import Outline

if TYPE_CHECKING:
    from tree_sitter import Node

IMPORTS = (
    "import_statement", "import_declaration", "use_declaration",
    "package_clause", "package_declaration",
)  # fmt: skip
"""Types of the nodes that stand at the head of a file."""
_MEMBERS = ("property_identifier", "field_identifier")


def reached(tree: Tree, joint: str, own: Collection[str] = ()) -> set[str]:
    """The full names in a source, and each beginning of one; none from texts and comments.

    Braces and stars are resolved: `std::{fmt, io::Read}` gives `std::fmt` and `std::io::Read`,
    and after `java.util.*` a `List` is `java.util.List` too.

    Args:
        joint: What joins names in this language, "." or "::".
        own: Names that the source defines itself: no star stands for these.
    """
    found = _full_names(tree, joint)
    stars = [name[:-1] for name in found if name.endswith(f"{joint}*")]
    bare = {name for name in found if name.partition(joint)[0] not in own}
    return found | {star + name for star in stars for name in bare}


def _full_names(tree: Tree, joint: str) -> set[str]:
    found: set[str] = set()
    outer = [""]  # for each open brace the name before it, as in `std::{`
    name, joined = "", False
    for leaf in walk(tree.root):
        if leaf.children:
            continue
        text = tree.text(leaf)
        if text == joint:
            joined = True
            continue
        if text == "{":
            outer.append(name if joined else "")
            name = ""
        elif text == "}":
            outer = outer[:-1] or [""]
            name = ""
        elif not leaf.type.endswith("identifier") and not (joined and text == "*"):
            name = ""
        elif joined:  # to the left may be a call, whose members are nothing to us
            start = text if joint == "::" else ""
            name = f"{name}{joint}{text}" if name else start
        elif leaf.type not in _MEMBERS:
            name = f"{outer[-1]}{joint}{text}" if outer[-1] else text
        else:
            name = ""
        joined = False
        found.add(name)
    return found - {""}


def bindings(language: str, tree: Tree) -> dict[str, str]:
    """What a file imports: each name that it binds, with a line that binds this name alone.

    What binds no name of its own, as `use a::*` or an import for its effects, is its own name.
    """
    found = (node for node in tree.root.named_children if node.type in IMPORTS)
    return {name: line for node in found for name, line in _BINDS[language](tree, node)}


def known(language: str, source: str, inside: Outline) -> set[str]:
    """Names that a file, whose outline is `inside`, imports or defines."""
    own = {found.name for found in inside.definitions}
    values = " ".join(found.name for found in inside.definitions if found.kind == "value")
    # `const { strict: assert, ...rest } = it` is one definition
    return {*bindings(language, Tree(language, source)), *own, *re.findall(r"[\w$]+", values)}


def unimported(source: str, there: Collection[str], own: Outline) -> list[str]:
    """What the module, whose outline is `own`, offers and a source uses without knowing it."""
    names = {found.name for found in own.public if found.kind != "method"}.difference(there)
    return sorted(
        name for name in names if re.search(rf"(?<![\w$.])(?<!::){re.escape(name)}\b", source)
    )


def _binds_in_javascript(tree: Tree, node: Node) -> Iterator[tuple[str, str]]:
    source = tree.text(node.child_by_field_name("source"))
    parts = [part for part in walk(node) if part.type in ("namespace_import", "import_specifier")]
    clause = next((part for part in node.named_children if part.type == "import_clause"), None)
    plain = [part for part in (clause.named_children if clause else []) if not part.named_children]
    if clause is None:
        yield tree.text(node), tree.text(node)
    for part in plain:
        yield tree.text(part), f"import {tree.text(part)} from {source};"
    for part in parts:
        text, name = tree.text(part), tree.text(part.named_children[-1])
        named = f"{{ {text} }}" if part.type == "import_specifier" else text
        yield name, f"import {named} from {source};"


def _binds_in_go(tree: Tree, node: Node) -> Iterator[tuple[str, str]]:
    for spec in (part for part in walk(node) if part.type == "import_spec"):
        text, alias = tree.text(spec), tree.text(spec.child_by_field_name("name"))
        last = text.rpartition('"')[0].rpartition('"')[2].rpartition("/")[2]
        yield text if alias in ("_", ".") else alias or last, f"import {text}"


def _binds_in_java(tree: Tree, node: Node) -> Iterator[tuple[str, str]]:
    if node.type == "import_declaration":
        text = tree.text(node)
        name = text.rstrip("; ").rpartition(".")[2]
        yield text if name == "*" else name, text


def _binds_in_rust(tree: Tree, node: Node) -> Iterator[tuple[str, str]]:
    for path in _paths(tree, node.child_by_field_name("argument"), ""):
        path, _, alias = path.partition(" as ")
        name = alias or path.rpartition("::")[2]
        whole = f"use {path} as {alias};" if alias else f"use {path};"
        yield path if name == "*" else name, whole


def _paths(tree: Tree, node: Node | None, before: str) -> Iterator[str]:
    """The paths that a `use` names, its braces resolved."""
    if node is None or node.type.endswith("comment"):
        return
    if node.type == "use_list":
        for part in node.named_children:
            yield from _paths(tree, part, before)
    elif node.type == "scoped_use_list":
        outer = before + tree.text(node.child_by_field_name("path"))
        yield from _paths(tree, node.child_by_field_name("list"), f"{outer}::")
    elif before and node.type == "self":
        yield before.removesuffix("::")
    else:
        yield before + tree.text(node)


_BINDS = {
    "javascript": _binds_in_javascript,
    "java": _binds_in_java,
    "go": _binds_in_go,
    "rust": _binds_in_rust,
}
