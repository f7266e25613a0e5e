"""No move is paid for twice where it would be asked the same."""

from __future__ import annotations

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
