"""Mends of Java: the package line, the class's name, and imports of the standard library."""

from __future__ import annotations

import re
import textwrap

from burnish.languages.edits import cut, first_sentence, rename
from burnish.languages.grammar import Tree, commented, walk
from burnish.languages.java import TOOLCHAIN
from burnish.languages.outline import Outline

WIDTH = 93  # of a line of comment, without its marks
_PACKAGE = re.compile(r"^\s*package\s+[\w.]+\s*;[ \t]*\n?", re.M)
_HOMES = {
    "java.util.*": (
        "ArrayDeque", "ArrayList", "Arrays", "Collection", "Collections", "Comparator", "Deque",
        "HashMap", "HashSet", "Iterator", "LinkedHashMap", "LinkedHashSet", "LinkedList", "List",
        "Map", "NoSuchElementException", "Objects", "Optional", "PriorityQueue", "Queue", "Random",
        "Set", "Stack", "StringJoiner", "TreeMap", "TreeSet",
    ),
    "java.util.function.*": ("BiFunction", "Consumer", "Function", "Predicate", "Supplier"),
    "java.util.stream.*": ("Collectors", "IntStream", "Stream"),
    "java.util.regex.*": ("Matcher", "Pattern"),
    "java.math.*": ("BigDecimal", "BigInteger"),
    "java.time.*": ("DayOfWeek", "Duration", "LocalDate", "LocalDateTime", "LocalTime", "Period"),
    "java.io.*": ("BufferedReader", "File", "IOException", "StringReader", "UncheckedIOException"),
    "java.nio.file.*": ("Files", "Path", "Paths"),
}  # fmt: skip
_TESTS = "import static org.junit.jupiter.api.Assertions.*;\n\nimport org.junit.jupiter.api.*;\n"


class JavaMends:
    """See `Mends`."""

    export = ""

    def code(self, source: str) -> str:
        """The default package, one public class called Solution, without `main`."""
        source = _PACKAGE.sub("", source)
        tree = Tree("java", source)
        classes = [n for n in tree.root.named_children if n.type.endswith("_declaration")]
        classes = [node for node in classes if node.type in _TYPES]
        names = [tree.text(node.child_by_field_name("name")) for node in classes]
        tests = [node for node, name in zip(classes, names, strict=True) if name.endswith("Test")]
        doomed = [tree.span(node, node) for node in tests] if len(tests) < len(classes) else []
        doomed += [tree.span(commented(n), n) for n in walk(tree.root) if _is_main(tree, n)]
        first = next((name for name in names if not name.endswith("Test")), "")
        source = cut(source, doomed)
        if first and "Solution" not in names:
            source = rename(source, first, "Solution")
        return _described(_imported(source))

    def tests(self, source: str, own: Outline) -> str:
        """The class SolutionTest with JUnit's imports, without a copy of the module."""
        source = _PACKAGE.sub("", source)
        tree = Tree("java", source)
        classes = [n for n in tree.root.named_children if n.type in _TYPES]
        named = {tree.text(node.child_by_field_name("name")): node for node in classes}
        doomed = [tree.span(named["Solution"], named["Solution"])] if "Solution" in named else []
        first = next((name for name in named if name != "Solution"), "")
        source = cut(source, doomed)
        if first and "SolutionTest" not in named:
            source = rename(source, first, "SolutionTest")
        if "@Test" in source and "org.junit.jupiter.api" not in source:
            source = _TESTS + source
        return _imported(source)


_TYPES = (
    "class_declaration", "interface_declaration", "enum_declaration", "record_declaration",
)  # fmt: skip


def _is_main(tree: Tree, node: object) -> bool:
    if getattr(node, "type", "") != "method_declaration":
        return False
    return re.match(r"public\s+static\s+void\s+main\s*\(", tree.text(node)) is not None  # type: ignore[arg-type]


def _described(source: str) -> str:
    """With comments on both the class and the one thing that others call in it.

    A small model writes one of the two and means the other: it puts a method's comment, tags and
    all, above the class, or leaves the class without. Where the class offers more than one method
    the sentence would not be the class's: that is left alone.
    """
    public = TOOLCHAIN.outline(source).public
    if [found.kind for found in public] not in (["type", "function"], ["type", "method"]):
        return source
    owner, method = public
    sentence = first_sentence(owner.doc or method.doc)
    if not sentence:
        return source
    rows = textwrap.wrap(f"{sentence}.", WIDTH, break_long_words=False)
    summary = f"/** {rows[0]} */" if len(rows) == 1 else "\n * ".join(["/**", *rows]) + "\n */"
    if method.doc and not owner.doc:
        return f"{source[: owner.start]}{summary}\n{source[owner.start :]}"
    if owner.doc and not method.doc and re.search(r"^@(?:param|return)", owner.doc, re.MULTILINE):
        comment = source[owner.start : source.index("*/", owner.start) + 2]
        body = source[owner.start + len(comment) : method.start]
        margin = body.rpartition("\n")[2]
        if margin.strip():  # all on one line
            return source
        moved = f"\n{margin} ".join(row.strip() for row in comment.splitlines()) + f"\n{margin}"
        return source[: owner.start] + summary + body + moved + source[method.start :]
    return source


def _imported(source: str) -> str:
    """With the imports of well-known names that are used and neither imported nor declared."""
    lines = []
    for home, names in _HOMES.items():
        package = home.removesuffix(".*")
        known = set(re.findall(rf"import\s+{re.escape(package)}\.(\w+|\*)\s*;", source))
        wanted = [n for n in names if re.search(rf"(?<![\w.]){n}\b", source) and n not in known]
        declared = re.findall(r"\b(?:class|interface|enum|record)\s+(\w+)", source)
        if "*" not in known and any(name not in declared for name in wanted):
            lines.append(f"import {home};\n")
    return "".join(lines) + ("\n" if lines else "") + source
