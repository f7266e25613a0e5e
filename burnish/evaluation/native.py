"""Judges code that is not Python: by its outline here, and by what its own tools said inside."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from burnish.config import Metric
from burnish.evaluation.analyzer import AllRemarks, Remarks
from burnish.evaluation.complexity import Block, complexity_of, index_of
from burnish.evaluation.documentation import Audit, said_of
from burnish.languages import Definition, Outline, toolchain
from burnish.languages.grammar import Tree, walk
from burnish.records import Candidate, ExecutionReport, Finding
from burnish.registries.languages import language


def native_remarks(candidate: Candidate, run: ExecutionReport, bounds: Metric) -> AllRemarks:
    """The remarks on a module that compiles."""
    spoken = language(candidate.language)
    outline = toolchain(candidate.language).outline(candidate.code)
    functions = measured(candidate)
    return AllRemarks(
        complexity=complexity(functions, bounds),
        index=maintainability(candidate, functions),
        lint=lint(outline, run),
        types=Remarks(1.0, (), "left to the compiler"),
        formatted=formatted(candidate, run),
        docstrings=documentation(candidate.language, outline),
        security=Remarks(1.0, (), f"not analysed: {spoken.display_name} has no analyzer"),
    )


def complexity(functions: Any, bounds: Metric) -> Remarks:
    """Value: share of functions whose cyclomatic complexity, by lizard, is under the bound."""
    blocks = [
        Block(found.name, found.cyclomatic_complexity, found.start_line)
        for found in functions.function_list
    ]
    return complexity_of(blocks, bounds.max_complexity, "lizard")


def measured(candidate: Candidate) -> Any:
    """What lizard says of the module's functions."""
    import lizard

    file = language(candidate.language).module_file
    return lizard.analyze_file.analyze_source_code(file, candidate.code)


def maintainability(candidate: Candidate, functions: Any) -> Remarks:
    """Value: the maintainability index over `HIGHLY_MAINTAINABLE`, at most 1.0.

    max(0, (171 - 5.2 ln V - 0.23 G - 16.2 ln L) * 100 / 171), with Halstead's volume
    V = N log2 n of the N leaves of the syntax tree, n of them distinct; G the complexity of all
    functions together, by lizard; L the lines of code. Source: as `complexity.py`, without the
    comment term.
    """
    tree = Tree(candidate.language, candidate.code)
    leaves = [tree.text(n) for n in walk(tree.root) if not n.children and "comment" not in n.type]
    volume = len(leaves) * math.log2(max(2, len(set(leaves))))
    total = sum(found.cyclomatic_complexity for found in functions.function_list)
    lines = max(1, functions.nloc)
    raw = 171 - 5.2 * math.log(max(1.0, volume)) - 0.23 * total - 16.2 * math.log(lines)
    return index_of(max(0.0, raw * 100 / 171), "lizard")


def lint(outline: Outline, run: ExecutionReport) -> Remarks:
    """Value: 1 - (5 * high + others) / statements, at least 0, over what the tools inside found.

    The same weighing as pylint's; 1.0 where the language's image holds no checker.
    """
    style = [found for found in run.findings if found.category == "style"]
    weight = sum(5 if found.severity == "high" else 1 for found in style)
    value = max(0.0, 1 - weight / max(1, len(outline.statements)))
    return Remarks(value, tuple(run.findings), f"{len(style)} remarks")


def formatted(candidate: Candidate, run: ExecutionReport) -> Remarks:
    """Value: 1.0 if the language's formatter would leave the file alone, or there is none."""
    if run.formatted is None:
        return Remarks(1.0, (), "no formatter here")
    if run.formatted.strip() == candidate.code.strip():
        return Remarks(1.0, (), "formatted")
    finding = Finding(
        category="style", severity="info", message="not laid out by the formatter", tool="format"
    )
    return Remarks(0.0, (finding,), "not formatted")


def documentation(name: str, outline: Outline) -> Remarks:
    """Value: mean over the public definitions of the share of what should be said and is said.

    Expected is a documentation comment, and in it what the language's own convention asks for:
    see `CONVENTIONS`. Without any public definition: 0.
    """
    audits = []
    for found in outline.public:
        if found.kind != "value":
            expected = [("a comment", bool(found.doc)), *CONVENTIONS[name](found)]
            missing = [what for what, said in expected if not said]
            audits.append(Audit(found.name, found.line, missing, len(expected)))
    return said_of(audits, "a comment", "comments")


Expected = list[tuple[str, bool]]


def _tagged(found: Definition) -> Expected:
    """JSDoc and Javadoc: a tag for each parameter, the result and what is thrown."""
    doc = found.doc
    expected = [
        (
            f"@param {p.name}",
            re.search(rf"@param\s+(\{{.*?\}}\s+)?\[?{re.escape(p.name)}\b", doc) is not None,
        )
        for p in found.parameters
    ]
    if found.result and found.result != "void":
        expected.append(("@returns", re.search(r"@returns?\b", doc) is not None))
    if found.raises:
        expected.append(("@throws", re.search(r"@(throws|exception)\b", doc) is not None))
    return expected


def _prose(found: Definition) -> Expected:
    """Go: the comment is a sentence that begins with the name."""
    name = found.name.rpartition(".")[2]
    begins = re.match(rf"(A|An|The)?\s*{re.escape(name)}\b", found.doc) is not None
    expected = [(f"a sentence that begins with {name}", begins)]
    if found.raises:
        expected.append(
            ("a word on its error", re.search(r"err|panic", found.doc, re.I) is not None)
        )
    return expected


def _sections(found: Definition) -> Expected:
    """rustdoc: a section on errors or panics where there can be any."""
    if not found.raises:
        return []
    return [
        ("an # Errors or # Panics section", re.search(r"# (Errors|Panics)", found.doc) is not None)
    ]


CONVENTIONS: dict[str, Callable[[Definition], Expected]] = {
    "javascript": _tagged,
    "java": _tagged,
    "go": _prose,
    "rust": _sections,
}
