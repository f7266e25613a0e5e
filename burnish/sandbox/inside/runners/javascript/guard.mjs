// What assertions rest on cannot be replaced by the module under test.

import assert from "node:assert";
import { syncBuiltinESMExports } from "node:module";
import * as real from "node:test";

const { apply, ownKeys } = Reflect;
const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, hasOwn } = Object;

const iterators = [[].values(), new Map().values(), new Set().values()].map(getPrototypeOf);
for (const thing of [assert, assert.strict, assert.AssertionError.prototype, real.default]) {
  Object.freeze(thing);
}
for (const thing of [JSON, Reflect, Object, Number, Buffer, ...iterators]) Object.freeze(thing);
for (const { prototype } of [RegExp, Promise]) Object.freeze(prototype);
const standard = new Set();
for (const { prototype } of [Array, String, Number, Map, Set, Date]) lock(prototype);
for (const key of ownKeys(Math)) {
  // Chance decides no comparison, and tests set it.
  if (key !== "random") defineProperty(Math, key, { writable: false, configurable: false });
}

// No form that the module gives to all objects: `obj.toJSON = ...` is one's own.
fix(Object.prototype, "toJSON", undefined);

/** Fix the methods of a prototype. */
function lock(prototype) {
  for (const key of ownKeys(prototype)) {
    const { value, configurable } = getOwnPropertyDescriptor(prototype, key);
    if (!configurable || key === "constructor") continue;
    if (typeof key === "symbol" || typeof value !== "function") {
      const fixed = value === undefined ? {} : { writable: false };
      defineProperty(prototype, key, { ...fixed, configurable: false });
      continue;
    }
    standard.add(value);
    fix(prototype, key, value);
  }
  Object.preventExtensions(prototype);
}

/** Fix one; what inherits it can be given one of its own, which it could not if it were frozen. */
function fix(prototype, key, value) {
  const set = function (own) {
    if (own === value) return; // node's own clock for tests puts them back so
    if (this === prototype) throw new TypeError(`${key} cannot be replaced here`);
    const open = { writable: true, enumerable: true, configurable: true };
    defineProperty(this, key, { value: own, ...open });
  };
  defineProperty(prototype, key, { get: () => value, set, configurable: false });
}

// A method that is fixed is copied to the object whose test replaces it.
const tracker = getPrototypeOf(real.mock);
const { method } = tracker;
tracker.method = function (holder, name, ...rest) {
  const value = holder?.[name];
  if (standard.has(value) && typeof holder === "object" && !hasOwn(holder, name)) {
    defineProperty(holder, name, { value, writable: true, configurable: true });
  }
  return apply(method, this, [holder, name, ...rest]);
};

syncBuiltinESMExports();
