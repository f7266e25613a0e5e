// Loads the module, or makes calls of it and reports each value as plain data.

import { clock, cut, describeError, emit, exit, show, told } from "./report.mjs";

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
      if (fields.value[0] === "other") fields.text = cut(String(value), 2000);
    } catch (error) {
      const names = [];
      for (let kind = error?.constructor; kind?.name; kind = Object.getPrototypeOf(kind)) {
        names.push(kind.name);
      }
      const message = cut(String(error?.message), 2000);
      fields = { raised: names.length ? names : ["Error"], message };
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
  if (typeof value === "bigint") return whole(value);
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

function whole(value) {
  const digits = value.toString(16); // more decimal digits than Python takes in
  return digits.length > 3000 ? ["hexint", digits] : ["int", String(value)];
}

function floating(value) {
  return Object.is(value, -0) ? "-0.0" : String(value).replace("Infinity", "inf");
}
