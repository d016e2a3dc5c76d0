/**
 * Names: what a word in an expression means for one caller (semantics §2).
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import { argument, path } from "../../expression/reference.ts";
import type { Getter } from "../../expression/scope.ts";
import { compileJson, compileTemplate, isTemplate } from "../../expression/template.ts";
import { nearest } from "../../document/nearest.ts";
import type { PlanContext } from "../context.ts";
import { Problem } from "../problem.ts";
import { environmentWord, plainName } from "../../expression/words.ts";

/** Tags of Mustache that are no values. */
const TAGS: Readonly<Record<string, string>> = {
  "#": "the start of a section",
  "^": "the start of an inverted section",
  "/": "the end of a section",
  ">": "a partial",
  "!": "a comment",
};

/** What a word means. */
export type Word =
  | { readonly kind: "bind"; readonly name: string }
  | { readonly kind: "step"; readonly step: string; readonly path: readonly string[] }
  | { readonly kind: "argument"; readonly name: string };

/** An argument that something needs. */
export interface Want {
  readonly name: string;
  /** The consumed side's own words on it, where one parameter takes it as it is. */
  parameter: InputParameter | undefined;
  /** The call cannot be made without it. */
  required: boolean;
  /** It fills a place in a path, so it is text. */
  inPath: boolean;
  /** Only part of a longer text. */
  partial: boolean;
  /** It is sent as bytes, so it comes as base64. */
  bytes?: boolean;
}

/** The names one caller has: a tool, an operation, a flow. */
export class Caller {
  readonly context: PlanContext;
  readonly prefixes: ReadonlySet<string>;
  /** The inputs the caller declares, by name. */
  readonly declared: ReadonlyMap<string, InputParameter>;
  /** Values that stand for arguments: constant inputs and a `with` of the whole flow. */
  readonly given: Map<string, Getter> = new Map();
  /** The steps that have run where an expression stands. */
  readonly steps: Set<string> = new Set();
  /** Steps that run later: an expression cannot use them yet. */
  readonly later: Set<string> = new Set();
  /** The steps an expression used since this was last emptied. */
  readonly usedSteps: Set<string> = new Set();
  readonly wants: Map<string, Want> = new Map();
  /** The placeholders of the caller's own path, by their names without case and punctuation. */
  readonly #places: ReadonlyMap<string, string>;
  /** The most a binary answer may hold for this caller, where the operation does not say. */
  maxBinarySize: string | undefined;

  /**
   * @param context The compilation.
   * @param prefixes Namespaces that stand for the arguments, beside `tools` and `rest`.
   * @param declared The inputs the caller declares.
   */
  constructor(
    context: PlanContext,
    prefixes: Iterable<string | undefined>,
    declared: readonly InputParameter[],
  ) {
    this.context = context;
    const all = new Set(["tools", "rest"]);
    for (const prefix of prefixes) if (prefix) all.add(prefix);
    this.prefixes = all;
    this.declared = new Map(declared.map((input) => [input.name, input]));
    this.#places = new Map(
      declared.flatMap(({ name, in: place }) => place === "path" ? [[plainName(name), name]] : []),
    );
  }

  /** The input a name means: itself, or the placeholder that differs only in case or punctuation (semantics §2). */
  #inputOf(name: string): string {
    if (this.#places.size === 0 || this.declared.has(name) || this.given.has(name)) return name;
    return this.#places.get(plainName(name)) ?? name;
  }

  /** What a word between braces means. */
  word(expression: string): Word {
    const text = expression.trim();
    if (text.startsWith("$env.")) return { kind: "bind", name: `env.${text.slice(5)}` };
    if (text.startsWith("$this.")) {
      const rest = text.slice(6), dot = rest.indexOf(".");
      return { kind: "argument", name: dot < 0 ? rest : rest.slice(dot + 1) };
    }
    const bare = text.startsWith("$.") ? text.slice(2) : text;
    const head = /^[^.[\]]+/.exec(bare)?.[0] ?? "";
    if (this.steps.has(bare)) return { kind: "step", step: bare, path: [] };
    if (this.steps.has(head)) return { kind: "step", step: head, path: segments(bare.slice(head.length)) };
    const dot = text.indexOf(".");
    if (dot > 0 && this.prefixes.has(text.slice(0, dot)) && dot < text.length - 1) {
      return { kind: "argument", name: text.slice(dot + 1) };
    }
    const bind = this.context.bindWord(text, (name) => this.declared.has(name) || this.given.has(name));
    return bind === undefined ? { kind: "argument", name: text } : { kind: "bind", name: bind };
  }

  /** Records that an argument is needed. */
  want(written: string, more: Partial<Omit<Want, "name">> = {}): void {
    const name = this.#inputOf(written);
    if (this.given.has(name)) return;
    const dot = name.indexOf(".");
    const input = !this.declared.has(name) && dot > 0 && this.declared.has(name.slice(0, dot))
      ? name.slice(0, dot)
      : name;
    const partial = more.partial ?? false;
    const old = this.wants.get(input);
    if (old) {
      old.parameter ??= more.parameter;
      old.required ||= more.required ?? false;
      old.inPath ||= more.inPath ?? false;
      if (more.bytes) old.bytes = true;
      old.partial &&= partial;
    } else {
      this.wants.set(input, {
        name: input,
        parameter: more.parameter,
        required: more.required ?? false,
        inPath: more.inPath ?? false,
        partial,
        ...(more.bytes ? { bytes: true } : {}),
      });
    }
  }

  /** A getter for an argument of this caller. */
  argument(written: string): Getter {
    const name = this.#inputOf(written);
    const given = this.given.get(name);
    if (given) return given;
    const dot = name.indexOf(".");
    if (dot > 0 && !this.declared.has(name)) {
      const head = this.given.get(name.slice(0, dot));
      if (head) return path(head, name.slice(dot + 1).split("."));
    }
    return argument(name);
  }

  /** A getter for a word; an argument it names is recorded as wanted. */
  getter(word: Word, node: object, entry: string | undefined, more?: Partial<Omit<Want, "name">>): Getter {
    if (word.kind === "bind") {
      const secret = this.context.secret(word.name, node, entry);
      return () => secret;
    }
    if (word.kind === "step") {
      this.usedSteps.add(word.step);
      const name = word.step;
      const whole: Getter = (scope) => scope.steps?.[name];
      return word.path.length === 0 ? whole : path(whole, word.path);
    }
    const tag = TAGS[word.name[0]!] ?? (word.name === "." ? "the element of a section" : undefined);
    if (tag !== undefined) {
      throw new Problem(this.context.error(
        "template-section",
        `{{${word.name}}} is ${tag}, which templates do not have`,
        node,
        entry,
        "write {{name}} for each value; an absent one is left out, and steps can prepare the rest",
      ));
    }
    this.#checkStep(word.name, node, entry);
    this.want(word.name, more);
    return this.argument(word.name);
  }

  /** Refuses a dotted word that means a step which has not run, or one whose name it almost has. */
  #checkStep(name: string, node: object, entry: string | undefined): void {
    if (this.steps.size === 0 && this.later.size === 0) return;
    const head = /^[^.[\]]+/.exec(name)?.[0] ?? "";
    if (head === name || this.declared.has(name) || this.declared.has(head) || this.given.has(head)) return;
    const late = this.later.has(head),
      near = late ? undefined : nearest(head, [...this.steps, ...this.later]);
    if (!late && near === undefined) return;
    throw new Problem(this.context.error(
      "unknown-step",
      late ? `${name} is of the step ${head}, which does not run before it` : `${name} is of no step`,
      node,
      entry,
      late
        ? this.steps.size > 0
          ? `the steps before it are ${[...this.steps].join(", ")}`
          : "put that step before it"
        : `did you mean ${near}${name.slice(head.length)}?`,
    ));
  }

  /**
   * Compiles a `with` value, or any value written the same way: a reference, a template, a literal.
   *
   * @param value The value as written.
   * @param node The node that holds it.
   * @param entry Its key there.
   * @param more What is known of the place the value fills, for an argument it passes on as it is.
   */
  value(value: unknown, node: object, entry: string, more?: Partial<Omit<Want, "name">>): Getter {
    const template = (text: string): Getter => {
      const exact = /^\s*\{\{\{?[^{}]*\}?\}\}\s*$/.test(text);
      return compileTemplate(
        text,
        (word) => this.getter(this.word(word), node, entry, exact ? more : { partial: true }),
      );
    };
    if (typeof value !== "string") {
      if (value === null || typeof value !== "object") return () => value;
      return compileJson(value, (word) => this.getter(this.word(word), node, entry, { partial: true }));
    }
    if (isTemplate(value)) return template(value);
    const reference = this.reference(value);
    return reference ? this.getter(reference, node, entry, more) : () => value;
  }

  /** What a bare text refers to, where it refers to something; else it is a literal (semantics §2, §11). */
  reference(text: string): Word | undefined {
    const trimmed = text.trim();
    const environment = environmentWord(trimmed);
    if (environment !== undefined) return { kind: "bind", name: `env.${environment}` };
    if (/\s/.test(trimmed) || trimmed === "") return undefined;
    if (/^\$this\.[^.]+\.\S+$/.test(trimmed)) return this.word(trimmed);
    const dot = trimmed.indexOf(".");
    if (dot > 0 && dot < trimmed.length - 1 && this.prefixes.has(trimmed.slice(0, dot))) {
      return { kind: "argument", name: trimmed.slice(dot + 1) };
    }
    if (trimmed.startsWith("$.") || (dot > 0 && this.steps.has(trimmed.slice(0, dot)))) {
      const word = this.word(trimmed);
      return word.kind === "step" ? word : undefined;
    }
    return this.declared.has(trimmed) || this.given.has(trimmed)
      ? { kind: "argument", name: trimmed }
      : undefined;
  }
}

/** The keys of `.a.b[0]['c d']`. */
function segments(text: string): string[] {
  return Array.from(
    text.matchAll(/\.?([^.[\]'"]+)|\[\s*(?:'([^']*)'|"([^"]*)"|(-?\d+))\s*\]/g),
    (m) => m[1] ?? m[2] ?? m[3] ?? m[4]!,
  );
}
