"""One reading of five languages: the same module and tests have the same outline in each."""

from __future__ import annotations

import textwrap

import pytest

from burnish.languages import toolchain
from burnish.registries.languages import LANGUAGES

MODULES = {
    "python": '''
        import math

        LIMIT = 3


        @staticmethod
        def area(width: float) -> float:
            """Give the area, é included."""
            if width < 0:
                raise ValueError("negative")
            return math.pow(width, 2)


        def _hidden():
            pass
    ''',
    "javascript": """
        import math from "node:util";

        export const LIMIT = 3;

        /** Give the area, é included. */
        export function area(width) {
          if (width < 0) {
            throw new RangeError("negative");
          }
          return width ** 2;
        }

        function _hidden() {}
    """,
    "java": """
        import java.util.*;

        public class Solution {
            public static final int LIMIT = 3;

            /** Give the area, é included. */
            public static double area(double width) {
                if (width < 0) {
                    throw new IllegalArgumentException("negative");
                }
                return width * width;
            }

            private static void hidden() {}
        }
    """,
    "go": """
        package solution

        import "math"

        const LIMIT = 3

        // Give the area, é included.
        func Area(width float64) float64 {
            if width < 0 {
                panic("negative")
            }
            return math.Pow(width, 2)
        }

        func hidden() {}
    """,
    "rust": """
        use std::fmt;

        pub const LIMIT: i32 = 3;

        /// Give the area, é included.
        pub fn area(width: f64) -> f64 {
            if width < 0.0 {
                panic!("negative");
            }
            width * width
        }

        fn hidden() {}
    """,
}
TESTS = {
    "python": """
        import pytest
        from solution import area


        def test_a():
            assert area(1.0) == 1.0


        @pytest.mark.skip
        def test_b():
            assert area(2.0) == 4.0
    """,
    "javascript": """
        import test from "node:test";
        import { area } from "./solution.mjs";

        test("a", () => { area(1.0); });
        test.skip("b", () => { area(2.0); });
    """,
    "java": """
        import org.junit.jupiter.api.*;

        class SolutionTest {
            @Test void a() { Solution.area(1.0); }
            @Test @Disabled void b() { Solution.area(2.0); }
        }
    """,
    "go": """
        package solution

        import "testing"

        func TestA(t *testing.T) { Area(1) }

        func TestB(t *testing.T) {
            t.Skip()
        }
    """,
    "rust": """
        use solution::area;

        #[test]
        fn a() { area(1.0); }

        #[test]
        #[ignore]
        fn b() { area(2.0); }
    """,
}


@pytest.mark.parametrize("language", LANGUAGES.names())
def test_module_has_the_same_outline_in_every_language(language: str) -> None:
    source = textwrap.dedent(MODULES[language])
    outline = toolchain(language).outline(source)
    assert outline.problem == "" and outline.tests == ()
    functions = [found for found in outline.definitions if found.kind == "function"]
    assert [(found.name.lower(), found.public) for found in functions] == [
        ("area", True), (functions[1].name, False),
    ]  # fmt: skip
    area = functions[0]
    assert area.doc == "Give the area, é included." and area.raises
    assert [p.name for p in area.parameters] == ["width"]
    text = source[area.start : area.end]
    assert "é included" in text and text.rstrip().endswith(("2)", "}")) and "LIMIT" not in text
    assert source.splitlines()[area.line - 1].lower().count("area(") == 1
    (imported,) = outline.imports
    assert source[slice(*imported)].startswith(("import", "use"))
    raising = next(n for n, row in enumerate(source.splitlines(), 1) if '"negative"' in row)
    assert raising in outline.statements


@pytest.mark.parametrize("language", LANGUAGES.names())
def test_tests_and_their_excuses_are_read_in_every_language(language: str) -> None:
    tests = toolchain(language).outline(textwrap.dedent(TESTS[language])).tests
    assert [test.excused for test in tests] == [False, True]


@pytest.mark.parametrize("language", LANGUAGES.names())
def test_no_text_makes_an_outline_or_a_planted_file_fail(language: str) -> None:
    chain = toolchain(language)
    for text in (
        "",
        "}{",
        "\ud800",
        "\x00",
        "(" * 400,
        textwrap.dedent(MODULES[language])[:-9],
        "é" * 9,
    ):
        chain.outline(text)
        chain.plant(text)
        chain.call(chain.outline(text), "f(")
        chain.example_tests(chain.outline(text), [("f(", "1"), ("f()", "(")])
