"""A usage example in Go: a whole program, an Example function, or statements in a README."""

from __future__ import annotations

import re

_END = "\n// end of the example\n}\n"
_CLAUSE = re.compile(r"(?:\s|//[^\n]*\n)*package\s+(\w+)[^\n]*\n")
_IMPORT = re.compile(r"^[ \t]*import\s+(\([^)]*\)|[^\n(]+)$", re.M)
_SPEC = re.compile(r'(?:([\w.]+)[ \t]+)?"([^"\n]+)"')
_ENTRY = re.compile(r"^func\s+(main|Example\w*)\s*\(\s*\)", re.M)
_STANDARD = {
    path.rpartition("/")[2]: path
    for path in (
        "bufio", "bytes", "container/heap", "container/list", "context", "encoding/json", "errors",
        "fmt", "io", "log", "math", "math/big", "os", "reflect", "regexp", "sort", "strconv",
        "strings", "sync", "time", "unicode", "unicode/utf8",
    )
}  # fmt: skip


def program(text: str, package: str, function: str) -> tuple[str, bool]:
    """Source whose `function` is the example, and whether it stands outside the module's package.

    It does if it imports the module or names it; else it is compiled within, so that it may call
    everything by its bare name. A text without a package line gets the imports that it leaves out.
    """
    clause = _CLAUSE.match(text)
    body = text[clause.end() :] if clause else text
    stated = [spec for found in _IMPORT.findall(body) for spec in _SPEC.findall(found)]
    imports = {path: alias for alias, path in stated}
    body = _IMPORT.sub(lambda found: "\n" * found[0].count("\n"), body)
    ours = [path for path in imports if path.rpartition("/")[2] == package]
    for path in ours:
        alias = imports.pop(path)
        imports[package] = alias
    if not ours and re.search(rf"\b{package}\.[A-Z]", body):
        imports[package] = ""
    entry = _ENTRY.search(body)
    if clause is None:
        for name, path in _STANDARD.items():
            if re.search(rf"\b{name}\.[A-Z]", body):
                imports.setdefault(path, "")
    if entry is None:
        body = f"func {function}() {{\n{body}{_END}"
    else:
        body = body[: entry.start(1)] + function + body[entry.end(1) :]
    outside = package in imports
    lines = "".join(f'import {alias} "{path}"\n' for path, alias in imports.items())
    return f"package {'usage' if outside else package}\n{lines}{body}", outside


def with_all_used(source: str, message: str) -> str:
    """Statements that use every variable which the compiler found unused; "" if it found none."""
    unused = dict.fromkeys(re.findall(r"(\w+) declared (?:and|but) not used", message))
    unused |= dict.fromkeys(re.findall(r"declared and not used: (\w+)", message))
    if not unused or _END not in source:
        return ""
    kept = "".join(f"\n_ = {name}" for name in unused)
    return source.replace(_END, kept + _END)
