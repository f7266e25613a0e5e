"""The base of all records, and the closed sets of words that they use."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Strategy = Literal["direct", "test-first", "incremental", "template"]
Suite = Literal["check", "example", "generated", "usage", "probe"]
Outcome = Literal["passed", "failed", "error", "timeout", "missing"]
Move = Literal[
    "write", "repair_code", "rewrite", "repair_tests", "drop_tests", "add_tests",
    "document", "format", "simplify", "optimise", "given",
]  # fmt: skip
Category = Literal[
    "syntax", "import", "assertion", "exception", "timeout", "memory", "coverage",
    "complexity", "style", "documentation", "performance", "security", "forgery", "environment",
]  # fmt: skip
ExecutionStatus = Literal[
    "PASSED",  # every expected test ran and passed
    "FAILED",  # the run ended properly, some test did not pass
    "SYNTAX_ERROR",  # the code does not parse; nothing was run
    "IMPORT_ERROR",  # the module raised while being imported
    "TIMEOUT",  # the wall-clock limit ended the run
    "OUT_OF_MEMORY",  # the memory limit ended the run
    "CRASHED",  # the process ended without a valid report (os._exit, signal, forged report)
    "SANDBOX_UNAVAILABLE",  # nothing was executed
]
SolutionStatus = Literal[
    "TESTS_PASSING",
    "TESTS_PASSING_AFTER_REFINEMENT",
    "SYNTAX_ERROR_CORRECTED",
    "PERFORMANCE_OPTIMIZED",
    "QUALITY_BELOW_THRESHOLD",
    "TESTS_FAILING",
    "SYNTAX_ERROR",
    "NO_USABLE_ANSWER",
    "SANDBOX_UNAVAILABLE",
]
DimensionName = Literal[
    "syntactic_correctness", "test_coverage", "documentation", "performance", "maintainability"
]


class Record(BaseModel):
    """Base of all records: frozen, strict about unknown fields, documented by docstrings."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
