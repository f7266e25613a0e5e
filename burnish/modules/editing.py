"""Edits of a candidate's sources that need no model, one editor a language."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import partial
from typing import Protocol

from burnish.evaluation import laws
from burnish.languages import Outline, toolchain
from burnish.languages.call import find_function
from burnish.languages.edits import cut, declaration, rename
from burnish.languages.joining import joined
from burnish.languages.mends import mends
from burnish.modules import docstrings, pytest_file, readme, tidying
from burnish.records import Example, Law

MAX_TESTS = pytest_file.MAX_TESTS


class Editor(Protocol):
    """What the loop does to the text of a module and of its tests."""

    def module(self, answer: str, entry_point: str = "") -> str:
        """A model's answer as a module, with what is asked for called `entry_point`."""
        ...

    def test_file(self, answer: str, module: str, code: str) -> str:
        """A model's answer as a test file of the module; "" if it holds no test of it."""
        ...

    def drop(self, tests: str, names: Collection[str]) -> str:
        """The file without the tests of these ids."""
        ...

    def merge(self, tests: str, new: str, replace: Collection[str] = ()) -> str:
        """`tests` with the new file's tests; a taken name is replaced only if `replace` has it."""
        ...

    def source_of(self, tests: str, name: str) -> str:
        """Source of one test; "" if there is none of that id."""
        ...

    def defined_names(self, code: str) -> set[str]:
        """What a module defines at its top level."""
        ...

    def signatures(self, code: str) -> str:
        """What a test in another file must know to compile: declarations without bodies, a line
        each; "" where a name is enough."""
        ...

    def readme(self, code: str, module: str, examples: Sequence[Example]) -> str:
        """A README of what documentation and examples say already; "" if that is too little."""
        ...

    def law_tests(self, laws: Sequence[Law], module: str) -> str:
        """A test file that tries laws of the specification; "" if there are none."""
        ...

    def documented(self, code: str, answer: str) -> str:
        """`code` with the documentation of an answer, whatever else the answer changed."""
        ...


def editor(language: str) -> Editor:
    """The editor for a registered language."""
    return PythonEditor() if language == "python" else NativeEditor(language)


class PythonEditor:
    """See `Editor`: by the syntax tree."""

    def module(self, answer: str, entry_point: str = "") -> str:
        """See `Editor.module`."""
        code = tidying.tidy_code(answer, entry_point)
        return tidying.headed(tidying.renamed(code, entry_point))

    test_file = staticmethod(pytest_file.tidy)
    drop = staticmethod(pytest_file.drop)
    merge = staticmethod(pytest_file.merge)
    source_of = staticmethod(pytest_file.source_of)
    defined_names = staticmethod(pytest_file.defined_names)

    def signatures(self, code: str) -> str:
        """See `Editor.signatures`: Python needs none."""
        return ""

    def documented(self, code: str, answer: str) -> str:
        """See `Editor.documented`."""
        return tidying.tidy_code(docstrings.graft(code, answer))

    readme = staticmethod(partial(readme.composed, "python"))
    law_tests = staticmethod(laws.law_tests)


class NativeEditor:
    """See `Editor`: by outlines, for every language but Python."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._chain, self._mends = toolchain(language), mends(language)

    def module(self, answer: str, entry_point: str = "") -> str:
        """See `Editor.module`."""
        code = self._mends.code(answer).strip() + "\n"
        outline = self._chain.outline(code)
        if not entry_point or entry_point in self.defined_names(code):
            return self._exported(code, entry_point)
        public = [found.name for found in outline.public if found.kind == "function"]
        near = find_function(outline, entry_point)
        old = near.name if near else public[0] if len(public) == 1 else ""
        bare = old.rpartition(".")[2]
        return self._exported(rename(code, bare, entry_point), entry_point) if bare else code

    def _exported(self, code: str, name: str) -> str:
        """Some answers export their error class and forget what is asked for."""
        found = self._chain.outline(code).named(name)
        if found is None or found.public:
            return code
        rows = code.splitlines(keepends=True)
        rows[found.line - 1] = self._mends.export + rows[found.line - 1]
        return "".join(rows)

    def test_file(self, answer: str, module: str, code: str) -> str:
        """See `Editor.test_file`."""
        own = self._chain.outline(code)
        outline = self._chain.outline(answer)
        mine = {found.name for found in own.definitions}
        spans = [
            (found.start, found.end)
            for found in outline.definitions
            if found.kind in ("function", "type", "value") and found.name in mine
        ]
        tests = self._parsing(self._mends.tests(cut(answer, spans), own).strip() + "\n")
        outline = self._chain.outline(tests)
        seen: set[str] = set()
        spare = []
        for test in outline.tests:
            if test.name in seen or len(seen) >= MAX_TESTS:
                spare.append((test.start, test.end))
            seen.add(test.name)
        tests = cut(tests, spare)
        subjects = [d for d in own.public if d.kind == "function"] or own.public
        names = [re.escape(found.name.rpartition(".")[2]) for found in subjects]
        used = any(re.search(rf"\b{name}\b", tests) for name in names)
        return tests if outline.tests and (used or not code) else ""

    def _parsing(self, tests: str) -> str:
        """The file without the tests that do not parse; "" if that does not mend it."""
        while (outline := self._chain.outline(tests)).problem:
            line = outline.problem_line
            broken = [
                (test.start, test.end)
                for test in outline.tests
                if tests.count("\n", 0, test.start) < line <= tests.count("\n", 0, test.end) + 1
            ]
            if not broken:
                return ""
            tests = cut(tests, broken[:1])
        return tests

    def drop(self, tests: str, names: Collection[str]) -> str:
        """See `Editor.drop`."""
        doomed = {name.partition("[")[0] for name in names} | set(names)
        outline = self._chain.outline(tests)
        gone = [(t.start, t.end) for t in outline.tests if t.name in doomed]
        if len(gone) == len(outline.tests):
            return ""
        return self._mends.tests(cut(tests, gone), Outline())

    def merge(self, tests: str, new: str, replace: Collection[str] = ()) -> str:
        """See `Editor.merge`."""
        if not tests:
            return new
        return self._mends.tests(joined(self._language, tests, new, replace), Outline())

    def source_of(self, tests: str, name: str) -> str:
        """See `Editor.source_of`."""
        found = self._chain.outline(tests).named(name.partition("[")[0])
        return tests[found.start : found.end] if found else ""

    def defined_names(self, code: str) -> set[str]:
        """See `Editor.defined_names`; static methods count by their own name."""
        outline = self._chain.outline(code)
        return {
            found.name.rpartition(".")[2] if found.kind == "function" else found.name
            for found in outline.definitions
            if found.kind != "method"
        }

    def signatures(self, code: str) -> str:
        """See `Editor.signatures`."""
        public = self._chain.outline(code).public
        calls = [found for found in public if found.kind in ("function", "method")]
        return "\n".join(declaration(code, found.line) for found in calls)

    def readme(self, code: str, module: str, examples: Sequence[Example]) -> str:
        """See `Editor.readme`."""
        return readme.composed(self._language, code, module, examples)

    def law_tests(self, laws: Sequence[Law], module: str) -> str:
        """See `Editor.law_tests`: laws are tried in Python alone."""
        return ""

    def documented(self, code: str, answer: str) -> str:
        """See `Editor.documented`: the comment above each definition of the same name."""
        text = self._mends.code(answer)
        donor = self._chain.outline(text)
        edits = []
        for found in self._chain.outline(code).definitions:
            other = donor.named(found.name)
            if other is None or not other.doc or other.doc == found.doc or found.kind == "value":
                continue
            start = code.rfind("\n", 0, found.start) + 1
            old = _comment_at(code, start)
            edits.append((start, len(old), code[start : found.start], other.start))
        for start, length, margin, source in sorted(edits, reverse=True):
            comment = _indented(_comment_at(text, text.rfind("\n", 0, source) + 1), margin)
            code = code[:start] + comment + code[start + length :]
        return code


def _comment_at(text: str, start: int) -> str:
    """The whole lines of comment that begin at `start`."""
    rows, inside = [], False
    for row in text[start:].splitlines(keepends=True):
        bare = row.strip()
        inside = inside or bare.startswith("/*")
        if not inside and not bare.startswith("//"):
            break
        rows.append(row)
        if inside and bare.endswith("*/"):
            break
    return "".join(rows)


def _indented(comment: str, margin: str) -> str:
    """A comment's lines with another margin; those that begin with a star go one further in."""
    rows = [row.strip() for row in comment.splitlines()]
    return "".join(f"{margin}{' ' if row.startswith('*') else ''}{row}\n" for row in rows)
