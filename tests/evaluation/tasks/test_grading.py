"""What code is held to: a sandbox that runs it, its preamble, and what the task forbids."""

from __future__ import annotations

import pytest

from burnish.errors import SandboxUnavailableError
from burnish.evaluation.tasks.grading import grade, imported, whole_module
from burnish.sandbox.static import StaticOnly
from tests.experiments.bench.rows import ADD, task


def test_what_was_not_run_is_no_verdict() -> None:
    with pytest.raises(SandboxUnavailableError, match=r"Nothing was run\. No Engine.*doctor"):
        grade(ADD, task(), StaticOnly("No Engine."))


@pytest.mark.parametrize(
    ("code", "whole"),
    [
        ("x = 1\n", "import os\n\nx = 1\n"),
        (
            '"""Doc."""\nfrom __future__ import annotations\nx = 1',
            '"""Doc."""\nfrom __future__ import annotations\nimport os\n\nx = 1',
        ),
        ("# first\n'''a\nb'''\nx = 1", "# first\n'''a\nb'''\nimport os\n\nx = 1"),
        ("def broken(:", "import os\n\ndef broken(:"),
    ],
)
def test_a_preamble_stands_after_what_must_come_first(code: str, whole: str) -> None:
    assert whole_module(code, task(preamble="import os\n")) == whole
    assert whole_module(code, task(preamble=" \n")) == code


def test_in_other_languages_a_preamble_stands_first() -> None:
    given = task(language="go", preamble="package solution")
    assert whole_module('import "fmt"\n', given) == 'package solution\nimport "fmt"\n'


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import re\n", ["re"]),
        ("from re import sub\n", ["re"]),
        ("import os.path\n", ["os.path"]),
        ("from os import path\n", ["os.path"]),
        ("def f():\n    import re\n", ["re"]),
        ("try:\n    import re\nexcept ImportError:\n    pass\n", ["re"]),
        ("re = __import__('re')\n", ["re"]),
        ("from importlib import import_module\nre = import_module('re')\n", ["re"]),
        ("import os as re\n", []),
        ("import regex, theatre.re\nre = 1\n", []),
        ("from .re import sub\n", []),
        ("text = 'import re'\n", []),
        ("import (\n", []),
    ],
)
def test_imports_are_found_by_name_and_not_by_sound(code: str, found: list[str]) -> None:
    given = task(expected={"forbidden_imports": ["re", "os.path"]})
    assert imported(code, given) == found


@pytest.mark.parametrize(
    ("language", "code", "found"),
    [
        ("javascript", 'import fs from "node:fs";', ["node:fs"]),
        ("javascript", 'export * from "node:fs";', ["node:fs"]),
        ("javascript", "const fs = require('node:fs');", ["node:fs"]),
        ("javascript", "const fs = await import('node:fs');", ["node:fs"]),
        ("javascript", "export const now = () => Date.now();", ["Date"]),
        ("javascript", "export const now = () => `${new Date()}`;", ["Date"]),
        ("javascript", "export const now = () => globalThis.Date.now();", ["Date"]),
        ("javascript", "// Date\nexport const toDate = 'Date';", []),
        ("javascript", "export const f = (a) => [`Date`, a.Date, a?.Date, a().Date];", []),
        ("javascript", "export class A { Date() { return { Date: this.Date }; } }", []),
        ("java", "class Solution { Object o = java.util.regex.Pattern.class; }",
         ["java.util.regex"]),
        ("java", "import static java.util.regex.Pattern.compile; class Solution {}",
         ["java.util.regex"]),
        ("java", "import java.util.*; class Solution { Object o = new Properties(); }",
         ["java.util.Properties"]),
        ("java", "import java.util.*; class Solution { static class Properties {} Properties p; }",
         []),
        ("java", "import java.util.*; class Solution { String s = \"Properties\"; }", []),
        ("rust", "use std::collections::HashMap;", ["std::collections"]),
        ("rust", "use std::{collections::HashMap, fmt};", ["std::collections"]),
        ("rust", "use std::{fmt, collections as c};", ["std::collections"]),
        ("rust", "use std::*;\nfn f() { collections::BTreeSet::<i32>::new(); }",
         ["std::collections"]),
        ("rust", "fn f() { vec![::std::collections::BTreeSet::<i32>::new()]; }",
         ["std::collections"]),
        ("rust", "use std::{fmt, io};\n// std::collections\nfn f(collections: i32) {}", []),
        ("go", 'package solution\nimport (\n\tt "time"\n)', ["time"]),
        ("go", 'package solution\nimport "math/time"\nfunc f(time string) {}', []),
    ],
)  # fmt: skip
def test_other_languages_are_held_to_what_they_reach_for(
    language: str, code: str, found: list[str]
) -> None:
    names = ["node:fs", "Date", "java.util.regex", "java.util.Properties", "std::collections"]
    given = task(language=language, expected={"forbidden_imports": [*names, "time"]})
    assert imported(code, given) == found
