"""Coverage of a Rust module, from what llvm-cov exports."""

from __future__ import annotations

import re
from typing import Any

from burnish.sandbox.inside.process import Job

# Older compilers count what `derive` writes as code of the module; nobody tests that.
_DERIVE = re.compile(r"#\[\s*derive\s*\([^)]*\)\s*\]")


def covered(job: Job, data: dict[str, Any], file: str) -> dict[str, Any] | None:
    regions: dict[tuple[int, ...], int] = {}
    derived = [
        (_place(job, m.start()), _place(job, m.end())) for m in _DERIVE.finditer(job["code"])
    ]
    for function in data["functions"]:
        names, first = function["filenames"], tuple(function["regions"][0][:2])
        if names and names[0].endswith(file) and not any(a <= first < b for a, b in derived):
            for *place, count, own, _, kind in function["regions"]:
                if kind == 0 and own == 0:
                    key = tuple(place)
                    regions[key] = max(regions.get(key, 0), count)
    if not regions:
        return None
    return {
        "covered": sum(count > 0 for count in regions.values()),
        "total": len(regions),
        "missing_lines": _missing(job, regions),
    }


def _place(job: Job, offset: int) -> tuple[int, int]:
    """Line and column, both from 1."""
    before = job["code"][:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")


def _missing(job: Job, regions: dict[tuple[int, ...], int]) -> list[int]:
    """Lines on which a statement begins whose innermost region never ran."""
    missing, lines = [], job["code"].split("\n")
    for line in job["statements"]:
        text = lines[line - 1]
        here = (line, len(text) - len(text.lstrip()) + 1)
        around = [r for r in regions if (r[0], r[1]) <= here < (r[2], r[3])]
        inner = max(around, key=lambda r: (r[0], r[1], -r[2], -r[3]), default=None)
        # Older compilers begin the region of `return x` or of a match arm at its value.
        inner = inner or min((r for r in regions if r[0] == line), default=None)
        if inner is not None and regions[inner] == 0:
            missing.append(line)
    return missing
