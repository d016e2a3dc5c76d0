/**
 * The notation the shapes are written in: text, numbers, lists, maps with free keys and maps with fixed keys.
 *
 * @module
 */
import { nearest } from "../diagnostics/nearest.ts";
import { has, isMap, kindOf, type Probe, type Shape } from "./shape.ts";

/** A wording of text: what it must match, and how to say so. */
export interface TextPattern {
  readonly pattern: RegExp;
  readonly says: string;
}

/** A key of a closed map that must be there. */
export interface Required {
  readonly required: Shape;
}

/** The keys of a closed map: a shape each, marked when the key must be there. */
export type Fields = Readonly<Record<string, Shape | Required>>;

/** Quotes what the author wrote, cut to a readable length. */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
  return `\`${text.length > 60 ? text.slice(0, 59) + "…" : text}\``;
}

/** Lists words as prose: `a`, `b` or `c`. */
export function oneOfWords(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

function wrongType(value: unknown, expected: string, probe: Probe): void {
  const quotable = expected === "text" && (typeof value === "number" || typeof value === "boolean");
  probe.report({
    code: "strict-wrong-type",
    message: `This is ${kindOf(value)}; ${expected} is expected.`,
    fix: quotable ? `Put it in quotes: "${value}".` : `Write ${expected} here.`,
  });
}

/** Marks a key of a closed map as one that must be there. */
export function req(shape: Shape): Required {
  return { required: shape };
}

/** Anything at all. */
export const anything: Shape = () => {};

/** A list, whatever is in it. */
export const anyList: Shape = (value, probe) => {
  if (!Array.isArray(value)) wrongType(value, "a list", probe);
};

/** A map, whatever is in it. */
export const anyMap: Shape = (value, probe) => {
  if (!isMap(value)) wrongType(value, "a map", probe);
};

/** `true` or `false`. */
export const flag: Shape = (value, probe) => {
  if (typeof value !== "boolean") wrongType(value, "`true` or `false`", probe);
};

/**
 * Text.
 *
 * @param limits The wording it must have, and its least and most characters.
 */
export function text(limits: { wording?: TextPattern; least?: number; most?: number } = {}): Shape {
  const { wording, least = 0, most = Infinity } = limits;
  return (value, probe) => {
    if (typeof value !== "string") return wrongType(value, "text", probe);
    if (wording && !wording.pattern.test(value)) {
      probe.report({
        code: "strict-pattern",
        message: `${quote(value)} is not ${wording.says}.`,
        fix: `Write ${wording.says}.`,
      });
    }
    if (least > 0 || most < Infinity) {
      const length = [...value].length;
      if (length < least || length > most) {
        const limit = length < least ? `at least ${least}` : `at most ${most}`;
        probe.report({
          code: "strict-not-allowed",
          message: `This text has ${length} characters; ${limit} are allowed.`,
          fix: length < least ? "Write some text." : `Shorten it to ${most} characters.`,
        });
      }
    }
  };
}

/** Text of any wording. */
export const anyText: Shape = text();

/** Text that is one of a few words. */
export function word(...words: readonly string[]): Shape {
  return (value, probe) => {
    if (typeof value !== "string") return wrongType(value, "text", probe);
    if (words.includes(value)) return;
    const meant = words.find((each) => each.toLowerCase() === value.toLowerCase()) ?? nearest(value, words);
    probe.report({
      code: "strict-not-allowed",
      message: `${quote(value)} is not allowed here; ${oneOfWords(words)} is expected.`,
      fix: `Write ${meant ? `\`${meant}\`` : oneOfWords(words)}.`,
    });
  };
}

/** A number, whole or not, within bounds. */
export function number(limits: { whole?: boolean; least?: number; most?: number } = {}): Shape {
  const { whole = false, least = -Infinity, most = Infinity } = limits;
  const expected = whole ? "a whole number" : "a number";
  return (value, probe) => {
    if (typeof value !== "number" || !Number.isFinite(value) || (whole && !Number.isInteger(value))) {
      return wrongType(value, expected, probe);
    }
    if (value >= least && value <= most) return;
    const range = most === Infinity ? `${least} or more` : `${least} to ${most}`;
    probe.report({
      code: "strict-not-allowed",
      message: `${value} is out of range; ${range} is expected.`,
      fix: `Write a number of ${range}.`,
    });
  };
}

/** One of several plain shapes that no value can have two of; the first word of each says what it is. */
export function either(choices: Readonly<Record<string, Shape>>): Shape {
  const shapes = Object.values(choices), names = Object.keys(choices).join(" or ");
  return (value, probe) => {
    const trials = shapes.map((shape) => probe.attempt(value, shape));
    if (trials.some((trial) => trial.clean)) return;
    const deeper = trials.find((trial) => trial.problems.some((each) => each.code !== "strict-wrong-type"));
    const inside = trials.find((trial) => trial.problems.some((each) => each.path.length > probe.depth));
    const best = inside ?? deeper;
    if (best) probe.adopt(best);
    else wrongType(value, names, probe);
  };
}

function tooFew(probe: Probe, what: string): void {
  probe.report({
    code: "strict-not-allowed",
    message: `This is empty; at least one ${what} is expected.`,
    fix: `Add one, or remove the key.`,
  });
}

/** A list of one shape. */
export function list(of: Shape, least = 0): Shape {
  return (value, probe) => {
    if (!Array.isArray(value)) return wrongType(value, "a list", probe);
    if (value.length < least) tooFew(probe, "entry");
    for (let i = 0; i < value.length; i++) probe.enter(i, value[i], of);
  };
}

/** A map with free keys of one wording, and one shape for every value. */
export function mapOf(keys: TextPattern | undefined, of: Shape, least = 0): Shape {
  return (value, probe) => {
    if (!isMap(value)) {
      if (!Array.isArray(value)) return wrongType(value, "a map", probe);
      return probe.report({
        code: "strict-wrong-type",
        message: "This is a list; a map keyed by name is expected.",
        fix: "Write each entry under its name as a key, without the dash and the inner `name`.",
      });
    }
    const names = Object.keys(value);
    if (names.length < least) tooFew(probe, "entry");
    for (const name of names) {
      if (keys && !keys.pattern.test(name)) {
        probe.report({
          code: "strict-pattern",
          part: "key",
          message: `The key ${quote(name)} is not ${keys.says}.`,
          fix: `Rename it to ${keys.says}.`,
        }, name);
      }
      probe.enter(name, value[name], of);
    }
  };
}

/**
 * A map with fixed keys, and no others.
 *
 * @param what What the map is, such as `a tool`.
 * @param fields Its keys.
 * @param rules What holds between the keys.
 */
export function closed(what: string, fields: Fields, ...rules: readonly Shape[]): Shape {
  const names = Object.keys(fields), known = new Map<string, Shape>(), needed: string[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (typeof field === "function") known.set(name, field);
    else {
      known.set(name, field.required);
      needed.push(name);
    }
  }
  return (value, probe) => {
    if (!isMap(value)) return wrongType(value, "a map", probe);
    for (const name of needed) if (!has(value, name)) missing(what, name, probe);
    for (const name of Object.keys(value)) {
      const shape = known.get(name);
      if (shape) {
        if (value[name] !== undefined) probe.enter(name, value[name], shape);
        continue;
      }
      const meant = nearest(name, names.filter((each) => !has(value, each)));
      probe.report({
        code: "strict-unknown-key",
        part: "key",
        message: `\`${name}\` is not a key of ${what}; ${oneOfWords(names)} is expected.`,
        fix: meant ? `Did you mean \`${meant}\`?` : `Remove \`${name}\`.`,
      }, name);
    }
    for (const rule of rules) rule(value, probe);
  };
}

/** Reports a key that must be there. */
export function missing(what: string, name: string, probe: Probe): void {
  probe.report({
    code: "strict-missing-key",
    message: `${what[0]!.toUpperCase()}${what.slice(1)} needs the key \`${name}\`.`,
    fix: `Add \`${name}:\`.`,
  });
}
