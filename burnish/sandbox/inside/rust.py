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

from burnish.sandbox.inside.compiler import Failure, Files, Program
from burnish.sandbox.inside.native import NativeRunner
from burnish.sandbox.inside.process import WORK, Job, clear_work
from burnish.sandbox.inside.program import PROFILE
from burnish.sandbox.inside.rust_coverage import covered
from burnish.sandbox.inside.rust_diagnostics import author, diagnostics, failure_of, finding
from burnish.sandbox.inside.rust_refusal import SAFE_ONLY, foreign_operator, refused
from burnish.sandbox.inside.rust_usage import with_main

RUSTUP = Path("/usr/local/rustup/toolchains")
CRATE, FILE, LIBRARY = "solution", "solution.rs", "libsolution.rlib"
RUNNER_CRATE = "burnish_runner"
_HEAP_SHARE = 0.8


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
    """rustc on the search path, else that of the official image; None if there is none."""
    own_place = [str(path) for path in sorted(RUSTUP.glob("*/bin/rustc"))]
    found = next(iter([*own_place, shutil.which("rustc")]))
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
        Path(WORK, FILE).write_text(job["code"], encoding="utf-8")
        if no := refused(job["code"]):
            return no
        library = ["--crate-type", "rlib", "--emit", f"link={LIBRARY},mir=listing"]
        library += ["--crate-name", CRATE, *SAFE_ONLY, "-A", "dead_code"]
        failure = self._compile([*library, FILE])
        if failure is None:
            failure = foreign_operator(Path(WORK, "listing").read_text("utf-8", "replace"))
        if failure is not None:
            return failure
        warnings = self.warnings
        Path(WORK, "runner.rs").write_text(job["runner"], encoding="utf-8")
        own = ["--crate-type", "rlib", "--crate-name", RUNNER_CRATE, "-A", "warnings"]
        failure = self._compile([*own, "runner.rs"], measured=False)
        if failure is None:
            names = (LIBRARY, f"lib{RUNNER_CRATE}.rlib")
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
            return covered(job, json.loads(told)["data"][0], f"/{FILE}")
        except (ValueError, KeyError, IndexError):
            return None

    def remarks(self, job: Job) -> dict[str, Any]:
        """rustfmt's form of the module, and what rustc and clippy say of it."""
        formatted = None
        if self.tools is not None and (rustfmt := self.tools.beside("rustfmt")):
            form = ["--edition", "2021", "--emit", "stdout"]
            formatted = self._tool(rustfmt, form, stdin=job["code"]) or None
        told = [("rustc", warning) for warning in self.warnings]
        if self.tools is not None and (clippy := self.tools.beside("clippy-driver")):
            Path(WORK, FILE).write_text(job["code"], encoding="utf-8")
            argv = ["--edition", "2021", "--error-format", "json", "--crate-type", "lib"]
            argv += ["--crate-name", CRATE, "--emit", "metadata", "-A", "dead_code", FILE]
            if found := diagnostics(self._tool(clippy, argv, errors=True)):
                told = [(author(one), one) for one in found]  # what rustc told, and more
        return {"formatted": formatted, "findings": [finding(*one) for one in told]}

    def cause(self, output: str) -> tuple[str, str] | None:
        """An allocation that fails and a stack that overflows end the program; std says so."""
        if "memory allocation of" in output:
            return "memory", "an allocation failed at the memory limit"
        if "has overflowed its stack" in output:
            return "exception", "the stack overflowed: the recursion has no end or is too deep"
        return None

    def _program(
        self, job: Job, source: str, name: str, extern: list[str], profile: str = "%p.profraw"
    ) -> Program | Failure:
        for crate, content in self.crates.items():
            Path(WORK, crate).write_bytes(content)
        Path(WORK, name).write_text(source, encoding="utf-8")
        argv = ["--crate-type", "bin", "--crate-name", "main", "-o", "main", "-A", "warnings"]
        known = {CRATE, job["module"]}  # a file of another name may be used under that name too
        for alias in sorted(found for found in known if found.isidentifier()):
            argv += ["--extern", f"{alias}={LIBRARY}"]
        argv += [*SAFE_ONLY, *extern, name]
        failure = self._compile(argv, linked=True)
        if failure is not None:
            return failure
        binary = Path(WORK, "main").read_bytes()
        Path(WORK, "main").unlink()
        if profile != "/dev/null":
            self.programs.append(binary)
        kilobytes = int(job["limits"]["memory_bytes"] * _HEAP_SHARE) >> 10
        argv = ["/bin/sh", "-c", f"ulimit -d {kilobytes}; exec ./main"]
        return Program(tuple(argv), {"main": binary}, {PROFILE: profile})

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
        done = subprocess.run(
            [self.tools.rustc, *line, *argv], cwd=WORK, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": WORK, **environment},
        )  # fmt: skip
        said = done.stderr.decode("utf-8", "replace")
        self.warnings = [one for one in diagnostics(said) if one["level"] == "warning"]
        return None if done.returncode == 0 else failure_of(said, done.returncode)

    def _tool(
        self, program: str, arguments: list[str], *, stdin: str = "", errors: bool = False
    ) -> str:
        """What a tool prints; "" if it fails and its errors are not what is asked for."""
        done = subprocess.run(
            [program, *arguments], cwd=WORK, input=stdin.encode(), capture_output=True, check=False
        )
        said = done.stderr if errors else done.stdout if done.returncode == 0 else b""
        return said.decode("utf-8", "replace")


RUNNER = NativeRunner(Rust())
