"""A long module is mended in the one function that is at fault, in every language."""

from __future__ import annotations

import pytest

import burnish
from burnish.modules.patching import LONG, at_fault, patched
from burnish.records import Candidate, ExecutionReport, TestOutcome
from burnish.sandbox import Sandbox
from burnish.testing import ScriptedLM
from tests.modules.scripts import CODE, fenced, script

MODULES = {
    "python": (
        '"""Counts."""\n\n\nclass Counter:\n    """Counts."""\n\n    def up(self):\n'
        '        """One more."""\n        return 1\n\n    def down(self):\n        return 0\n\n\n'
        "def start():\n    return Counter()\n",
        "Counter.down", 'def down(self):\n    """One less."""\n    return -1\n', "        return -1\n",
    ),
    "javascript": (
        "export function up(n) {\n  return n;\n}\n\nexport function down(n) {\n  return n;\n}\n",
        "down", "export function down(n) {\n  return n - 1;\n}\n", "n - 1",
    ),
    "go": (
        "package solution\n\n// Up adds.\nfunc Up(n int) int {\n\treturn n\n}\n\n"
        "// Down takes.\nfunc Down(n int) int {\n\treturn n\n}\n",
        "Down", "package solution\n\n// Down takes.\nfunc Down(n int) int {\n\treturn n - 1\n}\n",
        "return n - 1",
    ),
    "rust": (
        "pub fn up(n: i64) -> i64 {\n    n\n}\n\npub fn down(n: i64) -> i64 {\n    n\n}\n",
        "down", "pub fn down(n: i64) -> i64 {\n    n - 1\n}\n", "n - 1",
    ),
    "java": (
        "public class Solution {\n    static int up(int n) {\n        return n;\n    }\n\n"
        "    static int down(int n) {\n        return n;\n    }\n}\n",
        "down",
        "public class Solution {\n    static int down(int n) {\n        return n - 1;\n    }\n}\n",
        "        return n - 1;\n    }\n}\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", MODULES)
def test_one_function_is_replaced_and_the_rest_stays(language: str) -> None:
    code, name, answer, expected = MODULES[language]
    candidate = Candidate(code=code, language=language)
    new = patched(candidate, name, answer)
    assert expected in new
    assert new.count("\n") >= code.count("\n")
    assert new.splitlines()[:3] == code.splitlines()[:3]
    assert patched(candidate, name, "") == ""
    assert patched(candidate, name, new) == new  # the whole module is taken as it is


PYTHON = MODULES["python"][0]
RISKY = {
    "a name of its own": ("python", PYTHON, "Counter.down", "def less():\n    return -1\n"),
    "a helper": (
        "python", PYTHON, "start", "def _one():\n    return 1\n\n\ndef start():\n    return _one()\n",
    ),
    "an import": (
        "python", PYTHON, "start", "from math import gcd\n\n\ndef start():\n    return gcd\n",
    ),
    "a decorator": (
        "python", PYTHON.replace("def start", "@cache\ndef start"), "start",
        "def start():\n    return 1\n",
    ),
    "a text of several lines": (
        "python", PYTHON, "Counter.down", 'def down(self):\n    return """a\nb"""\n',
    ),
    "two of the name": (
        "java", MODULES["java"][0], "down",
        "class A { static int down(int n) { return n; } static int down(long n) { return 1; } }",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RISKY)
def test_what_cannot_be_done_for_certain_is_refused(case: str) -> None:
    language, code, name, answer = RISKY[case]
    assert patched(Candidate(code=code, language=language), name, answer) == ""


def test_a_class_with_one_method_is_not_taken_for_the_whole() -> None:
    answer = "class Counter:\n    def down(self):\n        return -1\n"
    new = patched(Candidate(code=PYTHON), "Counter.down", answer)
    assert "def up(self)" in new and "return -1" in new and "def start()" in new


def test_what_stands_before_a_function_on_its_line_stays() -> None:
    code = "const LIMIT = 10; // the most\n\nexport function f(n) {\n  return n;\n}\n"
    code += "export function g(n) {\n  return n;\n}\n"
    answer = "export function f(n) {\n  return LIMIT;\n}\n"
    new = patched(Candidate(code=code, language="javascript"), "f", answer)
    assert "const LIMIT = 10;" in new and "return LIMIT;" in new and "function g" in new


def failing(*lines: int | None) -> ExecutionReport:
    tests = tuple(
        TestOutcome(id=f"t{n}", suite="example", outcome="failed", line=line)
        for n, line in enumerate(lines)
    )
    return ExecutionReport(status="FAILED", sandbox="fake", tests=tests)


def test_the_fault_is_in_a_function_only_if_every_trace_ends_there() -> None:
    code = MODULES["python"][0] + "\n\nTABLE = " + repr("x" * LONG) + "\n"
    long = Candidate(code=code)
    assert at_fault(long, failing(12, 12)) == "Counter.down"
    assert at_fault(long, failing(9, 12)) == ""
    assert at_fault(long, failing(12, None)) == ""
    assert at_fault(long, failing(4)) == ""
    told = Candidate(code=long.code.replace("return 0", "raise ValueError(0)"))
    assert at_fault(told, failing(12)) == ""
    assert at_fault(Candidate(code=MODULES["python"][0]), failing(12)) == ""


def test_a_long_module_is_repaired_in_part(box: Sandbox) -> None:
    table = "\n".join(f'    {k}: "{"x" * 60}",' for k in range(60))
    lookup = f"\n\nTABLE = {{\n{table}\n}}\n"
    head, _, body = CODE.partition("def double")
    code = f"{head}from collections import Counter, deque\n\n\ndef double{body}"
    wrong = code.replace("return 2 * n", "return 2 * n + TABLE[n]")
    wrong += f"{lookup}\n\nSEEN = Counter(deque())\n"
    part = code[code.index("def double") :].replace("    return 2", "    Counter()\n    return 2")
    lm = ScriptedLM(script(write_code=fenced(wrong), repair_code=fenced(part)))
    solution = burnish.generate("Write `double(n)`. double(4) returns 8.", lm=lm, sandbox=box)
    assert "TABLE = {" in solution.code and "return 2 * n\n" in solution.code
    (call,) = [call for call in solution.calls if call.stage == "repair_code"]
    assert "Every failing trace ends in `double`. Answer with that function alone" in str(
        call.messages
    )
