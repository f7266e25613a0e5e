"""Go's compiler, linker and checker, called directly on a compiled standard library."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from burnish.sandbox.inside.native import compile_with
from burnish.sandbox.inside.process import WORK, Job

LIBRARY = Path("/opt/go-library/importcfg")
"""Where the image lists the compiled standard library; Go before 1.20 brings it compiled."""
_PATH = "/usr/local/go/bin:/usr/lib/go/bin"
_OFFLINE = {"GOPROXY": "off", "GOFLAGS": "-mod=mod", "GOCACHE": "off", "GOTOOLCHAIN": "local"}


class Tools:
    """The toolchain of this machine; all files are in the work folder."""

    def __init__(self, job: Job) -> None:
        path = f"{os.environ['PATH']}:{_PATH}"
        self.gofmt = shutil.which("gofmt", path=path) or "gofmt"
        go = shutil.which("go", path=path) or "go"
        code, output = compile_with([go, "env", "GOROOT", "GOTOOLDIR", "GOOS", "GOARCH"], _OFFLINE)
        assert code == 0, output
        root, self._tools, system, machine = output.split("\n")[:4]
        archives = Path(root, "pkg", f"{system}_{machine}")
        if LIBRARY.exists():
            self.library = _listed(LIBRARY.read_text())
        elif (archives / "fmt.a").exists():
            found = archives.rglob("*.a")
            self.library = {str(file.relative_to(archives))[:-2]: str(file) for file in found}
        else:
            self.library = _compiled_library(go, Path(root, "src"), job)

    def run(self, name: str, *arguments: str) -> tuple[int, str]:
        """Run one of Go's tools; its exit code and output."""
        return compile_with([f"{self._tools}/{name}", *arguments], _OFFLINE)

    def configure(self, name: str, packages: list[str], own: dict[str, str]) -> None:
        """Write NAME.cfg: what can be imported, of the library and of archives of our own."""
        lines = [f"packagefile {package}={self.library[package]}" for package in packages]
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
            "GoFiles": [f"{WORK}/{file}"], "ImportMap": {p: p for p in self.library},
            "PackageFile": self.library, "Standard": dict.fromkeys(self.library, True),
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


def write(name: str, text: str) -> None:
    """A file of the work folder; what is no text is the compiler's to refuse."""
    Path(WORK, name).write_bytes(text.encode("utf-8", "surrogatepass"))


def _finding(check: str, remark: dict[str, str]) -> dict[str, Any]:
    line = re.search(r":(\d+):\d+$", remark["posn"])
    return {
        "category": "style", "severity": "medium", "tool": "go vet",
        "message": f"{check}: {remark['message']}", "line": int(line[1]) if line else None,
    }  # fmt: skip


def _compiled_library(go: str, sources: Path, job: Job) -> dict[str, str]:
    """Go since 1.20 where nobody has compiled its library ahead: what this job may import.

    Takes about ten seconds and 45 MB of the work folder; the image does it once.
    """
    texts = [job["code"], job["runner"], *(step.get("source", "") for step in job["steps"])]
    told = set(re.findall(r'"([a-z][\w/]*)"', "\n".join(texts)))
    wanted = [name for name in sorted(told) if (sources / name).is_dir()]
    form = "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"
    code, output = compile_with(
        [go, "list", "-export", "-deps", "-f", form, "testing/internal/testdeps", *wanted],
        {**_OFFLINE, "GOCACHE": f"{WORK}/cache", "CGO_ENABLED": "0"},
    )
    assert code == 0, output
    return _listed(output)


def _listed(importcfg: str) -> dict[str, str]:
    """Files of compiled packages, by import path."""
    return dict(re.findall(r"^packagefile (\S+?)=(\S+)$", importcfg, re.M))
