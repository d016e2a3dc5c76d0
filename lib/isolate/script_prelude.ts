/**
 * What a script finds in its world beside the language, written in that language. It is evaluated first, and keeps the
 * functions it needs before a script can replace them.
 *
 * @module
 */

const MAX_LINES = 1000;
const MAX_LINE = 1000;

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
