"""Dangerous constructs, by bandit."""

from __future__ import annotations

import ast
import io
from typing import Any

from burnish.evaluation.analyzer import Remarks
from burnish.records import Candidate, Finding

_SEVERITY: dict[str, Any] = {"LOW": "low", "MEDIUM": "medium", "HIGH": "high"}


class Bandit:
    """Value: 1.0 without a finding of high severity, else 0.0.

    `# nosec` comments are ignored: the code under judgement does not excuse itself.
    """

    name = "bandit"

    def __call__(self, candidate: Candidate, tree: ast.Module) -> Remarks:
        from bandit.core.config import BanditConfig
        from bandit.core.manager import BanditManager

        manager = BanditManager(BanditConfig(), "file", quiet=True, ignore_nosec=True)
        # The one way to hand bandit a source that is not a file of the user's.
        manager._parse_file(f"/{candidate.module}.py", io.BytesIO(candidate.code.encode()), [])
        findings = tuple(
            Finding(
                category="security",
                severity=_SEVERITY[issue.severity],
                message=f"{issue.text} ({issue.test_id})",
                tool=self.name,
                line=issue.lineno,
            )
            for issue in manager.results
            if issue.severity in _SEVERITY
        )
        high = sum(finding.severity == "high" for finding in findings)
        return Remarks(0.0 if high else 1.0, findings, f"{high} of high severity")
