"""How Go is run: its compiler and linker called directly, coverage by its own `cover`.

`go build` would spend most of its time on what is not needed here: modules, caches, vetting.
The module is compiled once for load, calls and outside tests; tests of its own package are
compiled with it, as `go test` does.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

from burnish.sandbox.inside import go_usage
from burnish.sandbox.inside.native import Failure, NativeRunner, Program, compile_with
from burnish.sandbox.inside.process import WORK, Job

LIBRARY = Path("/opt/go-library/importcfg")
"""Where the image lists the compiled standard library; Go before 1.20 brings it compiled."""
PACKAGE = "solution"
_PATH = "/usr/local/go/bin:/usr/lib/go/bin"
_CLAUSE = re.compile(r"(?:\s|//[^\n]*\n|/\*.*?\*/)*\bpackage\s+(\w+)", re.S)
_WITHHELD = re.compile(r"(syscall|plugin|runtime/(debug|cgo)|internal/.*|.*/internal/.*|vendor/.*)")
_TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|\'(?:\\.|[^\'\\])*\'|//[^\n]*|/\*.*?\*/', re.S)
_IMPORTED = re.compile(
    r'(?:^|;|\bimport\b\s*\(?)\s*(?:[\w.]+\s*)?("[\w\\]+"|`\w+`)\s*(?=$|;|\))', re.M
)
# Names that tests in the module's package rely on: a module that declares them anew is refused.
_PREDECLARED = (
    "any", "append", "bool", "byte", "cap", "error", "false", "float32", "float64", "int", "int8",
    "int16", "int32", "int64", "iota", "len", "nil", "panic", "recover", "rune", "string", "true",
    "uint", "uint8", "uint16", "uint32", "uint64",
)  # fmt: skip


class Go:
    """See `native.Compiler`."""

    def build(self, job: Job) -> Failure | None:
        """See `native.Compiler.build`. Whatever package the module names, it becomes `solution`;
        lines keep their numbers. `unsafe`, `syscall` and what else reaches around the language is
        not there for a module."""
        self.file = f"{job['module']}.go"
        self.harness, self.counter = (f"{c}{secrets.token_hex(8)}" for c in "rv")
        self.blocks: list[tuple[int, ...]] = []
        self.made, self.memory_bytes = 0, job["limits"]["memory_bytes"]
        self.code = in_package(job["code"])
        self._find_tools(job)
        if line := unsafe_line(self.code):
            return self._failure(f"{self.file}:{line}: could not import unsafe", self.file)
        Path(WORK, self.file).write_text(job["code"], encoding="utf-8")
        code, output = compile_with([self.gofmt, self.file])
        if code != 0:
            return self._failure(output, self.file)
        Path(WORK, self.file).write_text(self.code, encoding="utf-8")
        code, output = self._tool(
            "cover", "-mode=set", f"-var={self.counter}", "-o=covered.go", self.file
        )
        if code != 0:
            return self._failure(output, self.file)
        self._read_blocks()
        Path(WORK, "joined.go").write_text(self._joined(), encoding="utf-8")
        Path(WORK, "harness.go").write_text(job["runner"], encoding="utf-8")
        code, output = self._compile(self.harness, "harness.a", ["harness.go"])
        assert code == 0, output
        self._configure("module", [p for p in self.library if not _WITHHELD.fullmatch(p)])
        code, output = self._compile(PACKAGE, "solution.a", ["covered.go", "joined.go"], "module")
        if code != 0:
            return self._failure(output, self.file)
        self._configure("all", list(self.library))
        return None

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
        name = step["file"]
        Path(WORK, name).write_text(step["source"], encoding="utf-8")
        clause = _CLAUSE.match(step["source"])
        outside = clause is not None and clause[1].endswith("_test")
        path = f"{PACKAGE}_test" if outside else PACKAGE
        archive = self._name("suite.a")
        sources = [name] if outside else ["covered.go", "joined.go", name]
        code, output = self._compile(path, archive, sources, "all")
        if code != 0:
            return self._failure(output, name)
        tests = ", ".join(f'testing.InternalTest{{"{n}", suite.{n}}}' for n in step["names"])
        imports = f'import suite "{path}"; import "testing"; import "testing/internal/testdeps"'
        body = f"run := testing.MainStart(testdeps.TestDeps{{}}, sandboxed.Tests({tests}), "
        body += "nil, nil, nil); "
        main = re.search(r"^func TestMain\(", step["source"], re.M)
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
        """See `native.Compiler.usage`. A whole program, or statements of one."""
        function = f"U{secrets.token_hex(8)}"
        source, outside = go_usage.program(step["source"], PACKAGE, function)
        path = "usage" if outside else PACKAGE
        program = self._calling(function, source, path)
        if isinstance(program, Failure):
            unused = re.findall(r"(\w+) declared (?:and|but) not used", program.message)
            kept = "".join(f"\n_ = {name}" for name in dict.fromkeys(unused))
            if unused and go_usage.END in source:
                source = source.replace(go_usage.END, kept + go_usage.END)
                return self._calling(function, source, path)
        return program

    def coverage(self, job: Job, found: list[Any]) -> dict[str, Any] | None:
        """Statements of the blocks that ran in any program, and the lines of those that did not."""
        if not found:
            return None
        ran = {index for part in found for index in part}
        covered = sum(b[-1] for index, b in enumerate(self.blocks) if index in ran)
        lines = self.code.split("\n")
        missing = []
        for line in job["statements"]:
            text = lines[line - 1]
            place = line, len(text) - len(text.lstrip()) + 1
            around = [i for i, b in enumerate(self.blocks) if b[:2] <= place < b[2:4]]
            if around and not ran & set(around):
                missing.append(line)
        total = sum(block[-1] for block in self.blocks)
        return {"covered": covered, "total": total, "missing_lines": missing}

    def remarks(self, job: Job) -> dict[str, Any]:
        """The form that gofmt gives the module, and what vet finds in it."""
        done = subprocess.run(
            [self.gofmt], input=job["code"], capture_output=True, text=True, check=False, cwd="/",
            timeout=20,
        )  # fmt: skip
        formatted = done.stdout if done.returncode == 0 else None
        return {"formatted": formatted, "findings": self._vet()}

    def cause(self, output: str) -> tuple[str, str] | None:
        """The runtime says itself why it ends: a panic, a deadlock, no memory."""
        if re.search(r"runtime: out of memory|cannot allocate memory|errno=12", output):
            return "memory", "Go's runtime ran out of memory"
        told = re.search(r"^(panic|fatal error): .*", output, re.M)
        return ("exception", told[0][:300]) if told else None

    def _find_tools(self, job: Job) -> None:
        path = f"{os.environ['PATH']}:{_PATH}"
        self.gofmt = shutil.which("gofmt", path=path) or "gofmt"
        go = shutil.which("go", path=path) or "go"
        code, output = compile_with([go, "env", "GOROOT", "GOTOOLDIR", "GOOS", "GOARCH"], _OFFLINE)
        assert code == 0, output
        root, self.tools, system, machine = output.split("\n")[:4]
        self.root = Path(root)
        folder = self.root / "pkg" / f"{system}_{machine}"
        if LIBRARY.exists():
            self.library = _listed(LIBRARY.read_text())
        elif (folder / "fmt.a").exists():
            files = folder.rglob("*.a")
            self.library = {str(file.relative_to(folder))[:-2]: str(file) for file in files}
        else:
            self.library = self._compiled_library(go, job)

    def _compiled_library(self, go: str, job: Job) -> dict[str, str]:
        """Go since 1.20 where nobody has compiled its library ahead: what this job may import.
        Takes about ten seconds and 45 MB of the work folder; the image does it once."""
        cache = {**_OFFLINE, "GOCACHE": f"{WORK}/cache", "CGO_ENABLED": "0"}
        sources = [job["code"], job["runner"], *(s.get("source", "") for s in job["steps"])]
        told = set(re.findall(r'"([a-z][\w/]*)"', "\n".join(sources)))
        wanted = [name for name in sorted(told) if (self.root / "src" / name).is_dir()]
        form = "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"
        code, output = compile_with(
            [go, "list", "-export", "-deps", "-f", form, "testing/internal/testdeps", *wanted], cache
        )
        assert code == 0, output
        return _listed(output)

    def _tool(self, name: str, *arguments: str) -> tuple[int, str]:
        return compile_with([f"{self.tools}/{name}", *arguments], _OFFLINE)

    def _compile(
        self, path: str, archive: str, sources: list[str], config: str = "", *flags: str
    ) -> tuple[int, str]:
        """Compile files into an archive; returns exit code and output."""
        if not config:
            config = "plain"
            self._configure(config, list(self.library), ())
        return self._tool(
            "compile", f"-p={path}", "-complete", "-pack", *flags, f"-importcfg={config}.cfg",
            f"-o={archive}", *sources,
        )  # fmt: skip

    def _configure(
        self, name: str, library: list[str], own: tuple[str, ...] = ("harness", "solution")
    ) -> None:
        """Write the list of packages that can be imported."""
        lines = [f"packagefile {package}={self.library[package]}" for package in library]
        places = {"harness": self.harness, "solution": PACKAGE}
        lines += [f"packagefile {places[key]}={WORK}/{key}.a" for key in own]
        Path(WORK, f"{name}.cfg").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _joined(self) -> str:
        """What is compiled with the module: it ties it to the harness, and guards Go's own names.

        An import under a predeclared name does not compile beside a declaration of that name.
        """
        guards = "".join(f'import {name} "{self.harness}"; ' for name in _PREDECLARED)
        uses = "".join(f"var _ = {name}.Used; " for name in _PREDECLARED)
        return (
            f'package {PACKAGE}; import {self.harness} "{self.harness}"; {guards}{uses}'
            f"var _ = {self.harness}.Counters({self.counter}.Count[:])\n"
        )

    def _calling(self, function: str, source: str, path: str = PACKAGE) -> Program | Failure:
        """A program that calls a function of this file, which is of the module's package or not."""
        file, archive = self._name("driver.go"), self._name("driver.a")
        Path(WORK, file).write_text(source, encoding="utf-8")
        sources = ["covered.go", "joined.go", file] if path == PACKAGE else [file]
        code, output = self._compile(path, archive, sources, "all")
        if code != 0:
            return self._failure(output, file)
        return self._link(f'import driver "{path}"', f"driver.{function}()", {path: archive})

    def _link(
        self, imports: str, body: str, archives: dict[str, str] | None = None
    ) -> Program | Failure:
        """A program that does `body` and then reports what it covered."""
        source, archive, program = (self._name(f"main{end}") for end in (".go", ".a", ""))
        Path(WORK, source).write_text(
            f'package main; import sandboxed "{self.harness}"; {imports}\n'
            f"func main() {{ defer sandboxed.Covered(); {body} }}\n"
        )
        config = self._name("link")
        self._configure(config, list(self.library))
        with Path(WORK, f"{config}.cfg").open("a", encoding="utf-8") as file:
            for path, made in (archives or {}).items():
                file.write(f"packagefile {path}={WORK}/{made}\n")
        code, output = self._compile("main", archive, [source], config)
        if code == 0:
            code, output = self._tool(
                "link", f"-importcfg={config}.cfg", "-s", "-w", f"-o={program}", archive
            )
        if code != 0:
            return self._failure(output, source)
        data = Path(WORK, program).read_bytes()
        Path(WORK, program).unlink()
        bound = self.memory_bytes >> 10
        return Program(("/bin/sh", "-c", f"ulimit -d {bound}; exec ./program"), {"program": data})

    def _vet(self) -> list[dict[str, Any]]:
        """What `go vet` says, from its own program on the compiled library."""
        config = {
            "ID": PACKAGE, "Compiler": "gc", "Dir": WORK, "ImportPath": PACKAGE,
            "GoFiles": [f"{WORK}/{self.file}"], "ImportMap": {p: p for p in self.library},
            "PackageFile": self.library, "Standard": dict.fromkeys(self.library, True),
            "PackageVetx": {}, "VetxOnly": False, "VetxOutput": f"{WORK}/vet.out",
            "SucceedOnTypecheckFailure": True,
        }  # fmt: skip
        Path(WORK, "vet.cfg").write_text(json.dumps(config), encoding="utf-8")
        _, output = self._tool("vet", "-json", "vet.cfg")
        try:
            told = json.loads(output[output.index("{") :]).get(PACKAGE, {})
        except ValueError:
            return []
        findings = []
        for check, remarks in told.items():
            for remark in remarks if isinstance(remarks, list) else ():
                line = re.search(r":(\d+):\d+$", remark["posn"])
                findings.append({
                    "category": "style", "severity": "medium", "tool": "go vet",
                    "message": f"{check}: {remark['message']}",
                    "line": int(line[1]) if line else None,
                })  # fmt: skip
        return findings

    def _read_blocks(self) -> None:
        """Start, end (line and column) and number of statements of every block that is counted."""
        covered = Path(WORK, "covered.go").read_text(encoding="utf-8")
        table = covered[covered.rindex(f"var {self.counter} = struct") :]
        places = re.findall(r"^\t\t(\d+), (\d+), (0x[0-9a-f]+), // \[", table, re.M)
        numbers = re.findall(r"^\t\t(\d+), // \d+$", table, re.M)
        for (first, last, columns), number in zip(places, numbers, strict=True):
            both = int(columns, 16)
            self.blocks.append((int(first), both & 0xFFFF, int(last), both >> 16, int(number)))

    def _failure(self, output: str, file: str) -> Failure:
        """The first remarks of a compiler, with the line in the file they are about."""
        found = re.findall(rf"{re.escape(file)}:(\d+)(?::\d+)?: (.*)", output)
        if not found:
            return Failure(output.strip()[-300:] or "it does not compile")
        line, message = int(found[0][0]), found[0][1]
        category = "syntax"
        withheld = re.search(r"could not import (\S+)", message)
        if withheld is not None:
            message = f"there is no package {withheld[1]} here (only Go's standard library is"
            message += ", without unsafe and syscall)"
            category = "import"
        more = (f"line {n}: {said}" for n, said in found[1:4])
        return Failure("; ".join([message, *more]), line, category)

    def _name(self, suffix: str) -> str:
        self.made += 1
        return f"n{self.made}{suffix}"


_OFFLINE = {"GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOCACHE": "off", "GOTOOLCHAIN": "local"}


def _listed(importcfg: str) -> dict[str, str]:
    """Files of compiled packages, by import path."""
    lines = re.findall(r"^packagefile (\S+?)=(\S+)$", importcfg, re.M)
    return dict(lines)


def in_package(code: str) -> str:
    """The code as a file of package `solution`; every line keeps its number."""
    clause = _CLAUSE.match(code)
    if clause is None:
        return f"package {PACKAGE}; {code}"
    return code[: clause.start(1)] + PACKAGE + code[clause.end(1) :]


def unsafe_line(code: str) -> int:
    """1-based line on which the code imports `unsafe`, however it is spelt; 0 if nowhere.

    The compiler would not ask for it: that package is the compiler itself.
    """
    bare = _TOKEN.sub(lambda t: re.sub(r"\S", " ", t[0]) if t[0][0] == "/" else t[0], code)
    for found in _IMPORTED.finditer(bare):
        if found[1].strip('"`').encode().decode("unicode_escape") == "unsafe":
            return code.count("\n", 0, found.start(1)) + 1
    return 0


RUNNER = NativeRunner(Go())
