"""A whole benchmark with a scripted model and real sandboxes: who is right, what it costs, what
the model is never told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from dspy.utils.exceptions import (
    ContextWindowExceededError,
    LMRateLimitError,
    LMUnsupportedModelError,
)

from burnish.config import load
from burnish.errors import InputError, SandboxUnavailableError
from burnish.evaluation.tasks import TaskSet
from burnish.experiments.bench import contestants
from burnish.experiments.bench.bench import Outcome, Plan, benchmark
from burnish.experiments.bench.ledger import Ledger, read, solution_file
from burnish.experiments.bench.row import SHIPPED, Row
from burnish.experiments.bench.summary import summarise
from burnish.modules.program import program_hash
from burnish.testing import ScriptedLM, transport_error
from tests.experiments.bench.rows import task
from tests.modules.scripts import CODE, WRONG, fenced, script
from tests.modules.test_program import TERSE, saved
from tests.registries.servers import openai_server

SECRET = "a_name_that_only_the_hidden_tests_know"
HIDDEN = f"""from solution import double


def test_{SECRET}():
    assert double(21) == 42


def test_negative():
    assert double(-4) == -8
"""
REFERENCE = "def double(n):\n    the_reference_alone_says_this = n + n\n    return n + n\n"
Bench = Callable[..., Outcome]


def doubling(id: str = "python/double", **given: object) -> TaskSet:
    fields = {
        "specification": "Write double(n) that returns twice n. double(2) returns 4.",
        "entry_point": "double", "tests": HIDDEN, "reference": REFERENCE,
    }  # fmt: skip
    return TaskSet("made", (task(id, **(fields | given)),))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bench:
    """Run a benchmark with this model; the rows go to `rows.jsonl`."""

    def run(lm: ScriptedLM, tasks: TaskSet, *, resume: bool = False, **given: object) -> Outcome:
        monkeypatch.setattr(contestants, "model", lambda config, seed, sample: lm)
        config = load(sandbox={"kind": "bubblewrap", "pool_size": 1}, lm="openai/scripted")
        plan = Plan(tasks, config, **given)  # type: ignore[arg-type]
        return benchmark(plan, rows=tmp_path / "rows.jsonl", resume=resume)

    return run


def rows_of(outcome: Outcome) -> dict[str, Row]:
    return {row.contestant: row for row in read(outcome.path)[1].values()}


def scripted(**steps: object) -> ScriptedLM:
    """The loop's script; the plain question is answered by `zero`."""
    zero = str(steps.pop("zero", fenced(CODE)))
    loop = script(**steps)  # type: ignore[arg-type]
    plain = re.compile(r"Answer with one complete .* code block, ```\w+\.$")
    return ScriptedLM(lambda asked: zero if plain.search(asked.strip()) else loop(asked))


def test_both_contestants_are_graded_by_tests_that_the_model_never_sees(bench: Bench) -> None:
    lm = scripted(zero=fenced(WRONG))
    outcome = bench(lm, doubling())
    rows = rows_of(outcome)
    assert rows["burnish"].solved and rows["burnish"].status == "TESTS_PASSING"
    assert not rows["zero-shot"].solved and rows["zero-shot"].tests_passed == 0
    assert rows["burnish"].usage.tokens > rows["zero-shot"].usage.tokens > 0
    assert set(rows["burnish"].stages) > {"write_code", "write_tests", "run and judge"}
    prompts = "\n".join(lm.prompts)
    assert "returns twice n" in prompts
    for secret in (SECRET, "double(21)", "test_negative", "the_reference_alone_says_this"):
        assert secret not in prompts
    assert outcome.summary.comparison is not None
    assert outcome.summary.comparison.only_loop == 1
    assert solution_file(outcome.path, rows["burnish"]).is_file()
    header, kept, _ = read(outcome.path)
    assert header is not None and summarise(header, kept.values()) == outcome.summary


def test_a_program_can_be_measured_against_the_shipped_prompts(bench: Bench) -> None:
    right, wrong = script(), script(write_code=fenced(WRONG), repair_code=fenced(WRONG))
    lm = ScriptedLM(lambda asked: (right if TERSE in asked else wrong)(asked))
    outcome = bench(lm, doubling(), program=saved("python"), baseline=SHIPPED)
    rows, found = rows_of(outcome), outcome.summary
    assert rows["burnish"].solved and not rows["shipped"].solved
    assert rows["shipped"].stages.keys() > {"write_tests"}, "the whole loop, not one question"
    assert found.comparison is not None and found.comparison.baseline == "shipped"
    assert found.header.program != found.header.baseline_program == program_hash("")


def test_what_refinement_mended_is_known(bench: Bench) -> None:
    lm = scripted(write_code=[fenced(WRONG), fenced(CODE)], repair_code=fenced(CODE))
    row = rows_of(bench(lm, doubling(), baseline=""))["burnish"]
    assert row.solved and row.first_solved is False and row.rounds == 2


def test_a_fresh_module_in_the_place_of_a_wrong_one_counts_as_mended(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BURNISH_MODEL__SMALL", "true")
    row = rows_of(bench(scripted(write_code=[fenced(WRONG), fenced(CODE)]), doubling()))["burnish"]
    assert row.solved and row.first_solved is False and row.rounds == 1


def test_resumed_is_not_paid_again_and_gives_the_same(bench: Bench) -> None:
    first = bench(scripted(), doubling())
    nobody = ScriptedLM([])
    again = bench(nobody, doubling(), resume=True)
    assert again.summary == first.summary and nobody.prompts == []


@pytest.mark.parametrize("cache", [True, False])
def test_the_same_again_comes_from_the_models_cache_if_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: bool
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    with openai_server([200], fenced(CODE)) as server:
        config = load(
            lm="openai/fake", model={"api_base": server.url},
            sandbox={"kind": "bubblewrap", "pool_size": 1},
        )  # fmt: skip
        tasks = doubling(specification=f"Write double(n). {tmp_path}")
        plan = Plan(tasks, config, seed=3, cache=cache)
        first = benchmark(plan, rows=tmp_path / "first.jsonl")
        asked = len(server.bodies)
        again = benchmark(plan, rows=tmp_path / "again.jsonl")
        assert asked > 2 and len(server.bodies) == (asked if cache else 2 * asked)
    before, after = rows_of(first), rows_of(again)
    for name in ("burnish", "zero-shot"):
        one, other = before[name], after[name]
        assert (one.code, one.solved, one.status) == (other.code, other.solved, other.status)
        assert other.usage.cached_calls == (other.usage.calls if cache else 0)
    for each, same in zip(again.summary.total, first.summary.total, strict=True):
        assert each.tokens == same.tokens and each.tokens_per_solved == same.tokens_per_solved
        assert (each.seconds is None) == (not each.stages) == cache


def test_a_crash_is_a_row_that_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("it broke here")

    monkeypatch.setattr(contestants.ZeroShot, "solve", broken)
    rows = rows_of(bench(scripted(), doubling()))
    assert rows["burnish"].solved
    assert rows["zero-shot"].error == "RuntimeError: it broke here"
    assert rows["zero-shot"].status == "CRASHED" and not rows["zero-shot"].solved


def test_a_model_that_is_lost_on_the_way_costs_the_loop_no_row(bench: Bench) -> None:
    lm = scripted(write_code=fenced(WRONG), repair_code=transport_error("it went away"))
    outcome = bench(lm, doubling())
    assert list(rows_of(outcome)) == ["zero-shot"]
    (problem,) = outcome.problems
    assert "the model was lost" in problem and "it went away" in problem
    again = bench(scripted(), doubling(), resume=True)
    assert rows_of(again)["burnish"].solved and not again.problems


def test_a_question_that_a_model_refuses_on_the_way_costs_the_row(bench: Bench) -> None:
    too_long = ContextWindowExceededError(message="the prompt is too long")
    row = rows_of(bench(scripted(write_code=fenced(WRONG), repair_code=too_long), doubling()))
    assert not row["burnish"].solved and row["burnish"].status == "TESTS_FAILING"


def test_an_import_that_the_task_forbids_is_no_solution(bench: Bench) -> None:
    tasks = doubling(expected={"forbidden_imports": ["math"]})
    lm = scripted(zero=fenced("import math\n\n\ndef double(n):\n    return math.prod([n, 2])\n"))
    rows = rows_of(bench(lm, tasks))
    assert rows["burnish"].solved
    assert not rows["zero-shot"].solved and rows["zero-shot"].failed == ("imports math",)
    assert rows["zero-shot"].tests_passed == 2


def test_what_a_prompt_gives_is_there_for_every_solution(bench: Bench) -> None:
    tasks = doubling(preamble="def helper(n):\n    return 2 * n\n")
    lm = scripted(zero=fenced("def double(n):\n    return helper(n)\n"))
    assert rows_of(bench(lm, tasks))["zero-shot"].solved


def test_samples_are_independent_and_seeded_one_after_the_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seeds: list[int | None] = []

    def resolve(lm: str, settings: object, seed: int | None) -> ScriptedLM:
        seeds.append(seed)
        return scripted()

    monkeypatch.setattr(contestants, "resolve", resolve)
    config = load(sandbox={"kind": "bubblewrap", "pool_size": 1}, lm="openai/scripted")
    plan = Plan(doubling(), config, baseline="", samples=3, seed=5)
    outcome = benchmark(plan, rows=tmp_path / "seeded.jsonl")
    assert sorted(seeds, key=str) == [5, 6, 7]
    assert list(outcome.summary.total[0].pass_at) == [1, 2, 3]


def test_going_on_with_nothing_says_so(bench: Bench) -> None:
    config = load(sandbox={"kind": "bubblewrap"}, lm="openai/scripted")
    with pytest.raises(InputError, match="no results of this benchmark to go on with"):
        benchmark(Plan(doubling(), config), resume=True)


def test_rows_that_another_benchmark_began_meanwhile_are_not_removed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Removed while it is locked: the first that can have the name has a file of its own."""
    others, close = list[Ledger](), Ledger.close

    def close_and_let_another_begin(ledger: Ledger) -> None:
        close(ledger)
        if not others:
            others.append(Ledger(ledger.path, ledger.header, resume=ledger.path.exists()))

    monkeypatch.setattr(Ledger, "close", close_and_let_another_begin)
    with pytest.raises(InputError, match="fails its own tests"):
        bench(scripted(), doubling(reference="def double(n):\n    return n\n"))
    assert read(others[0].path)[0] == others[0].header
    close(others[0])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (
            "Here:\n```python\nx = 1\n```\nand\n```\nlonger = 1\nthan = 2\n```\n",
            "longer = 1\nthan = 2\n",
        ),
        ("```python\nx = 1\ny = 2", "x = 1\ny = 2"),
        ("~~~python\nx = 1\n~~~\n", "x = 1\n"),
        ("````python\nx = 1\n```\ny = 2\n````\n", "x = 1\n```\ny = 2\n"),
        ("import os\n", "import os\n"),
        ("I cannot do that.", ""),
        ("", ""),
    ],
)
def test_the_plain_answer_is_read_as_the_loops_answers_are(
    bench: Bench, answer: str, code: str
) -> None:
    row = rows_of(bench(scripted(zero=answer), doubling()))["zero-shot"]
    assert row.code == code and row.status == ("ANSWERED" if code else "NO_USABLE_ANSWER")


def test_without_a_sandbox_nothing_is_paid_and_nobody_has_failed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lm = scripted()
    monkeypatch.setattr(contestants, "model", lambda config, seed, sample: lm)
    config = load(sandbox={"kind": "none"}, lm="openai/scripted")
    rows = tmp_path / "rows.jsonl"
    outcome = benchmark(Plan(doubling(reference=""), config), rows=rows)
    assert len(outcome.problems) == 2 and "No sandbox can run python" in outcome.problems[0]
    assert not read(rows)[1] and lm.prompts == []
    with pytest.raises(SandboxUnavailableError, match="Nothing was run"):
        benchmark(Plan(doubling(), config), rows=tmp_path / "other.jsonl")


def test_a_prompt_that_is_too_long_is_a_row_that_says_so(bench: Bench) -> None:
    def refuse(prompt: str) -> str:
        raise ContextWindowExceededError(message="too long")

    rows = rows_of(bench(ScriptedLM(refuse), doubling()))
    assert {row.status for row in rows.values()} == {"CRASHED"}
    assert all("too long" in row.error for row in rows.values())


def test_a_specification_over_the_limit_is_a_row_that_says_so(bench: Bench) -> None:
    outcome = bench(scripted(), doubling(specification="Write double(n). " * 10_000), baseline="")
    assert rows_of(outcome)["burnish"].status == "CRASHED" and outcome.problems == ()


@pytest.mark.parametrize(
    "error", [LMUnsupportedModelError("no such model"), LMRateLimitError("slower, please")]
)
def test_what_any_task_would_break_is_a_problem(bench: Bench, error: Exception) -> None:
    def refuse(prompt: str) -> str:
        raise error

    outcome = bench(ScriptedLM(refuse), doubling())
    assert len(outcome.problems) == 2 and rows_of(outcome) == {}
