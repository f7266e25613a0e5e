"""The specification's examples become tests that the right module passes and a wrong one fails."""

from __future__ import annotations

import pytest

from burnish.languages import toolchain
from burnish.records import Candidate
from burnish.registries.languages import LANGUAGES
from burnish.sandbox import Sandbox

EXAMPLES = [("join_all(['a', 'b'], 2)", "'abab'"), ("join_all([], 3)", "''")]
MODULES = {
    "python": "def join_all(parts, times):\n    return ''.join(parts) * times\n",
    "javascript": (
        "export function joinAll(parts, times) {\n  return parts.join('').repeat(times);\n}\n"
    ),
    "go": (
        'package solution\n\nimport "strings"\n\n'
        "func JoinAll(parts []string, times int) (string, error) {\n"
        '\treturn strings.Repeat(strings.Join(parts, ""), times), nil\n}\n'
    ),
    "rust": (
        "pub fn join_all(parts: &[&str], times: usize) -> Result<String, String> {\n"
        "    Ok(parts.concat().repeat(times))\n}\n"
    ),
    "java": (
        "import java.util.*;\n\npublic class Solution {\n"
        "    public static String joinAll(List<String> parts, int times) {\n"
        '        return String.join("", parts).repeat(times);\n    }\n}\n'
    ),
}


def written(language: str, code: str, stated: list[tuple[str, str]]) -> str:
    chain = toolchain(language)
    return chain.example_tests(chain.outline(code), stated)


def test_stated_examples_hold_what_is_stated_and_nothing_else(
    spoken: tuple[str, Sandbox],
) -> None:
    language, box = spoken
    code = MODULES[language]
    tests = written(language, code, EXAMPLES)
    report = box.run(Candidate(code=code, tests=tests, language=language))
    assert report.status == "PASSED" and report.passed("generated") == 2, report.model_dump_json()
    tests = written(language, code, [(EXAMPLES[0][0], "'ab'"), EXAMPLES[1]])
    report = box.run(Candidate(code=code, tests=tests, language=language))
    assert report.status == "FAILED" and report.passed("generated") == 1, report.model_dump_json()


@pytest.mark.parametrize(
    ("said", "gives"), [("Map<string, number>", "new Map([[word, 1]])"), ("object", "{[word]: 1}")]
)
@pytest.mark.parametrize("spoken", ["javascript"], indirect=True)
def test_a_map_of_javascript_is_compared_with_a_map(
    spoken: tuple[str, Sandbox], said: str, gives: str
) -> None:
    comment = f"/**\n * Counts.\n * @param {{string}} word\n * @returns {{{said}}} counts\n */\n"
    code = f"{comment}export function count(word) {{\n  return {gives};\n}}\n"
    tests = written("javascript", code, [("count('a')", "{'a': 1}"), ("count('b')", "{'b': 2}")])
    report = spoken[1].run(Candidate(code=code, tests=tests, language="javascript"))
    assert [test.outcome for test in report.of("generated")] == ["passed", "failed"], report


@pytest.mark.parametrize("result", ["[]int", "map[int]int", "([]int, error)"])
@pytest.mark.parametrize("spoken", ["go"], indirect=True)
def test_what_is_empty_in_go_may_be_nil(spoken: tuple[str, Sandbox], result: str) -> None:
    nothing = "nil, nil" if "error" in result else "nil"
    code = f"package solution\n\nfunc None(n int) {result} {{\n\treturn {nothing}\n}}\n"
    empty, full = ("{}", "{1: 2}") if "map" in result else ("[]", "[1]")
    tests = written("go", code, [("none(1)", empty), ("none(2)", full)])
    report = spoken[1].run(Candidate(code=code, tests=tests, language="go"))
    assert [test.outcome for test in report.of("generated")] == ["passed", "failed"], report


@pytest.mark.parametrize("kind", ["List<int[]>", "List<List<Integer>>", "int[][]"])
@pytest.mark.parametrize("spoken", ["java"], indirect=True)
def test_arrays_of_java_are_compared_by_what_they_hold(
    spoken: tuple[str, Sandbox], kind: str
) -> None:
    code = (
        "import java.util.*;\n\npublic class Solution {\n"
        f"    public static {kind} same({kind} pairs) {{\n        return pairs;\n    }}\n}}\n"
    )
    stated = [("same([[1, 2], [3, 4]])", "[[1, 2], [3, 4]]"), ("same([[1, 2]])", "[[2, 1]]")]
    report = spoken[1].run(
        Candidate(code=code, tests=written("java", code, stated), language="java")
    )
    assert [test.outcome for test in report.of("generated")] == ["passed", "failed"], report


@pytest.mark.parametrize("error", ["Box<dyn std::error::Error>", "Odd", "&'static str"])
@pytest.mark.parametrize("spoken", ["rust"], indirect=True)
def test_errors_of_rust_need_no_equality(spoken: tuple[str, Sandbox], error: str) -> None:
    code = f"pub struct Odd;\n{MODULES['rust'].replace('String, String', f'String, {error}')}"
    tests = written("rust", code, EXAMPLES)
    report = spoken[1].run(Candidate(code=code, tests=tests, language="rust"))
    assert report.passed("generated") == 2, report.model_dump_json()


@pytest.mark.parametrize("language", LANGUAGES.names())
def test_examples_that_cannot_be_written_make_no_test_file(language: str) -> None:
    assert written(language, "", [("not a call", "1")]) == ""
    assert written(language, MODULES[language], []) == ""
