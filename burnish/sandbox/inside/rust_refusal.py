"""What is refused in a Rust module, because it could forge a verdict."""

from __future__ import annotations

import re

from burnish.sandbox.inside.compiler import Failure

# Safe code should not reach the report's descriptor or the runner's memory (but for holes of rustc,
# which is why lines are signed): it has no raw descriptors, no pointers, no symbols of its own and
# nothing that runs before `main`. So what is not safe is refused: by rustc's lint, which covers
# `#[no_mangle]` and `#[link_section]` too, and by word, because the lint does not see into macros
# that other crates expand, nor assembly in older rustc.
SAFE_ONLY = ("-F", "unsafe_code")
_REFUSED = re.compile(r"\b(unsafe|global_asm|no_mangle|export_name|link_section)\b")
_OPAQUE = re.compile(
    r"//[^\n]*|/\*"
    r'|(?:\b(?:br|cr|b|c|r))?(?P<hashes>(?:(?<=r)\#+)?)"'
    r"|b?'(?:\\u\{\w+\}|\\x..|\\.|[^\\'\n])'"
)
# A type of the module that compares with an `i32` can call itself equal to every `i32`, whatever
# it holds. The compiler's own listing of functions shows each such comparison, macros expanded.
_COMPARISON = re.compile(
    r"^fn (?:.*::)?<impl at [^:]*:(\d+):.*>::(?:eq|ne|partial_cmp|lt|le|gt|ge)"
    r"\(_1: &(.*), _2: &(.*)\) -> ",
    re.M,
)
# So can one whose difference from a number is a number: it is as far from any as it likes.
_ARITHMETIC = re.compile(
    r"^fn (?:.*::)?<impl at [^:]*:(\d+):.*>::(?:add|sub|mul|div|rem)"
    r"\(_1: (.*), _2: (.*)\) -> &?(?:[iu](?:8|16|32|64|128|size)|f32|f64) ",
    re.M,
)
_NUMBER = re.compile(r"&?(?:'\w+ )?(?:[iu](?:8|16|32|64|128|size)|f32|f64)")


def refused(code: str) -> Failure | None:
    """Words that no honest module needs, outside of comments and literals."""
    if re.match(r"\ufeff?#!(?!\[)", code):  # what rustc skips would be read as code, or hide some
        return Failure("a first line for a shell (`#!`) is refused here", 1)
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


def foreign_operator(listing: str) -> Failure | None:
    """Comparisons and differences of a module's type with another, by the compiler's listing."""
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
    for found in _ARITHMETIC.finditer(listing):
        if bool(_NUMBER.fullmatch(found[2])) != bool(_NUMBER.fullmatch(found[3])):
            return Failure(
                f"arithmetic of `{found[2]}` with `{found[3]}` that gives a plain number is "
                "refused here: it could call any two values near",
                int(found[1]),
            )
    return None
