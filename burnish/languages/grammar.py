"""Syntax trees by tree-sitter: errors are nodes, so every text has a tree."""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser


@functools.cache
def _parser(language: str) -> Parser:
    from tree_sitter import Language, Parser

    grammar = importlib.import_module(f"tree_sitter_{language}")
    return Parser(Language(grammar.language()))


class Tree:
    """One parsed text. Offsets are in characters, though the parser counts bytes."""

    def __init__(self, language: str, source: str) -> None:
        self.source = source
        self._bytes = source.encode("utf-8", "surrogatepass")
        self.root = _parser(language).parse(self._bytes).root_node
        self._ascii = len(self._bytes) == len(source)

    def text(self, node: Node | None) -> str:
        """The text of a node; "" of none."""
        if node is None:
            return ""
        return self._bytes[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def span(self, first: Node, last: Node) -> tuple[int, int]:
        """From the start of one node to the end of another, in characters."""
        return self.offset(first.start_byte), self.offset(last.end_byte)

    def offset(self, byte: int) -> int:
        """The character at a byte."""
        if self._ascii:
            return byte
        return len(self._bytes[:byte].decode("utf-8", "surrogatepass"))

    def problem(self) -> tuple[str, int]:
        """The first thing that does not parse, and its 1-based line; ("", 0) if all does."""
        if not self.root.has_error:
            return "", 0
        for node in walk(self.root):
            if node.is_missing:
                return f"{node.type!r} is missing", line_of(node)
            if node.type == "ERROR":
                quoted = self.text(node).split("\n")[0][:60]
                return f"cannot be parsed: {quoted}", line_of(node)
        return "cannot be parsed", 1


def walk(node: Node, *, into: bool = True, stop: tuple[str, ...] = ()) -> Iterator[Node]:
    """This node and all below it, in the order of the text; not below nodes of the types `stop`."""
    pending = [node]
    while pending:
        found = pending.pop()
        yield found
        if into and (found is node or found.type not in stop):
            pending.extend(reversed(found.children))


def commented(node: Node) -> Node:
    """The first of the comments that stand directly above a node; the node if none does."""
    while _is_comment(above := node.prev_named_sibling) and above is not None:
        before = above.prev_named_sibling
        remark = before is not None and before.end_point[0] == above.start_point[0]
        if line_of(node) > above.end_point[0] + 2 or (remark and not _is_comment(before)):
            break  # apart from it, or at the end of a line of code
        node = above
    return node


def remarked(node: Node) -> Node:
    """The comment that ends the line on which a node ends; the node if there is none."""
    after = node.next_named_sibling
    if after is None or not _is_comment(after) or after.start_point[0] != node.end_point[0]:
        return node
    return after


def _is_comment(node: Node | None) -> bool:
    return node is not None and node.type.endswith("comment")


def line_of(node: Node) -> int:
    """The 1-based line on which a node begins."""
    return int(node.start_point[0]) + 1


def comment_text(raw: str) -> str:
    """A comment without its marks: `/** */`, `/* */`, `//`, `///`, `//!` and leading stars."""
    raw = raw.strip()
    if raw.startswith("/*"):
        lines = re.sub(r"^/\*+!?|\*+/$", "", raw).split("\n")
        return "\n".join(re.sub(r"^\s*\* ?", "", line).rstrip() for line in lines).strip()
    lines = [re.sub(r"^\s*//[/!]? ?", "", line) for line in raw.split("\n")]
    return "\n".join(lines).strip()
