"""Go's compiler, linker and checker, called directly on a compiled standard library."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from burnish.sandbox.inside.compiler import compile_with
from burnish.sandbox.inside.process import WORK

LIBRARY = Path("/opt/go-library/importcfg")
"""Where the image lists the compiled standard library; Go before 1.20 brings it compiled."""
_PATH = "/usr/local/go/bin:/usr/lib/go/bin"
_OFFLINE = {"GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOCACHE": "off", "GOTOOLCHAIN": "local"}


class Tools:
    """The toolchain of this machine; all files are in the work folder."""

    def __init__(self) -> None:
        go, self.gofmt = (_program(name) or name for name in ("go", "gofmt"))
        code, output = compile_with([go, "env", "GOROOT", "GOTOOLDIR", "GOOS", "GOARCH"], _OFFLINE)
        assert code == 0, output
        root, self._tools, system, machine = output.split("\n")[:4]
        archives = Path(root, "pkg", f"{system}_{machine}")
        found = archives.rglob("*.a")
        self.compiled = {str(file.relative_to(archives))[:-2]: str(file) for file in found}
        if LIBRARY.exists():
            self.compiled = _listed(LIBRARY.read_text())

    def run(self, name: str, *arguments: str) -> tuple[int, str]:
        """Run one of Go's tools; its exit code and output."""
        return compile_with([f"{self._tools}/{name}", *arguments], _OFFLINE)

    def configure(self, name: str, packages: list[str], own: dict[str, str]) -> None:
        """Write NAME.cfg: what can be imported, of the library and of archives of our own."""
        lines = [f"packagefile {package}={self.compiled[package]}" for package in packages]
        lines += [f"packagefile {path}={WORK}/{archive}" for path, archive in own.items()]
        write(f"{name}.cfg", "\n".join(lines) + "\n")

    def compile(self, path: str, archive: str, sources: list[str], config: str) -> tuple[int, str]:
        """Compile files as the package of this import path."""
        return self.run(
            "compile", f"-p={path}", "-complete", "-pack", f"-importcfg={config}.cfg",
            f"-o={archive}", *sources,
        )  # fmt: skip

    def link(self, archive: str, program: str, config: str) -> tuple[int, str]:
        """Link a program, without what only a debugger needs."""
        return self.run("link", f"-importcfg={config}.cfg", "-s", "-w", f"-o={program}", archive)

    def vet(self, package: str, file: str) -> list[dict[str, Any]]:
        """What `go vet` says of a file, as fields of a `Finding`."""
        config = {
            "ID": package, "Compiler": "gc", "Dir": WORK, "ImportPath": package,
            "GoFiles": [f"{WORK}/{file}"], "ImportMap": {p: p for p in self.compiled},
            "PackageFile": self.compiled, "Standard": dict.fromkeys(self.compiled, True),
            "PackageVetx": {}, "VetxOnly": False, "VetxOutput": f"{WORK}/vet.out",
            "SucceedOnTypecheckFailure": True,
        }  # fmt: skip
        write("vet.cfg", json.dumps(config))
        _, output = self.run("vet", "-json", "vet.cfg")
        try:
            told = json.loads(output[output.index("{") :]).get(package, {})
        except ValueError:
            return []
        remarks = [(n, r) for n, found in told.items() if isinstance(found, list) for r in found]
        return [_finding(check, remark) for check, remark in remarks]


def require() -> None:
    """Raises ImportError, with what is missing: Go, or its library in compiled form."""
    go = _program("go")
    if go is None:
        raise ImportError("there is no go program")
    root = Path(os.path.realpath(go)).parents[1]
    if not LIBRARY.exists() and not any(root.glob("pkg/linux_*/fmt.a")):
        raise ImportError(
            "Go since 1.20 brings its standard library as source only, and compiling it takes "
            f"longer than a run; list a compiled one in {LIBRARY}, as the image's Dockerfile does"
        )


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ['PATH']}:{_PATH}")


def write(name: str, text: str) -> None:
    """A file of the work folder; what is no text is the compiler's to refuse."""
    Path(WORK, name).write_bytes(text.encode("utf-8", "surrogatepass"))


def _finding(check: str, remark: dict[str, str]) -> dict[str, Any]:
    line = re.search(r":(\d+):\d+$", remark["posn"])
    return {
        "category": "style", "severity": "medium", "tool": "go vet",
        "message": f"{check}: {remark['message']}", "line": int(line[1]) if line else None,
    }  # fmt: skip


def _listed(importcfg: str) -> dict[str, str]:
    """Files of compiled packages, by import path."""
    return dict(re.findall(r"^packagefile (\S+?)=(\S+)$", importcfg, re.M))
