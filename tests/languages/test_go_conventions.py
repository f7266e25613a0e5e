"""What Go's own conventions ask of the sandbox: packages, TestMain, READMEs, vet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from burnish.config import Sandbox as Settings
from burnish.errors import SandboxUnavailableError
from burnish.records import Candidate, ExecutionReport
from burnish.sandbox import Sandbox, open_sandbox
from tests.conftest import missing


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
