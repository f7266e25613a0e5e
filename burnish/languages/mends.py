"""What a machine mends in a model's answer before it is run: no second question is needed."""

from __future__ import annotations

from typing import Protocol

from burnish.languages.go_mends import GoMends
from burnish.languages.java_mends import JavaMends
from burnish.languages.javascript_mends import JavaScriptMends
from burnish.languages.outline import Outline
from burnish.languages.rust_mends import RustMends


class Mends(Protocol):
    """The mends of one language. A text that is beyond mending comes back as it is."""

    export: str
    """What is put before a top-level declaration to export it; "" where nothing can be."""

    def code(self, source: str) -> str:
        """The module as others can use it: exported, in its package, without main and tests."""
        ...

    def tests(self, source: str, own: Outline) -> str:
        """The test file with what it needs to reach the module, whose outline is `own`."""
        ...


def mends(language: str) -> Mends:
    """The mends of a registered language other than Python."""
    found: dict[str, type[Mends]] = {
        "javascript": JavaScriptMends,
        "java": JavaMends,
        "go": GoMends,
        "rust": RustMends,
    }
    return found[language]()
