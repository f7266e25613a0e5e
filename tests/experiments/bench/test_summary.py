"""What rows say together, on rows whose figures can be worked out by hand."""

from __future__ import annotations

import random

import pytest

from burnish.experiments.bench.row import mostly
from burnish.experiments.bench.summary import summarise
from burnish.experiments.bench.wording import cells, sentences
from tests.experiments.bench.rows import header, row

ROWS = [
    row("a", solved=True, accepted=True, score=0.9, first_solved=True),
    row("b", solved=True, accepted=True, score=0.8, first_solved=False, language="go"),
    row("c", solved=False, accepted=True, score=0.7, first_solved=True),
    row("d", solved=False, score=0.2),
    row("a", "zero-shot", solved=True),
    row("b", "zero-shot", solved=False, language="go"),
    row("c", "zero-shot", solved=False),
    row("d", "zero-shot", error="it broke", status="CRASHED"),
]


def test_each_contestant_stands_for_itself() -> None:
    ours, plain = summarise(header(), ROWS).total
    assert (ours.contestant, ours.tasks, ours.pass_at[1].value) == ("burnish", 4, 0.5)
    assert (plain.contestant, plain.tasks, plain.pass_at[1].value) == ("zero-shot", 4, 0.25)
    assert ours.accepted == 0.75 and ours.accepted_solved == pytest.approx(2 / 3)
    assert (ours.refined, ours.spoilt) == (1, 1)
    assert ours.score == pytest.approx(0.65)
    assert (ours.tokens_per_solved, plain.tokens_per_solved) == (200, None)
    assert plain.tokens == 100, "what the crashed row took is not known"
    assert ours.cost_per_solved_usd == pytest.approx(0.02)
    assert plain.crashed == 1 and plain.score is plain.accepted is plain.refined is None


def test_groups_hold_every_row_once() -> None:
    groups = summarise(header(), ROWS).groups["language"]
    assert {name: [each.tasks for each in found] for name, found in groups.items()} == {
        "go": [1, 1], "python": [3, 3],
    }  # fmt: skip
    assert groups["go"][0].pass_at[1].value == 1.0


def test_comparison_is_task_by_task() -> None:
    found = summarise(header(), ROWS).comparison
    assert found is not None and found.difference.value == 0.25
    assert (found.tasks, found.only_loop, found.only_baseline) == (4, 1, 0)
    assert found.p == 1.0  # one task of four may be chance
    assert summarise(header(contestants=("burnish",)), ROWS[:4]).comparison is None


def test_hidden_tests_tell_apart_what_solves_nothing() -> None:
    counts = {"a": (6, 1), "b": (3, 0), "c": (5, 2), "d": (4, 0), "e": (2, 2), "f": (5, 1)}
    rows = [row(t, tests_passed=n, tests_total=8) for t, (n, _) in counts.items()]
    rows += [row(t, "zero-shot", tests_passed=n, tests_total=8) for t, (_, n) in counts.items()]
    rows.append(row("g", "zero-shot", error="it broke"))
    summary = summarise(header(), rows)
    ours, plain = summary.total
    assert ours.pass_at[1].value == plain.pass_at[1].value == 0.0
    assert ours.hidden.value == pytest.approx(25 / 48) and ours.hidden.low > 0.3
    assert plain.hidden.value == pytest.approx(6 / 56)  # what broke passes none
    found = summary.comparison
    assert found is not None and found.p == 1.0 and found.tasks == 6
    assert found.hidden.value == pytest.approx(19 / 48) and found.hidden_p == pytest.approx(1 / 16)
    said = next(line for line in sentences(summary) if "hidden tests" in line)
    assert "burnish 52% [" in said and "difference on the 6 tasks of both is +39.6 points [" in said


def test_the_order_of_rows_changes_no_figure() -> None:
    rows = [row(f"t{n}", solved=n % 3 == 0, score=n / 40) for n in range(30)]
    rows += [row(f"t{n}", "zero-shot", solved=n % 5 == 0) for n in range(30)]
    shuffled = random.Random(7).sample(rows, len(rows))
    assert summarise(header(), shuffled) == summarise(header(), rows)


def test_a_difference_without_spread_has_no_interval() -> None:
    rows = [row(t, solved=True) for t in "abc"] + [row(t, "zero-shot") for t in "abc"]
    assert any(
        "+100.0 points -, p = 0.250" in line for line in sentences(summarise(header(), rows))
    )
    assert any("points [" in line for line in sentences(summarise(header(), ROWS)))


def test_a_task_is_solved_by_more_than_half_of_its_samples() -> None:
    assert [mostly(each) for each in ([], [True], [True, False], [True, True, False])] == [
        False, True, False, True,
    ]  # fmt: skip
    rows = [row("a", sample=n, solved=n == 0) for n in range(2)]
    rows += [row("a", "zero-shot", sample=n) for n in range(2)]
    found = summarise(header(samples=2), rows).comparison
    assert found is not None and (found.only_loop, found.only_baseline) == (0, 0)


def test_what_the_cache_answered_has_no_cost() -> None:
    cached = ROWS[0].usage.model_copy(update={"cached_calls": 1})
    found = summarise(header(), [*ROWS[1:], row("a", solved=True, usage=cached)])
    ours, plain = found.total
    assert ours.cached == 1 and ours.tokens is ours.seconds is ours.tokens_per_solved is None
    asked = cached.model_copy(update={"prompt_tokens": 0, "completion_tokens": 0})
    asked = asked.model_copy(update={"cached_tokens": ROWS[0].usage.tokens})
    found = summarise(header(), [*ROWS[1:], row("a", solved=True, usage=asked)])
    again, fresh = found.total[0], summarise(header(), ROWS).total[0]
    assert again.tokens == fresh.tokens and again.seconds is again.cost_usd is None
    assert ours.cost_usd is ours.cost_per_solved_usd is None and ours.stages == {}
    assert cells(ours)[-2:] == ["-", "-"] and plain.tokens == 100
    assert (
        "Of burnish's model calls, 1 came from the cache: its seconds and dollars are not known."
        in list(sentences(found))
    )


def test_calibration_is_of_the_loops_score() -> None:
    found = summarise(header(), ROWS).calibration
    assert found is not None and found.auroc == 1.0
    assert sum(count for *_, count in found.bins) == 4


def test_samples_of_a_task_are_one_task() -> None:
    rows = [row("a", sample=n, solved=n == 0) for n in range(4)]
    rows += [row("b", sample=n) for n in range(4)]
    (ours,) = summarise(header(samples=4, contestants=("burnish",)), rows).total
    assert (ours.tasks, ours.samples) == (2, 8)
    assert {k: v.value for k, v in ours.pass_at.items()} == {1: 0.125, 2: 0.25, 4: 0.5}


def test_a_price_that_is_unknown_stays_unknown() -> None:
    unknown = ROWS[0].usage.model_copy(update={"cost_usd": None})
    (ours,) = summarise(header(contestants=("burnish",)), [row("a", usage=unknown)]).total
    assert ours.cost_usd is ours.cost_per_solved_usd is None


def test_a_small_p_is_not_told_as_nothing() -> None:
    rows = [row(f"t{n}", solved=True) for n in range(20)]
    rows += [row(f"t{n}", "zero-shot") for n in range(20)]
    assert any("p < 0.001" in line for line in sentences(summarise(header(), rows)))


def test_an_unfinished_benchmark_says_so() -> None:
    said = list(sentences(summarise(header(planned=4), [*ROWS[:2], *ROWS[4:]])))
    assert "Unfinished: burnish has 2 of 4 tasks." in said
    assert any("difference on the 2 tasks of both is" in line for line in said)
    assert not any("nfinished" in each for each in sentences(summarise(header(planned=4), ROWS)))


def test_unfinished_benchmarks_have_figures_too() -> None:
    assert summarise(header(), []).total == ()
    (ours,) = summarise(header(), ROWS[:1]).total
    assert ours.tasks == 1
