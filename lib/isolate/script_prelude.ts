/**
 * What a script finds in its world beside the language, written in that language. It is evaluated first, and keeps the
 * functions it needs before a script can replace them.
 *
 * @module
 */

const MAX_LINES = 1000;
const MAX_LINE = 1000;

/**
 * The engine asks whether to go on at jumps and calls of the script, and never inside a function of its own. Those that
 * go through their whole subject are made to take as many jumps as their work is worth before they begin: one for so
 * many elements. Little enough to cost a script nothing, and enough to stop one over four thousand million elements.
 */
const STRIDE = 1024;
const ARRAY_WORK =
  "indexOf lastIndexOf includes join toLocaleString reverse fill copyWithin slice splice shift unshift " +
  "toReversed toSpliced with";
const ARRAY_SORTS = "sort toSorted";
const TEXT_WORK = "indexOf lastIndexOf includes split replace replaceAll";

/**
 * Evaluates to `{ start(contextText, mark), stringify(result), drain() }`; none of them is in reach of the script.
 * Large integers travel as texts that begin with the mark, which nobody outside can know.
 */
export const PRELUDE: string = `(() => {
  "use strict";
  const { parse, stringify } = JSON;
  const { defineProperty } = Object;
  const large = BigInt;
  let mark = "";
  const text = String;
  const slice = Function.prototype.call.bind(String.prototype.slice);
  const startsWith = Function.prototype.call.bind(String.prototype.startsWith);
  const join = Function.prototype.call.bind(Array.prototype.join);
  const lines = [];
  const { apply } = Reflect;
  const { isArray } = Array;
  const spend = (work) => {
    for (let left = work / ${STRIDE}; left > 1; left--);
  };
  const meter = (target, names, workOf) => {
    for (const name of names.split(" ")) {
      const native = target[name];
      // Assigned, so that it stays out of for-in as it was.
      target[name] = {
        [name](...args) {
          spend(workOf(this, args));
          return apply(native, this, args);
        },
      }[name];
    }
  };
  const size = (value) => {
    const length = value === null || value === undefined ? 0 : value.length;
    return typeof length === "number" ? length : +length;
  };
  const nested = (list, depth) => {
    let all = size(list);
    if (depth > 0 && isArray(list) && list.length <= 1e6) {
      for (let i = 0; i < list.length; i++) if (isArray(list[i])) all += nested(list[i], depth - 1);
    }
    return all;
  };
  meter(Array.prototype, "${ARRAY_WORK}", size);
  meter(Array.prototype, "concat", (list, args) => size(list) + nested(args, 1));
  meter(Array.prototype, "flat", (list, args) => nested(list, args[0] ?? 1));
  meter(Array.prototype, "${ARRAY_SORTS}", (list) => size(list) * 32);
  meter(String.prototype, "${TEXT_WORK}", (subject, args) =>
    size(subject) * (typeof args[0] === "string" ? 1 + args[0].length / 16 : 1));
  const show = (value) => {
    if (typeof value === "string") return value;
    try {
      return stringify(value) ?? text(value);
    } catch {
      return "[" + typeof value + "]";
    }
  };
  const write = (...values) => {
    if (lines.length >= ${MAX_LINES}) return;
    for (let i = 0; i < values.length; i++) values[i] = show(values[i]);
    const line = slice(join(values, " "), 0, ${MAX_LINE});
    defineProperty(lines, lines.length, { value: line, enumerable: true });
  };
  const put = (name, value) =>
    defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  const check = (key, value) => {
    const type = typeof value;
    if (type === "bigint") return mark + text(value);
    if (type === "function" || type === "symbol") {
      throw (key === "" ? "it is a " : "its entry " + stringify(key) + " is a ") + type;
    }
    return value;
  };
  return {
    __proto__: null,
    start(input, secret, marked) {
      mark = secret;
      const revive = (key, value) =>
        typeof value === "string" && startsWith(value, mark) ? large(slice(value, mark.length)) : value;
      put("context", marked ? parse(input, revive) : parse(input));
      put("result", undefined);
      put("console", { log: write, info: write, warn: write, error: write, debug: write });
    },
    stringify(value) {
      if (value === undefined) return undefined;
      try {
        return stringify(value, check);
      } catch (problem) {
        if (typeof problem === "string") return "!" + problem;
        let message = "";
        try {
          message = text(problem.message);
        } catch {}
        return "!" + (message === "circular reference" ? "it refers to itself" : message || "it cannot be written as JSON");
      }
    },
    drain: () => stringify(lines),
  };
})()`;
