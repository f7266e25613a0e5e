"""What node says of a test is what is reported, and honest tests may replace what they replace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from burnish.errors import SandboxUnavailableError
from burnish.records import Candidate, Example, ExecutionReport, TestOutcome
from burnish.sandbox import Sandbox, comparison
from burnish.sandbox.opening import open_sandbox
from burnish.testing import sandbox_limits
from tests.conftest import missing
from tests.sandbox.conftest import KINDS

HEAD = """import assert from "node:assert/strict";
import test, { after, afterEach, before, beforeEach, describe, it, mock } from "node:test";
import * as solution from "./solution.mjs";
"""
HALF = "export const half = (n) => 0;\n"


@pytest.fixture(scope="module", params=KINDS)
def javascript(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    settings = sandbox_limits("javascript").model_copy(update={"kind": request.param})
    try:
        opened = open_sandbox(settings, "javascript")
    except SandboxUnavailableError as error:
        missing(f"javascript in the {request.param} sandbox", str(error))
    yield opened
    opened.close()


def _run(sandbox: Sandbox, code: str, checks: str) -> ExecutionReport:
    return sandbox.run(Candidate(code=code, language="javascript"), checks=HEAD + checks)


def _by_name(report: ExecutionReport) -> dict[str, TestOutcome]:
    return {test.id: test for test in report.tests}


def test_parts_hooks_and_limits_fail_the_test_that_they_belong_to(javascript: Sandbox) -> None:
    checks = """
    test("awaited", async (t) => {
      for (const n of [2, 4]) await t.test(`half of ${n}`, () => assert.equal(solution.half(n), 1));
    });
    test("not awaited", (t) => { t.test("part", () => assert.equal(solution.half(8), 4)); });
    test("deep", async (t) => {
      await t.test("a", async (u) => { await u.test("b", () => solution.half.x.y); });
    });
    test("cleanup", (t) => { t.after(() => assert.equal(solution.half(6), 3)); });
    test("limit", { timeout: 50 }, () => new Promise((done) => setTimeout(done, 400)));
    test("plan", (t) => {
      if (!t.plan) throw new Error("this node has none");
      t.plan(2);
    });
    describe("hook", () => {
      afterEach(() => assert.equal(solution.half(2), 1));
      it("of each", () => {});
    });
    describe("end", () => { after(() => solution.half.x.y); it("of all", () => {}); });
    describe("begin", () => { before(() => solution.half.x.y); it("of all", () => {}); });
    test("by import", async () => { await test("part", () => assert.equal(solution.half(2), 1)); });
    test("whole", async (t) => { await t.test("part", () => assert.equal(solution.half(2), 0)); });
    """
    report = _run(javascript, HALF, checks)
    seen = {name: (test.outcome, test.category) for name, test in _by_name(report).items()}
    assertion, exception = ("failed", "assertion"), ("failed", "exception")
    assert seen == {
        "awaited": assertion, "not awaited": assertion, "deep": exception, "cleanup": assertion,
        "limit": ("timeout", "timeout"), "plan": exception, "hook > of each": assertion, "end > of all": exception,
        "begin > of all": exception, "by import": assertion, "whole": ("passed", None),
    }, report  # fmt: skip
    message = _by_name(report)["awaited"].message
    assert message.startswith("half of 2: AssertionError") and "actual 0, expected 1" in message


def test_what_node_runs_in_its_own_way_still_passes(javascript: Sandbox) -> None:
    code = """
    export function Bag() { this.inner = new Map(); }
    Bag.prototype = Object.create(Map.prototype);
    Bag.prototype.constructor = Bag;
    Bag.prototype.get = function (key) { return this.inner.get(key) ?? 0; };
    export const pick = (list) => list[Math.floor(Math.random() * list.length)];
    export const now = () => new Date().getTime();
    setInterval(() => {}, 1000);
    """
    checks = """
    let ready = 0;
    before(async () => { await new Promise((done) => setTimeout(done, 20)); ready = 1; });
    beforeEach(() => { ready += 1; });
    test("after its hooks", () => assert.ok(ready > 1));
    test("by chance", (t) => {
      t.mock.method(Math, "random", () => 0.5);
      assert.equal(solution.pick([1, 2, 3]), 2);
    });
    test("by hand", () => {
      const { random } = Math;
      Math.random = () => 0;
      try { assert.equal(solution.pick([1, 2, 3]), 1); } finally { Math.random = random; }
    });
    test("an inherited method", (t) => {
      const map = new Map();
      t.mock.method(map, "get", () => 7);
      assert.equal(map.get(1), 7);
    });
    test("an older class", () => assert.equal(new solution.Bag().get(1), 0));
    test("by callback", (t, done) => { setTimeout(done, 10); });
    describe("later", async () => { await null; it("known", () => {}); });
    describe("side by side", { concurrency: true }, () => {
      it("slow", () => new Promise((done) => setTimeout(done, 50)));
      it("fast", () => {});
    });
    test("twice", () => {});
    test("twice", () => {});
    test.skip("skipped", () => assert.fail());
    test("last", () => {}); // no end of line"""
    report = _run(javascript, code, checks)
    assert report.status == "PASSED", report
    assert len(report.tests) == 11 and "later > known" in _by_name(report), report


def test_module_cannot_loosen_what_tests_compare_with(javascript: Sandbox) -> None:
    code = """
    for (const [holder, name] of [[Math, "abs"], [Array.prototype, "every"], [Map.prototype, "get"],
      [JSON, "stringify"], [Object.prototype, "toJSON"], [Date.prototype, "getTime"]]) {
      try { holder[name] = () => 0; } catch {}
      try { Object.defineProperty(holder, name, { value: () => 0 }); } catch {}
    }
    export const half = (n) => 0;
    """
    checks = """
    test("near", () => assert.ok(Math.abs(solution.half(2) - 1) < 1e-9));
    test("all", () => assert.ok([solution.half(2)].every((n) => n === 1)));
    test("key", () => assert.equal(new Map([[1, 5]]).get(1), solution.half(2)));
    test("text", () => assert.equal(JSON.stringify({ a: 1 }), JSON.stringify(solution.half(2))));
    test("time", () => assert.equal(new Date(9).getTime(), solution.half(2)));
    """
    report = _run(javascript, code, checks)
    assert len(report.tests) == 5 and report.passed() == 0, report


def test_what_ends_the_test_file_is_told(javascript: Sandbox) -> None:
    report = _run(javascript, HALF, "test('a', () => {});\nsolution.half.x.y;\n")
    assert [(t.outcome, t.category) for t in report.tests] == [("error", "exception")], report
    assert "TypeError" in report.tests[0].message, report
    unknown = 'import { nope } from "./solution.mjs";\ntest("a", () => nope());\n'
    report = _run(javascript, HALF, unknown)
    assert report.status == "FAILED", report
    assert [(t.outcome, t.category) for t in report.tests] == [("error", "import")], report
    assert "nope" in report.tests[0].message, report


def test_tests_that_never_ran_are_missing_when_the_module_leaves(javascript: Sandbox) -> None:
    code = HALF + "export const leave = () => setTimeout(() => process.exit(0), 20);\n"
    checks = "test('a', () => { solution.leave(); });\n"
    checks += "await new Promise((done) => setTimeout(done, 1000));\ntest('b', () => {});\n"
    report = _run(javascript, code, checks)
    assert report.status == "FAILED" and _by_name(report)["b"].outcome != "passed", report
    assert "exit code 0" in _by_name(report)["b"].message, report


def test_large_integer_crosses_the_border_in_hexadecimal(
    javascript: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(comparison, "value_of", lambda canonical: seen.insert(0, canonical))
    code = "export const power = (n) => -(10n ** BigInt(n));\n"
    example = Example(call="power(5000)", expected="0")
    javascript.run(Candidate(code=code, language="javascript"), examples=(example,))
    assert seen and all(form == ["hexint", f"{-(10**5000):x}"] for form in seen)


def test_halves_of_characters_are_no_fault_of_the_host(javascript: Sandbox) -> None:
    code = 'export const fail = () => { throw new Error("\\ud83d"); };\n'
    checks = """
    test("cut", () => assert.equal("\\u{1f600}".repeat(400), "x" + "\\u{1f600}".repeat(400)));
    test("half", () => solution.fail());
    """
    candidate = Candidate(code=code, language="javascript")
    example = Example(call="fail()", raises="Error")
    report = javascript.run(candidate, checks=HEAD + checks, examples=(example,))
    assert [test.outcome for test in report.tests] == ["failed", "failed", "passed"], report
    assert "\N{REPLACEMENT CHARACTER}" in _by_name(report)["half"].message
