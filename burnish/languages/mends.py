"""What a machine mends in a model's answer before it is run: no second question is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from burnish.languages.outline import Outline


class Mends(Protocol):
    """The mends of one language. A text that is beyond mending comes back as it is."""

    def code(self, source: str) -> str:
        """The module as others can use it: exported, in its package, without main and tests."""
        ...

    def tests(self, source: str, own: Outline) -> str:
        """The test file with what it needs to reach the module, whose outline is `own`."""
        ...


def mends(language: str) -> Mends:
    """The mends of a registered language other than Python."""
    from burnish.languages.go_mends import GoMends
    from burnish.languages.java_mends import JavaMends
    from burnish.languages.javascript_mends import JavaScriptMends
    from burnish.languages.rust_mends import RustMends

    found: dict[str, type[Mends]] = {
        "javascript": JavaScriptMends,
        "java": JavaMends,
        "go": GoMends,
        "rust": RustMends,
    }
    return found[language]()


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
    """A name as a language's convention spells it: "snake", "camel" or "pascal"."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)
    if not words:
        return name
    if case == "snake":
        return "_".join(word.lower() for word in words)
    first: str = words[0].capitalize() if case == "pascal" else words[0].lower()
    return first + "".join(word.capitalize() for word in words[1:])
