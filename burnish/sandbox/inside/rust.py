"""How Rust is run: `rustc` alone, a test runner of ours, coverage by LLVM's instrumentation.

The module becomes the library crate `solution`, every test file and driver a program beside it.
There is no cargo, so no build script and no manifest that a candidate could plant.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from burnish.sandbox.inside.native import Failure, Files, NativeRunner, Program
from burnish.sandbox.inside.process import WORK, Job, clear_work

TOOLCHAINS = ("/usr/local/rustup", "/opt/rustup", "/root/.rustup", "/home/*/.rustup")
RUNNER_CRATE = "burnish_runner"
COMPILE_S = 20.0
_HEAP_SHARE = 0.8
_NOT_THERE = ("E0432", "E0433", "E0463")

# Safe code cannot reach the report's descriptor or the runner's memory: it has no raw descriptors,
# no pointers, no symbols of its own and nothing that runs before `main`. So what is not safe is
# refused: by rustc's lint, which covers `#[no_mangle]` and `#[link_section]` too, and by word,
# because the lint does not see into macros that other crates expand, nor assembly in older rustc.
_UNSAFE = ("-F", "unsafe_code")
_REFUSED = re.compile(r"\b(unsafe|global_asm|no_mangle|export_name|link_section)\b")
_OPAQUE = re.compile(
    r"""//[^\n]*|/\*|\b(?:b|c|br|cr|r)?(?P<hashes>(?<=r)\#*)"|(?<![\w'])b?'(?:\\u\{\w+\}|\\x..|\\.|[^\\'\n])'"""
)
# A type of the module that compares with an `i32` can call itself equal to every `i32`, whatever
# it holds. The compiler's own listing of functions shows each such comparison, macros expanded.
_COMPARISON = re.compile(
    r"^fn (?:.*::)?<impl at [^:]*:(\d+):.*>::(?:eq|ne|partial_cmp|lt|le|gt|ge)"
    r"\(_1: &(.*), _2: &(.*)\) -> ",
    re.M,
)


@dataclass(frozen=True)
class Tools:
    """The toolchain that was found."""

    rustc: str
    """Path of the compiler itself, not of rustup's proxy."""
    cov: str
    profdata: str
    """LLVM's tools of the same version; "" if coverage cannot be measured."""
    archive: str
    """Profiling runtime to link where rustc has none of its own."""

    def beside(self, name: str) -> str | None:
        """Another program of the toolchain."""
        path = Path(self.rustc).with_name(name)
        return str(path) if path.exists() else None


def find_tools() -> Tools | None:
    """rustc on the search path, else of a rustup toolchain; None if there is none."""
    found = shutil.which("rustc")
    for root in TOOLCHAINS if not found or "/.cargo/" in found else ():
        anchor = Path(root).anchor
        for path in sorted(Path(anchor).glob(f"{root[1:]}/toolchains/*/bin/rustc")):
            found = str(path)
    if not found:
        return None
    said = _output([found, "-vV"]) + _output([found, "--print", "sysroot"])
    sysroot = Path(said.strip().split("\n")[-1])
    version = re.search(r"LLVM version: (\d+)", said)
    major = version[1] if version else "0"
    own = next(iter(sysroot.glob("lib/rustlib/*/bin/llvm-cov")), None)
    cov = str(own) if own else shutil.which(f"llvm-cov-{major}") or ""
    profdata = cov.replace("llvm-cov", "llvm-profdata")
    archive = ""
    if not list(sysroot.glob("lib/rustlib/*/lib/libprofiler_builtins-*.rlib")):
        runtime = f"usr/lib/llvm-{major}/lib/clang/*/lib/linux/libclang_rt.profile-*.a"
        machine = re.search(r"host: (\w+?)-", said)
        fitting = [p for p in Path("/").glob(runtime) if machine and machine[1] in p.name]
        archive = str(fitting[0]) if fitting else ""
        cov = cov if archive else ""
    return Tools(found, cov, profdata, archive)


def _output(argv: list[str]) -> str:
    return subprocess.run(argv, capture_output=True, text=True, check=False, cwd="/").stdout


class Rust:
    """See `native.Compiler`."""

    def __init__(self) -> None:
        self.tools: Tools | None = None
        self.crates: Files = {}
        self.warnings: list[dict[str, Any]] = []
        self.programs: list[bytes] = []

    def build(self, job: Job) -> Failure | None:
        """The library crate; what can forge a verdict in it is refused here."""
        self.tools = find_tools()
        if self.tools is None:
            return Failure("there is no rustc in this sandbox", None, "import")
        Path(WORK, self._file(job)).write_text(job["code"], encoding="utf-8")
        if refused := _refused(job["code"]):
            return refused
        crate = f"lib{self._crate(job)}.rlib"
        library = ["--crate-type", "rlib", "--emit", f"link={crate},mir=listing"]
        library += ["--crate-name", self._crate(job), *_UNSAFE, "-A", "dead_code"]
        failure = self._compile([*library, self._file(job)])
        if failure is None:
            failure = _foreign_comparison(Path(WORK, "listing").read_text("utf-8", "replace"))
        if failure is not None:
            return failure
        warnings = self.warnings
        Path(WORK, "runner.rs").write_text(job["runner"], encoding="utf-8")
        own = ["--crate-type", "rlib", "--crate-name", RUNNER_CRATE, "-A", "warnings"]
        failure = self._compile([*own, "runner.rs"], measured=False)
        if failure is None:
            names = (crate, f"lib{RUNNER_CRATE}.rlib")
            self.crates = {name: Path(WORK, name).read_bytes() for name in names}
        self.warnings = warnings
        return failure

    def load(self, job: Job) -> Program | None:
        """See `native.Compiler.load`. Safe Rust runs nothing before `main`."""
        return None

    def suite(self, job: Job, step: Job) -> Program | Failure:
        """See `native.Compiler.suite`."""
        extern = ["--cfg", "test", "--extern", f"{step['runner']}=lib{RUNNER_CRATE}.rlib"]
        return self._program(job, step["source"], step["file"], extern)

    def examples(self, job: Job, step: Job) -> Program | Failure:
        """See `native.Compiler.examples`."""
        calls = "".join(
            f"|| (&&&&{RUNNER_CRATE}::Out({call})).given(),\n" for call in step["calls"]
        )
        source = f"use {RUNNER_CRATE}::{{Plain as _, Fallible as _, Shown as _, Hidden as _}};\n"
        source += f"fn main() {{ {RUNNER_CRATE}::calls(&[\n{calls}]); }}\n"
        extern = ["--extern", f"{RUNNER_CRATE}=lib{RUNNER_CRATE}.rlib"]
        return self._program(job, source, "calls.rs", extern)

    def usage(self, job: Job, step: Job) -> Program | Failure:
        """See `native.Compiler.usage`. Statements get a `main`, as rustdoc gives them one."""
        return self._program(job, with_main(step["source"]), "usage.rs", [], "/dev/null")

    def coverage(self, job: Job, found: list[Any]) -> dict[str, Any] | None:
        """Code regions as LLVM counts them, over all programs and all instances of a generic."""
        if self.tools is None or not self.tools.cov or not found or not self.programs:
            return None
        clear_work()  # of what the last program left
        for number, profile in enumerate(found):
            Path(WORK, f"{number}.raw").write_bytes(profile)
        raw = [f"{number}.raw" for number in range(len(found))]
        merge = ["merge", "-sparse", "--failure-mode=all", *raw, "-o", "p.profdata"]
        self._tool(self.tools.profdata, merge)
        objects = []
        for number, program in enumerate(self.programs):
            Path(WORK, f"p{number}").write_bytes(program)
            objects += [f"-object=p{number}"] if number else [f"p{number}"]
        told = self._tool(
            self.tools.cov, ["export", "-format=text", "-instr-profile=p.profdata", *objects]
        )
        try:
            return _covered(job, json.loads(told)["data"][0], f"/{self._file(job)}")
        except (ValueError, KeyError, IndexError):
            return None

    def remarks(self, job: Job) -> dict[str, Any]:
        """rustfmt's form of the module, and what rustc and clippy say of it."""
        formatted = None
        if self.tools is not None and (rustfmt := self.tools.beside("rustfmt")):
            done = subprocess.run(
                [rustfmt, "--edition", "2021", "--emit", "stdout"], input=job["code"],
                capture_output=True, text=True, check=False, cwd="/", timeout=COMPILE_S,
            )  # fmt: skip
            formatted = done.stdout if done.returncode == 0 else None
        told = [("rustc", warning) for warning in self.warnings]
        if self.tools is not None and (clippy := self.tools.beside("clippy-driver")):
            Path(WORK, self._file(job)).write_text(job["code"], encoding="utf-8")
            lib = ["--crate-type", "lib", "--crate-name", self._crate(job), "--emit", "metadata"]
            argv = [clippy, "--edition", "2021", "--error-format", "json", *lib, "-A", "dead_code"]
            found = _diagnostics(self._tool(clippy, [*argv[1:], self._file(job)], errors=True))
            if found:  # it tells what rustc told, and more
                told = [(_author(one), one) for one in found]
        return {"formatted": formatted, "findings": [_finding(*one) for one in told]}

    def cause(self, output: str) -> tuple[str, str] | None:
        """An allocation that fails and a stack that overflows end the program; std says so."""
        if "memory allocation of" in output:
            return "memory", "an allocation failed at the memory limit"
        if "has overflowed its stack" in output:
            return "exception", "the stack overflowed: the recursion has no end or is too deep"
        return None

    def _file(self, job: Job) -> str:
        return f"{job['module']}.rs"

    def _crate(self, job: Job) -> str:
        return re.sub(r"\W", "_", job["module"])

    def _program(
        self, job: Job, source: str, name: str, extern: list[str], profile: str = "%p.profraw"
    ) -> Program | Failure:
        for crate, content in self.crates.items():
            Path(WORK, crate).write_bytes(content)
        Path(WORK, name).write_text(source, encoding="utf-8")
        own = self._crate(job)
        argv = ["--crate-type", "bin", "--crate-name", "main", "-o", "main", "-A", "warnings"]
        argv += [*_UNSAFE, "--extern", f"{own}=lib{own}.rlib", *extern, name]
        failure = self._compile(argv, linked=True)
        if failure is not None:
            return failure
        binary = Path(WORK, "main").read_bytes()
        Path(WORK, "main").unlink()
        if profile != "/dev/null":
            self.programs.append(binary)
        kilobytes = int(job["limits"]["memory_bytes"] * _HEAP_SHARE) >> 10
        argv = ["/bin/sh", "-c", f"ulimit -d {kilobytes}; exec ./main"]
        return Program(tuple(argv), {"main": binary}, {"LLVM_PROFILE_FILE": profile})

    def _compile(
        self, argv: list[str], *, measured: bool = True, linked: bool = False
    ) -> Failure | None:
        """Run rustc; keeps the warnings. None if it compiled."""
        assert self.tools is not None
        line = ["--edition", "2021", "--error-format", "json", "-C", "codegen-units=1"]
        line += ["-C", "debuginfo=0", "-C", "strip=debuginfo", "-C", "linker=gcc"]
        environment = {}
        if measured and self.tools.cov:
            line += ["-C", "instrument-coverage"]
            if self.tools.archive:
                # The flag is an unstable one; no feature of the language is opened with it.
                line += ["-Z", "no-profiler-runtime", "-Z", "allow-features="]
                environment["RUSTC_BOOTSTRAP"] = "1"
                if linked:
                    for part in (self.tools.archive, "-lc", "-u__llvm_profile_runtime"):
                        line += ["-C", f"link-arg={part}"]
        try:
            done = subprocess.run(
                [self.tools.rustc, *line, *argv], cwd=WORK, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=COMPILE_S, check=False,
                env={"PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": WORK, **environment},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Failure(f"compiling it took longer than {COMPILE_S:g} s", None, "timeout")
        said = done.stderr.decode("utf-8", "replace")
        self.warnings = [one for one in _diagnostics(said) if one["level"] == "warning"]
        return None if done.returncode == 0 else _failure(said, done.returncode)

    def _tool(self, program: str, arguments: list[str], *, errors: bool = False) -> str:
        done = subprocess.run(
            [program, *arguments], cwd=WORK, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=COMPILE_S, check=False,
        )  # fmt: skip
        return (done.stderr if errors else done.stdout).decode("utf-8", "replace")


def _refused(code: str) -> Failure | None:
    """Words that no honest module needs, outside of comments and literals."""
    found = _REFUSED.search(_bare(code))
    if found is None:
        return None
    line = code.count("\n", 0, found.start()) + 1
    return Failure(f"unsafe code is refused here: `{found[1]}`; write it in safe Rust", line)


def _bare(code: str) -> str:
    """The code with comments and literals blanked out, every character in its place."""
    kept, position = [], 0
    while found := _OPAQUE.search(code, position):
        end = found.end()
        if found[0] == "/*":
            end = _end_of_comment(code, end)
        elif found[0].endswith('"'):
            raw = "r" in found[0]
            close = re.compile('"' + (found["hashes"] or "") if raw else r'(?:\\.|[^"\\])*"', re.S)
            closed = close.search(code, end) if raw else close.match(code, end)
            end = closed.end() if closed else len(code)
        kept += [code[position : found.start()], re.sub(r"[^\n]", " ", code[found.start() : end])]
        position = end
    return "".join([*kept, code[position:]])


def _end_of_comment(code: str, position: int) -> int:
    depth = 1
    for mark in re.finditer(r"/\*|\*/", code[position:]):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return position + mark.end()
    return len(code)


def _foreign_comparison(listing: str) -> Failure | None:
    for found in _COMPARISON.finditer(listing):
        one, other = (re.sub(r"<?'\w+>?|\s", "", side) for side in (found[2], found[3]))
        heads = [re.split(r"[<\[(&]", side)[0] for side in (one, other)]
        same = heads[0] == heads[1] and heads[0].split("::")[-1] not in ("", "Box", "Pin")
        if one != other and not same:
            return Failure(
                f"a comparison of `{found[2]}` with `{found[3]}` is refused here: it could call "
                "anything equal; implement PartialEq and PartialOrd only between values of a type",
                int(found[1]),
            )
    return None


def _diagnostics(said: str) -> list[dict[str, Any]]:
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


def _failure(said: str, code: int) -> Failure:
    """The first errors of a compilation, in rustc's own words."""
    errors = [one for one in _diagnostics(said) if one["level"].startswith("error")]
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


def _author(diagnostic: dict[str, Any]) -> str:
    lint = (diagnostic.get("code") or {}).get("code", "")
    return "clippy" if lint.startswith("clippy::") else "rustc"


def _finding(tool: str, diagnostic: dict[str, Any]) -> dict[str, Any]:
    lint = (diagnostic.get("code") or {}).get("code", "")
    return {
        "category": "style",
        "severity": "low" if tool == "clippy" else "medium",
        "message": f"{diagnostic['message']} ({lint})" if lint else diagnostic["message"],
        "tool": tool,
        "line": _place(diagnostic)[0],
    }


def _covered(job: Job, data: dict[str, Any], file: str) -> dict[str, Any] | None:
    regions: dict[tuple[int, ...], int] = {}
    for function in data["functions"]:
        if function["filenames"] and function["filenames"][0].endswith(file):
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


def with_main(source: str) -> str:
    """A README's block as a program: lines that rustdoc hides shown, statements in a `main`."""
    source = re.sub(r"^([ \t]*)# ?(?=[^\[!]|$)", r"\1", source, flags=re.M)
    if re.search(r"\bfn\s+main\s*\(", source):
        return source
    heads = re.findall(r"^[ \t]*#!\[.*\][ \t]*$", source, re.M)
    for head in heads:
        source = source.replace(head, "", 1)
    result = "Result<(), Box<dyn std::error::Error>>"
    fallible = re.search(r"\?\s*[;).]", source) and "return" not in source
    body = f" -> {result} {{\n{source}\n;Ok(()) }}" if fallible else f" {{\n{source}\n}}"
    if fallible and re.search(r"Ok(::<.*>)?\(\(\)\)", source):
        body = f" -> {result} {{\n{re.sub(r'Ok::<.*>', 'Ok', source)}\n}}"
    return "\n".join([*heads, f"fn main(){body}\n"])


RUNNER = NativeRunner(Rust())
