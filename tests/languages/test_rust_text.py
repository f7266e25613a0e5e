"""Rust as text: outlines, calls in declared types, planting."""

from __future__ import annotations

import pytest

from burnish.languages import toolchain

RUST = toolchain("rust")
MODULE = """//! Stacks.

use std::collections::HashMap;

/// A stack.
#[derive(Debug)]
pub struct Stack<T> {
    items: Vec<T>,
}

impl<T> Stack<T> {
    /// Puts one on top.
    pub fn push(&mut self, item: T) {
        self.items.push(item);
    }

    fn hidden(&self) {}
}

/// Halves.
///
/// # Errors
///
/// Odd numbers.
#[must_use]
pub fn half(mut value: i32, _names: &HashMap<String, i32>) -> Result<i32, String> {
    if value % 2 == 1 {
        return Err("odd".to_string());
    }
    value /= 2;
    match value {
        0 => Ok(0),
        _ => Ok(value),
    }
}

fn main() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore]
    fn halves() {
        assert_eq!(half(2, &HashMap::new()), Ok(1));
    }
}
"""


@pytest.mark.parametrize(
    ("body", "raises"),
    [
        ("if n > 1 { return Ok(1); } Ok(2)", False),
        ('if n > 1 { return Err("odd".into()); } Ok(2)', True),
        ("if n > 1 { Ok(1) } else if n > 2 { Ok(2) } else { Ok(3) }", False),
        ('if n > 1 { Ok(1) } else { Err("odd".into()) }', True),
        ("let half = g(n)?; Ok(half)", True),
        ("g(n)", True),
        ("match n { 1 => Ok(1), _ => g(n) }", True),
        ("(0..n).map(|m| g(m)).sum()", True),
        ("let g = || -> Result<u8, String> { return g(1); }; return Ok(n);", False),
    ],
)
def test_a_result_that_is_always_ok_needs_no_word(body: str, raises: bool) -> None:
    code = f"pub fn f(n: i32) -> Result<i32, String> {{ {body} }}\n"
    (found,) = RUST.outline(code).public
    assert found.raises is raises


def test_outline_tells_documentation_types_visibility_and_tests() -> None:
    outline = RUST.outline(MODULE)
    half = outline.named("half")
    assert outline.heading == "Stacks." and outline.problem == ""
    assert half is not None and half.public and half.raises
    assert half.doc.startswith("Halves.") and "# Errors" in half.doc
    assert [(p.name, p.type) for p in half.parameters] == [
        ("value", "i32"), ("_names", "&HashMap<String, i32>"),
    ]  # fmt: skip
    assert half.result == "Result<i32, String>"
    assert {found.name for found in outline.public} == {"Stack", "Stack.push", "half"}
    assert [(test.name, test.excused) for test in outline.tests] == [("tests::halves", True)]
    lines = [MODULE.split("\n")[line - 1].strip() for line in outline.statements]
    assert lines == [
        "self.items.push(item);", "if value % 2 == 1 {", 'return Err("odd".to_string());',
        "value /= 2;", "match value {", "0 => Ok(0),", "_ => Ok(value),",
    ]  # fmt: skip


def test_a_definition_spans_its_comment_and_attributes() -> None:
    half = RUST.outline(MODULE).named("half")
    assert half is not None
    text = MODULE[half.start : half.end]
    assert text.startswith("/// Halves.") and text.endswith("}") and "#[must_use]" in text


@pytest.mark.parametrize(
    ("declared", "call", "written"),
    [
        ("a: i64", "f(-3)", "-3i64"),
        ("a: f64", "f(2)", "2.0f64"),
        ("a: u8", "f(300)", ""),
        ("a: usize", "f(-1)", ""),
        ("a: bool", "f(true)", "true"),
        ("a: char", 'f("\'")', "'\\''"),
        ("a: &str", "f('a\"b')", '"a\\"b"'),
        ("a: String", "f('x\\n')", 'String::from("x\\u{a}")'),
        ("a: &[&str]", "f(['a', 'b'])", '&["a", "b"]'),
        ("a: &Vec<Vec<i32>>", "f([[1], []])", "&vec![vec![1i32], vec![]]"),
        ("a: &mut Vec<i32>", "f([1])", "&mut vec![1i32]"),
        ("a: [u8; 2]", "f([1, 2])", "[1u8, 2u8]"),
        ("a: Option<(i32, &'static str)>", "f((1, 'a'))", 'Some((1i32, "a"))'),
        ("a: Option<i32>", "f(None)", "None"),
        ("a: Box<f32>", "f(0.5)", "Box::new(0.5f32)"),
        (
            "a: std::collections::BTreeMap<String, Vec<u8>>",
            "f({'k': [1]})",
            'std::collections::BTreeMap::from_iter([(String::from("k"), vec![1u8])])',
        ),
        ("a: HashSet<i32>", "f({2, 1})", "std::collections::HashSet::from_iter([1i32, 2i32])"),
        ("a: &[T]", "f([1.5])", "&[1.5f64]"),
        ("a: impl Into<String>", "f('x')", '"x"'),
        ("a: impl Iterator<Item = u32>", "f([7])", "vec![7u32].into_iter()"),
        ("a: &dyn Shape", "f(1)", ""),
        ("a: i32, b: i32", "f(1)", ""),
    ],
)
def test_arguments_are_written_as_the_declared_types_want(
    declared: str, call: str, written: str
) -> None:
    outline = RUST.outline(f"pub fn f({declared}) {{}}\n")
    assert RUST.call(outline, call) == (f"solution::f({written})" if written else "")


def test_a_private_function_is_not_called_and_case_is_forgiven() -> None:
    call = "addAll(1)"
    assert RUST.call(RUST.outline("fn add_all(a: i32) {}"), call) == ""
    assert RUST.call(RUST.outline("pub fn add_all(a: i32) {}"), call) == "solution::add_all(1i32)"


def test_planting_keeps_every_line_in_its_place() -> None:
    tests = "use solution::*;\n\n#[test]\nfn a() {\n    assert_eq!(f(), 1); // one\n}\n"
    planted = RUST.plant(tests)
    assert "assert_eq!(f(), 1); // one" in planted.source.split("\n")[4]
    assert set(planted.names) == {"a"} | planted.canaries.failing | planted.canaries.passing
