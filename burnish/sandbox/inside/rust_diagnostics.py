"""What rustc and clippy say, from their JSON to failures and findings."""

from __future__ import annotations

import json
from typing import Any

from burnish.sandbox.inside.compiler import Failure

_NOT_THERE = ("E0432", "E0433", "E0463")


def diagnostics(said: str) -> list[dict[str, Any]]:
    found = []
    for line in said.splitlines():
        if line.startswith("{"):
            try:
                one = json.loads(line)
            except ValueError:
                continue
            if one.get("spans") or one.get("level") == "error":
                found.append(one)
    return found


def _place(diagnostic: dict[str, Any]) -> tuple[int | None, str]:
    """Line and label of what a diagnostic points at."""
    for span in diagnostic["spans"]:
        if span["is_primary"]:
            while span.get("expansion") and not span["file_name"].endswith(".rs"):
                span = span["expansion"]["span"]
            return int(span["line_start"]), span.get("label") or ""
    return None, ""


def failure_of(said: str, code: int) -> Failure:
    """The first errors of a compilation, in rustc's own words."""
    errors = [one for one in diagnostics(said) if one["level"].startswith("error")]
    errors = [one for one in errors if not one["message"].startswith("aborting due to")]
    if not errors:
        return Failure(f"rustc ended with exit code {code}: {said.strip()[-300:]}")
    lines = []
    for one in errors[:3]:
        line, label = _place(one)
        number = f"[{one['code']['code']}]" if one.get("code") else ""
        helps = [c["message"] for c in one.get("children", []) if c["level"] == "help"][:1]
        words = ": ".join(part for part in (one["message"], label, *helps) if part)
        lines.append(f"error{number} line {line}: {words}" if line else f"error{number}: {words}")
    number = (errors[0].get("code") or {}).get("code", "")
    category = "import" if number in _NOT_THERE else "syntax"
    return Failure("\n".join(lines)[:600], _place(errors[0])[0], category)


def author(diagnostic: dict[str, Any]) -> str:
    lint = (diagnostic.get("code") or {}).get("code", "")
    return "clippy" if lint.startswith("clippy::") else "rustc"


def finding(tool: str, diagnostic: dict[str, Any]) -> dict[str, Any]:
    lint = (diagnostic.get("code") or {}).get("code", "")
    return {
        "category": "style",
        "severity": "low" if tool == "clippy" else "medium",
        "message": f"{diagnostic['message']} ({lint})" if lint else diagnostic["message"],
        "tool": tool,
        "line": _place(diagnostic)[0],
    }
