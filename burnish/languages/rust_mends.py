"""Mends of Rust: `pub`, no `main`, and `use` lines of the standard library and the crate."""

from __future__ import annotations

import re

from burnish.languages.edits import cut
from burnish.languages.grammar import Tree, commented
from burnish.languages.imports import known, unimported
from burnish.languages.outline import Outline
from burnish.languages.rust import TOOLCHAIN

_HOMES = {
    "std::collections": (
        "BTreeMap", "BTreeSet", "BinaryHeap", "HashMap", "HashSet", "LinkedList", "VecDeque",
    ),
    "std::rc": ("Rc",), "std::cell": ("Cell", "RefCell"), "std::cmp": ("Ordering", "Reverse"),
    "std::fmt": ("Display", "Formatter"), "std::str": ("FromStr", "Chars"), "std::path": ("Path",),
    "std::iter": ("Peekable",),
}  # fmt: skip


class RustMends:
    """See `Mends`."""

    export = "pub "

    def code(self, source: str) -> str:
        """Public functions and types, without `main` and without tests of its own."""
        tree = Tree("rust", source)
        doomed, attributes = [], []
        for node in tree.root.named_children:
            if node.type == "attribute_item":
                attributes.append(node)
                continue
            if _is_foreign(tree, node, "".join(tree.text(a) for a in attributes)):
                doomed.append(tree.span(commented((attributes or [node])[0]), node))
            attributes = []
        source = cut(source, doomed)
        if not re.search(r"^pub\s", source, re.M):
            source = re.sub(
                r"^(?=(?:fn|struct|enum|trait|type|const)\s)", "pub ", source, flags=re.M
            )
        return _used(source)

    def tests(self, source: str, own: Outline) -> str:
        """With a `use` line for the module's names, and without `mod tests` around them."""
        source = re.sub(r"^\s*use\s+(?:super|crate)::", "use solution::", source, flags=re.M)
        there = known("rust", source, TOOLCHAIN.outline(source))
        used = unimported(source, there, own)
        if used and not re.search(r"\buse\s+solution::\*", source):
            names = used[0] if len(used) == 1 else f"{{{', '.join(used)}}}"
            source = _at_head(source, f"use solution::{names};\n\n")
        return _used(source)


def _is_foreign(tree: Tree, node: object, attributes: str) -> bool:
    text = tree.text(node)  # type: ignore[arg-type]
    kind = getattr(node, "type", "")
    if kind == "function_item":
        return "test" in attributes or re.match(r"(pub\s+)?fn\s+main\s*\(", text) is not None
    return kind == "mod_item" and ("test" in attributes or text.startswith("mod tests"))


def _used(source: str) -> str:
    """With `use` lines for well-known names that are used by their last part alone."""
    lines = []
    for home, names in _HOMES.items():
        for name in names:
            bare = re.search(rf"(?<![\w:]){name}\b", source)
            bound = re.search(
                rf"\buse\s[^;]*\b{name}\b|\b(?:struct|enum|trait|type)\s+{name}\b", source
            )
            if bare and not bound and f"use {home}::*" not in source:
                lines.append(f"use {home}::{name};\n")
    return _at_head(source, "".join(lines))


def _at_head(source: str, text: str) -> str:
    """The source with a text after what is said of the whole file."""
    heading = re.match(r"(?:\s*//![^\n]*\n|\s*#!\[[^\n]*\n)*", source)
    end = heading.end() if heading else 0
    return source[:end] + text + source[end:]
