"""A README's block of Rust as a program."""

from __future__ import annotations

import re


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
