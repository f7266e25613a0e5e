"""Everything but the model for one small candidate: sandbox run and all analysers.

    python benchmarks/bench_scoring.py [--runs 20]

Prints medians in milliseconds, warm and for the first call. The pool refills between runs, as it
does while a model writes the next candidate.
"""

from __future__ import annotations

import argparse
import ast
import statistics
import time
from collections.abc import Callable

from burnish.config import Metric, Sandbox
from burnish.errors import SandboxUnavailableError
from burnish.evaluation import evaluate
from burnish.evaluation.complexity import Complexity, Maintainability
from burnish.evaluation.documentation import Docstrings
from burnish.evaluation.lint import Black, Pylint
from burnish.evaluation.security import Bandit
from burnish.records import Candidate, Example, Spec
from burnish.sandbox import open_sandbox
from burnish.signatures.demonstration import demos_for
from burnish.signatures.questions import WriteDocumentation, WriteTests

REFILL_S = 0.7


def main() -> None:
    """Time the parts and the whole, per sandbox."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    candidate = _candidate()
    tree = ast.parse(candidate.code)
    print("| part | first, ms | median, ms |\n|---|---|---|")
    analyzers = (Complexity(10), Maintainability(), Pylint(), Black(), Docstrings(), Bandit())
    for analyzer in analyzers:
        _row(type(analyzer).__name__, _times(lambda a=analyzer: a(candidate, tree), runs))
    for kind in ("docker", "bubblewrap"):
        try:
            box = open_sandbox(Sandbox(kind=kind))
        except SandboxUnavailableError as error:
            print(f"| {kind} | not here: {error} | |")
            continue
        examples = (Example(call="moving_average([1, 2, 3, 4], 2)", expected="[1.5, 2.5, 3.5]"),)
        spec = Spec(text="moving average")

        def whole(box=box, examples=examples, spec=spec) -> None:
            report = box.run(candidate, examples=examples)
            assert evaluate(candidate, report, spec=spec, metric=Metric()).accepted

        time.sleep(REFILL_S)
        _row(
            f"{kind} run",
            _times(lambda b=box, e=examples: b.run(candidate, examples=e), runs, REFILL_S),
        )
        _row(f"{kind} run and judgement", _times(whole, runs, REFILL_S))
        box.close()


def _candidate() -> Candidate:
    return Candidate(
        code=demos_for(WriteDocumentation, "document")[0]["code"].code,
        tests=demos_for(WriteTests, "write_tests")[0]["tests"].code,
        docs=demos_for(WriteDocumentation, "document")[0]["documentation"],
    )


def _times(action: Callable[[], object], runs: int, pause_s: float = 0.0) -> list[float]:
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        action()
        times.append((time.perf_counter() - started) * 1000)
        time.sleep(pause_s)
    return times


def _row(name: str, times: list[float]) -> None:
    print(f"| {name} | {times[0]:.1f} | {statistics.median(times[1:]):.1f} |", flush=True)


if __name__ == "__main__":
    main()
