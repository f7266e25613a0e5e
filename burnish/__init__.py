"""burnish: from a specification to working, tested, documented and scored code.

The verbs are imported when first used, so that `import burnish` is silent and quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from burnish.api import agenerate, generate, score
    from burnish.errors import BurnishError
    from burnish.modules.generator import CodeGenerator
    from burnish.records import QualityReport, Solution

__version__ = "0.1.0"

__all__ = [
    "BurnishError",
    "CodeGenerator",
    "QualityReport",
    "Solution",
    "agenerate",
    "generate",
    "score",
]

_HOMES = {
    "BurnishError": "burnish.errors",
    "CodeGenerator": "burnish.modules.generator",
    "QualityReport": "burnish.records",
    "Solution": "burnish.records",
    "agenerate": "burnish.api",
    "generate": "burnish.api",
    "score": "burnish.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'burnish' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
