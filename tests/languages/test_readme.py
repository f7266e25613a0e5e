"""A README composed of comment and examples, in every language: its usage runs, its words are read."""

from __future__ import annotations

import pytest

from burnish.languages import toolchain
from burnish.modules.doc_comments import as_docstring
from burnish.modules.editing import editor
from burnish.records import Candidate, Example
from burnish.sandbox import Sandbox
from tests.languages.test_example_tests import EXAMPLES, MODULES

STATED = tuple(Example(call=call, expected=value) for call, value in EXAMPLES)
DOCS = {
    "python": (
        "    return",
        '    """Joins parts.\n\n    Args:\n        parts: What to join.\n    """\n    return',
    ),
    "javascript": (
        "export function",
        "/**\n * Joins parts.\n *\n * @param {string[]} parts - What to join.\n"
        " * @param {number} times - How often.\n * @returns {string} The text.\n"
        " * @throws {RangeError} If `times` is negative.\n */\nexport function",
    ),
    "java": (
        "    public static",
        "    /**\n     * Joins parts.\n     *\n     * @param parts what to {@code join}\n"
        "     * @param times how often\n     * @return the text\n"
        "     * @throws IllegalArgumentException if negative\n     */\n    public static",
    ),
    "go": ("func JoinAll", "// JoinAll joins parts.\n//\n// It repeats them.\nfunc JoinAll"),
    "rust": (
        "pub fn",
        "/// Joins parts.\n///\n/// # Arguments\n///\n/// * `parts` - What to join.\n///\n"
        "/// # Errors\n///\n/// None are known.\n///\n/// # Examples\n///\n/// Left out.\npub fn",
    ),
}
SHOWN = {
    "python": ["`join_all(parts, times)`", "- `parts`: What to join."],
    "javascript": ["`export function joinAll(parts, times)`", "- `times`: How often.", "The text."],
    "java": ["- `parts`: what to `join`", "- `IllegalArgumentException`: if negative", "the text"],
    "go": ["JoinAll joins parts.\n\nIt repeats them.", "`func JoinAll(parts []string"],
    "rust": ["- `parts`: What to join.", "None are known.", "-> Result<String, String>`"],
}


def test_its_usage_runs_and_its_words_are_those_of_the_comment(
    spoken: tuple[str, Sandbox],
) -> None:
    language, box = spoken
    code = MODULES[language].replace(*DOCS[language])
    docs = editor(language).readme(code, "solution", STATED)
    assert docs.startswith("# Join all\n\n") and docs.count("abab") == 1
    assert all(words in docs for words in SHOWN[language]), docs
    assert "Left out" not in docs
    report = box.run(Candidate(code=code, docs=docs, language=language))
    assert [t.outcome for t in report.of("usage")] == ["passed"], report.model_dump_json()
    assert editor(language).readme(MODULES[language], "solution", STATED) == ""  # no comment
    assert editor(language).readme(code, "solution", ()) == ""


@pytest.mark.parametrize(
    ("comment", "docstring"),
    [
        ("Adds.", "Adds."),
        ("Adds.\n\nMore.", "Adds.\n\nMore."),
        ("@param n", "Args:\n    n: "),
        ("A.\n@see Other\n@return x\n  and y", "A.\n\nReturns:\n    x\n        and y"),
        ("", ""),
        ("@param {{x: number}} p - A point.", "Args:\n    p: A point."),
        ("@param {Array<{a: number}>} items all", "Args:\n    items: all"),
        ("@returns {{a: number}} The pair.", "Returns:\n    The pair."),
        ("@throws java.io.IOException if it breaks", "Raises:\n    IOException: if it breaks"),
    ],
)
def test_comments_are_told_as_docstrings(comment: str, docstring: str) -> None:
    assert as_docstring(comment) == docstring


@pytest.mark.parametrize(
    ("language", "code", "stated", "shown"),
    [
        ("python", "def pad(a):\n    ...", ("pad('a')", "'a   '"), "# 'a   '"),
        ("javascript", "export function pad(a) {}", ("pad('a')", "'a   '"), '// "a   "'),
        ("go", "package solution\nfunc rev(s string) string { return s }", ("rev('a')", "'a'"), ""),
        (
            "java",
            "public class Solution { static List<int[]> f(int[] a) throws Exception {} }",
            ("f([1])", "[[1]]"),
            "println(Solution.f(new int[] {1}))",
        ),
        (
            "java",
            "public class Solution { static int[] f(int a) {} }",
            ("f(1)", "[1]"),
            "toString(",
        ),
        ("java", "public class Solution { static void f(int a) {} }", ("f(1)", "None"), ""),
        ("rust", "pub fn f(a: Option<i64>) -> Option<i64> { a }", ("f(None)", "None"), "// None"),
    ],
)
def test_usage_shows_what_can_be_called(
    language: str, code: str, stated: tuple[str, str], shown: str
) -> None:
    chain = toolchain(language)
    usage = chain.usage(chain.outline(code), [stated], "solution")
    assert shown in usage and bool(usage) == bool(shown)
