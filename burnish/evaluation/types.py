"""Static types, by mypy, in this process."""

from __future__ import annotations

import ast
import re
import threading

from burnish.config import cache_dir
from burnish.evaluation.analyzer import Remarks
from burnish.evaluation.pragma import without_pragmas
from burnish.records import Candidate, Finding

_OPTIONS = (
    "--config-file=", "--no-site-packages", "--ignore-missing-imports", "--follow-imports=skip",
    "--check-untyped-defs", "--no-error-summary", "--no-color-output", "--no-pretty",
)  # fmt: skip
_ERROR = re.compile(r"^<string>:(\d+): error: (.*)$", re.M)
_lock = threading.Lock()  # mypy has global state


class Mypy:
    """Value: 1 - errors / statements, at least 0.0.

    Functions without annotations are checked too. No configuration and no file of the user's is
    read, what is imported from elsewhere than the standard library counts as Any, and no comment
    of the code is obeyed.
    """

    name = "mypy"

    def __call__(self, candidate: Candidate, tree: ast.Module) -> Remarks:
        from mypy import api

        cache = ("--cache-dir", str(cache_dir() / "mypy"))
        with _lock:
            output, _, _ = api.run([*_OPTIONS, *cache, "-c", without_pragmas(candidate.code)])
        findings = tuple(
            Finding(
                category="style",
                severity="low",
                message=message,
                tool=self.name,
                line=int(line),
            )
            for line, message in _ERROR.findall(output)
        )
        statements = sum(isinstance(node, ast.stmt) for node in ast.walk(tree)) or 1
        value = max(0.0, 1 - len(findings) / statements)
        return Remarks(value, findings, f"{len(findings)} type errors")
