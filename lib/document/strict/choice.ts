/**
 * Choices between shapes: by a word, by a key, or by what fits, reported by the branch the author meant.
 *
 * @module
 */
import { nearest } from "../diagnostics/nearest.ts";
import { has, isMap, kindOf, type Shape } from "./shape.ts";
import { anything, closed, missing, oneOfWords, quote } from "./notation.ts";

/** Maps that say by a word which of several they are. Their branches require that word, so at most one fits. */
export function variants(what: string, key: string, branches: Readonly<Record<string, Shape>>): Shape {
  const words = Object.keys(branches);
  return (value, probe) => {
    if (!isMap(value)) {
      return probe.report({
        code: "strict-wrong-type",
        message: `This is ${kindOf(value)}; a map is expected for ${what}.`,
        fix: `Write a map with the key \`${key}\`.`,
      });
    }
    if (!has(value, key)) return missing(what, key, probe);
    const said = value[key];
    if (typeof said === "string" && Object.hasOwn(branches, said)) return branches[said]!(value, probe);
    const meant = typeof said === "string" ? nearest(said, words) : undefined;
    probe.report({
      code: "strict-choice",
      message: `${quote(said)} is not a ${key} of ${what}; ${oneOfWords(words)} is expected.`,
      fix: `Write ${meant ? `\`${meant}\`` : oneOfWords(words)}.`,
    }, key);
  };
}

/** One shape or the other, distinguished by the keys that only the second can have. No value may fit both. */
export function unless(
  first: Shape,
  second: Shape,
  marks: readonly string[],
  counter: readonly string[],
): Shape {
  return (value, probe) => {
    const isSecond = marks.some((key) => has(value, key)) && !counter.some((key) => has(value, key));
    (isSecond ? second : first)(value, probe);
  };
}

/** A rule: a key must be there. */
export function needs(what: string, ...keys: readonly string[]): Shape {
  return (value, probe) => {
    for (const key of keys) if (!has(value, key)) missing(what, key, probe);
  };
}

/** A rule: a key must not be there. */
export function without(because: string, ...keys: readonly string[]): Shape {
  return (value, probe) => {
    for (const key of keys) {
      if (!has(value, key)) continue;
      probe.report({
        code: "strict-not-allowed",
        part: "key",
        message: `\`${key}\` is not allowed ${because}.`,
        fix: `Remove \`${key}\`.`,
      }, key);
    }
  };
}

/** A rule: when a key is there, its value has a shape. */
export function field(key: string, shape: Shape): Shape {
  return (value, probe) => {
    if (has(value, key)) probe.enter(key, (value as Record<string, unknown>)[key], shape);
  };
}

/** Applies a shape to lists and lets everything else pass. */
export function whenList(shape: Shape): Shape {
  return (value, probe) => {
    if (Array.isArray(value)) shape(value, probe);
  };
}

/** Applies a shape to maps and lets everything else pass. */
export function whenMap(shape: Shape): Shape {
  return (value, probe) => {
    if (isMap(value)) shape(value, probe);
  };
}

/** Several rules that must all hold. */
export function all(...rules: readonly Shape[]): Shape {
  return (value, probe) => {
    for (const rule of rules) rule(value, probe);
  };
}

/** A rule with branches, each named for the key whose presence says that the author meant it. */
function branching(what: string, branches: Readonly<Record<string, Shape>>, most: number): Shape {
  const names = Object.keys(branches);
  return (value, probe) => {
    const trials = names.map((name) => probe.attempt(value, branches[name]!));
    const fitting = names.filter((_, i) => trials[i]!.clean);
    if (fitting.length >= 1 && fitting.length <= most) return;
    if (fitting.length > most) {
      const [kept, ...others] = fitting.filter((name) => has(value, name));
      return probe.report({
        code: "strict-not-allowed",
        part: others.length ? "key" : "value",
        message: `${what[0]!.toUpperCase()}${what.slice(1)} has exactly one of ${oneOfWords(names)}; ` +
          `this has ${kept ? [kept, ...others].map((name) => `\`${name}\``).join(" and ") : "several"}.`,
        fix: others.length ? `Remove \`${others[0]}\`.` : "Keep one.",
      }, others[0]);
    }
    const meant = names.findIndex((name) => has(value, name));
    if (meant >= 0) return probe.adopt(trials[meant]!);
    probe.report({
      code: "strict-missing-key",
      message: `${what[0]!.toUpperCase()}${what.slice(1)} needs one of ${oneOfWords(names)}.`,
      fix: `Add ${oneOfWords(names)}.`,
    });
  };
}

/** A rule: at least one branch holds. */
export function atLeastOne(what: string, branches: Readonly<Record<string, Shape>>): Shape {
  return branching(what, branches, Infinity);
}

/** A rule: exactly one branch holds. */
export function exactlyOne(what: string, branches: Readonly<Record<string, Shape>>): Shape {
  return branching(what, branches, 1);
}

/** A closed map whose `type` is already known. */
export function typed(what: string, fields: Parameters<typeof closed>[1], ...rules: readonly Shape[]): Shape {
  return closed(what, { type: anything, ...fields }, ...rules);
}
