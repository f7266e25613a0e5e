"""Go as text, and what its own conventions ask of the sandbox: packages, TestMain, READMEs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from burnish.config import Sandbox as Settings
from burnish.errors import SandboxUnavailableError
from burnish.languages import toolchain
from burnish.languages.call import read_call
from burnish.records import Candidate, ExecutionReport
from burnish.sandbox import Sandbox, open_sandbox
from tests.conftest import missing

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
    read = read_call(call)
    assert read is not None
    written = GO.call(GO.outline(SIGNATURES), read)
    if wanted is None:
        assert written == "sandboxed.Nothing(func() { Floats(1, true) })"
    else:
        assert written == f"sandboxed.Values({wanted})"


def test_characters_are_strings_of_one_and_a_rune_comes_back_as_one() -> None:
    read = read_call("text('a', 'b', 'c', 'd')")
    assert read is not None
    written = GO.call(GO.outline(SIGNATURES), read)
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
    read = read_call(call)
    assert read is not None
    assert GO.call(GO.outline(SIGNATURES), read) == ""


def test_every_written_call_parses() -> None:
    outline = GO.outline(SIGNATURES)
    for call in ("ints([1], 2)", "anything(None, [True])", "points([1, 2], None, [])"):
        read = read_call(call)
        assert read is not None
        written = GO.call(outline, read)
        assert re.match(r"sandboxed\.Values\(\w+\(.*\)\)$", written)
        assert GO.outline(f"package a\nvar _ = {written}\n").problem == ""


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    try:
        opened = open_sandbox(Settings(kind="bubblewrap", test_timeout_s=2), "go")
    except SandboxUnavailableError as error:
        missing("Go in bubblewrap", str(error))
    yield opened
    opened.close()


ADD = "package main\n\nfunc Add(a, b int) int {\n\treturn a + b\n}\n\nfunc twice(a int) int { return 2 * a }\n"


def run(box: Sandbox, code: str, checks: str = "", docs: str = "") -> ExecutionReport:
    return box.run(Candidate(code=code, docs=docs, language="go"), checks=checks)


def outcomes(report: ExecutionReport) -> dict[str, str]:
    return {test.id: test.outcome for test in report.tests}


@pytest.mark.parametrize(
    ("said", "checks"),
    [
        ("package main\n", 'package main\nimport "testing"\n'),
        ("", 'import "testing"\n'),
        ("// Package sums adds.\npackage sums\n", 'package sums\nimport "testing"\n'),
    ],
)
def test_module_and_checks_of_any_package_meet(box: Sandbox, said: str, checks: str) -> None:
    code = ADD.replace("package main\n", said)
    checks += "func TestAdds(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fail()\n\t}\n}\n"
    assert outcomes(run(box, code, checks)) == {"TestAdds": "passed"}


def test_checks_from_outside_import_the_module_by_its_own_path(box: Sandbox) -> None:
    checks = 'package sums_test\n\nimport (\n\t"testing"\n\n\t"example.com/me/sums"\n)\n\n'
    checks += "func TestAdds(t *testing.T) {\n\tif sums.Add(1, 2) != 3 {\n\t\tt.Fail()\n\t}\n}\n"
    report = run(box, ADD.replace("main", "sums"), checks)
    assert outcomes(report) == {"TestAdds": "passed"}


CHECKS = """\
package solution

import (
	"os"
	"testing"
)

var ready bool

func TestMain(m *testing.M) {
	ready = true
	os.Exit(m.Run())
}

func TestIsReady(t *testing.T) {
	if !ready {
		t.Error("TestMain was not called")
	}
}

func TestParallelPart(t *testing.T) {
	t.Parallel()
	t.Run("part", func(t *testing.T) {
		t.Parallel()
		t.Errorf("Add(1, 2) = %d", Add(1, 2))
	})
}

func TestPartPanics(t *testing.T) {
	t.Run("part", func(t *testing.T) { panic("in a part") })
}

func TestElsewherePanics(t *testing.T) {
	go func() { panic("elsewhere") }()
	select {}
}

func TestWaitsForNothing(t *testing.T) {
	<-make(chan int)
}

func TestSkips(t *testing.T) {
	if ready {
		t.Skip("not today")
	}
}

func TestEnds(t *testing.T) {}
"""


def test_each_test_ends_for_itself_as_go_test_would_tell(box: Sandbox) -> None:
    report = run(box, ADD, CHECKS)
    assert outcomes(report) == {
        "TestIsReady": "passed", "TestParallelPart": "failed", "TestPartPanics": "error",
        "TestElsewherePanics": "error", "TestWaitsForNothing": "error", "TestSkips": "failed",
        "TestEnds": "passed",
    }  # fmt: skip
    messages = {test.id: test.message for test in report.tests}
    assert messages["TestParallelPart"] == "solution_test.go:25: Add(1, 2) = 3"
    assert messages["TestPartPanics"] == "panic: in a part"
    assert messages["TestElsewherePanics"] == "panic: elsewhere"
    assert "deadlock" in messages["TestWaitsForNothing"]
    assert messages["TestSkips"].startswith("skipped while running")


@pytest.mark.parametrize(
    "example",
    [
        "result := Add(1, 2)\nfmt.Println(result)\nother := twice(2)",
        'import "solution"\n\nfmt.Println(solution.Add(1, 2))',
        "fmt.Println(solution.Add(1, 2))",
        'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println(Add(1, 2))\n}',
        'package main\n\nimport (\n\t"fmt"\n\n\t"example.com/me/solution"\n)\n\n'
        "func main() {\n\tfmt.Println(solution.Add(1, 2))\n}",
        "func ExampleAdd() {\n\tfmt.Println(Add(1, 2))\n\t// Output: 3\n}",
    ],
)
def test_usage_examples_run_in_every_form_that_readmes_have(box: Sandbox, example: str) -> None:
    report = run(box, ADD, docs=f"# Add\n\n```go\n{example}\n```\n")
    assert outcomes(report) == {"usage example": "passed"}, report
    assert "3" in report.output or "result" in example


def test_vet_and_gofmt_remark_on_the_module(box: Sandbox) -> None:
    code = 'package solution\n\nimport "fmt"\n\nfunc Show(x string) string {\n'
    code += '  return fmt.Sprintf("%d", x)\n}\n'
    checks = 'package solution\n\nimport "testing"\n\nfunc TestShow(t *testing.T) { Show("a") }\n'
    report = run(box, code, checks)
    assert report.formatted == code.replace("  return", "\treturn")
    assert [(f.tool, f.line) for f in report.findings] == [("go vet", 6)]
    assert report.findings[0].message.startswith("printf: ")


@pytest.mark.parametrize(
    "spelt",
    ['import "unsafe"', 'import (\n\t"fmt"\n\tu "unsafe"\n)', 'import "\\x75nsafe"',
     "import /* ; */ _ `unsafe`", 'import "syscall"', 'import "runtime/debug"'],
)  # fmt: skip
def test_what_reaches_around_the_language_is_refused(box: Sandbox, spelt: str) -> None:
    checks = 'package solution\n\nimport "testing"\n\nfunc TestAdds(t *testing.T) {}\n'
    report = run(box, ADD.replace("package main\n", f"package main\n\n{spelt}\n"), checks)
    assert report.status == "IMPORT_ERROR" and "there is no package" in report.error, report


def test_the_word_unsafe_alone_is_no_offence(box: Sandbox) -> None:
    code = '// Not "unsafe".\npackage solution\n\n// import "unsafe"\n\nfunc Word() []string {\n'
    code += '\treturn []string{\n\t\t"unsafe",\n\t\t`unsafe`}\n}\n'
    checks = 'package solution\n\nimport "testing"\n\nfunc TestWord(t *testing.T) { Word() }\n'
    assert run(box, code, checks).status == "PASSED"
