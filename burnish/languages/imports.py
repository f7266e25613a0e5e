"""What a source reaches for by name: `import`, `use`, or a full name in the middle of the code."""

from __future__ import annotations

from collections.abc import Collection

from burnish.languages.grammar import Tree, walk

_MEMBERS = ("property_identifier", "field_identifier")


def reached(tree: Tree, joint: str, own: Collection[str] = ()) -> set[str]:
    """The full names in a source, and each beginning of one; none from texts and comments.

    Braces and stars are resolved: `std::{fmt, io::Read}` gives `std::fmt` and `std::io::Read`,
    and after `java.util.*` a `List` is `java.util.List` too.

    Args:
        joint: What joins names in this language, "." or "::".
        own: Names that the source defines itself: no star stands for these.
    """
    found = _full_names(tree, joint)
    stars = [name[:-1] for name in found if name.endswith(f"{joint}*")]
    bare = {name for name in found if name.partition(joint)[0] not in own}
    return found | {star + name for star in stars for name in bare}


def _full_names(tree: Tree, joint: str) -> set[str]:
    found: set[str] = set()
    outer = [""]  # for each open brace the name before it, as in `std::{`
    name, joined = "", False
    for leaf in walk(tree.root):
        if leaf.children:
            continue
        text = tree.text(leaf)
        if text == joint:
            joined = True
            continue
        if text == "{":
            outer.append(name if joined else "")
            name = ""
        elif text == "}":
            outer = outer[:-1] or [""]
            name = ""
        elif not leaf.type.endswith("identifier") and not (joined and text == "*"):
            name = ""
        elif joined:  # to the left may be a call, whose members are nothing to us
            start = text if joint == "::" else ""
            name = f"{name}{joint}{text}" if name else start
        elif leaf.type not in _MEMBERS:
            name = f"{outer[-1]}{joint}{text}" if outer[-1] else text
        else:
            name = ""
        joined = False
        found.add(name)
    return found - {""}
