"""How JavaScript is run: `node`, its own test runner, coverage from its inspector."""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

from burnish.sandbox.inside.compiler import (
    Failure,
    Files,
    Program,
    compile_with,
    plain_environment,
)
from burnish.sandbox.inside.native import NativeRunner
from burnish.sandbox.inside.process import WORK, Job

_HEAP_SHARE = 0.7
_EXPORTS = "default, test, it, describe, suite, before, after, beforeEach, afterEach, mock"
_REPORTER = "data:text/javascript,export%20default%20globalThis.reporter??async%20function*(){}"
"""What `node:test` tells its outcomes: the harness, where there is one, and nobody else."""


class JavaScript:
    """See `native.Compiler`."""

    def build(self, job: Job) -> Failure | None:
        """Nothing is compiled, but what does not parse is told at once."""
        path = Path(WORK, self._file(job))
        path.write_text(job["code"], encoding="utf-8")
        code, output = compile_with(["node", "--check", path.name])
        if code == 0:
            return None
        line = re.search(rf"{re.escape(path.name)}:(\d+)", output)
        message = re.search(r"^\w*Error.*", output, re.M)
        said = message[0] if message else output.strip()[-200:]
        return Failure(said, int(line[1]) if line else None)

    def load(self, job: Job) -> Program | None:
        """See `native.Compiler.load`."""
        source = f'import {{ load }} from "./R/calls.mjs"; load("../{self._file(job)}");'
        return self._program(job, {"run-load.mjs": source, **_harness(job, "R")})

    def suite(self, job: Job, step: Job) -> Program | Failure:
        """See `native.Compiler.suite`."""
        name = step["file"]
        Path(WORK, name).write_text(step["source"], encoding="utf-8")
        code, output = compile_with(["node", "--check", name])
        if code != 0:
            message = re.search(r"^\w*Error.*", output, re.M)
            return Failure(message[0] if message else output.strip()[-200:])
        runner, folder = step["runner"], f"r{secrets.token_hex(6)}"
        harness = f'"./{folder}/tests.mjs"'
        facade = f'import {{ sweep }} from {harness}; sweep("{runner}", "{name}"); '
        facade += f"export {{ {_EXPORTS} }} from {harness};"
        files = {
            "run-tests.mjs": f'import {{ run }} from {harness}; await run("{name}");',
            f"{runner}.mjs": facade,
            name: step["source"],
            **_harness(job, folder),
        }
        return self._program(job, files, tells_end=True)

    def examples(self, job: Job, step: Job) -> Program | Failure:
        """See `native.Compiler.examples`."""
        calls = ", ".join(f"async () => {call}" for call in step["calls"])
        source = (
            'import { calls } from "./R/calls.mjs";\n'
            f'import * as solution from "./{self._file(job)}";\ncalls([{calls}]);\n'
        )
        return self._program(job, {"run-calls.mjs": source, **_harness(job, "R")})

    def usage(self, job: Job, step: Job) -> Program | Failure:
        """See `native.Compiler.usage`."""
        return self._program(job, {"run-usage.mjs": step["source"]})

    def coverage(self, job: Job, found: list[Any]) -> dict[str, Any] | None:
        """Lines with a statement, and the branches that V8 counts, over all programs."""
        if not found:
            return None
        blocks: dict[tuple[int, int], int] = {}
        for functions in found:
            for function in functions:
                for block in function["ranges"]:
                    place = block["startOffset"], block["endOffset"]
                    blocks[place] = blocks.get(place, 0) + block["count"]
        missing = _missing_lines(job, found)
        lines = job["statements"]
        branches = [count for place, count in blocks.items() if place[0] > 0]
        covered = len(lines) - len(missing) + sum(count > 0 for count in branches)
        return {
            "covered": covered,
            "total": len(lines) + len(branches),
            "missing_lines": sorted(missing),
        }

    def remarks(self, job: Job) -> dict[str, Any]:
        """The form that prettier gives the module; None where there is no prettier."""
        prettier = shutil.which("prettier")
        if prettier is None:
            return {"formatted": None, "findings": []}
        command = [prettier, "--no-config", "--no-editorconfig", "--stdin-filepath"]
        done = subprocess.run(
            [*command, self._file(job)],
            input=job["code"], capture_output=True, text=True, check=False, cwd="/",
            env=plain_environment(),
        )  # fmt: skip
        return {"formatted": done.stdout if done.returncode == 0 else None, "findings": []}

    def cause(self, output: str) -> tuple[str, str] | None:
        """Node says itself when its heap is full, and what was thrown."""
        if "heap out of memory" in output:
            return "memory", "JavaScript heap out of memory"
        thrown = re.findall(r"^(?:Uncaught )?\w*Error\b.*(?=\n\s+at )", output, re.M)
        return ("exception", thrown[-1]) if thrown else None

    def _file(self, job: Job) -> str:
        return f"{job['module']}.mjs"

    def _program(self, job: Job, sources: dict[str, str], *, tells_end: bool = False) -> Program:
        """A program that begins with the first of these sources."""
        files: Files = {self._file(job): job["code"].encode()}
        files |= {name: source.encode() for name, source in sources.items()}
        heap = int(job["limits"]["memory_bytes"] * _HEAP_SHARE) >> 20
        argv = (
            "node",
            f"--max-old-space-size={heap}",
            f"--test-reporter={_REPORTER}",
            "--test-reporter-destination=stderr",
            next(iter(sources)),
        )
        return Program(argv, files, tells_end=tells_end)


def _harness(job: Job, folder: str) -> dict[str, str]:
    """The files of the harness in a folder; they import one another."""
    parts = [part.partition("\n") for part in job["runner"].split("//// ")[1:]]
    return {f"{folder}/{name}": source for name, _, source in parts}


def _missing_lines(job: Job, found: list[Any]) -> set[int]:
    """Lines with a statement that no program ran."""
    starts, position = [], 0
    for text in job["code"].split("\n"):
        starts.append(position + len(text) - len(text.lstrip()))
        position += len(text) + 1
    missing: set[int] | None = None
    for functions in found:
        here = {line for line in job["statements"] if not _ran(functions, starts[line - 1])}
        missing = here if missing is None else missing & here
    return missing or set()


def _ran(functions: list[Any], offset: int) -> bool:
    """Whether the innermost block around an offset was entered."""
    around = [
        block
        for function in functions
        for block in function["ranges"]
        if block["startOffset"] <= offset < block["endOffset"]
    ]
    if not around:
        return False
    inner = min(around, key=lambda block: block["endOffset"] - block["startOffset"])
    return bool(inner["count"] > 0)


RUNNER = NativeRunner(JavaScript())
