"""pylint and black, kept warm in this process."""

from __future__ import annotations

import ast
import threading
from functools import cache
from typing import Any

from burnish.evaluation.analyzer import Remarks
from burnish.evaluation.formatting import the_black
from burnish.evaluation.pragma import without_pragmas
from burnish.records import Candidate, Finding

# What changes behaviour or misleads a reader. Left out: layout (black's affair), docstrings (a
# dimension of their own), imports that cannot be found (the sandbox tells), and pure taste.
MESSAGES = (
    "E", "unused-import", "unused-variable", "unused-argument", "unreachable",
    "pointless-statement", "dangerous-default-value", "bare-except", "broad-exception-caught",
    "broad-exception-raised", "redefined-builtin", "redefined-outer-name", "reimported",
    "wildcard-import", "global-statement", "global-variable-undefined",
    "expression-not-assigned", "duplicate-key", "self-assigning-variable",
    "unspecified-encoding", "lost-exception", "raise-missing-from",
    "f-string-without-interpolation", "eval-used", "exec-used", "too-many-arguments",
    "too-many-nested-blocks", "too-many-branches", "consider-using-with",
    "unnecessary-comprehension", "comparison-with-itself", "inconsistent-return-statements",
    "singleton-comparison", "undefined-loop-variable",
)  # fmt: skip
DISABLED = ("import-error", "no-name-in-module")
_SEVERITY: dict[str, Any] = {"F": "high", "E": "high", "W": "medium", "R": "low", "C": "info"}
_NAME = "burnish_candidate"
_lock = threading.Lock()  # a PyLinter has one state


class Pylint:
    """Value: pylint's own score over 10, from the messages in `MESSAGES` alone.

    10 - (5 * errors + warnings + refactorings + conventions) / statements * 10, at least 0.
    Source: pylint's `evaluation` option. No pylintrc is read and no comment of the code is
    obeyed. The source is never a file and never on a path, so nothing can import it.
    """

    name = "pylint"

    def __call__(self, candidate: Candidate, tree: ast.Module) -> Remarks:
        with _lock:
            messages = _check(without_pragmas(candidate.code))
        statements = sum(isinstance(node, ast.stmt) for node in ast.walk(tree)) or 1
        weight = sum(5 if m.category in ("error", "fatal") else 1 for m in messages)
        findings = tuple(
            Finding(
                category="style",
                severity=_SEVERITY[m.msg_id[0]],
                message=f"{m.msg} ({m.symbol})".replace("\n", " "),
                tool=self.name,
                line=m.line,
            )
            for m in messages
        )
        score = max(0.0, 10 - weight / statements * 10)
        return Remarks(score / 10, findings, f"pylint {score:.1f} of 10")


class Black:
    """Value: 1.0 if black would leave the file alone, else 0.0."""

    name = "black"

    def __call__(self, candidate: Candidate, tree: ast.Module) -> Remarks:
        black = the_black()
        text = without_pragmas(candidate.code)
        if not text.strip() or black.format_str(text, mode=black.Mode()) == text:
            return Remarks(1.0, (), "formatted")
        finding = Finding(
            category="style", severity="info", message="black would reformat the file", tool="black"
        )
        return Remarks(0.0, (finding,), "not formatted")


def _check(code: str) -> list[Any]:
    """pylint's messages on a source in memory; whatever pylint raises, it raises."""
    from astroid import MANAGER
    from astroid.builder import AstroidBuilder
    from pylint.reporters import CollectingReporter

    linter = _linter()
    linter.set_reporter(CollectingReporter())
    linter.open()
    try:
        with linter._astroid_module_checker() as check:
            linter.set_current_module(_NAME, f"{_NAME}.py")
            node = AstroidBuilder(MANAGER).string_build(code, _NAME)
            node.file = f"{_NAME}.py"
            linter._ignore_file = False
            check(node)
    finally:
        MANAGER.astroid_cache.pop(_NAME, None)
    return list(linter.reporter.messages)


@cache
def _linter() -> Any:
    from pylint.lint import PyLinter

    linter = PyLinter()
    linter.load_default_plugins()
    linter.disable("all")
    for message in MESSAGES:
        linter.enable(message)
    for message in DISABLED:
        linter.disable(message)
    return linter
