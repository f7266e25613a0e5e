// The sandbox's test runner for JavaScript: `node:test`, each outcome reported over descriptor 3.
// It is loaded before the module under test, and keeps its own copies of what it needs.

import assert from "node:assert";
import fs from "node:fs";
import inspector from "node:inspector";
import { syncBuiltinESMExports } from "node:module";
import process from "node:process";
import * as real from "node:test";

const { readSync, writeSync } = fs;
const { stringify, parse } = JSON;
const { now } = performance;
const clock = now.bind(performance);
const exit = process.exit.bind(process);
const isError = (value) => value instanceof Error;

const config = parse(firstLine());
const told = new Set(config.skip);

function firstLine() {
  const bytes = [];
  const one = Buffer.alloc(1);
  while (readSync(3, one, 0, 1) === 1 && one[0] !== 10) bytes.push(one[0]);
  return Buffer.from(bytes).toString("utf8");
}

function emit(event, fields) {
  const line = Buffer.from(`${config.secret} ${stringify({ event, ...fields })}\n`);
  for (let sent = 0; sent < line.length; ) sent += writeSync(3, line, sent);
}

// What assertions rest on cannot be replaced by the module under test.
for (const thing of [assert, assert.strict, assert.AssertionError.prototype, real.default]) {
  Object.freeze(thing);
}
for (const thing of [JSON, Math, Reflect, Object, Number, Buffer]) Object.freeze(thing);
for (const { prototype } of [Array, String, Number, Map, Set, RegExp, Date, Promise]) {
  Object.freeze(prototype);
}
syncBuiltinESMExports();

const session = new inspector.Session();
session.connect();
const ask = (method, params) => {
  let answer;
  session.post(method, params, (error, result) => (answer = result));
  return answer;
};
ask("Profiler.enable");
ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
process.on("exit", () => {
  const { result } = ask("Profiler.takePreciseCoverage");
  const found = result.filter((script) => script.url.endsWith(`/${config.module}.mjs`));
  emit("coverage", { found: found.flatMap((script) => script.functions) });
});

function describeError(error) {
  if (!isError(error)) return { category: "exception", message: `threw ${show(error)}` };
  const assertion = error.code === "ERR_ASSERTION";
  const stack = String(error.stack ?? "");
  const line = stack.match(new RegExp(`/${config.module}\\.mjs:(\\d+)`));
  let message = `${error.name}: ${error.message}`;
  if (assertion && "actual" in error) {
    message += `\nactual ${show(error.actual)}, expected ${show(error.expected)}`;
  }
  let category = assertion ? "assertion" : "exception";
  if (error.code === "ERR_MODULE_NOT_FOUND") category = "import";
  return { category, message: message.slice(0, 600), line: line ? Number(line[1]) : null };
}

function show(value) {
  try {
    return (stringify(value) ?? String(value)).slice(0, 200);
  } catch {
    return String(value).slice(0, 200);
  }
}

let open = 0;
function settled() {
  open -= 1;
  // A module that leaves a timer or a socket open does not keep the run waiting.
  setTimeout(() => open === 0 && exit(), 200).unref();
}

const groups = [];
function named(name, options, body) {
  if (typeof name === "function") return [name.name || "<anonymous>", {}, name];
  return typeof options === "function" ? [name, {}, options] : [name, options ?? {}, body];
}

function reporting(original, mark) {
  return (...given) => {
    const [name, options, body] = named(...given);
    const id = [...groups, name].join(" > ");
    if (told.has(id)) return Promise.resolve();
    if (mark || options.skip || options.todo || !body) {
      emit("test", { id, outcome: "skipped", message: String(options.skip || mark || "") });
      return Promise.resolve();
    }
    open += 1;
    return original(name, options, async function (context) {
      let skipped = null;
      Object.defineProperty(context, "skip", { value: (why) => (skipped = String(why ?? "")) });
      emit("start", { id });
      const began = clock();
      const seconds = () => (clock() - began) / 1000;
      try {
        await (body.length < 2
          ? body.call(this, context)
          : new Promise((done, fail) =>
              body.call(this, context, (error) => (error ? fail(error) : done())),
            ));
      } catch (error) {
        emit("test", { id, outcome: "failed", seconds: seconds(), ...describeError(error) });
        throw error;
      } finally {
        settled();
      }
      const outcome = skipped === null ? "passed" : "skipped";
      emit("test", { id, outcome, seconds: seconds(), message: skipped ?? "" });
    });
  };
}

function grouping(original) {
  return (...given) => {
    const [name, options, body] = named(...given);
    return original(name, options, function (...rest) {
      groups.push(name);
      try {
        return body.apply(this, rest);
      } finally {
        groups.pop();
      }
    });
  };
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

/** Import the module and say whether that worked. */
export async function load(file) {
  try {
    await import(file);
    emit("loaded", { ok: true });
  } catch (error) {
    emit("loaded", { ok: false, ...describeError(error) });
  }
  exit();
}

/** Make the calls one by one and report each value as plain data. */
export async function calls(list) {
  for (const [index, call] of list.entries()) {
    if (told.has(index)) continue;
    emit("start", { id: index });
    const began = clock();
    let fields;
    try {
      const value = await call();
      fields = { value: canonical(value) };
      if (fields.value[0] === "other") fields.text = String(value).slice(0, 2000);
    } catch (error) {
      const names = [];
      for (let kind = error?.constructor; kind?.name; kind = Object.getPrototypeOf(kind)) {
        names.push(kind.name);
      }
      fields = { raised: names.length ? names : ["Error"], message: String(error?.message) };
    }
    emit("value", { index, seconds: (clock() - began) / 1000, ...fields });
  }
  exit();
}

function canonical(value, depth = 0) {
  if (depth > 100) return ["other", "deep", "too deep"];
  const inner = (item) => canonical(item, depth + 1);
  if (value === null || value === undefined) return ["none", null];
  if (typeof value === "boolean") return ["bool", value];
  if (typeof value === "bigint") return ["int", String(value)];
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? ["int", String(value)] : ["float", floating(value)];
  }
  if (typeof value === "string") return ["str", value];
  if (Array.isArray(value)) return ["list", value.map(inner)];
  if (value instanceof Set) return ["set", [...value].map(inner)];
  if (value instanceof Map) return ["dict", [...value].map(([k, v]) => [inner(k), inner(v)])];
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return ["dict", Object.entries(value).map(([k, v]) => [inner(k), inner(v)])];
  }
  return ["other", value.constructor?.name ?? "object", show(value)];
}

function floating(value) {
  return Object.is(value, -0) ? "-0.0" : String(value).replace("Infinity", "inf");
}
