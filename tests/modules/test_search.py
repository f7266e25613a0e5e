"""Which of several modules is taken: what is trusted first, then what agrees."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from burnish.modules.search import Search, Shown, Trial, choose
from burnish.modules.session import UnusableAnswer
from burnish.records import ExecutionReport, Outcome, Suite, TestOutcome


def report(
    answers: str = "", *, trusted: Sequence[bool] = (), generated: Sequence[bool] = ()
) -> ExecutionReport:
    """A run whose probes answered with the letters of a text."""
    tests = [
        TestOutcome(id=f"f({n})", suite="probe", outcome="passed", answer=letter)
        for n, letter in enumerate(answers)
    ]
    suites: list[tuple[Suite, Sequence[bool]]] = [("check", trusted), ("generated", generated)]
    for suite, passes in suites:
        for n, passed in enumerate(passes):
            outcome: Outcome = "passed" if passed else "failed"
            tests.append(TestOutcome(id=f"test_{n}", suite=suite, outcome=outcome))
    passed = all([*trusted, *generated])
    return ExecutionReport(
        status="PASSED" if passed else "FAILED", sandbox="fake", tests=tuple(tests)
    )


def searching(
    runs: dict[str, ExecutionReport],
    drawn: Sequence[str],
    limit: int = 4,
    involved: str = "",
    consensus: int = 1,
) -> tuple[Search, list[str]]:
    """A search over scripted modules, and the names of those that it drew."""
    left, taken = list(drawn), list[str]()

    def draw() -> str:
        if not left:
            raise UnusableAnswer("nothing left")
        taken.append(left.pop(0))
        return taken[-1]

    run: Callable[[str, str], ExecutionReport] = lambda code, tests: runs[code]  # noqa: E731
    return (
        Search(draw, run, limit, lambda code: Shown(simple=code not in involved), consensus),
        taken,
    )


def test_what_is_trusted_goes_before_what_agrees() -> None:
    wrong = [Trial(name, report("aa", trusted=[False, True])) for name in "xyz"]
    right = Trial("right", report("bb", trusted=[True, True]))
    assert choose([*wrong, right]) is right


def test_among_equals_the_majority_is_taken_and_of_them_the_first() -> None:
    trials = [Trial(code, report(said)) for code, said in zip("pqrs", "abbb", strict=True)]
    assert choose(trials).code == "q"


def test_agreement_counts_answers_not_only_whole_modules() -> None:
    trials = [Trial("p", report("abx")), Trial("q", report("aby")), Trial("r", report("zzz"))]
    assert choose([trials[2], *trials[:2]]).code == "p"


def test_without_others_to_agree_with_the_first_stays() -> None:
    trials = [Trial("first", report("a")), Trial("second", report("b"))]
    assert choose(trials).code == "first"


def test_generated_tests_decide_only_between_equals() -> None:
    first = Trial("first", report(trusted=[True], generated=[False]))
    second = Trial("second", report(trusted=[True], generated=[True]))
    trusted_fails = Trial("third", report(trusted=[False], generated=[True]))
    assert choose([first, second, trusted_fails]) is second


def test_what_cannot_fail_though_it_must_is_taken_only_if_it_alone_is_right() -> None:
    deaf = [Trial(name, report("aa", trusted=[True]), Shown(fallible=False)) for name in "xyz"]
    heeds = Trial("heeds", report("ab", trusted=[True]))
    wrong = Trial("wrong", report("ab", trusted=[False]))
    assert choose([*deaf, heeds, wrong]) is heeds and choose([*deaf, wrong]).code == "x"


def test_of_equals_a_simple_one_is_taken() -> None:
    trials = [Trial("complex", report("a"), Shown(simple=False)), Trial("simple", report("a"))]
    assert choose(trials).code == "simple"
    outvoted = [
        Trial(code, report(said), Shown(simple=code == "p")) for code, said in ("pa", "qb", "rb")
    ]
    assert choose(outvoted).code == "q"


def test_a_module_that_does_not_run_is_never_taken_before_one_that_does() -> None:
    broken = Trial("broken", ExecutionReport(status="SYNTAX_ERROR", sandbox="fake"))
    wrong = Trial("wrong", report("a", trusted=[False, True]))
    assert choose([broken, wrong]) is wrong


def test_a_module_without_what_is_asked_for_is_not_enough() -> None:
    runs = {"class": report(trusted=[True]), "function": report(trusted=[True])}
    taken = []

    def draw() -> str:
        taken.append("function")
        return "function"

    search = Search(
        draw, lambda code, tests: runs[code], 4, lambda code: Shown(whole=code == "function")
    )
    assert search.best("class") == "function" and taken == ["function"]


def test_nothing_is_drawn_where_the_first_is_right() -> None:
    search, taken = searching({"good": report(trusted=[True])}, ["other"])
    assert search.best("good") == "good" and taken == []


def test_drawing_ends_with_the_first_that_is_right() -> None:
    runs = {"bad": report(trusted=[False]), "good": report(trusted=[True])}
    search, taken = searching(runs, ["bad", "good", "bad"])
    assert search.best("bad") == "good" and taken == ["bad", "good"]


def test_what_is_right_but_not_simple_is_drawn_again_and_kept_if_nothing_better_comes() -> None:
    right, wrong = report("a", trusted=[True]), report("a", trusted=[False])
    runs = {"p": right, "q": wrong, "r": right, "s": right}
    search, taken = searching(runs, ["q", "r", "s"], involved="p")
    assert search.best("p") == "r" and taken == ["q", "r"]
    search, taken = searching(runs, ["q"], involved="p")
    assert search.best("p") == "p" and taken == ["q"]


def test_no_more_are_drawn_than_asked_for_and_a_module_drawn_twice_counts_twice() -> None:
    fails = [False]
    runs = {code: report(said, trusted=fails) for code, said in {"p": "a", "q": "b"}.items()}
    search, taken = searching(runs, ["q", "q", "p", "p"], limit=2)
    assert search.best("p") == "q" and taken == ["q", "q"]


def test_a_task_that_nothing_solves_ends() -> None:
    runs = {code: report(trusted=[False]) for code in "abcdefghi"}
    search, taken = searching(runs, "bcdefghi", limit=2)
    for _ in range(4):
        search.best("a")
    assert taken == ["b", "c", "d"]


def test_modules_of_an_earlier_search_are_heard_again() -> None:
    runs = {"p": report("a", trusted=[False]), "q": report("b", trusted=[False])}
    search, taken = searching(runs, ["q", "q"], limit=2)
    search.best("p")
    runs["p"] = report("b", trusted=[False])
    assert search.best("p", tests="new") == "p" and len(taken) == 2


def test_a_model_that_gives_nothing_more_ends_the_drawing() -> None:
    search, taken = searching({"p": report(trusted=[False])}, [])
    assert search.best("p") == "p" and taken == []


def test_where_nothing_can_be_run_nothing_is_drawn() -> None:
    nothing = ExecutionReport(status="SANDBOX_UNAVAILABLE", sandbox="none")
    search, taken = searching({"p": nothing}, ["q"])
    assert search.best("p") == "p" and taken == [] and search.imports("p")


def test_a_consensus_asks_for_a_second_module_with_the_same_answers() -> None:
    runs = {"p": report("ab"), "q": report("xx", trusted=[False]), "r": report("ac")}
    runs |= {"s": report("ab"), "t": report("ac")}
    search, taken = searching(runs, "qrt", consensus=2)
    assert search.best("p") == "r" and taken == ["q", "r", "t"]
    search, taken = searching(runs, "st", consensus=2)
    assert search.best("p") == "p" and taken == ["s"]


def test_without_a_consensus_the_first_of_the_modules_that_agree_most_is_taken() -> None:
    runs = {"p": report("ab"), "q": report("cd"), "r": report("ad")}
    search, taken = searching(runs, "qr", consensus=2)
    assert search.best("p") == "r" and taken == ["q", "r"]


def test_modules_that_were_asked_nothing_cannot_agree() -> None:
    search, taken = searching({"p": report(trusted=[True]), "q": report()}, "q", consensus=2)
    assert search.best("p") == "p" and not taken
