"""How Go is run: its compiler and linker called directly, coverage by its own `cover`.

`go build` would spend most of its time on what is not needed here: modules, caches, vetting.
The module is compiled once for loading and for outside tests; tests, calls and examples of its own
package are compiled with it, as `go test` does.
"""

from __future__ import annotations

import re
import secrets
import subprocess
from pathlib import Path
from typing import Any

from burnish.sandbox.inside import go_refusal, go_usage
from burnish.sandbox.inside.compiler import Failure, Program, compile_with
from burnish.sandbox.inside.go_tools import Tools, require, write
from burnish.sandbox.inside.native import NativeRunner
from burnish.sandbox.inside.process import WORK, Job

PACKAGE = "solution"
_CLAUSE = re.compile(r"(?:\s|//[^\n]*\n|/\*.*?\*/)*\bpackage\s+(\w+)", re.S)
_MODULE = ["covered.go", "joined.go"]


class Go:
    """See `native.Compiler`."""

    def build(self, job: Job) -> Failure | None:
        """See `native.Compiler.build`. Whatever package the module names, it becomes `solution`;
        lines keep their numbers. `unsafe`, `syscall` and what else reaches around the language is
        not there for a module."""
        self.file = f"{job['module']}.go"
        self.harness, self.counter = (f"{c}{secrets.token_hex(8)}" for c in "rv")
        self.made, self.memory_bytes = 0, job["limits"]["memory_bytes"]
        self.code = in_package(job["code"])
        self.tools = Tools()
        if line := go_refusal.unsafe_line(self.code):
            return go_refusal.failure(f"{self.file}:{line}: could not import unsafe", self.file)
        write(self.file, self.code)
        code, output = compile_with([self.tools.gofmt, self.file])
        if code == 0:
            code, output = self.tools.run(
                "cover", "-mode=set", f"-var={self.counter}", "-o=covered.go", self.file
            )
        if code == 0:
            code, output = self._compile_module(job["runner"])
        return None if code == 0 else go_refusal.failure(output, self.file)

    def load(self, job: Job) -> Program | None:
        """A program of its own only where initialising the module runs code of it."""
        if not re.search(r"^(func\s+init\s*\(|var\b)", self.code, re.M):
            return None
        program = self._link(f'import _ "{PACKAGE}"', "sandboxed.Loaded()")
        assert isinstance(program, Program), program
        return program

    def suite(self, job: Job, step: Job) -> Program | Failure:
        """See `native.Compiler.suite`. `TestMain` is called where there is one; fuzz tests,
        benchmarks and examples of the file are compiled and not run."""
        name, archive = step["file"], self._name("suite.a")
        write(name, step["source"])
        clause = _CLAUSE.match(step["source"])
        outside = clause is not None and clause[1].endswith("_test")
        path = f"{PACKAGE}_test" if outside else PACKAGE
        sources = [name] if outside else [*_MODULE, name]
        code, output = self.tools.compile(path, archive, sources, "all")
        if code != 0:
            return go_refusal.failure(output, name)
        tests = ", ".join(f'testing.InternalTest{{"{n}", suite.{n}}}' for n in step["names"])
        imports = f'import suite "{path}"; import "testing"; import "testing/internal/testdeps"'
        body = f"run := testing.MainStart(testdeps.TestDeps{{}}, sandboxed.Tests({tests}), "
        body += "nil, nil, nil); "
        main = re.search(r"(?:^|; )func TestMain\(", step["source"], re.M)
        body += "suite.TestMain(run)" if main else "run.Run()"
        return self._link(imports, body, {path: archive})

    def examples(self, job: Job, step: Job) -> Program | Failure:
        """See `native.Compiler.examples`. The calls are made within the module's package."""
        calls = "\n".join(f"func() []any {{ return {call} }}," for call in step["calls"])
        name = f"C{secrets.token_hex(8)}"
        return self._calling(
            name,
            f'package {PACKAGE}\nimport sandboxed "{self.harness}"\n'
            f"func {name}() {{ sandboxed.Calls([]func() []any{{\n{calls}\n}}) }}\n",
        )

    def usage(self, job: Job, step: Job) -> Program | Failure:
        """See `native.Compiler.usage`. What a README's statements leave unused is no mistake."""
        function = f"U{secrets.token_hex(8)}"
        source, outside = go_usage.program(step["source"], PACKAGE, function)
        path = "usage" if outside else PACKAGE
        program = self._calling(function, source, path)
        if isinstance(program, Failure):
            unused = go_usage.with_all_used(source, program.message)
            return self._calling(function, unused, path) if unused else program
        return program

    def coverage(self, job: Job, found: list[Any]) -> dict[str, Any] | None:
        """Statements of the blocks that ran in any program, and the lines of those that did not."""
        if not found:
            return None
        ran = {index for part in found for index in part}
        lines = self.code.split("\n")
        missing = []
        for line in job["statements"]:
            text = lines[line - 1]
            place = line, len(text) - len(text.lstrip()) + 1
            around = {i for i, b in enumerate(self.blocks) if b[:2] <= place < b[2:4]}
            if around and not ran & around:
                missing.append(line)
        return {
            "covered": sum(block[-1] for i, block in enumerate(self.blocks) if i in ran),
            "total": sum(block[-1] for block in self.blocks),
            "missing_lines": missing,
        }

    def remarks(self, job: Job) -> dict[str, Any]:
        """The form that gofmt gives the module, and what vet finds in it."""
        done = subprocess.run(
            [self.tools.gofmt], input=job["code"].encode("utf-8", "surrogatepass"),
            capture_output=True, check=False, cwd="/",
        )  # fmt: skip
        formatted = done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
        return {"formatted": formatted, "findings": self.tools.vet(PACKAGE, self.file)}

    def cause(self, output: str) -> tuple[str, str] | None:
        """The runtime says itself why it ends: a panic, a deadlock, no memory."""
        if re.search(r"runtime: out of memory|cannot allocate memory|errno=12", output):
            return "memory", "Go's runtime ran out of memory"
        told = re.search(r"^(panic|fatal error): .*", output, re.M)
        if told is None:
            return None
        place = re.search(rf"\b{re.escape(self.file)}:\d+", output[told.end() :])
        message = told[0].removesuffix(" [recovered]")[:300]
        return "exception", f"{message} ({place[0]})" if place else message

    def _compile_module(self, runner: str) -> tuple[int, str]:
        """The harness, then the module, which imports it: so the harness is initialised first."""
        self.blocks = _blocks(self.counter)
        harness, module = {self.harness: "harness.a"}, {PACKAGE: "solution.a"}
        write("harness.go", runner)
        self.tools.configure("harness", list(self.tools.compiled), {})
        code, output = self.tools.compile(self.harness, "harness.a", ["harness.go"], "harness")
        assert code == 0, output
        write(
            "joined.go",
            f'package {PACKAGE}; import {self.harness} "{self.harness}"; '
            f"{go_refusal.guards(self.harness)}"
            f"var _ = {self.harness}.Counters({self.counter}.Count[:])\n",
        )
        allowed = [p for p in self.tools.compiled if not go_refusal.WITHHELD.fullmatch(p)]
        self.tools.configure("module", allowed, harness)
        self.tools.configure("all", list(self.tools.compiled), harness | module)
        return self.tools.compile(PACKAGE, "solution.a", _MODULE, "module")

    def _calling(self, function: str, source: str, path: str = PACKAGE) -> Program | Failure:
        """A program that calls a function of this file, which is of the module's package or not."""
        file, archive = self._name("driver.go"), self._name("driver.a")
        write(file, source)
        sources = [*_MODULE, file] if path == PACKAGE else [file]
        code, output = self.tools.compile(path, archive, sources, "all")
        if code != 0:
            return go_refusal.failure(output, file)
        return self._link(f'import driver "{path}"', f"driver.{function}()", {path: archive})

    def _link(
        self, imports: str, body: str, archives: dict[str, str] | None = None
    ) -> Program | Failure:
        """A program that does `body` and then reports what it covered."""
        source, archive, program = (self._name(f"main{end}") for end in (".go", ".a", ""))
        write(
            source,
            f'package main; import sandboxed "{self.harness}"; {imports}\n'
            f"func main() {{ defer sandboxed.Covered(); {body} }}\n",
        )
        own = {self.harness: "harness.a", PACKAGE: "solution.a"} | (archives or {})
        self.tools.configure("link", list(self.tools.compiled), own)
        code, output = self.tools.compile("main", archive, [source], "link")
        if code == 0:
            code, output = self.tools.link(archive, program, "link")
        if code != 0:
            return go_refusal.failure(output, source)
        data = Path(WORK, program).read_bytes()
        Path(WORK, program).unlink()
        bound = self.memory_bytes >> 10
        return Program(("/bin/sh", "-c", f"ulimit -d {bound}; exec ./program"), {"program": data})

    def _name(self, suffix: str) -> str:
        self.made += 1
        return f"n{self.made}{suffix}"


def _blocks(counter: str) -> list[tuple[int, ...]]:
    """Start, end (line and column) and number of statements of every block that is counted."""
    covered = Path(WORK, "covered.go").read_text(encoding="utf-8", errors="replace")
    table = covered[covered.rindex(f"var {counter} = struct") :]
    places = re.findall(r"^\t\t(\d+), (\d+), (0x[0-9a-f]+), // \[", table, re.M)
    numbers = re.findall(r"^\t\t(\d+), // \d+$", table, re.M)
    blocks: list[tuple[int, ...]] = []
    for (first, last, columns), number in zip(places, numbers, strict=True):
        both = int(columns, 16)
        blocks.append((int(first), both & 0xFFFF, int(last), both >> 16, int(number)))
    return blocks


def in_package(code: str) -> str:
    """The code as a file of package `solution`; every line keeps its number."""
    clause = _CLAUSE.match(code)
    if clause is None:
        return f"package {PACKAGE}; {code}"
    return code[: clause.start(1)] + PACKAGE + code[clause.end(1) :]


if __spec__ is None:  # sent into a sandbox, not imported
    require()
RUNNER = NativeRunner(Go())
