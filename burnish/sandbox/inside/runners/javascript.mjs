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
const bytesOf = Buffer.from.bind(Buffer);
const isError = (value) => value instanceof Error;

const config = parse(firstLine());
const told = new Set(config.skip);

let written = 0;
const K = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

function firstLine() {
  const bytes = [];
  const one = Buffer.alloc(1);
  while (readSync(3, one, 0, 1) === 1 && one[0] !== 10) bytes.push(one[0]);
  return Buffer.from(bytes).toString("utf8");
}

// SHA-256 (FIPS 180-4) in hexadecimal, by arithmetic alone: what node has can be made to tell.
function sha256(text) {
  const { length } = text;
  const padded = new Uint8Array(((length + 72) >> 6) << 6);
  for (let i = 0; i < length; i++) padded[i] = text[i];
  padded[length] = 0x80;
  for (let i = 0; i < 4; i++) padded[padded.length - 1 - i] = (length << 3) >>> (8 * i);
  const hash = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  const w = new Int32Array(64);
  for (let from = 0; from < padded.length; from += 64) {
    for (let i = 0; i < 16; i++) {
      const at = from + 4 * i;
      w[i] = (padded[at] << 24) | (padded[at + 1] << 16) | (padded[at + 2] << 8) | padded[at + 3];
    }
    for (let i = 16; i < 64; i++) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let a = hash[0], b = hash[1], c = hash[2], d = hash[3];
    let e = hash[4], f = hash[5], g = hash[6], h = hash[7];
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g; g = f; f = e; e = (d + one) | 0;
      d = c; c = b; b = a; a = (one + two) | 0;
    }
    const now = [a, b, c, d, e, f, g, h];
    for (let i = 0; i < 8; i++) hash[i] = (hash[i] + now[i]) | 0;
  }
  let shown = "";
  for (let i = 0; i < 64; i++) shown += "0123456789abcdef"[(hash[i >> 3] >>> (28 - 4 * (i & 7))) & 15];
  return shown;
}

function emit(event, fields) {
  const body = stringify({ event, ...fields });
  const signed = sha256(bytesOf(`${config.secret}:${written++}:${body}`)).slice(0, 16);
  const line = bytesOf(`${body}\t${signed}\n`);
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
