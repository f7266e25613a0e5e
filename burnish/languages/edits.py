"""Small edits of source text that every language's mends are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable


def cut(source: str, spans: Iterable[tuple[int, int]]) -> str:
    """The source without these spans, nor the blank lines that they would leave."""
    for start, end in sorted(spans, reverse=True):
        left, right = source[:start].rstrip(" \t"), source[end:].lstrip(" \t;")
        if left.endswith("\n\n"):
            right = right.lstrip("\n")
        source = left + right
    return source


def rename(source: str, old: str, new: str) -> str:
    """The source with one identifier renamed wherever it stands as a word."""
    return re.sub(rf"(?<![\w$.]){re.escape(old)}\b", new, source)


def spelt(name: str, case: str) -> str:
    """A name as a language's convention spells it: "snake", "camel" or "pascal"; "" for as is."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)
    if not words or not case:
        return name
    if case == "snake":
        return "_".join(word.lower() for word in words)
    first: str = words[0].capitalize() if case == "pascal" else words[0].lower()
    return first + "".join(word.capitalize() for word in words[1:])


def declaration(source: str, line: int) -> str:
    """The declaration that begins on a 1-based line, without its body, in one line of text."""
    text = " ".join(" ".join(source.split("\n")[line - 1 : line + 9]).split())
    depth = 0
    for place, sign in enumerate(text):
        of_a_type = sign == "{" and text[:place].rstrip().endswith(("interface", "struct"))
        ends = (sign in "{;" and not of_a_type) or text.startswith("=>", place)
        if depth == 0 and ends:
            return text[:place].rstrip()
        depth += (sign in "([{") - (sign in ")]}")
    return text


def first_sentence(comment: str) -> str:
    """The first sentence of a documentation comment, without its full stop; "" if it has none.

    Sections, tags and examples, which a paragraph may run into, are no part of it.
    """
    paragraph = comment.strip().partition("\n\n")[0]
    prose = re.split(r"^\s*(?:>>>|\w+:\s*$|@\w|<p>)", paragraph, maxsplit=1, flags=re.MULTILINE)[0]
    return re.split(r"(?<=[.!?])\s", " ".join(prose.split()), maxsplit=1)[0].rstrip(" .!?")
