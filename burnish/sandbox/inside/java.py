"""How Java is run: one virtual machine compiles everything, one runs each program, JUnit 5 tests.

The harness in `runners/java/` arrives as source and is compiled together with the module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from burnish.sandbox.inside.compiler import Failure, Files, Program, compile_with
from burnish.sandbox.inside.native import NativeRunner
from burnish.sandbox.inside.process import WORK, Job

JARS = ":".join(
    f"/usr/share/java/{name}.jar"
    for name in (
        "junit-jupiter-api", "junit-jupiter-engine", "junit-jupiter-params",
        "junit-platform-commons", "junit-platform-engine", "junit-platform-launcher",
        "opentest4j", "apiguardian-api", "org.jacoco.core", "asm", "asm-commons", "asm-tree",
        "asm-analysis",
    )
)  # fmt: skip
# One CPU and little memory: the simple collector and compiler start fastest.
_FLAGS = (
    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData",
    "-XX:+DisableAttachMechanism", "-XX:+ExitOnOutOfMemoryError", "-XX:ErrorFile=/dev/null",
    "-XX:ReservedCodeCacheSize=32m", "-Djava.security.manager=allow",
    "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=burnish.Workers",
    "-Dfile.encoding=UTF-8", "-Dsun.stdout.encoding=UTF-8", "-Duser.language=en",
)  # fmt: skip
# The socket takes the place of the standard input: Java can open no descriptor by its number.
# What the machine itself writes to the error stream is not the program's; the harness sends
# System.err where System.out goes.
_ON_SOCKET = 'exec "$@" <&3 3<&- 2>/dev/null'
_HEAP_SHARE = 0.55
_TEST_TYPES = {"suite": "SolutionTest.java", "examples": "Driver.java", "usage": "Usage.java"}
_WORD = re.compile(
    r'//[^\n]*|/\*.*?\*/|"""(?:\\.|.)*?"""|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'' r"|[\w$]+|.",
    re.S,
)
_IMPORT = re.compile(r"^[ \t]*import\s[^;]+;", re.M)
_PUBLIC_TYPE = re.compile(r"^public\s+(?=(final\s+)?(class|record|interface|enum)\b)", re.M)
JAVAS_OWN = (
    "Arrays", "Boolean", "Byte", "Character", "Collections", "Double", "Float", "Integer", "List",
    "Long", "Map", "Math", "Number", "Object", "Objects", "Set", "Short", "StrictMath", "String",
)  # fmt: skip
_TYPE_WORDS = ("class", "interface", "enum", "record")


@dataclass(frozen=True)
class Said:
    """One remark of javac."""

    folder: str
    kind: str
    file: str
    line: int
    code: str
    message: str


class Java:
    """See `native.Compiler`. One job a process: `build` keeps what it made."""

    def build(self, job: Job) -> Failure | None:
        """Compile the module and, while the virtual machine is warm, every step of the job."""
        self.said: list[Said] = []
        self.code = str(job["code"])
        self._lay_out(job)
        self._compile(job, [f"s{index}" for index in range(len(job["steps"]))])
        self.made = _below(Path(WORK, "out"))
        return self._failure("m") or self._taken()

    def load(self, job: Job) -> Program | None:
        """Nothing: a class that cannot be loaded fails each of its tests, and says why."""
        return None

    def suite(self, job: Job, step: Job) -> Program | Failure:
        """See `native.Compiler.suite`."""
        return self._program(job, step, "suite")

    def examples(self, job: Job, step: Job) -> Program | Failure:
        """A call that does not compile became one that says so, when the driver was built."""
        return self._program(job, step, "calls")

    def usage(self, job: Job, step: Job) -> Program | Failure:
        """See `native.Compiler.usage`."""
        return self._program(job, step, "usage")

    def coverage(self, job: Job, found: list[Any]) -> dict[str, Any] | None:
        """JaCoCo's lines and branches, over the probes that any program reached."""
        reached: dict[str, str] = {}
        for one in found:
            for name, bits in one.items():
                before = reached.get(name, bits)
                reached[name] = "".join(map(max, before, bits))
        if not reached:
            return None
        for name, content in self.made.items():
            _write(Path(WORK, "out", name), content)
        Path(WORK, "out/probes").write_text("".join(f"{k} {v}\n" for k, v in reached.items()))
        argv = ["java", *_FLAGS, "-Xmx128m", "-cp", f"out/m:{JARS}", "burnish.Cover"]
        code, output = compile_with(argv)
        counted = [list(map(int, row.split())) for row in output.splitlines()]
        if code != 0 or not counted:
            return None
        ran = sum(row[1] > 0 for row in counted) + sum(row[3] for row in counted)
        return {
            "covered": ran,
            "total": len(counted) + sum(row[4] for row in counted),
            "missing_lines": [row[0] for row in counted if row[1] == 0],
        }

    def remarks(self, job: Job) -> dict[str, Any]:
        """What `javac -Xlint:all` warns of; there is no formatter."""
        findings = [
            {
                "category": "style", "severity": "low", "tool": "javac",
                "message": said.message.replace("\n", " "), "line": said.line,
            }
            for said in self.said
            if said.file == "Solution.java" and "WARNING" in said.kind and said.line > 0
        ]  # fmt: skip
        return {"formatted": None, "findings": findings}

    def cause(self, output: str) -> tuple[str, str] | None:
        """The machine says itself why it ends for want of memory."""
        if "Terminating due to java.lang.OutOfMemoryError" in output:
            return "memory", "java.lang.OutOfMemoryError: the heap is full"
        return None

    def _lay_out(self, job: Job) -> None:
        """Write all sources: the harness, the module, and a folder for each step."""
        texts = [job["code"], *(_text(job, step) for step in job["steps"])]
        old = _renamed(texts)
        if old:
            texts = [_with_name(text, old, "Solution") for text in texts]
        sources = Path(WORK, "src")
        _write(sources / "m/Solution.java", _without_package(texts[0]).encode())
        for part in job["runner"].split("//// ")[1:]:
            name, _, text = part.partition("\n")
            _write(sources / "m/burnish" / name, text.encode())
        for index, step in enumerate(job["steps"]):
            text = _without_package(texts[index + 1])
            text = _usage_class(text) if step["kind"] == "usage" else text
            _write(sources / f"s{index}" / _TEST_TYPES[step["kind"]], text.encode())

    def _compile(self, job: Job, folders: list[str]) -> None:
        heap = int(job["limits"]["memory_bytes"] * _HEAP_SHARE) >> 20
        source = "src/m/burnish/Build.java"
        argv = ["java", *_FLAGS, f"-Xmx{heap}m", "-cp", JARS, source, *folders]
        code, output = compile_with(argv)
        told = Path(WORK, "out/diagnostics")
        self.said = [_said(row) for row in told.read_text().splitlines()] if told.exists() else []
        if code != 0:
            self.said.append(Said("m", "ERROR", "", 0, "", output.strip()[-300:] or "javac failed"))

    def _taken(self) -> Failure | None:
        """Names of Java's own that the module declares anew: tests beside it would mean those."""
        found = [name for name in JAVAS_OWN if f"m/{name}.class" in self.made]
        if not found:
            return None
        line = re.search(rf"\b(?:class|record|enum|interface)\s+{found[0]}\b", self.code)
        number = self.code.count("\n", 0, line.start()) + 1 if line else None
        return Failure(f"`{found[0]}` is Java's own name; choose another", number)

    def _failure(self, folder: str) -> Failure | None:
        errors = [s for s in self.said if s.folder == folder and s.kind == "ERROR"]
        if not errors:
            return None
        first = errors[0]
        missing = first.code in ("compiler.err.doesnt.exist", "compiler.err.cant.resolve.location")
        shown = [f"line {s.line}: {s.message}" if s.line > 0 else s.message for s in errors[:3]]
        category = "import" if missing and "package" in first.message else "syntax"
        return Failure("\n".join(shown), first.line if first.line > 0 else None, category)

    def _program(self, job: Job, step: Job, mode: str) -> Program | Failure:
        place = next(
            index
            for index, one in enumerate(job["steps"])
            if one is step or one["kind"] == step["kind"] != "suite"
        )
        folder = f"s{place}"
        failure = self._failure(folder)
        if failure is not None:
            return failure
        places = {"m/burnish/": "h/burnish/", "i/": "c/m/", f"{folder}/": "c/t/"}
        files: Files = {}
        for name, content in self.made.items():
            for home, there in places.items():
                if name.startswith(home):
                    files[there + name.removeprefix(home)] = content
        for name in [n for n in files if re.match(r"c/t/Solution[.$]", n)]:
            del files[name]  # a copy of the module among its tests
        heap = int(job["limits"]["memory_bytes"] * _HEAP_SHARE) >> 20
        java = ("java", *_FLAGS, f"-Xmx{heap}m", "-Xss1m", "-cp", f"h:{JARS}", "burnish.Run")
        return Program(("/bin/sh", "-c", _ON_SOCKET, "sh", *java, mode), files)


def _text(job: Job, step: Job) -> str:
    """The source of one step, before names are mended; calls see the module's imports."""
    if step["kind"] != "examples":
        return str(step["source"])
    imports = " ".join(_IMPORT.findall(job["code"]))
    calls = "".join(f"        calls.add(() -> {call});\n" for call in step["calls"])
    return (
        f"{imports} public class Driver {{\n    public static void fill(burnish.Calls calls) {{\n"
        f"{calls}    }}\n}}\n"
    )


def _renamed(texts: list[str]) -> str:
    """What the module's own type is called where others call it Solution; "" if all agree."""
    types = _types(texts[0])
    if not types or "Solution" in types:
        return ""
    wanted = any("Solution" in _WORD.findall(text) for text in texts[1:])
    return types[0] if wanted else ""


def _types(source: str) -> list[str]:
    """Names of the top-level types, public ones first."""
    found: list[tuple[bool, str]] = []
    depth, public, before = 0, False, ""
    for word in _WORD.findall(source):
        if word.isspace() or word.startswith(("//", "/*")):
            continue
        if word in "{}":
            depth += 1 if word == "{" else -1
        if depth == 0 and before in _TYPE_WORDS and word.isidentifier():
            found.append((not public, word))
        public = word == "public" or (public and word not in ("}", ";"))
        before = word
    return [name for _, name in sorted(found, key=lambda one: one[0])]


def _with_name(source: str, old: str, new: str) -> str:
    """The source with an identifier renamed, outside of texts and comments."""
    return "".join(new if word == old else word for word in _WORD.findall(source))


def _without_package(source: str) -> str:
    """In the default package, with every line where it was."""
    source = re.sub(r"^\s*package\s+[\w.]+\s*;", _blank, source, count=1, flags=re.M)
    own = r"^[ \t]*import\s+(static\s+)?([\w.]+\.)?Solution(\.[\w*]+)?\s*;"
    return re.sub(own, _blank, source, flags=re.M)


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _usage_class(source: str) -> str:
    """A class with `main`, of whatever a README shows: a class, a bare `main`, or statements."""
    imports = " ".join(_IMPORT.findall(source))
    body = _IMPORT.sub("", source)
    imports += " import java.util.*; import java.util.function.*; import java.util.stream.*; "
    if not re.search(r"\bvoid\s+main\s*\(", body):
        opening = "class Usage { public static void main(String[] args) throws Exception {"
        return f"{imports}{opening}\n{_PUBLIC_TYPE.sub('', body)}\n}} }}"
    return f"{imports}{body}" if _types(body) else f"{imports}class Usage {{\n{body}\n}}"


def _said(row: str) -> Said:
    folder, kind, file, line, code, message = row.split("\t")
    text = re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], message)
    return Said(folder, kind, file, int(line), code, text)


def _below(folder: Path) -> Files:
    files = folder.rglob("*.class") if folder.exists() else ()
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


RUNNER = NativeRunner(Java())
