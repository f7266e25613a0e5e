"""The seam of a compiled language inside the sandbox, and what crosses it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from typing import Any, Protocol

from burnish.sandbox.inside.process import WORK

Job = dict[str, Any]
Files = dict[str, bytes]


@dataclass(frozen=True)
class Failure:
    """What a compiler would not take."""

    message: str
    line: int | None = None
    category: str = "syntax"
    """"syntax", or "import" if something that is not there was asked for."""


@dataclass(frozen=True)
class Program:
    """Something that can be started."""

    argv: tuple[str, ...]
    files: Files
    """What its work folder holds, by relative path."""
    environment: dict[str, str] = field(default_factory=dict)
    tells_end: bool = False
    """Its harness reports "ended" when no test is left to run; else its exit says as much."""


class Compiler(Protocol):
    """What a language module of this folder provides."""

    def build(self, job: Job) -> Failure | None:
        """Compile the module in the work folder, which holds it under its file name."""
        ...

    def load(self, job: Job) -> Program | None:
        """A program that only loads the module and reports "loaded"; None if nothing can fail."""
        ...

    def suite(self, job: Job, step: Job) -> Program | Failure:
        """Compile a test file against the module."""
        ...

    def examples(self, job: Job, step: Job) -> Program | Failure:
        """Compile the driver that makes the calls of `step["calls"]`."""
        ...

    def usage(self, job: Job, step: Job) -> Program | Failure:
        """Compile the usage example."""
        ...

    def coverage(self, job: Job, found: list[Any]) -> dict[str, Any] | None:
        """Covered, total and missing lines, from what the programs reported or left behind."""
        ...

    def remarks(self, job: Job) -> dict[str, Any]:
        """What the language's own tools say of the module: `formatted` and `findings`."""
        ...

    def cause(self, output: str) -> tuple[str, str] | None:
        """Category and message of a program's death, told by its last output; None if unclear."""
        ...


def plain_environment() -> dict[str, str]:
    """What programs see: nothing of the interpreter that this process runs in."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG")}


def compile_with(argv: list[str], environment: dict[str, str] | None = None) -> tuple[int, str]:
    """Run a compiler in the work folder; its exit code and its output."""
    given = {**plain_environment(), **(environment or {})}
    done = subprocess.run(
        argv, cwd=WORK, env=given, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout[-65536:].decode("utf-8", "replace")
