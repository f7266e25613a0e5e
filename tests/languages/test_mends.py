"""What is mended in a model's answer, language by language, before anything is run."""

from __future__ import annotations

import textwrap

import pytest

from burnish.languages import Outline, toolchain
from burnish.languages.edits import declaration, spelt
from burnish.languages.mends import mends


@pytest.mark.parametrize(
    ("name", "snake", "camel", "pascal"),
    [
        ("merge_intervals", "merge_intervals", "mergeIntervals", "MergeIntervals"),
        ("mergeIntervals", "merge_intervals", "mergeIntervals", "MergeIntervals"),
        ("LRUCache", "lru_cache", "lruCache", "LruCache"),
        ("f", "f", "f", "F"),
        ("to_base64", "to_base64", "toBase64", "ToBase64"),
    ],
)
def test_names_are_spelt_as_each_convention_wants(
    name: str, snake: str, camel: str, pascal: str
) -> None:
    assert (spelt(name, "snake"), spelt(name, "camel"), spelt(name, "pascal")) == (
        snake, camel, pascal,
    )  # fmt: skip


def test_javascript_exports_what_it_defines_and_drops_example_calls() -> None:
    source = "function f(a) {\n  return a;\n}\n\nconsole.log(f(1));\nmodule.exports = { f };\n"
    assert mends("javascript").code(source).strip() == "export function f(a) {\n  return a;\n}"


def test_what_is_said_of_an_example_call_goes_with_it() -> None:
    kept = "// Doubles.\nexport function f(a) {\n  return 2 * a; // twice\n}\n"
    source = (
        f"{kept}\n// Example usage:\nconsole.log(f(1)); // Output: 2\n"
        "console.log(f(2)); // Output: 4\nexport const ONE = 1; // kept\n"
    )
    mended = mends("javascript").code(source)
    assert mended == f"{kept}\nexport const ONE = 1; // kept\n"


def test_javascript_that_exports_already_is_left_alone() -> None:
    source = "const hidden = () => 1;\nexport const f = () => hidden();\n"
    assert mends("javascript").code(source) == source


@pytest.mark.parametrize(
    ("code", "added"),
    [
        ("export default function f(n) {\n  return n;\n}\n", "export { f };"),
        ("function f() {}\nexport default f;\n", "export { f };"),
        ("export default class Box {\n}\n", "export { Box };"),
        ("export default function () {}\n", ""),
        ("export function f() {}\nexport default f;\n", ""),
        ("function f() {}\nexport { f };\nexport default f;\n", ""),
    ],
)
def test_a_default_export_of_javascript_has_its_name_too(code: str, added: str) -> None:
    expected = f"{code.rstrip()}\n\n{added}\n" if added else code
    assert mends("javascript").code(code) == expected


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("func F(x interface{}, m map[string]struct{}) []struct{} {",
         "func F(x interface{}, m map[string]struct{}) []struct{}"),
        ("pub fn f(a: [u8; 4]) -> u32 {", "pub fn f(a: [u8; 4]) -> u32"),
        ("export function f({ a, b }, o = {}) {", "export function f({ a, b }, o = {})"),
        ("export const f = (a) => a;", "export const f = (a)"),
        ("int f(\n    int a\n);", "int f( int a )"),
    ],
)  # fmt: skip
def test_a_declaration_ends_where_the_body_begins(code: str, told: str) -> None:
    assert declaration(code, 1) == told


def test_javascript_tests_import_what_they_use() -> None:
    own = toolchain("javascript").outline("export function f() {}\n")
    source = 'const { f } = require("./solution");\ntest("a", () => { assert.equal(f(), 1); });\n'
    mended = mends("javascript").tests(source, own)
    assert 'import { f } from "./solution.mjs";' in mended
    assert 'import test from "node:test";' in mended
    assert 'import assert from "node:assert/strict";' in mended
    assert "require" not in mended


@pytest.mark.parametrize(
    ("language", "code", "tests", "line"),
    [
        ("javascript", "export class Bad extends Error {}\nexport function f() {}\n",
         'import { f } from "./solution.mjs";\nassert.throws(() => f(), Bad);\n',
         'import { Bad } from "./solution.mjs";'),
        ("javascript", "export const f = () => 1;\n",
         'const { f, strict: assert } = await import("./x.mjs");\nassert(f());\n', ""),
        ("rust", "pub enum Bad { A }\npub fn f() -> Result<(), Bad> { Err(Bad::A) }\n",
         "//! All.\nuse solution::f;\n#[test]\nfn a() { assert!(f() == Err(Bad::A)); }\n",
         "use solution::Bad;"),
        ("rust", "pub enum Bad { A }\npub fn f() {}\n",
         "use solution::*;\n#[test]\nfn a() { solution::f(); let b = Bad::A; }\n", ""),
    ],
)  # fmt: skip
def test_what_a_test_file_uses_and_forgot_is_imported(
    language: str, code: str, tests: str, line: str
) -> None:
    mended = mends(language).tests(tests, toolchain(language).outline(code))
    added = [row for row in mended.splitlines() if row and row not in tests.splitlines()]
    assert [row for row in added if "solution" in row] == ([line] if line else [])
    assert mended.startswith("//!") == tests.startswith("//!")


def test_go_gets_its_package_and_exactly_the_imports_that_it_uses() -> None:
    source = (
        'package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\n'
        "func Upper(s string) string {\n\treturn strings.ToUpper(s)\n}\n\n"
        "// One more.\n\n// Example usage\n// of it:\n"
        'func main() {\n\tfmt.Println(Upper("a"))\n\tos.Exit(0)\n}\n'
    )
    mended = mends("go").code(source)
    assert "Example" not in mended and "of it" not in mended and "// One more." in mended
    assert mended.startswith("package solution\n")
    assert '"strings"' in mended and '"fmt"' not in mended and '"os"' not in mended
    assert "func main" not in mended


def test_go_does_not_take_a_variable_for_a_package() -> None:
    source = "package solution\n\nfunc F(path P) int {\n\treturn path.Len()\n}\n"
    assert "import" not in mends("go").code(source)


def test_go_tests_are_in_the_package_of_the_module() -> None:
    source = 'package main\n\nimport "solution"\n\nfunc TestF(t *testing.T) {\n\tsolution.F()\n}\n'
    mended = mends("go").tests(source, Outline())
    assert "package solution" in mended and "solution.F" not in mended
    assert '"testing"' in mended and '"solution"' not in mended


def test_java_has_one_class_called_solution_in_the_default_package() -> None:
    source = (
        "package com.example;\n\npublic class Stack {\n"
        "    public static List<Integer> f() { return new ArrayList<>(); }\n\n"
        "    // Example usage\n    public static void main(String[] args) { System.out.println(f()); }\n}\n"
    )
    mended = mends("java").code(source)
    assert "package" not in mended and "class Solution" in mended and "void main" not in mended
    assert "import java.util.*;" in mended and "Example usage" not in mended


SAYS = "/**\n * Doubles it. Twice.\n *\n * @param n any\n * @return twice n\n */\n"
TWICE = "public static int f(int n) { return 2 * n; }"


@pytest.mark.parametrize(
    "source",
    [
        f"{SAYS}public class Solution {{\n    {TWICE}\n}}\n",  # on the wrong one of the two
        f"public class Solution {{\n{textwrap.indent(SAYS, '    ')}    {TWICE}\n}}\n",
    ],
)
def test_a_java_class_and_its_one_method_are_both_described(source: str) -> None:
    mended = mends("java").code(source)
    assert mended == (
        "/** Doubles it. */\npublic class Solution {\n"
        f"{textwrap.indent(SAYS, '    ')}    {TWICE}\n}}\n"
    )
    assert mends("java").code(mended) == mended


def test_a_long_sentence_of_a_java_class_is_wrapped() -> None:
    says = SAYS.replace("Doubles it.", f"Doubles it{' and doubles it' * 9}.")
    mended = mends("java").code(f"{says}public class Solution {{\n    {TWICE}\n}}\n")
    assert mended.startswith("/**\n * Doubles it and")
    assert max(map(len, mended.partition("public class")[0].splitlines())) <= 100


@pytest.mark.parametrize(
    "source",
    [
        f"{SAYS}public class Solution {{\n    {TWICE}\n    {TWICE.replace('f', 'g')}\n}}\n",
        f"/** Doubles. */\npublic class Solution {{\n    {TWICE}\n}}\n",
        f"/** @return it */\npublic class Solution {{\n    {TWICE}\n}}\n",
        f"public class Solution {{\n    {TWICE}\n}}\n",
        f"{SAYS}public class Solution {{ {TWICE} }}\n",
    ],
)
def test_a_java_comment_whose_place_is_open_stays_where_it_is(source: str) -> None:
    assert mends("java").code(source) == source


def test_java_tests_leave_the_subject_to_the_module() -> None:
    source = (
        "class Solution { static int f() { return 1; } }\n\n"
        "class MyTest {\n    @Test void a() { assertEquals(1, Solution.f()); }\n}\n"
    )
    mended = mends("java").tests(source, Outline())
    assert "class SolutionTest" in mended and "int f()" not in mended
    assert "import org.junit.jupiter.api.*;" in mended


def test_rust_is_public_without_main_and_without_tests_of_its_own() -> None:
    source = (
        "fn f() -> HashMap<i32, i32> {\n    HashMap::new()\n} // a map\n"
        "/// Example\n/// usage\nfn main() {\n    f();\n}\n\n"
        "#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    fn a() {}\n}\n"
    )
    mended = mends("rust").code(source)
    assert "pub fn f" in mended and "fn main" not in mended and "mod tests" not in mended
    assert mended.startswith("use std::collections::HashMap;")
    assert "Example" not in mended and "usage" not in mended and "// a map" in mended


def test_rust_tests_use_the_crate() -> None:
    own = toolchain("rust").outline("pub fn f() -> i32 {\n    1\n}\n")
    mended = mends("rust").tests("#[test]\nfn a() {\n    assert_eq!(f(), 1);\n}\n", own)
    assert mended.startswith("use solution::f;")


@pytest.mark.parametrize("language", ["javascript", "go", "java", "rust"])
@pytest.mark.parametrize("text", ["", "}{", "no code at all", "\x00", "fn f( {", "é" * 50])
def test_nothing_makes_a_mend_raise(language: str, text: str) -> None:
    mends(language).code(text)
    mends(language).tests(text, Outline())
