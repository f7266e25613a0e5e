"""Several modules for one specification, and which of them to go on with.

What is trusted decides first: the caller's checks and the examples that the specification states.
Among modules that are equal in that, the one whose answers to further calls agree most with those
of the others is taken: mistakes differ, what is right is the same (Shi et al. 2022, "Natural
Language to Code Translation with Execution", https://arxiv.org/abs/2204.11454).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from burnish.errors import ModelUnavailableError
from burnish.modules.session import UnusableAnswer
from burnish.records import ExecutionReport

TIMES = 1.5
"""Of 40 HumanEval problems, one was solved by the sixth module, none by a later one up to the
thirteenth."""
Run = Callable[[str, str], ExecutionReport]
"""Runs a module with a file of generated tests, which may be ""."""


class Shown(NamedTuple):
    """What the source of a module shows before it is run."""

    whole: bool = True
    """It defines what the specification names."""
    fallible: bool = True
    """It can fail, where the specification speaks of errors."""
    simple: bool = True
    """None of its functions is more complex than may be."""


AS_IT_SHOULD = Shown()


@dataclass(frozen=True)
class Trial:
    """A module and what came of running it."""

    code: str
    run: ExecutionReport
    """Of the caller's checks, stated examples, probes, and generated tests."""
    shown: Shown = AS_IT_SHOULD

    @property
    def trusted(self) -> float:
        """Share of checks and stated examples that pass; 0.0 for what does not even run."""
        if not self.run.ended or not self.shown.whole:
            return 0.0
        there = self.run.of("check", "example")
        return self.run.passed("check", "example") / len(there) if there else 1.0

    @property
    def answers(self) -> dict[str, str]:
        """What each call gave, and how each generated test ended."""
        calls = {test.id: test.answer or test.outcome for test in self.run.of("example", "probe")}
        return calls | {f"test {t.id}": t.outcome for t in self.run.of("generated")}

    def agreement(self, others: Sequence[Trial]) -> float:
        """Mean share of the others' answers that are its own, in [0, 1]; 0.0 without others."""
        own = self.answers
        shares = [
            sum(own.get(call) == said for call, said in theirs.items()) / len(theirs)
            for theirs in (other.answers for other in others)
            if theirs
        ]
        return sum(shares) / len(shares) if shares else 0.0


def choose(trials: Sequence[Trial]) -> Trial:
    """The one to go on with: of equals a simple one, then the first, asked for with most care."""
    best = max((trial.trusted, trial.shown.fallible) for trial in trials)
    equals = [trial for trial in trials if (trial.trusted, trial.shown.fallible) == best]

    def standing(place: int) -> tuple[float, int, bool]:
        one, others = equals[place], [*equals[:place], *equals[place + 1 :]]  # its twins among them
        return round(one.agreement(others), 6), one.run.passed("generated"), one.shown.simple

    return equals[max(range(len(equals)), key=standing)]


class Search:
    """Draws further modules where one is not good enough, and chooses.

    Args:
        draw: Writes a fresh module; each call another.
        run: Tries one in the sandbox.
        limit: Modules drawn at a time, at most, and `TIMES` as many over all; 0 draws none.
        look: Reads the source of one.
        consensus: Good modules that must agree in all their answers before drawing ends.
    """

    def __init__(
        self,
        draw: Callable[[], str],
        run: Run,
        limit: int,
        look: Callable[[str], Shown] = lambda code: AS_IT_SHOULD,
        consensus: int = 1,
    ) -> None:
        self._draw, self._run, self._look = draw, run, look
        self.limit, self._consensus = limit, consensus
        self._left = round(TIMES * limit)
        self._modules: list[str] = []
        self._trials: dict[tuple[str, str], Trial] = {}

    def imports(self, code: str) -> bool:
        """Whether a module can be imported; True where nothing can be run."""
        run = self._tried(code).run
        return run.ended or run.status == "SANDBOX_UNAVAILABLE"

    def keeps(self, code: str) -> bool:
        """Whether a module does all that is stated; True where nothing can be run."""
        trial = self._tried(code)
        return trial.trusted == 1.0 or trial.run.status == "SANDBOX_UNAVAILABLE"

    def best(self, code: str, tests: str = "") -> str:
        """The module if it is good enough; else the best of it and fresh ones.

        Modules that were drawn before are heard too, and one that was drawn twice counts twice.
        Good enough is what passes all its tests, and shows in its source that it is whole, simple,
        and heeds what is said of errors. Drawing ends with the first that is, or with as many that
        agree as the consensus asks for.

        Args:
            tests: Generated tests; they count only between modules that are equal in what is
                trusted.
        """
        if code not in self._modules:
            self._modules.append(code)
        trials = [self._tried(code, tests)]
        if self._settled(trials):
            return code
        trials += [self._tried(each, tests) for each in self._modules if each != code]
        for _ in range(min(self.limit, self._left)):
            if self._settled(trials):
                break
            self._left -= 1
            try:
                self._modules.append(self._draw())
            except (UnusableAnswer, ModelUnavailableError):  # what there is may be good enough
                break
            trials.append(self._tried(self._modules[-1], tests))
        return choose(trials).code

    def _settled(self, trials: Sequence[Trial]) -> bool:
        good = [trial for trial in trials if _enough(trial)]
        said = Counter(tuple(sorted(trial.answers.items())) for trial in good)
        # where nothing was asked of them, another module tells nothing new
        enough = self._consensus if good and good[0].run.of("probe") else 1
        return max(said.values(), default=0) >= enough

    def _tried(self, code: str, tests: str = "") -> Trial:
        if (code, tests) not in self._trials:
            self._trials[code, tests] = Trial(code, self._run(code, tests), self._look(code))
        return self._trials[code, tests]


def _enough(trial: Trial) -> bool:
    passed = trial.run.tests_pass and all(trial.shown)
    return passed or trial.run.status == "SANDBOX_UNAVAILABLE"
