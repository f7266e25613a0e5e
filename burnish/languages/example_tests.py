"""The specification's own examples as a test file, for when no model has written a usable one."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from burnish.languages.call import find_function, read_call, with_python_names
from burnish.languages.outline import Definition, Outline
from burnish.languages.toolchain import toolchain

Case = tuple[str, str]
"""A call and the literal that it must give, both in the language."""


def example_tests(language: str, code: str, examples: list[tuple[str, str]]) -> str:
    """A test file with one test for each example that can be written in the module's types.

    Args:
        examples: Call and expected value of each, in Python's literals.

    Returns:
        The source; "" if no example can be written.
    """
    if language == "python":
        return _python(examples)
    chain = toolchain(language)
    outline = chain.outline(code)
    written, found = [], None
    for text, value in examples:
        call = read_call(text)
        function = find_function(outline, call.name) if call else None
        made = chain.call(outline, call) if call else ""
        if not made or function is None:
            continue
        try:
            expected = ast.literal_eval(with_python_names(value).strip())
            written.append((made, _WRITERS[language](expected, function, outline)))
            found = function
        except (ValueError, SyntaxError):
            continue
    return _FILES[language](written, found) if found is not None else ""


def _python(examples: list[tuple[str, str]]) -> str:
    names = sorted({call.partition("(")[0].strip() for call, _ in examples})
    if not names or not all(name.isidentifier() for name in names):
        return ""
    tests = [
        f"def test_example_{number}():\n    assert {call} == {value}\n"
        for number, (call, value) in enumerate(examples, start=1)
    ]
    return "\n\n".join([f"from solution import {', '.join(names)}\n", *tests])


def _javascript_value(value: Any, function: Definition, outline: Outline) -> str:
    from burnish.languages.javascript_literal import literal

    return literal(value)


def _javascript(cases: list[Case], function: Definition) -> str:
    head = 'import assert from "node:assert/strict";\nimport test from "node:test";\n'
    head += f'import {{ {function.name} }} from "./solution.mjs";\n'
    tests = [
        f'test("example {number}", () => {{\n'
        f"  assert.deepEqual({call.removeprefix('solution.')}, {value});\n}});\n"
        for number, (call, value) in enumerate(cases, start=1)
    ]
    return "\n".join([head, *tests])


def _go_value(value: Any, function: Definition, outline: Outline) -> str:
    from burnish.languages.go_literal import Types, literal

    kinds = [kind.strip() for kind in function.result.strip("()").split(",")]
    return literal(value, kinds[0].split(" ")[-1], getattr(outline, "types", Types()))


def _go(cases: list[Case], function: Definition) -> str:
    fails = "error" in function.result
    got = "got, err" if fails else "got"
    check = "\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n" if fails else ""
    tests = []
    for number, (call, value) in enumerate(cases, start=1):
        bare = call[call.index("(") + 1 : -1]
        tests.append(
            f"func TestExample{number}(t *testing.T) {{\n\t{got} := {bare}\n{check}"
            f"\tif want := {value}; !reflect.DeepEqual(got, want) {{\n"
            '\t\tt.Errorf("got %v, want %v", got, want)\n\t}\n}\n'
        )
    head = 'package solution\n\nimport (\n\t"reflect"\n\t"testing"\n)\n'
    return "\n".join([head, *tests])


def _rust_value(value: Any, function: Definition, outline: Outline) -> str:
    from burnish.languages.rust_literal import literal, split

    kind = function.result
    if kind.startswith("Result<"):
        return f"Ok({literal(value, split(kind[len('Result<') : -1])[0])})"
    return literal(value, kind)


def _rust(cases: list[Case], function: Definition) -> str:
    tests = [
        f"#[test]\nfn example_{number}() {{\n"
        f"    assert_eq!({call.removeprefix('solution::')}, {value});\n}}\n"
        for number, (call, value) in enumerate(cases, start=1)
    ]
    return "\n".join([f"use solution::{function.name};\n", *tests])


def _java_value(value: Any, function: Definition, outline: Outline) -> str:
    from burnish.languages.java_literal import literal

    return literal(value, function.result)


def _java(cases: list[Case], function: Definition) -> str:
    verb = "assertArrayEquals" if function.result.endswith("[]") else "assertEquals"
    tests = [
        f"    @Test\n    void example{number}() {{\n        {verb}({value}, {call});\n    }}\n"
        for number, (call, value) in enumerate(cases, start=1)
    ]
    head = "import static org.junit.jupiter.api.Assertions.*;\n\nimport java.util.*;\n"
    head += "import org.junit.jupiter.api.Test;\n\nclass SolutionTest {\n"
    return head + "\n".join(tests) + "}\n"


_WRITERS: dict[str, Callable[[Any, Definition, Outline], str]] = {
    "javascript": _javascript_value, "go": _go_value, "rust": _rust_value, "java": _java_value,
}  # fmt: skip
_FILES: dict[str, Callable[[list[Case], Definition], str]] = {
    "javascript": _javascript, "go": _go, "rust": _rust, "java": _java,
}  # fmt: skip
