"""Go as text: outlines, planted test files, and calls in the types of the module."""

from __future__ import annotations

import re

import pytest

from burnish.languages import toolchain

GO = toolchain("go")

MODULE = """\
//go:build linux

// Package stacks keeps things in order.
package stacks

import (
	"errors"
	"fmt"
)

// ErrEmpty says that nothing is there.
var ErrEmpty = errors.New("empty")

// Stack holds numbers.
type Stack struct {
	items []int
}

// Push puts one on top.
func (s *Stack) Push(item int) {
	s.items = append(s.items, item)
}

// Pop takes the top away,
// or gives ErrEmpty.
func (s *Stack) Pop() (int, error) {
	if len(s.items) == 0 {
		return 0, ErrEmpty
	}
	top := s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return top, nil
}

func Must(first, second int, rest ...string) string {
	if first > second {
		panic("order")
	}
	return fmt.Sprint(rest)
}

func hidden() {}
"""


def test_outline_names_what_a_package_defines() -> None:
    outline = GO.outline(MODULE)
    assert [(d.name, d.kind, d.public) for d in outline.definitions] == [
        ("ErrEmpty", "value", True), ("Stack", "type", True), ("Stack.Push", "method", True),
        ("Stack.Pop", "method", True), ("Must", "function", True), ("hidden", "function", False),
    ]  # fmt: skip
    assert outline.heading == "Package stacks keeps things in order."
    assert outline.problem == ""
    start, end = outline.imports[0]
    assert MODULE[start:end].startswith("import (") and MODULE[start:end].endswith(")")


def test_outline_tells_documentation_types_and_failures() -> None:
    outline = GO.outline(MODULE)
    pop, must = outline.named("Stack.Pop"), outline.named("Must")
    assert pop is not None and must is not None
    assert pop.doc == "Pop takes the top away,\nor gives ErrEmpty."
    assert MODULE[pop.start :].startswith("// Pop takes") and MODULE[: pop.end].endswith("nil\n}")
    assert (pop.result, pop.raises, pop.line) == ("(int, error)", True, 26)
    assert [(p.name, p.type) for p in must.parameters] == [
        ("first", "int"), ("second", "int"), ("rest", "...string"),
    ]  # fmt: skip
    assert must.raises and must.doc == ""


@pytest.mark.parametrize(
    ("function", "raises"),
    [
        ("func F(n int) (int, error) {\n\tif n > 1 {\n\t\treturn 1, nil\n\t}\n\treturn 2, nil\n}", False),
        ("func F(n int) (int, error) {\n\tif n > 1 {\n\t\treturn 1, errOdd\n\t}\n\treturn 2, nil\n}", True),
        ("func F() error {\n\treturn g()\n}", True),
        ("func F() (n int, err error) {\n\treturn\n}", True),
        ("func F() (func() error, error) {\n\treturn func() error { return errOdd }, nil\n}", False),
        ("func F() error {\n\tpanic(1)\n}", True),
    ],
)  # fmt: skip
def test_an_error_that_is_always_nil_needs_no_word(function: str, raises: bool) -> None:
    (found,) = GO.outline(f"package a\n\n{function}\n").public
    assert found.raises is raises


def test_statements_are_told_by_their_lines() -> None:
    assert GO.outline(MODULE).statements == (21, 27, 28, 30, 31, 32, 36, 37, 39)


def test_text_that_does_not_parse_is_told_with_its_line() -> None:
    outline = GO.outline("package a\n\nfunc f( {\n")
    assert outline.problem and outline.problem_line == 3


@pytest.mark.parametrize("text", ["", "é", "package", "func (", "\x00", 'import "', "😀 := `"])
def test_no_text_makes_the_toolchain_raise(text: str) -> None:
    GO.outline(text)
    GO.plant(text)


TESTS = """\
package %s

import "testing"

func TestAdds(t *testing.T) {
	t.Error("x")
}

// TestWaits is for later.
func TestWaits(tt *testing.T) {
	tt.Skip("later")
}

func Testing(t *testing.T) {}

func TestMain(m *testing.M) {}

func helper(t *testing.T) {}
"""


def test_tests_and_excuses_are_found() -> None:
    tests = GO.outline(TESTS % "solution").tests
    assert [(test.name, test.excused) for test in tests] == [
        ("TestAdds", False),
        ("TestWaits", True),
    ]


def test_canaries_stand_among_the_tests_without_moving_a_line() -> None:
    source = TESTS % "solution"
    planted = GO.plant(source)
    canaries = planted.canaries.failing | planted.canaries.passing
    assert len(planted.canaries.failing) == 3 and len(planted.canaries.passing) == 2
    assert set(planted.names) == {"TestAdds", "TestWaits"} | canaries
    before, after = source.split("\n"), planted.source.split("\n")
    assert after.index('\tt.Error("x")') == before.index('\tt.Error("x")')
    assert GO.outline(planted.source).problem == ""


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("solution", "solution"), ("main", "solution"), ("sums_test", "solution_test")],
)
def test_a_test_file_of_any_package_becomes_one_of_ours(said: str, wanted: str) -> None:
    assert GO.plant(TESTS % said).source.startswith(f"package {wanted}; ")


def test_a_test_file_without_a_package_gets_one() -> None:
    assert GO.plant('import "testing"\n').source.startswith("package solution; ")


def test_the_module_is_imported_under_whatever_path_it_has() -> None:
    source = 'package sums_test\n\nimport (\n\t"example.com/me/sums"\n\t"testing"\n)\n'
    planted = GO.plant(source).source
    assert '\tsums "solution"\n' in planted and planted.startswith("package solution_test; ")
    inside = 'package main\n\nimport (\n\ts "solution"\n\t"testing"\n)\n'
    assert '\ts "solution"\n' in GO.plant(inside).source
    assert GO.plant(inside).source.startswith("package solution_test; ")


SIGNATURES = """\
package solution

type Point struct{ X, Y int }

type Grid [][]float64

func Ints(a []int, b int64) []int { return a }
func Nested(a [][]int, b map[string][]int) int { return 0 }
func Text(s string, r rune, b byte, bs []byte) rune { return r }
func Floats(f float64, ok bool) {}
func Anything(v any, w interface{}) any { return v }
func Points(p Point, q *Point, g Grid) Point { return p }
func First[T any](items []T, other T) T { return items[0] }
func Many(sep string, parts ...string) string { return sep }
func apply(f func(int) int) int { return f(1) }
"""


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("ints([1, 2], 3)", "Ints([]int{1, 2}, 3)"),
        ("ints([], 2.0)", "Ints([]int{}, 2)"),
        (
            "nested([[1], []], {'a': [1]})",
            'Nested([][]int{[]int{1}, []int{}}, map[string][]int{"a": []int{1}})',
        ),
        ("floats(1, True)", None),
        ("anything([1, 'a'], {'k': None})", 'Anything([]any{1, "a"}, map[string]any{"k": nil})'),
        (
            "points([1, 2], {'x': 3}, [[1, 2.5]])",
            "Points(Point{X: 1, Y: 2}, func(v Point) *Point { return &v }(Point{X: 3}), "
            "Grid{[]float64{1, 2.5}})",
        ),
        ("first(['a'], 'b')", 'First([]string{"a"}, "b")'),
        ("first([1, 2.5], 3.5)", "First([]float64{1, 2.5}, 3.5)"),
        ("many('-', 'é', '\\n')", 'Many("-", "é", "\\n")'),
        ("many('-')", 'Many("-")'),
    ],
)
def test_calls_are_written_in_the_declared_types(call: str, wanted: str | None) -> None:
    written = GO.call(GO.outline(SIGNATURES), call)
    if wanted is None:
        assert written == "sandboxed.Nothing(func() { Floats(1, true) })"
    else:
        assert written == f"sandboxed.Values({wanted})"


def test_characters_are_strings_of_one_and_a_rune_comes_back_as_one() -> None:
    call = "text('a', 'b', 'c', 'd')"
    written = GO.call(GO.outline(SIGNATURES), call)
    assert written == 'sandboxed.Values(string(Text("a", 98, 99, []byte("d"))))'


@pytest.mark.parametrize(
    "call",
    [
        "ints(['a'], 1)", "ints([1])", "ints([1], 2, 3)", "floats('x', True)", "floats(1.5, 1)",
        "points([1], None, [])", "points({'z': 1}, None, [])", "apply(1)", "unknown(1)",
        "text('\\ud800', 'b', 'c', 'd')", "anything(1e999, 1)", "nested([1], {})",
    ],
)  # fmt: skip
def test_arguments_that_the_types_cannot_take_give_no_call(call: str) -> None:
    assert GO.call(GO.outline(SIGNATURES), call) == ""


def test_every_written_call_parses() -> None:
    outline = GO.outline(SIGNATURES)
    for call in ("ints([1], 2)", "anything(None, [True])", "points([1, 2], None, [])"):
        written = GO.call(outline, call)
        assert re.match(r"sandboxed\.Values\(\w+\(.*\)\)$", written)
        assert GO.outline(f"package a\nvar _ = {written}\n").problem == ""
