"""pylint and black, kept warm in this process."""

from __future__ import annotations

import ast
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any

from burnish.evaluation.analyzer import Remarks
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
_lock = threading.Lock()  # a PyLinter has one state


class Pylint:
    """Value: pylint's own score over 10, from the messages in `MESSAGES` alone.

    10 - (5 * errors + warnings + refactorings + conventions) / statements * 10, at least 0.
    Source: pylint's `evaluation` option. The working directory's pylintrc is not read.
    """

    name = "pylint"

    def __call__(self, candidate: Candidate, tree: ast.Module) -> Remarks:
        with _lock, tempfile.TemporaryDirectory(prefix="burnish-") as folder:
            path = Path(folder, f"{candidate.module}.py")
            path.write_text(candidate.code, "utf-8")
            messages = _check(path)
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
        import black

        text = candidate.code
        if not text.strip() or black.format_str(text, mode=black.Mode()) == text:
            return Remarks(1.0, (), "formatted")
        finding = Finding(
            category="style", severity="info", message="black would reformat the file", tool="black"
        )
        return Remarks(0.0, (finding,), "not formatted")


def warm() -> None:
    """Pay pylint's and black's first call (about a second) before it is waited for."""
    code = '"""Nothing."""\n'
    for analyzer in (Pylint(), Black()):
        analyzer(Candidate(code=code), ast.parse(code))


def _check(path: Path) -> list[Any]:
    import astroid

    linter, messages = _linter()
    messages.clear()
    before = list(sys.path)
    try:
        linter.check([str(path)])
    finally:
        sys.path[:] = before  # pylint puts the checked file's folder first
        astroid.astroid_manager.MANAGER.astroid_cache.pop(path.stem, None)
    return list(messages)


@cache
def _linter() -> tuple[Any, list[Any]]:
    from pylint.lint import PyLinter
    from pylint.reporters import CollectingReporter

    reporter = CollectingReporter()
    linter = PyLinter(reporter=reporter)
    linter.load_default_plugins()
    linter.disable("all")
    for message in MESSAGES:
        linter.enable(message)
    for message in DISABLED:
        linter.disable(message)
    return linter, reporter.messages
