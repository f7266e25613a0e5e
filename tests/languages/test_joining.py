"""Two test files made one: what both bring stands once, and nothing that a test uses is lost."""

from __future__ import annotations

from contextlib import closing

import pytest

from burnish.config import Sandbox as Settings
from burnish.errors import SandboxUnavailableError
from burnish.languages.grammar import Tree
from burnish.languages.imports import bindings
from burnish.languages.joining import joined
from burnish.records import Candidate
from burnish.sandbox import open_sandbox
from tests.conftest import missing

MODULES = {
    "javascript": "export function f(x) {\n  return x;\n}\n\nexport const g = (x) => x + 1;\n",
    "java": "public class Solution {\n    public static int f(int x) {\n        return x;\n    }\n}\n",
    "go": "package solution\n\nfunc F(x int) int {\n\treturn x\n}\n",
    "rust": "pub fn f(x: i32) -> i32 {\n    x\n}\n\npub fn g(x: i32) -> i32 {\n    x + 1\n}\n",
}
FIRST = {
    "javascript": """import test from "node:test";
import assert from "node:assert/strict";
import { f } from "./solution.mjs";

const ONE = 1;

test("a", () => {
  assert.equal(f(ONE), 1);
});
""",
    "java": """import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SolutionTest {
    private static final int ONE = 1;

    @Test
    void a() {
        assertEquals(1, Solution.f(ONE));
    }
}
""",
    "go": """package solution

import "testing"

const one = 1

func TestA(t *testing.T) {
\tif F(one) != 1 {
\t\tt.Fatal()
\t}
}
""",
    "rust": """use solution::f;

const ONE: i32 = 1;

#[test]
fn a() {
    assert_eq!(f(ONE), 1);
}
""",
}
NEW = {
    "javascript": """// Tests of the whole.
import test from "node:test";
import assert, { deepEqual as same } from "node:assert";
import { f, g } from "./solution.mjs";

const ONE = 5;

// Twice x.
function twice(x) {
  return [2 * x];
}

test("a", () => {
  assert.equal(f(ONE), 5);
});

test("b", () => {
  same(twice(g(ONE)), [4]);
});
""",
    "java": """import static org.junit.jupiter.api.Assertions.*;

import java.util.List;
import org.junit.jupiter.api.Test;

class SolutionTest {
    private static final int ONE = 5;

    private record Pair(int left, int right) {}

    /** Twice x. */
    private static List<Integer> twice(int x) {
        return List.of(2 * new Pair(x, ONE).left());
    }

    @Test
    void a() {
        assertEquals(5, Solution.f(ONE));
    }

    @Test
    void b() {
        assertTrue(twice(Solution.f(ONE)).contains(2));
    }
}
""",
    "go": """package solution

import (
\t"reflect"
\t"testing"
)

const one = 5

// twice gives twice x.
func twice(x int) []int {
\treturn []int{2 * x}
}

func TestA(t *testing.T) {
\tif F(one) != 5 {
\t\tt.Fatal()
\t}
}

func TestB(t *testing.T) {
\tif !reflect.DeepEqual(twice(F(one)), []int{2}) {
\t\tt.Fatal()
\t}
}
""",
    "rust": """//! Tests of the whole.
#![allow(dead_code)]

use solution::{f, g as h};
use std::collections::HashSet;

const ONE: i32 = 5;

/// Twice x.
#[derive(Debug, PartialEq)]
struct Twice(i32);

impl Twice {
    fn of(x: i32) -> Self {
        Twice(2 * x)
    }
}

#[test]
fn a() {
    assert_eq!(f(ONE), 5);
}

#[test]
fn b() {
    assert_eq!(Twice::of(h(ONE)), Twice(4));
    assert_eq!([h(ONE)].iter().collect::<HashSet<_>>().len(), f(ONE) as usize);
}
""",
}


@pytest.mark.parametrize("language", NEW)
def test_the_joined_file_runs_with_what_its_new_tests_use(language: str) -> None:
    """`b` needs imports and helpers of the new file; `a` and its constant stay as they were."""
    whole = joined(language, FIRST[language], NEW[language])
    try:
        sandbox = open_sandbox(Settings(kind="bubblewrap", pool_size=0), language)
    except SandboxUnavailableError as error:
        missing(f"{language} in bubblewrap", str(error))
    with closing(sandbox):
        report = sandbox.run(Candidate(code=MODULES[language], tests=whole, language=language))
    assert [test.outcome for test in report.tests] == ["passed"] * 2, (whole, report)
    assert "Tests of the whole" not in whole
    assert whole.count("Twice x.") + whole.count("twice gives twice x.") == 1


@pytest.mark.parametrize("language", NEW)
def test_a_replaced_test_is_the_new_one_and_stands_once(language: str) -> None:
    names = {"go": ["TestA", "TestB"]}.get(language, ["a", "b"])
    whole = joined(language, FIRST[language], NEW[language], names)
    assert whole.count("5") == NEW[language].count("5") - 1  # the constant stays as it was
    assert joined(language, whole, NEW[language]) == whole


def test_a_group_brings_only_its_new_tests() -> None:
    first = 'describe("d", () => {\n  it("x", () => {});\n});\n'
    new = 'describe("d", () => {\n  it("x", () => { throw 1; });\n\n  it("y", () => {});\n});\n'
    whole = joined("javascript", first, new)
    assert whole.count('it("x"') == whole.count('it("y"') == 1 and "throw" not in whole


@pytest.mark.parametrize(
    ("language", "source", "names"),
    [
        ("javascript", 'import a, { b as c, d } from "m";\nimport * as e from "n";', "a c d e"),
        ("javascript", 'import "m";', 'import "m";'),
        ("rust", "use a::{b, c as d, e::{self, f}};\nuse g::*;\nuse h;", "b d e f g::* h"),
        ("go", 'package p\n\nimport (\n\t"a/b"\n\tc "d"\n\t_ "e"\n)', 'b c _ "e"'),
        ("java", "package p;\nimport a.B;\nimport static c.D.*;", "B import static c.D.*;"),
    ],
)
def test_every_name_that_an_import_binds_has_a_line_of_its_own(
    language: str, source: str, names: str
) -> None:
    found = bindings(language, Tree(language, source))
    assert " ".join(found) == names
    head = "package p\n" if language == "go" else ""
    for name, line in found.items():
        assert list(bindings(language, Tree(language, head + line))) == [name]
