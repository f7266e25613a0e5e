"""The job of a candidate that is not Python: sources, calls and canaries from its toolchain."""

from __future__ import annotations

import functools
import re
from importlib.resources import files
from typing import Any

from burnish import config
from burnish.languages import LanguageToolchain, toolchain
from burnish.languages.call import read_call
from burnish.languages.promise import Promise
from burnish.records import Candidate, Example, Suite
from burnish.registries.languages import Language, language
from burnish.sandbox.plan import Plan, SuitePlan

_FENCE = re.compile(r"^[ \t]*```[ \t]*(\w+)\b[^\n]*\n(.*?)^[ \t]*```", re.M | re.S)


def make_native_plan(
    candidate: Candidate, checks: str, examples: tuple[Example, ...], limits: config.Sandbox
) -> Plan:
    """Lay out one run. The compiler in the sandbox says what does not parse; nothing raises.

    Examples whose call cannot be written in the types of the module are left out.
    """
    spoken, chain = language(candidate.language), toolchain(candidate.language)
    outline = chain.outline(candidate.code)
    plan = Plan(job={"module": candidate.module, "code": candidate.code}, neutral=True)
    steps: list[dict[str, Any]] = []
    suites: tuple[tuple[Suite, str], ...] = (("check", checks), ("generated", candidate.tests))
    for suite, source in suites:
        if source.strip():
            plan.suites.append(_suite(chain, suite, source, spoken.test_file, steps))
    calls = []
    for example in examples:
        call = read_call(example.call)
        text = chain.call(outline, call) if call else ""
        if text:
            calls.append(text)
            plan.examples += (example,)
    if calls:
        steps.append({"kind": "examples", "calls": calls})
    if usage := usage_in(candidate.docs, spoken):
        steps.append({"kind": "usage", "source": usage})
    fields = ("timeout_s", "test_timeout_s", "memory_bytes", "pids", "output_bytes", "cpus")
    plan.kinds = [step["kind"] for step in steps]
    plan.job |= {
        "steps": steps,
        "groups": [list(range(len(steps)))],
        "limits": {name: getattr(limits, name) for name in (*fields, "work_bytes")},
        "statements": outline.statements,
        "runner": runner_source(candidate.language),
        "start_s": chain.setup.start_s,
    }
    return plan


def _suite(
    chain: LanguageToolchain, suite: Suite, source: str, file: str, steps: list[dict[str, Any]]
) -> SuitePlan:
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    planted = chain.plant(source)
    steps.append({
        "kind": "suite", "file": file, "source": planted.source, "runner": planted.runner,
        "names": planted.names,
    })  # fmt: skip
    return SuitePlan(suite, len(steps) - 1, promise_of(chain, source), planted.canaries)


def promise_of(chain: LanguageToolchain, source: str) -> Promise:
    """The tests that a file names, and those that it excuses itself."""
    tests = chain.outline(source).tests
    names = tuple(dict.fromkeys(test.name for test in tests))
    return Promise(names, frozenset(test.name for test in tests if test.excused))


def usage_in(docs: str, spoken: Language) -> str:
    """The first code block of a Markdown text that is in this language; "" if there is none."""
    for tag, body in _FENCE.findall(docs):
        if tag.lower() in spoken.fences:
            return str(body)
    return ""


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
