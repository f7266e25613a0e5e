"""What a Go module may not do, and how its compilers' complaints are told."""

from __future__ import annotations

import re

from burnish.sandbox.inside.compiler import Failure

# What reaches around the language, and so around the harness in the same process.
WITHHELD = re.compile(r"(syscall|plugin|runtime/(debug|cgo)|internal/.*|.*/internal/.*|vendor/.*)")
_OWN_NAMES = (
    "any", "append", "bool", "byte", "cap", "copy", "delete", "error", "false", "float32",
    "float64", "int", "int8", "int16", "int32", "int64", "iota", "len", "make", "new", "nil",
    "panic", "recover", "rune", "string", "true", "uint", "uint8", "uint16", "uint32", "uint64",
)  # fmt: skip
_TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|\'(?:\\.|[^\'\\])*\'|//[^\n]*|/\*.*?\*/', re.S)
_IMPORTED = re.compile(
    r'(?:^|;|\bimport\b\s*\(?)\s*(?:[\w.]+\s*)?("[\w\\]+"|`\w+`)\s*(?=$|;|\))', re.M
)
_REDECLARED = re.compile(r'already declared through import of package sandboxed \("\w+"\)')


def guards(harness: str) -> str:
    """Imports beside which no file of the package may declare Go's own names anew.

    Tests of the same package rely on them: with `const true = false` a wrong answer is right.
    """
    imports = "".join(f'import {name} "{harness}"; ' for name in _OWN_NAMES)
    return imports + "".join(f"var _ = {name}.Used; " for name in _OWN_NAMES)


def unsafe_line(code: str) -> int:
    """1-based line on which the code imports `unsafe`, however it is spelt; 0 if nowhere.

    The compiler would not ask for it: that package is the compiler itself.
    """
    code = code.replace("\r", "")  # Go drops these in raw strings, too
    bare = _TOKEN.sub(lambda t: re.sub(r"\S", " ", t[0]) if t[0][0] == "/" else t[0], code)
    for found in _IMPORTED.finditer(bare):
        if found[1].strip('"`').encode().decode("unicode_escape", "replace") == "unsafe":
            return code.count("\n", 0, found.start(1)) + 1
    return 0


def failure(output: str, file: str) -> Failure:
    """The first complaints of a compiler, with the line in the file that they are about."""
    output = _REDECLARED.sub("cannot be declared anew: it is Go's own name", output)
    found = re.findall(rf"{re.escape(file)}:(\d+)(?::\d+)?: (.*)", output)
    if not found:
        return Failure(output.strip()[-300:] or "it does not compile")
    line, message = int(found[0][0]), found[0][1]
    more = "".join(f"; line {number}: {said}" for number, said in found[1:4])
    absent = re.search(r"could not import (\S+)", message)
    if absent is None:
        return Failure(message + more, line)
    there = "only Go's standard library is, without unsafe and syscall"
    return Failure(f"there is no package {absent[1]} here ({there})", line, "import")
