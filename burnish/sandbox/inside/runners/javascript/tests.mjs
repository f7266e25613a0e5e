// `node:test` as test files see it: each outcome is reported under the test's full name.

import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import process from "node:process";
import { Writable } from "node:stream";
import * as real from "node:test";
import { fileURLToPath } from "node:url";
import { clock, cut, describeError, emit, exit, said, told } from "./report.mjs";

const { readFileSync, rmSync, unlinkSync, writeFileSync, writeSync } = fs;
const { stringify } = JSON;
const { apply } = Reflect;
const { defineProperty } = Object;
const { setTimeout } = globalThis;

// Tests and groups by their names from the outermost group on, in the order of registration.
const tests = new Map();
const suites = new Set();
const known = new Set();
const place = new AsyncLocalStorage();
const enter = place.run.bind(place);
const here = place.getStore.bind(place);
const keyOf = (path) => stringify(path.map((name) => name || "<anonymous>"));
let open = 0;
let evaluated = false;

function finish() {
  if (!evaluated || open > 0) return;
  emit("ended");
  // A module that leaves a timer or a socket open does not keep the run waiting.
  setTimeout(() => open === 0 && exit(), 200).unref();
}

function named(name, options, body) {
  if (typeof name === "function") return [name.name || "<anonymous>", {}, name];
  const text = String(name);
  return typeof options === "function" ? [text, {}, options] : [text, options ?? {}, body];
}

function reporting(original, mark) {
  return (...given) => {
    const [name, options, body] = named(...given);
    if (here()?.test) {
      // A part of the test that it is called in.
      return original(name, mark ? { ...options, [mark]: true } : options, body);
    }
    const path = [...(here()?.path ?? []), name];
    const id = path.join(" > ");
    // Once the file is evaluated, no name is taken a second time: not by the module either.
    if (told.has(id) || (evaluated && known.has(id))) return Promise.resolve();
    known.add(id);
    if (mark || options.skip || options.todo || !body) {
      emit("test", { id, outcome: "skipped", message: String(options.skip || mark || "") });
      return Promise.resolve();
    }
    open += 1;
    const test = { id, path, began: null, ran: false, seconds: 0, skipped: null, failure: null };
    Object.assign(test, { heard: false, told: false });
    const key = keyOf(path);
    tests.set(key, [...(tests.get(key) ?? []), test]);
    const within = (context) => enter({ path, test }, perform, test, body, context);
    return original(name, options, within);
  };
}

async function perform(test, body, context) {
  const skip = (why) => (test.skipped = String(why ?? ""));
  defineProperty(context, "skip", { value: skip });
  emit("start", { id: test.id });
  test.began = clock();
  try {
    await (body.length < 2
      ? apply(body, context, [context])
      : new Promise((done, fail) =>
          apply(body, context, [context, (error) => (error ? fail(error) : done())]),
        ));
    test.ran = true;
  } catch (error) {
    test.failure = describeError(error);
    throw error;
  } finally {
    test.seconds = (clock() - test.began) / 1000;
  }
}

function grouping(original) {
  return (...given) => {
    const [name, options, body] = named(...given);
    const path = [...(here()?.path ?? []), name];
    suites.add(keyOf(path));
    return original(name, options, function (...rest) {
      return enter({ path, test: here()?.test }, apply, body, this, rest);
    });
  };
}

/** Tell what became of a test, once for each time that it was registered. */
function tell(test, failure) {
  if (test.told && !failure) return;
  if (!test.told) open -= 1;
  test.told = true;
  const { id, seconds } = test;
  if (failure) emit("test", { id, outcome: "failed", seconds, ...failure });
  else if (test.skipped === null) emit("test", { id, outcome: "passed", seconds });
  else emit("test", { id, outcome: "skipped", seconds, message: cut(test.skipped, 600) });
  finish();
}

// Only node knows what became of a test's parts, hooks, limit and plan. What it says comes in the
// order of registration: a test after its parts. A test passes if its body did, and node agrees.
const above = [];
let parts = [];

function started({ nesting, name }) {
  above.length = nesting;
  above.push(name);
}

function ended({ nesting, name, details, skip }, passed) {
  const path = [...above.slice(0, nesting), name];
  const failure = passed ? null : { name, error: details.error, type: details.error?.failureType };
  const test = tests.get(stringify(path))?.find((each) => !each.heard);
  if (test !== undefined) {
    test.heard = true;
    if (test.began === null && skip !== undefined) test.skipped = String(skip);
    settle(test, failure, parts[0]);
    parts = [];
  } else if (!suites.has(stringify(path))) {
    if (failure) parts.push(failure);
  } else if (failure && failure.type !== "subtestsFailed" && failure.type !== "cancelledByParent") {
    // A hook of the whole group, or its limit: none of its tests stands.
    const inside = (each) => stringify(path) === keyOf(each.path.slice(0, path.length));
    for (const each of [...tests.values()].flat().filter(inside)) tell(each, said(failure.error));
  }
}

function settle(test, failure, part) {
  if (test.failure) return tell(test, test.failure);
  if (failure === null) return test.ran || test.skipped !== null ? tell(test, null) : undefined;
  // Cancelled: the program ran out of work, and its end is told by who sees it.
  if (failure.type === "cancelledByParent") return undefined;
  if (failure.type !== "subtestsFailed" || !part) return tell(test, said(failure.error));
  const { message, ...rest } = said(part.error);
  return tell(test, { ...rest, message: cut(`${part.name}: ${message}`, 600) });
}

/** What node reports to: the option --test-reporter takes it from here. */
globalThis.reporter = new Writable({
  objectMode: true,
  write({ type, data }, encoding, done) {
    if (type === "test:start") started(data);
    if (type === "test:pass" || type === "test:fail") ended(data, type === "test:pass");
    done();
  },
});

/** Run a test file. Nothing of it is evaluated before node has its reporter. */
export async function run(file) {
  const set = new Promise((done) => globalThis.reporter.once("pipe", done));
  real.after(() => {}); // makes node set its reporter up
  await set;
  delete globalThis.reporter;
  const url = new URL(`../${file}`, import.meta.url);
  process.argv[1] = fileURLToPath(url);
  try {
    await import(url);
  } catch (error) {
    writeSync(2, `${error?.stack ?? error}\n`);
    emit("broken", describeError(error));
    exit(1);
  }
  evaluated = true;
  finish();
}

/** Leave no trace of the harness and the planted tests: all is loaded, nothing of it has run. */
export function sweep(own, file) {
  rmSync(new URL(".", import.meta.url), { recursive: true });
  for (const name of [`${own}.mjs`, "run-tests.mjs"]) unlinkSync(name);
  const blank = (text) => " ".repeat(text.length);
  const head = '^import .*? from "node:assert/strict"; ';
  const planted = new RegExp(`${head}|${own}\\(".*?; \\}\\); `, "g");
  // The rest stays where it is: `assert.ok` quotes it.
  const rest = readFileSync(file, "utf8").replace(planted, blank).replaceAll(own, blank);
  writeFileSync(file, rest);
}

export const test = Object.assign(reporting(real.test), {
  skip: reporting(real.test, "skip"),
  todo: reporting(real.test, "todo"),
  only: reporting(real.test),
});
export const it = test;
export const describe = Object.assign(grouping(real.describe), {
  skip: grouping(real.describe.skip),
  todo: grouping(real.describe.todo),
  only: grouping(real.describe),
});
export const suite = describe;
export const { after, afterEach, before, beforeEach, mock } = real;
Object.assign(test, { after, afterEach, before, beforeEach, mock, test, it, describe, suite });
export default test;
