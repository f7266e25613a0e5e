"""Documentation comments of JavaScript, Java, Rust and Go, told as a Google-style docstring is."""

from __future__ import annotations

import re

_TYPE = r"(?:\{(?:[^{}]|\{[^{}]*\})*\}\s*)?"
_TAG = re.compile(rf"@(?P<tag>\w+)\s*{_TYPE}(?P<rest>.*)")
_THROWS = re.compile(r"@(?:throws|exception)\s*\{?(?P<name>[\w.]+)\}?\s*(?:-\s*)?(?P<text>.*)")
_NAMED = re.compile(r"[\[`]?(?P<name>\w+)[^\s`\]]*[\]`]?\s*(?:[-:]\s+)?(?P<text>.*)")
_INLINE = re.compile(r"\{@(?:code|link|linkplain|literal)\s+([^}]*)\}")
_HEADING = re.compile(r"#+\s*(?P<name>\w+).*")
_BULLET = re.compile(r"\s*[*-]\s+`?(?P<name>\w+)`?\s*(?:[-:]\s+)(?P<text>.*)")
_SECTIONS = {
    "arguments": "Args", "parameters": "Args", "param": "Args", "returns": "Returns",
    "return": "Returns", "errors": "Raises", "panics": "Raises",
}  # fmt: skip


def as_docstring(comment: str) -> str:
    """The comment with its tags and headings as sections; what has no section there is left out.

    JSDoc, Javadoc, rustdoc and plain prose are read.
    """
    prose: list[str] = []
    sections: dict[str, list[str]] = {}
    current = prose
    for line in _INLINE.sub(r"`\1`", comment).replace("<p>", "\n").splitlines():
        bare = line.strip()
        if throws := _THROWS.match(bare):
            current = sections.setdefault("Raises", [])
            current.append(f"{throws['name'].rpartition('.')[2]}: {throws['text']}")
        elif tag := _TAG.match(bare):
            name = _SECTIONS.get(tag["tag"], "")
            current = sections.setdefault(name, [])
            named = _NAMED.match(tag["rest"]) if name == "Args" else None
            current.append(f"{named['name']}: {named['text']}" if named else tag["rest"])
        elif heading := _HEADING.fullmatch(bare):
            current = sections.setdefault(_SECTIONS.get(heading["name"].lower(), ""), [])
        elif current is prose:
            current.append(bare)
        elif item := _BULLET.match(line):
            current.append(f"{item['name']}: {item['text']}")
        elif bare:
            current.append(f"    {bare}" if current else bare)  # the line before goes on
    parts = ["\n".join(prose).strip()]
    for name in ("Args", "Returns", "Raises"):
        if rows := sections.get(name):
            parts.append("\n".join([f"{name}:", *(f"    {row}" for row in rows)]))
    return "\n\n".join(part for part in parts if part)
