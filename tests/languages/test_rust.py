"""What Rust's sandbox does beyond what every language's must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from burnish.config import Sandbox as Settings
from burnish.errors import SandboxUnavailableError
from burnish.records import Candidate, Example, ExecutionReport
from burnish.sandbox import Sandbox, open_sandbox
from tests.conftest import missing
from tests.languages.test_rust_text import MODULE

Calls = Sequence[tuple[str, str]]


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    try:
        opened = open_sandbox(Settings(kind="bubblewrap", pool_size=0), "rust")
    except SandboxUnavailableError as error:
        missing("Rust in bubblewrap", str(error))
    yield opened
    opened.close()


def run(
    box: Sandbox, code: str, checks: str = "", docs: str = "", calls: Calls = ()
) -> ExecutionReport:
    candidate = Candidate(code=code, language="rust", docs=docs)
    examples = tuple(Example(call=call, expected=value) for call, value in calls)
    return box.run(candidate, checks=checks, examples=examples)


def outcomes(report: ExecutionReport) -> dict[str, str]:
    return {test.id: test.outcome for test in report.tests}


def test_every_kind_of_test_function_runs(box: Sandbox) -> None:
    code = (
        "pub fn half(x: i32) -> Result<i32, String> {\n"
        '    if x % 2 == 0 { Ok(x / 2) } else { Err("odd".to_string()) }\n}\n'
        'pub fn strict(x: i32) -> i32 { assert!(x > 0, "not above zero"); x }\n'
    )
    checks = """
use solution::half;

#[test]
fn by_result() -> Result<(), String> {
    assert_eq!(half(4)?, 2);
    Ok(())
}

#[test]
fn fails_by_result() -> Result<(), String> {
    half(3).map(|_| ())
}

#[cfg(test)]
mod inner {
    use super::*;

    #[test]
    #[should_panic(expected = "above zero")]
    fn panics() {
        solution::strict(0);
    }

    #[test]
    #[should_panic]
    fn does_not_panic() {
        half(2).unwrap();
    }

    #[test]
    #[should_panic(expected = "below")]
    fn panics_otherwise() {
        solution::strict(0);
    }
}
"""
    report = run(box, code, checks)
    assert outcomes(report) == {
        "by_result": "passed",
        "fails_by_result": "failed",
        "inner::panics": "passed",
        "inner::does_not_panic": "failed",
        "inner::panics_otherwise": "failed",
    }, report


def test_a_module_with_main_and_tests_of_its_own_builds(box: Sandbox) -> None:
    checks = "mod solution;\nuse std::collections::HashMap;\n#[test]\nfn halves() {\n"
    checks += "    assert_eq!(crate::solution::half(4, &HashMap::new()), Ok(2));\n}\n"
    report = run(box, MODULE, checks)
    assert outcomes(report) == {"halves": "passed"}, report
    assert report.formatted == MODULE


@pytest.mark.parametrize(
    "block",
    [
        "use solution::half;\n\nlet x: i32 = half(4)?;\nassert_eq!(x, 2);\n# Ok::<(), String>(())",
        "use solution::half;\n\nfn main() -> Result<(), String> {\n    half(4)?;\n    Ok(())\n}",
        'let x = solution::half(4).unwrap();\nprintln!("{}", x)',
    ],
)
def test_a_readme_block_runs_as_rustdoc_would_run_it(box: Sandbox, block: str) -> None:
    code = "pub fn half(x: i32) -> Result<i32, String> {\n    Ok(x / 2)\n}\n"
    report = run(box, code, docs=f"# half\n\n```rust\n{block}\n```\n")
    assert outcomes(report) == {"usage example": "passed"}, report


def test_values_of_many_types_come_back(box: Sandbox) -> None:
    code = """
use std::collections::{BTreeMap, HashSet, VecDeque};

#[derive(Debug)]
pub struct Point { x: i32 }
pub struct Secret;
pub fn point(x: i32) -> Point { Point { x } }
pub fn secret() -> Secret { Secret }
pub fn tried(x: i32) -> Result<Point, String> { Ok(Point { x }) }
pub fn ranks(names: &[String]) -> BTreeMap<usize, (char, f32)> {
    names.iter().enumerate().map(|(i, n)| (i, (n.chars().next().unwrap(), 0.5))).collect()
}
pub fn once(xs: Vec<u8>) -> HashSet<u8> { xs.into_iter().collect() }
pub fn turn(mut xs: VecDeque<i32>) -> VecDeque<i32> { xs.rotate_left(1); xs }
pub fn middle<'a>(text: &'a str) -> Option<&'a str> { text.get(1..2) }
pub fn boxed(x: Box<i64>) -> Box<i64> { x }
pub fn tiny() -> f64 { 1e-300 }
"""
    calls = [
        ("point(3)", "Point { x: 3 }"), ("tried(4)", "Point { x: 4 }"),
        ("ranks(['ab', 'c'])", "{0: ('a', 0.5), 1: ('c', 0.5)}"), ("once([1, 1, 2])", "{1, 2}"),
        ("turn([1, 2, 3])", "[2, 3, 1]"), ("middle('abc')", "'b'"), ("middle('')", "None"),
        ("boxed(-5)", "-5"), ("tiny()", "1e-300"),
    ]  # fmt: skip
    report = run(box, code, calls=calls)
    assert set(outcomes(report).values()) == {"passed"} and len(report.tests) == len(calls), report
    wrong = run(box, code, calls=[("secret()", "Secret")])
    assert wrong.passed() == 0, wrong


def test_words_in_comments_and_texts_are_not_refused(box: Sandbox) -> None:
    code = """#![forbid(unsafe_code)]
/* not /* at all */ unsafe */
// unsafe
pub fn text() -> (String, char, &'static str) {
    (r#"unsafe "x" {"#.to_string(), '"', "unsafe \\" no_mangle")
}
"""
    checks = "#[test]\nfn reads() {\n    assert_eq!(solution::text().1, '\"');\n}\n"
    assert run(box, code, checks).status == "PASSED"


@pytest.mark.parametrize(
    "code",
    [
        "#[macro_export]\nmacro_rules! sly { () => { unsafe { std::mem::zeroed::<i32>() } } }\n",
        "pub fn a() -> char {\n    let _ = '\"'; unsafe { std::mem::zeroed() } // \"\n}\n",
        "pub struct A;\nimpl PartialEq<A> for i32 { fn eq(&self, _: &A) -> bool { true } }\n",
        "pub struct A;\nimpl PartialEq<Box<i32>> for Box<A> {\n"
        "    fn eq(&self, _: &Box<i32>) -> bool { true }\n}\n",
        "pub struct A;\nimpl<T> PartialEq<T> for A { fn eq(&self, _: &T) -> bool { true } }\n",
    ],
)
def test_what_could_forge_a_verdict_is_refused_with_its_line(box: Sandbox, code: str) -> None:
    report = run(box, code, "#[test]\nfn passes() {}\n")
    assert report.status == "SYNTAX_ERROR" and "refused" in report.error, report
    assert all(test.line for test in report.tests)


def test_names_of_the_module_do_not_take_the_place_of_stds(box: Sandbox) -> None:
    code = """
#[derive(Debug)]
pub struct Fake;
impl PartialEq for Fake { fn eq(&self, _: &Fake) -> bool { true } }
#[allow(non_snake_case)]
pub fn Some(_: i32) -> Fake { Fake }
pub fn answer() -> Fake { Fake }
#[macro_export]
macro_rules! matches { ($($any:tt)*) => { true }; }
"""
    checks = """
#[test]
fn answers() {
    use solution::*;
    assert!(matches!(answer(), Some(42)));
}
"""
    report = run(box, code, checks)
    assert report.passed() == 0 and report.tests, report


def test_clippy_and_rustc_say_what_they_see(box: Sandbox) -> None:
    code = "pub fn len(items: &Vec<i32>) -> bool {\n    let unused = 1;\n"
    code += "    return items.len() == 0;\n}\n"
    report = run(box, code, "#[test]\nfn a() {\n    assert!(solution::len(&vec![]));\n}\n")
    told = {(finding.tool, finding.line) for finding in report.findings}
    assert ("rustc", 2) in told, report.findings
    assert report.status == "PASSED" and all(f.category == "style" for f in report.findings)


def test_endless_recursion_is_told_as_such(box: Sandbox) -> None:
    code = "pub fn down(n: u64) -> u64 {\n    1 + down(n + 1)\n}\n"
    report = run(box, code, "#[test]\nfn ends() {\n    assert_eq!(solution::down(0), 1);\n}\n")
    assert "the stack overflowed" in report.tests[0].message, report


def test_a_type_error_is_told_with_its_line_and_help(box: Sandbox) -> None:
    code = 'pub fn add(a: i32) -> i32 {\n    let b: i32 = "1";\n    a + b\n}\n'
    report = run(box, code, "#[test]\nfn a() {\n    assert_eq!(solution::add(1), 2);\n}\n")
    assert report.status == "SYNTAX_ERROR" and report.tests[0].line == 2, report
    assert "E0308" in report.error and "expected `i32`" in report.error


def test_a_call_that_ends_its_program_raised_no_error(box: Sandbox) -> None:
    code = "pub fn leave(x: i32) -> i32 {\n    std::process::exit(x)\n}\n"
    report = box.run(
        Candidate(code=code, language="rust"),
        examples=(Example(call="leave(0)", raises="ValueError"),),
    )
    assert report.passed() == 0 and len(report.tests) == 1, report


def test_a_file_of_another_name_is_used_by_its_own_name_too(box: Sandbox) -> None:
    candidate = Candidate(code="pub fn two() -> i32 {\n    2\n}\n", language="rust", module="pair")
    checks = "use pair::*;\n#[test]\nfn own() {\n    assert_eq!(two(), 2);\n}\n"
    checks += "#[test]\nfn usual() {\n    assert_eq!(solution::two(), 2);\n}\n"
    report = box.run(candidate, checks=checks)
    assert outcomes(report) == {"own": "passed", "usual": "passed"}, report


def test_what_derive_writes_is_no_code_to_cover(box: Sandbox) -> None:
    code = "/// One.\n#[derive(\n    Debug, Clone, PartialEq,\n)]\npub struct One {\n    pub a: i32,\n}\n"
    code += "pub fn one() -> One {\n    One { a: 1 }\n}\n"
    checks = "#[test]\nfn ones() {\n    assert_eq!(solution::one().a, 1);\n}\n"
    report = run(box, code, checks)
    assert report.coverage is not None and report.coverage.ratio == 1.0, report.coverage


def test_a_generic_function_is_covered_by_any_of_its_instances(box: Sandbox) -> None:
    code = "pub fn first<T: Copy>(items: &[T], other: T) -> T {\n    if items.is_empty() {\n"
    code += "        return other;\n    }\n    items[0]\n}\n"
    checks = "use solution::first;\n#[test]\nfn whole() {\n    assert_eq!(first(&[1], 2), 1);\n}\n"
    one = run(box, code, checks)
    assert one.coverage is not None and one.coverage.missing_lines == (3,), one
    checks += "#[test]\nfn signs() {\n    assert_eq!(first(&[], 'a'), 'a');\n}\n"
    both = run(box, code, checks)
    assert both.coverage is not None and both.coverage.ratio == 1.0, both.coverage
