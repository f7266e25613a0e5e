"""No move is paid for twice where it would be asked the same."""

from __future__ import annotations

import pytest

import burnish
from burnish.sandbox import Sandbox
from burnish.testing import ScriptedLM
from tests.modules.scripts import CODE, fenced, script

BRANCHES = "".join(f"    if n == {n}:\n        return {2 * n}\n" for n in range(10, 20))


def test_code_that_stayed_complex_is_not_simplified_again_because_its_tests_grew(
    box: Sandbox,
) -> None:
    complicated = CODE.replace("    return 2 * n", f"{BRANCHES}    return 2 * n")
    calls = "".join(f"    assert double({n}) == {2 * n}\n" for n in range(10, 20))
    more = f"from solution import double\n\n\ndef test_each():\n{calls}"
    lm = ScriptedLM(
        script(
            write_code=fenced(complicated), repair_code=fenced(complicated),
            extend_tests=fenced(more),
        )
    )  # fmt: skip
    solution = burnish.generate("Write `double(n)` that returns twice n.", lm=lm, sandbox=box)
    assert not solution.accepted and "test_each" in solution.tests
    assert solution.details.moves == ("write", "add_tests")
    assert solution.stopped == "no move is left that was not tried"
    assert sum("Split the functions" in prompt for prompt in lm.prompts) == 1


COUNTS = """/**
 * Count how often each word occurs in a text.
 *
 * @param {string} text - Words, apart by spaces.
 * @returns {object} How often each word occurs.
 */
export function countWords(text) {
  const found = new Map();
  for (const word of text.split(" ")) {
    found.set(word, (found.get(word) ?? 0) + 1);
  }
  return found;
}
"""


def test_a_dropped_test_of_a_stated_example_is_not_said_to_be_unstated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A Map is equal to what is stated, but not to the object that the test expects."""
    monkeypatch.setenv("BURNISH_MODEL__SMALL", "true")
    stated = "countWords('b b') returns {'b': 2}. countWords('c') returns {'c': 1}."
    solution = burnish.generate(
        f"Write countWords(text) that counts words. {stated}",
        language="javascript", lm=ScriptedLM(lambda *_: fenced(COUNTS)), sandbox="bubblewrap",
    )  # fmt: skip
    assert solution.details.moves[:2] == ("write", "drop_tests"), solution.details
    assert "example 1, example 2: the example that it tries passes by value" in str(
        solution.details
    )
