"""Turn a candidate into the job for a sandbox, and keep what the sandbox must not know."""

from __future__ import annotations

import functools
import re
import textwrap
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from burnish import config
from burnish.languages import LanguageToolchain, toolchain
from burnish.languages.call import NOTATION
from burnish.languages.promise import Canaries, Promise
from burnish.records import Candidate, Example, Suite
from burnish.registries.languages import Language, language

_FENCE = re.compile(r"^[ \t]*```[ \t]*(\w+)\b[^\n]*\n(.*?)^[ \t]*```", re.M | re.S)
_LIMITS = (
    "timeout_s", "compile_timeout_s", "test_timeout_s", "memory_bytes", "pids", "output_bytes",
    "cpus", "work_bytes",
)  # fmt: skip


@dataclass(frozen=True)
class SuitePlan:
    """One test file and what it must report."""

    suite: Suite
    step: int
    promise: Promise
    canaries: Canaries


@dataclass
class Plan:
    """The job as sent, and the expectations that stay on the host."""

    job: dict[str, Any]
    suites: list[SuitePlan] = field(default_factory=list)
    examples: tuple[Example, ...] = ()
    kinds: list[str] = field(default_factory=list)
    """Kind of each step, by index."""
    neutral: bool = False
    """Values come from another language than the examples are written in: only what languages
    share is compared."""


def make_plan(
    candidate: Candidate, checks: str, examples: tuple[Example, ...], limits: config.Sandbox
) -> Plan:
    """Lay out one run. The expected values of examples do not enter the job.

    What does not parse is said by the compiler in the sandbox. Examples whose call cannot be
    written in the types of the module are left out.
    """
    spoken, chain = language(candidate.language), toolchain(candidate.language)
    outline = chain.outline(candidate.code)
    plan = Plan(job={}, neutral=spoken.name != NOTATION)
    steps: list[dict[str, Any]] = []
    for suite, source in suites_of(candidate, checks):
        planted = chain.plant(source)
        plan.suites.append(
            SuitePlan(suite, len(steps), promise_of(chain, source), planted.canaries)
        )
        steps.append({
            "kind": "suite", "file": spoken.test_file, "source": planted.source,
            "runner": planted.runner, "names": planted.names,
        })  # fmt: skip
    written = [(example, chain.call(outline, example.call)) for example in examples]
    plan.examples = tuple(example for example, call in written if call)
    if plan.examples:
        steps.append({"kind": "examples", "calls": [call for _, call in written if call]})
    if usage := usage_in(candidate.docs, spoken):
        steps.append({"kind": "usage", "source": usage})
    ending = [example.call for example in examples if example.expected]
    tests = [source for _, source in suites_of(candidate, checks)]
    if calls := chain.growth_calls(candidate.code, tests, ending):
        steps.append({"kind": "growth", "calls": calls})
    plan.kinds = [step["kind"] for step in steps]
    plan.job = {
        "module": candidate.module,
        "code": candidate.code,
        "steps": steps,
        "limits": {name: getattr(limits, name) for name in _LIMITS},
        "statements": outline.statements,
        "runner": runner_source(candidate.language),
        "start_s": chain.setup.start_s,
    }
    if not chain.setup.programs:  # our own interpreter compiles nothing ahead
        plan.job["limits"]["compile_timeout_s"] = 0.0
    return plan


def suites_of(candidate: Candidate, checks: str) -> list[tuple[Suite, str]]:
    """Suite and source of each test file that is not blank, with plain line ends."""
    given: tuple[tuple[Suite, str], ...] = (("check", checks), ("generated", candidate.tests))
    return [
        (suite, source.replace("\r\n", "\n").replace("\r", "\n"))
        for suite, source in given
        if source.strip()
    ]


def promise_of(chain: LanguageToolchain, source: str) -> Promise:
    """The tests that a file names, and those that it excuses itself."""
    tests = chain.outline(source).tests
    names = tuple(dict.fromkeys(test.name for test in tests))
    return Promise(names, frozenset(test.name for test in tests if test.excused))


def usage_in(docs: str, spoken: Language) -> str:
    """The first code block of a Markdown text that is in this language; "" if there is none.

    Prompts of an interpreter are removed, and what it answered with them.
    """
    for tag, body in _FENCE.findall(docs):
        if tag.lower() in spoken.fences:
            return textwrap.dedent(_without_prompts(body))
    return ""


def _without_prompts(text: str) -> str:
    rows = [line.strip() for line in text.splitlines()]
    typed = [row[4:] for row in rows if row.startswith((">>> ", "... "))]
    return "\n".join(typed) + "\n" if any(row.startswith(">>> ") for row in rows) else text


@functools.cache
def runner_source(name: str) -> str:
    """The test runner that a language's programs bring into the sandbox; "" if it needs none.

    One of several files has a line "//// NAME" before each.
    """
    folder = files("burnish.sandbox") / "inside" / "runners"
    found = [file for file in folder.iterdir() if file.name.split(".")[0] == name]
    if found and found[0].is_dir():
        parts = sorted(found[0].iterdir(), key=lambda file: file.name)
        return "".join(f"//// {part.name}\n{part.read_text('utf-8')}" for part in parts)
    return found[0].read_text("utf-8") if found else ""
