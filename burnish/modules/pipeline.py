"""The loop: write, run, judge, mend, until it is good or the budget is spent."""

from __future__ import annotations

import time
from typing import NamedTuple

from burnish.config import Config
from burnish.errors import ModelUnavailableError
from burnish.evaluation import evaluate, is_simple
from burnish.evaluation.probes import literal_calls, probes
from burnish.evaluation.requirements import speaks_of_errors
from burnish.languages import toolchain
from burnish.modules.conclusion import conclude
from burnish.modules.editing import editor
from burnish.modules.feedback import feedback
from burnish.modules.mending import Work, mend
from burnish.modules.ranking import better
from burnish.modules.search import Search, Shown
from burnish.modules.session import Session, UnusableAnswer
from burnish.modules.usage import total
from burnish.modules.writing import analyze, write, write_code
from burnish.records import (
    Analysis,
    Attempt,
    Candidate,
    Example,
    ExecutionReport,
    Solution,
    Spec,
    Strategy,
)
from burnish.sandbox import Sandbox

LOST = "the model was lost"
REFUSED = "the model would not take a question"


class Loop(NamedTuple):
    """What the loop works with."""

    session: Session
    sandbox: Sandbox
    config: Config


def refine(loop: Loop, spec: Spec, strategy: Strategy | None = None) -> Solution:
    """Turn a specification into the best solution that the limits allow.

    Raises:
        ModelUnavailableError: The model was lost before there was any attempt to return.
        SandboxUnavailableError: The sandbox's host failed in the middle.
    """
    started, session = time.monotonic(), loop.session
    history: tuple[Attempt, ...] = ()
    best, analysis, stopped = None, Analysis(), ""
    try:
        analysis = analyze(session, spec, strategy, loop.config.search.analysis)
        search = search_for(loop, spec, analysis)
        candidate = write(session, spec, analysis, search)
        while True:
            attempt = judge(loop, spec, analysis, candidate, history, started)
            history += (attempt,)
            best = better(best, attempt)
            session.attempted(attempt, best)
            if stopped := stop(best, session, loop.config):
                break
            session.round += 1
            mended = mend(
                Work(session, spec, analysis, search, best, loop.config.search.temperature), history
            )
            if mended is None:
                stopped = session.spent or "no move is left that was not tried"
                break
            candidate = mended
    except UnusableAnswer as error:
        stopped = session.spent or f"the model gave nothing usable ({error})"
    except ModelUnavailableError as error:
        if best is None:
            raise
        stopped = f"{REFUSED}: {error.message}"
    if session.lost and best is not None and not best.quality.accepted:
        stopped = f"{LOST}: {session.lost}"
    solution = conclude(spec, analysis, best, history, session.calls)
    solution = solution.model_copy(
        update={"stopped": stopped, "seconds": time.monotonic() - started}
    )
    return session.finished(solution)


def search_for(loop: Loop, spec: Spec, analysis: Analysis) -> Search:
    """Draws and tries modules for this specification."""
    limits = loop.config.search
    stated = [example.call for example in analysis.examples]
    edit, chain = editor(spec.language), toolchain(spec.language)
    told = speaks_of_errors(spec.text)
    direct = analysis.model_copy(update={"strategy": "direct", "parts": (), "template": ""})

    def draw() -> str:
        return write_code(loop.session, spec, direct, temperature=limits.temperature)

    def run(code: str, tests: str) -> ExecutionReport:
        loop.session.stage("execute")
        candidate = Candidate(code=code, tests=tests, language=spec.language, module=spec.module)
        calls = [] if stated else literal_calls(tests, analysis.entry_point)
        further = (*calls, *probes(stated or calls))
        examples = (*analysis.examples, *(Example(call=call) for call in further))
        return loop.sandbox.run(candidate, checks=spec.checks, examples=examples)

    def look(code: str) -> Shown:
        candidate = Candidate(code=code, language=spec.language)
        return Shown(
            whole=not analysis.entry_point or analysis.entry_point in edit.defined_names(code),
            fallible=not told or any(d.raises for d in chain.outline(code).definitions),
            # a larger model is asked to simplify what it wrote; a small one gives it back as it was
            simple=not loop.session.small or is_simple(candidate, loop.config.metric),
        )

    return Search(draw, run, limits.candidates, look, limits.consensus)


def judge(
    loop: Loop,
    spec: Spec,
    analysis: Analysis,
    candidate: Candidate,
    history: tuple[Attempt, ...],
    started: float,
) -> Attempt:
    """Run a candidate, score it, and say what should be mended."""
    loop.session.stage("execute")
    execution = loop.sandbox.run(candidate, checks=spec.checks, examples=analysis.examples)
    if execution.ended and execution.formatted not in (None, candidate.code):
        # The language's formatter is in the sandbox; lines are told of what it laid out.
        candidate = candidate.model_copy(update={"code": execution.formatted})
        execution = loop.sandbox.run(candidate, checks=spec.checks, examples=analysis.examples)
    loop.session.stage("evaluate")
    quality = evaluate(candidate, execution, spec=spec, metric=loop.config.metric)
    calls = [call for call in loop.session.calls if call.round == candidate.round]
    return Attempt(
        candidate=candidate,
        quality=quality,
        feedback=feedback(quality),
        seconds=time.monotonic() - started - sum(done.seconds for done in history),
        usage=total(call.usage for call in calls),
    )


def stop(best: Attempt, session: Session, config: Config) -> str:
    """Why to stop now, in one sentence; "" to go on."""
    if best.quality.accepted:
        return "accepted"
    if best.execution.status == "SANDBOX_UNAVAILABLE":
        return "nothing can be executed here"
    if session.round >= config.limits.max_iterations:
        return f"{config.limits.max_iterations} refinement rounds are spent"
    return session.spent
