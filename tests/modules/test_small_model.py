"""A model of few parameters: no long questions, no repair of wrong results, but votes."""

from __future__ import annotations

from typing import Any

import pytest

import burnish
from burnish.records import Solution
from burnish.sandbox import Sandbox
from burnish.testing import Answer, ScriptedLM
from tests.modules.scripts import CODE, TESTS, WRONG, fenced, script

TEXT = "Write `double(n)` that returns twice n."
STATED = f"{TEXT}\n\n>>> double(4)\n8\n"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BURNISH_MODEL__SMALL", "true")


def stages(solution: Solution) -> list[str]:
    return [call.stage for call in solution.calls]


def test_it_is_not_asked_for_an_analysis_of_what_the_text_names(box: Sandbox) -> None:
    solution = burnish.generate(TEXT, lm=ScriptedLM(script()), sandbox=box)
    assert solution.accepted and stages(solution) == ["write_code", "write_tests", "document"]
    assert solution.analysis.entry_point == "double"
    unnamed = burnish.generate("Twice a number.", lm=ScriptedLM(script()), sandbox=box)
    assert stages(unnamed)[0] == "analyze"


def test_a_module_that_fails_an_example_is_drawn_again_before_tests_are_written(
    box: Sandbox,
) -> None:
    drafts = [fenced(WRONG), fenced(WRONG.replace("3 * n", "5 * n")), fenced(CODE)]
    solution = burnish.generate(STATED, lm=ScriptedLM(script(write_code=drafts)), sandbox=box)
    assert solution.accepted and solution.details.moves == ("write",)
    assert stages(solution) == ["write_code"] * 3 + ["write_tests"]


def test_a_right_module_that_is_too_complex_is_drawn_again_not_simplified(box: Sandbox) -> None:
    branches = "".join(f"    if n == {n}:\n        return {2 * n}\n" for n in range(10))
    involved = fenced(CODE.replace("    return 2 * n", f"{branches}    return 2 * n"))
    lm = ScriptedLM(script(write_code=[involved, fenced(CODE)]))
    solution = burnish.generate(STATED, lm=lm, sandbox=box)
    assert solution.accepted and solution.details.moves == ("write",)
    lm = ScriptedLM(script(write_code=involved, repair_code=fenced(CODE)))
    solution = burnish.generate(STATED, lm=lm, sandbox=box)
    assert not solution.accepted and "repair_code" not in stages(solution)
    assert solution.stopped == "no move is left that was not tried"


def test_a_module_that_cannot_fail_is_drawn_again_where_the_text_speaks_of_errors(
    box: Sandbox,
) -> None:
    strict = CODE.replace(
        "    return 2", "    if n < 0:\n        raise ValueError(n)\n    return 2"
    )
    lm = ScriptedLM(script(write_code=[fenced(CODE), fenced(strict)]))
    solution = burnish.generate(f"{STATED}\nA negative n is an error.", lm=lm, sandbox=box)
    assert "raise ValueError" in solution.code
    lm = ScriptedLM(script(write_code=fenced(CODE)))
    solution = burnish.generate(f"{STATED}\nA negative n is an error.", lm=lm, sandbox=box)
    assert solution.accepted  # the text may be misread: it is no reason to refuse


def test_every_draw_of_a_seeded_solution_has_a_seed_of_its_own(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts = [fenced(WRONG), fenced(WRONG.replace("3 * n", "5 * n")), fenced(CODE)]
    lm = ScriptedLM(script(write_code=drafts), seed=3)
    seeds, complete = list[int](), lm.engine_.complete

    def noted(request: Any) -> Any:
        seeds.append(request.config.seed)
        return complete(request)

    monkeypatch.setattr(lm.engine_, "complete", noted)
    assert burnish.generate(STATED, lm=lm, sandbox=box).accepted
    assert seeds[0] == 3 and len(set(seeds)) == len(seeds) == 4


def test_examples_are_tests_enough_unless_lines_stay_unrun(box: Sandbox) -> None:
    stated = f"{STATED}>>> double(0)\n0\n"
    solution = burnish.generate(stated, lm=ScriptedLM(script()), sandbox=box)
    assert solution.accepted and stages(solution) == ["write_code"]
    assert "print(double(4))  # 8" in solution.docs
    assert "double(4)" in solution.tests and "examples" in solution.details.notes[0]
    branch = "    if n < -1:\n        n = n + 0\n        n = n - 0\n    return 2 * n"
    more = fenced(
        "from solution import double\n\n\ndef test_under():\n    assert double(-2) == -4\n"
    )
    branched = script(
        write_code=fenced(CODE.replace("    return 2 * n", branch)), extend_tests=more
    )
    solution = burnish.generate(stated, lm=ScriptedLM(branched), sandbox=box)
    assert solution.accepted, solution.best
    assert stages(solution) == ["write_code", "extend_tests"]


def test_a_law_tells_modules_apart_that_all_examples_fit(box: Sandbox) -> None:
    text = (
        "Write `tidy(words)`. tidy(['b', 'a']) returns ['a', 'b']. tidy(['c']) returns ['c']. "
        "The list is not changed."
    )
    changes = (
        '"""Sorts."""\n\n\ndef tidy(words: list[str]) -> list[str]:\n    """Return the words sorted.'
        '\n\n    Args:\n        words: Any.\n\n    Returns:\n        The same words."""\n'
        "    words.sort()\n    return list(words)\n"
    )
    keeps = changes.replace("    words.sort()\n    return list(words)", "    return sorted(words)")
    lm = ScriptedLM(script(write_code=[fenced(changes), fenced(keeps)]))
    solution = burnish.generate(text, lm=lm, sandbox=box)
    assert solution.accepted and stages(solution) == ["write_code"] * 2
    assert "return sorted(words)" in solution.code
    assert "def test_tidy_leaves_its_argument(value)" in solution.tests
    assert [law.statement for law in solution.analysis.laws] == ["The list is not changed."]


def test_wrong_results_are_never_repaired_and_drawing_ends(box: Sandbox) -> None:
    drafts = [fenced(WRONG.replace("3 * n", f"{k} * n")) for k in range(3, 40)]
    solution = burnish.generate(STATED, lm=ScriptedLM(script(write_code=drafts)), sandbox=box)
    assert not solution.accepted and "repair_code" not in stages(solution)
    assert solution.stopped == "no move is left that was not tried"
    assert stages(solution).count("write_code") == 7


def test_what_does_not_run_is_repaired_once_fresh_modules_have_failed(box: Sandbox) -> None:
    broken = CODE.replace("return 2 * n", "return twice(n)")
    lm = ScriptedLM(script(write_code=fenced(broken)))
    solution = burnish.generate(STATED, lm=lm, sandbox=box)
    assert solution.accepted and solution.details.moves == ("write", "repair_code")


def test_modules_that_agree_outvote_a_generated_test(box: Sandbox) -> None:
    wrong = TESTS.replace("double(2) == 4", "double(2) == 5")
    other = CODE.replace("2 * n", "n + n")
    lm = ScriptedLM(script(write_code=[fenced(CODE), fenced(other)], write_tests=fenced(wrong)))
    solution = burnish.generate(TEXT, lm=lm, sandbox=box)
    assert solution.accepted and "double(2) == 5" not in solution.tests
    assert solution.details.moves == ("write", "drop_tests")
    assert "repair_tests" not in stages(solution)


def test_the_majority_is_taken_where_nothing_is_stated(box: Sandbox) -> None:
    drafts = [fenced(WRONG), fenced(CODE), fenced(CODE.replace("2 * n", "n + n"))]
    solution = burnish.generate(TEXT, lm=ScriptedLM(script(write_code=drafts)), sandbox=box)
    assert solution.accepted and "3 * n" not in solution.code


def test_where_no_fresh_modules_are_wanted_it_repairs_as_larger_ones_do(
    box: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNISH_SEARCH__CANDIDATES", "0")
    lm = ScriptedLM(script(write_code=fenced(WRONG)))
    solution = burnish.generate(STATED, lm=lm, sandbox=box)
    assert solution.accepted and solution.details.moves == ("write", "repair_code")


def test_work_in_parts_needs_the_analysis_that_names_them(box: Sandbox) -> None:
    lm = ScriptedLM(script())
    solution = burnish.generate(TEXT, lm=lm, sandbox=box, strategy="incremental")
    assert solution.accepted and stages(solution)[0] == "analyze"


def test_what_does_not_compile_gets_no_tests_and_no_readme(box: Sandbox) -> None:
    broken = fenced("def double(n:\n    return 2 * n\n")
    lm = ScriptedLM(script(write_code=broken, repair_code=broken))
    solution = burnish.generate(TEXT, lm=lm, sandbox=box)
    assert solution.status == "SYNTAX_ERROR"
    assert set(stages(solution)) == {"write_code", "repair_code"}


def test_a_readme_that_was_cut_is_taken_as_far_as_it_goes(box: Sandbox) -> None:
    readme = "# Double\n\nTwice.\n\n```python\nfrom solution import double\n```\n\n- It never rai"
    lm = ScriptedLM(script(document=Answer(readme, finish_reason="length")))
    solution = burnish.generate(TEXT, lm=lm, sandbox=box)
    assert stages(solution).count("document") == 1
    assert solution.docs.startswith("# Double") and "never rai" not in solution.docs
