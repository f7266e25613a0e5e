// What the sandbox's harness for JavaScript says over descriptor 3, and how it says it.
// It is loaded before the module under test, and keeps its own copies of what it needs.

import "./guard.mjs";
import fs from "node:fs";
import inspector from "node:inspector";
import { syncBuiltinESMExports } from "node:module";
import process from "node:process";
import v8 from "node:v8";
import { sha256 } from "./sha256.mjs";

const { readSync, writeSync } = fs;
const { stringify, parse } = JSON;
const { now } = performance;
export const clock = now.bind(performance);
export const exit = process.exit.bind(process);
const bytesOf = Buffer.from.bind(Buffer);
const isError = (value) => value instanceof Error;

const config = parse(firstLine());
export const told = new Set(config.skip);
let written = 0;

function firstLine() {
  const bytes = [];
  const one = Buffer.alloc(1);
  while (readSync(3, one, 0, 1) === 1 && one[0] !== 10) bytes.push(one[0]);
  return Buffer.from(bytes).toString("utf8");
}

export function emit(event, fields) {
  const body = stringify({ event, ...fields });
  const signed = sha256(bytesOf(`${config.secret}:${written++}:${body}`)).slice(0, 16);
  const line = bytesOf(`${body}\t${signed}\n`);
  for (let sent = 0; sent < line.length; ) sent += writeSync(3, line, sent);
}

const session = new inspector.Session();
session.connect();
const ask = (method, params) => {
  let answer;
  session.post(method, params, (error, result) => (answer = result));
  return answer;
};
ask("Profiler.enable");
ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
// Each of these tells what the tests' own source is, and the secret.
for (const name of ["Session", "open"]) delete inspector[name];
for (const name of ["getHeapSnapshot", "writeHeapSnapshot"]) delete v8[name];
syncBuiltinESMExports();

process.on("exit", () => {
  const { result } = ask("Profiler.takePreciseCoverage");
  const found = result.filter((script) => script.url.endsWith(`/${config.module}.mjs`));
  emit("coverage", { found: found.flatMap((script) => script.functions) });
});

export function describeError(error) {
  if (!isError(error)) return { category: "exception", message: `threw ${show(error)}` };
  const assertion = error.code === "ERR_ASSERTION";
  const stack = String(error.stack ?? "");
  const line = stack.match(new RegExp(`/${config.module}\\.mjs:(\\d+)`));
  let message = `${error.name}: ${error.message}`;
  if (assertion && "actual" in error) {
    message += `\nactual ${show(error.actual)}, expected ${show(error.expected)}`;
  }
  let category = assertion ? "assertion" : "exception";
  const unlinked = error.name === "SyntaxError" && /does not provide an export/.test(error.message);
  if (error.code === "ERR_MODULE_NOT_FOUND" || unlinked) category = "import";
  return { category, message: cut(message, 600), line: line ? Number(line[1]) : null };
}

export function show(value) {
  try {
    return cut(stringify(value) ?? String(value), 200);
  } catch {
    return cut(String(value), 200);
  }
}

/** The beginning of a text, without the half of a character that a cut or the module left. */
export function cut(text, limit) {
  return text.slice(0, limit).replace(/\p{Surrogate}/gu, "\uFFFD");
}

/** What node says of a failure: the error that it was caused by, or its own words. */
export function said(error) {
  let inner = error;
  while (inner?.code === "ERR_TEST_FAILURE" && isError(inner.cause)) inner = inner.cause;
  if (inner?.code !== "ERR_TEST_FAILURE") return describeError(inner);
  const category = inner.failureType === "testTimeoutFailure" ? "timeout" : "exception";
  return { category, message: cut(inner.message, 600), line: null };
}
