"""Kept solutions: what is shown, what never is, and a file that is shared or damaged."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import dspy
import pytest

from burnish import CodeGenerator
from burnish.config import load
from burnish.modules.memory import Lesson, Memory
from burnish.sandbox import Sandbox
from burnish.testing import ScriptedLM
from tests.builders import attempt, solution
from tests.modules.scripts import CODE, script

SLUG = "Write slugify(title) that joins the words of a title by hyphens."
PRIMES = "Write primes(n) that lists the prime numbers below n."


def kept(path: Path, *lessons: Lesson) -> Memory:
    """A memory of these."""
    path.write_text("".join(json.dumps(asdict(each)) + "\n" for each in lessons))
    return Memory(path)


def test_the_most_similar_stands_last_and_what_is_foreign_is_not_shown(tmp_path: Path) -> None:
    memory = kept(
        tmp_path / "memory.jsonl",
        Lesson(SLUG, "python", "one"),
        Lesson(PRIMES, "python", "two"),
        Lesson(PRIMES + " In Go.", "go", "three"),
    )
    near = memory.similar("Write odd_primes(n), the odd prime numbers below n.", "python", 2)
    assert [each.code for each in near][-1] == "two"
    assert [each.code for each in memory.similar("Nothing alike whatsoever!", "python", 2)] == []
    assert [each.code for each in memory.similar("list the prime numbers", "go", 2)] == ["three"]


def test_the_same_task_is_never_its_own_answer(tmp_path: Path) -> None:
    memory = kept(tmp_path / "memory.jsonl", Lesson(PRIMES, "python", "two"))
    assert memory.similar(PRIMES.upper().replace(" ", "\n"), "python", 4) == []


def test_only_what_is_accepted_short_and_new_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "memory.jsonl"
    for text in (SLUG, SLUG.upper(), PRIMES + " again" * 1000):
        Memory(path).keep(solution(text=text))
    Memory(path).keep(solution(attempt(0.5, failed=1), text=PRIMES))
    assert [each.specification for each in Memory(path).lessons] == [SLUG]
    assert Memory(path).lessons[0].code.startswith("def double")


@pytest.mark.parametrize("damage", ["", "{", "[]\n{}\n", '{"specification": "a"}\n', "\udcff"])
def test_a_damaged_line_costs_itself_alone(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "memory.jsonl"
    kept(path, Lesson(SLUG, "python", "one"))
    whole = path.read_bytes()
    path.write_bytes(whole + damage.encode("utf-8", "surrogateescape"))
    assert len(Memory(path).lessons) == 1


def test_what_was_accepted_is_shown_with_the_next_question(tmp_path: Path, box: Sandbox) -> None:
    config = load(memory={"keep": True, "demos": 1, "path": str(tmp_path / "memory.jsonl")})
    generator = CodeGenerator(sandbox=box, config=config)
    lm = ScriptedLM(script())
    with dspy.context(lm=lm):
        first = generator(specification="Write double(n) that returns twice the number n.")
        asked = len(lm.prompts)
        generator(specification="Write double(n) that returns twice the number n, or zero.")
    assert first.solution.accepted
    question = next(p for p in lm.prompts[asked:] if "Google-style" in p)
    assert CODE.strip() in question and "twice the number n." in question
    assert not any(CODE.strip() in p for p in lm.prompts[:asked] if "Google-style" in p)


def test_a_memory_that_cannot_be_written_costs_no_solution(tmp_path: Path, box: Sandbox) -> None:
    (tmp_path / "file").write_text("")
    config = load(memory={"keep": True, "path": str(tmp_path / "file" / "memory.jsonl")})
    with dspy.context(lm=ScriptedLM(script())):
        made = CodeGenerator(sandbox=box, config=config)(specification="Write double(n).")
    assert made.solution.accepted
