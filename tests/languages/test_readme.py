"""A README composed of comment and examples, in every language: its usage runs, its words are read."""

from __future__ import annotations

import pytest

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
    ],
)
def test_comments_are_told_as_docstrings(comment: str, docstring: str) -> None:
    assert as_docstring(comment) == docstring
