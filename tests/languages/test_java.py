"""Java as text, and what its sandbox leaves to honest code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from burnish.config import Sandbox as Limits
from burnish.errors import SandboxUnavailableError
from burnish.languages.java import TOOLCHAIN
from burnish.records import Candidate, Example
from burnish.sandbox import Sandbox
from burnish.sandbox.opening import open_sandbox
from tests.conftest import missing

STACK = """
/** Stacks. */
package com.example;

import java.util.List;

/** A stack of numbers. */
public class Solution {
    /** Adds up.
     * @throws IllegalStateException if there is nothing */
    public static <T extends Number> int sum(List<T> values, int... more) {
        if (values.isEmpty()) {
            throw new IllegalStateException();
        }
        return 0;
    }

    private static void hidden() {}

    public void push(int value) {}

    /** A pair. */
    public record Pair(int left, int right) {}
}
"""
TESTS = """
import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.*;
class SolutionTest {
    @Test void adds() { assertEquals(1, 1); }
    @Test @Disabled void waits() {}
    @Nested class Empty {
        @Test void fails() {}
    }
    void helper() {}
}
"""


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    try:
        opened = open_sandbox(Limits(kind="bubblewrap"), "java")
    except SandboxUnavailableError as error:
        missing("java in the bubblewrap sandbox", str(error))
    yield opened
    opened.close()


def test_outline_tells_static_methods_from_others_and_what_is_public() -> None:
    outline = TOOLCHAIN.outline(STACK)
    found = {one.name: (one.kind, one.public) for one in outline.definitions}
    assert found == {
        "Solution": ("type", True),
        "sum": ("function", True),
        "hidden": ("function", False),
        "Solution.push": ("method", True),
        "Solution.Pair": ("type", True),
    }
    total = outline.named("sum")
    assert total is not None and total.raises and total.doc.startswith("Adds up.")
    assert [one.type for one in total.parameters] == ["List<T>", "int..."]
    assert total.result == "<T extends Number> int"
    assert outline.heading == "Stacks." and outline.problem == ""


def test_outline_of_tests_names_nested_classes_and_excuses_disabled_ones() -> None:
    tests = {one.name: one.excused for one in TOOLCHAIN.outline(TESTS).tests}
    assert tests == {"adds": False, "waits": True, "Empty > fails": False}


def test_planted_tests_keep_their_lines_and_take_the_guarded_assertions() -> None:
    planted = TOOLCHAIN.plant(TESTS)
    assert planted.source.count("\n") == TESTS.count("\n")
    assert "import static burnish.Assertions.*;" in planted.source
    names = {one.name for one in TOOLCHAIN.outline(planted.source).tests}
    assert names == set(planted.names)
    assert len(planted.canaries.failing | planted.canaries.passing) == 5


@pytest.mark.parametrize(
    ("signature", "stated", "written"),
    [
        ("f(int a)", "f(3)", "3"),
        ("f(long a)", "f(3)", "3L"),
        ("f(double a)", "f(3)", "3.0"),
        ("f(byte a)", "f(-1)", "(byte) -1"),
        ("f(char a)", "f(\"'\")", "'\\''"),
        ("f(String a)", "f('a\\n\"')", '"a\\n\\""'),
        ("f(int[][] a)", "f([[1], []])", "new int[][] {new int[] {1}, new int[] {}}"),
        ("f(String... a)", "f('a', 'b')", '"a", "b"'),
        (
            "f(java.util.List<Integer> a)", "f([1])",
            "new java.util.ArrayList<>(java.util.Arrays.<Integer>asList(1))",
        ),
        ("f(Map<String, Long> a)", "f({'a': 1})", 'burnish.Values.<String, Long>map("a", 1L)'),
        ("f(Integer a)", "f(None)", "null"),
    ],
)  # fmt: skip
def test_call_writes_arguments_in_the_declared_types(
    signature: str, stated: str, written: str
) -> None:
    outline = TOOLCHAIN.outline(f"public class Solution {{ public static int {signature} {{}} }}")
    assert TOOLCHAIN.call(outline, stated) == f"Solution.f({written})"


@pytest.mark.parametrize("stated", ["f('text')", "f(2147483648)", "f(1.5)", "f(None)", "f(1, 2)"])
def test_call_that_the_types_refuse_is_left_out(stated: str) -> None:
    outline = TOOLCHAIN.outline("public class Solution { public static int f(int a) { return a; }}")
    assert TOOLCHAIN.call(outline, stated) == ""


def test_call_takes_the_overload_that_fits() -> None:
    source = "class Solution { int f(int a) { return a; } static int f(String a) { return 1; } }"
    outline = TOOLCHAIN.outline(source)
    for stated, written in (("f('x')", 'Solution.f("x")'), ("f(1)", "new Solution().f(1)")):
        assert TOOLCHAIN.call(outline, stated) == written


def test_class_of_another_name_in_a_package_is_run_by_its_tests(box: Sandbox) -> None:
    code = "package com.example;\n\npublic class Calculator {\n"
    code += "    public static int half(int n) {\n        return 2 / n;\n    }\n}\n"
    tests = "package com.example;\nimport org.junit.jupiter.api.*;\nclass CalculatorTest {\n"
    tests += "    @Test void halves() { Assertions.assertEquals(1, Calculator.half(2)); }\n"
    tests += "    @Test void fails() { Calculator.half(0); }\n}\n"
    other = tests.replace("Calculator", "Solution").replace("void fails", "@Disabled void fails")
    report = box.run(Candidate(code=code, language="java", tests=other), checks=tests)
    outcomes = [(test.suite, test.id, test.outcome, test.line) for test in report.tests]
    assert outcomes == [
        ("check", "halves", "passed", None),
        ("check", "fails", "failed", 5),
        ("generated", "halves", "passed", None),
    ], report


def test_honest_code_is_not_hindered(box: Sandbox) -> None:
    code = """
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;

public class Solution {
    public sealed interface Shape permits Square, Circle {}
    public record Square(int side) implements Shape {}
    public record Circle(int radius) implements Shape {}
    enum Colour { RED, GREEN }

    public static List<Object> work() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        Future<Integer> one = pool.submit(() -> 1);
        int two = CompletableFuture.supplyAsync(() -> 2).get();
        Path file = Files.createTempFile("x", ".txt");
        Files.writeString(file, "three");
        String home = IntStream.range(0, 9).parallel().mapToObj(i -> System.getProperty("user.dir"))
                .distinct().collect(Collectors.joining());
        Map<Colour, Integer> colours = new EnumMap<>(Colour.class);
        colours.put(Colour.RED, 1);
        Shape shape = new Square(4);
        int side = shape instanceof Square square ? square.side() : 0;
        pool.shutdown();
        String text = String.format("%.2f %s", 1.5, new Scanner(System.in).hasNext());
        return List.of(one.get(), two, Files.readString(file), home, colours, side, text);
    }
}
"""
    expected = "[1, 2, 'three', '/work', {'RED': 1}, 4, '1.50 False']".replace("False'", "false'")
    report = box.run(
        Candidate(code=code, language="java"), examples=(Example(call="work()", expected=expected),)
    )
    assert report.status == "PASSED", report


def test_warnings_of_the_compiler_are_findings(box: Sandbox) -> None:
    code = "import java.util.*;\n\npublic class Solution {\n"
    code += "    public static int size() {\n        List raw = new ArrayList<>();\n"
    code += "        return raw.size();\n    }\n}\n"
    report = box.run(Candidate(code=code, language="java"))
    assert [(one.tool, one.line, one.category) for one in report.findings] == [
        ("javac", 5, "style")
    ], report


@pytest.mark.parametrize(
    "block",
    [
        "System.out.println(Solution.one());",
        "public static void main(String[] args) {\n    System.out.println(Solution.one());\n}",
        "import java.util.List;\n\npublic class Main {\n    public static void main(String[] args) {"
        "\n        System.out.println(List.of(Solution.one()));\n    }\n}",
        "record Point(int x) {}\nSystem.out.println(new Point(Solution.one()));",
    ],
)
def test_usage_example_may_be_a_class_or_statements(box: Sandbox, block: str) -> None:
    code = "public class Solution { public static int one() { return 1; } }"
    report = box.run(Candidate(code=code, language="java", docs=f"# x\n```java\n{block}\n```\n"))
    assert [(test.suite, test.outcome) for test in report.tests] == [("usage", "passed")], report
    assert "1" in report.output
