/**
 * Names: what a word in an expression means for one caller (semantics §2).
 *
 * @module
 */
import { answerHeader, headerGetter } from "../../expression/answer_header.ts";
import type { InputParameter } from "../../../schemas/mod.ts";
import { compileJsonPath, compilePathAt } from "../../expression/json_path.ts";
import type { Look } from "../../expression/misses.ts";
import { complaintOf, splitReference } from "../../expression/placeholder.ts";
import { argument } from "../../expression/reference.ts";
import type { Getter } from "../../expression/scope.ts";
import { compileJson, compileTemplate, exactPlaceholder, isTemplate } from "../../expression/template.ts";
import { nearest } from "../../document/diagnostics/nearest.ts";
import type { PlanContext } from "../context.ts";
import { Problem } from "../problem.ts";
import { environmentWord, plainName } from "../../expression/words.ts";
import type { NeededInput, Word } from "./needed_input.ts";

export type { NeededInput, Word } from "./needed_input.ts";

/** Tags of Mustache that are no values. */
const TAGS: Readonly<Record<string, string>> = {
  "#": "the start of a section",
  "^": "the start of an inverted section",
  "/": "the end of a section",
  ">": "a partial",
  "!": "a comment",
};

/** The names one caller has: a tool, an operation, a flow. */
export class NameScope {
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
  /** The values standing for arguments that something used. */
  readonly usedGiven: Set<string> = new Set();
  readonly neededInputs: Map<string, NeededInput> = new Map();
  /** Names that operations have for their parameters: `filter[name]` is one, and no place inside `filter`. */
  readonly #parameters: Set<string> = new Set();
  /** The placeholders of the caller's own path, by their names without case and punctuation. */
  readonly #places: ReadonlyMap<string, string>;
  /** The most a binary answer may hold for this caller, where the operation does not say. */
  maxBinarySize: string | undefined;
  /** The path or the uri whose placeholders are inputs: where one that nothing uses is reported. */
  path: { readonly node: object; readonly entry: string } | undefined;

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

  /** Whether an input or a value that stands for one has a name. */
  knows(name: string): boolean {
    return this.declared.has(name) || this.given.has(name);
  }

  /** What a word between braces means. */
  word(expression: string): Word {
    const text = expression.trim();
    if (text.startsWith("$env.")) return { kind: "bind", name: `env.${text.slice(5)}` };
    if (text.startsWith("$this.")) {
      const rest = text.slice(6), dot = rest.indexOf(".");
      return { kind: "argument", name: dot < 0 ? rest : rest.slice(dot + 1) };
    }
    const bare = text.startsWith("$.") ? text.slice(2) : text, { head, rest } = splitReference(bare);
    if (this.steps.has(bare)) return { kind: "step", step: bare, rest: "" };
    if (this.steps.has(head)) return { kind: "step", step: head, rest };
    const dot = text.indexOf(".");
    if (dot > 0 && this.prefixes.has(text.slice(0, dot)) && dot < text.length - 1) {
      return { kind: "argument", name: text.slice(dot + 1) };
    }
    const bind = this.knows(text) ? undefined : this.context.variables.named(text);
    return bind === undefined ? { kind: "argument", name: text } : { kind: "bind", name: bind };
  }

  /** The input that a word names, and the place inside it: `who[0].name` reaches into `who`. */
  #split(name: string): { readonly input: string; readonly rest: string } {
    if (this.knows(name) || this.#parameters.has(name)) return { input: name, rest: "" };
    const { head, rest } = splitReference(name);
    return head !== "" && rest !== "" && (this.knows(head) || rest.includes("["))
      ? { input: head, rest }
      : { input: name, rest: "" };
  }

  /** Records that an argument is needed. */
  want(written: string, more: Partial<Omit<NeededInput, "name">> = {}): void {
    const { input: name, rest } = this.#split(this.#inputOf(written));
    if (this.given.has(name)) {
      this.usedGiven.add(name);
      return;
    }
    const input = name;
    // What is said of the place a value fills is not said of the whole input that holds the value.
    if (rest !== "") more = { partial: true, at: more.at };
    const partial = more.partial ?? false;
    const old = this.neededInputs.get(input);
    if (old) {
      old.parameter ??= more.parameter;
      old.required ||= more.required ?? false;
      old.inPath ||= more.inPath ?? false;
      if (more.bytes) old.bytes = true;
      old.partial &&= partial;
    } else {
      this.neededInputs.set(input, {
        name: input,
        parameter: more.parameter,
        required: more.required ?? false,
        inPath: more.inPath ?? false,
        partial,
        ...(more.bytes ? { bytes: true } : {}),
        at: more.at,
      });
    }
  }

  /** Tells of a text that looks like a path into a step and is none: it is sent as it stands. */
  #checkLiteral(text: string, node: object, entry: string): void {
    if (!/^\$\.[A-Za-z_]/.test(text) || /\s/.test(text) || (this.steps.size === 0 && this.later.size === 0)) {
      return;
    }
    this.#checkStep(text.slice(2), node, entry);
    this.context.warn(
      "unknown-step",
      `${text} names no step, and is sent as the text it is`,
      node,
      entry,
      this.steps.size > 0
        ? `the steps before it are ${[...this.steps].join(", ")}`
        : "no step runs before it",
    );
  }

  /** A getter for an argument of this caller, or for a place inside one. */
  argument(written: string, node?: object, entry = ""): Getter {
    const { input, rest } = this.#split(this.#inputOf(written));
    const whole = this.given.get(input) ?? argument(input);
    if (rest === "") return whole;
    const text = `$${rest}`, path = node ? compilePathAt(text, node, entry) : compileJsonPath(text);
    return (scope) => path.find(whole(scope));
  }

  /**
   * A getter for a word; an argument it names is recorded as wanted.
   *
   * @param written The word stands between braces; undefined where it may be the name of a parameter.
   */
  getter(
    word: Word,
    node: object,
    entry: string | undefined,
    more?: Partial<Omit<NeededInput, "name">>,
    written?: boolean,
  ): Getter {
    if (word.kind === "bind") {
      const secret = this.context.secret(word.name, node, entry);
      return () => secret;
    }
    if (word.kind === "step") {
      this.usedSteps.add(word.step);
      const header = answerHeader(word.rest.replace(/^\./, ""));
      if (header && header.step === undefined) return headerGetter({ step: word.step, name: header.name });
      return stepGetter(word.step, word.rest, node, entry ?? "");
    }
    const at = more?.at ?? { node, entry };
    this.#refuseTag(word.name, at.node, at.entry);
    this.#checkStep(word.name, at.node, at.entry);
    const isText = written ?? more?.parameter === undefined;
    if (!written && (!isText || more?.inPath)) this.#parameters.add(word.name);
    if (isText) this.#checkGrammar(word.name, at.node, at.entry);
    this.want(word.name, { ...more, at: isText ? at : undefined });
    return this.argument(word.name, at.node, at.entry);
  }

  /**
   * Refuses a word between braces that is none, but has the letters of an input: `{{&x}}`, `{{#list}}`.
   *
   * @throws {Problem} `template-section` or `bad-template`.
   */
  refuseForeign(name: string, node: object, entry: string | undefined): void {
    this.#refuseTag(name, node, entry);
    if (/^[&.~=%?]/.test(name)) this.#checkGrammar(name, node, entry);
  }

  /** Refuses what is no word but a tag of Mustache. */
  #refuseTag(name: string, node: object, entry: string | undefined): void {
    const tag = TAGS[name[0]!] ?? (name === "." ? "the element of a section" : undefined);
    if (tag !== undefined) {
      throw new Problem(this.context.error(
        "template-section",
        `{{${name}}} is ${tag}, which templates do not have`,
        node,
        entry,
        "write {{name}} for each value; an absent one is left out, and steps can prepare the rest",
      ));
    }
  }

  /** Refuses a word that names nothing and could be the name of nothing: no input is made of it. */
  #checkGrammar(name: string, node: object, entry: string | undefined): void {
    if (this.knows(this.#inputOf(name))) return;
    const said = complaintOf(name, (other) => this.knows(other) || this.steps.has(other));
    if (said) throw new Problem(this.context.error("bad-template", said.message, node, entry, said.fix));
    const near = name.includes(".") && !this.knows(splitReference(name).head)
      ? this.context.variables.near(name, node)
      : undefined;
    if (near === undefined) return;
    throw new Problem(this.context.error(
      "missing-variable",
      `{{${name}}} names no variable that a bind declares`,
      node,
      entry,
      `did you mean {{${near}}}?`,
    ));
  }

  /** Refuses a dotted word that means a step which has not run, or one whose name it almost has. */
  #checkStep(name: string, node: object, entry: string | undefined): void {
    if (this.steps.size === 0 && this.later.size === 0) return;
    const { head } = splitReference(name);
    if (head === name || this.declared.has(name) || this.declared.has(head) || this.given.has(head)) return;
    const late = this.later.has(head),
      near = late ? undefined : nearest(head, [...this.steps, ...this.later]);
    if (!late && near === undefined) return;
    throw new Problem(this.context.error(
      "unknown-step",
      late ? `${name} is of the step ${head}, which does not run before it` : `${name} names no step`,
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
  value(value: unknown, node: object, entry: string, more?: Partial<Omit<NeededInput, "name">>): Getter {
    this.context.checkTemplates(value, node, entry, (name) => this.declared.has(name));
    const template = (text: string): Getter => {
      const exact = exactPlaceholder(text) !== undefined;
      return compileTemplate(
        text,
        (word) => this.getter(this.word(word), node, entry, exact ? more : { partial: true }, true),
      );
    };
    if (typeof value !== "string") {
      if (value === null || typeof value !== "object") return () => value;
      return compileJson(value, (word) => this.getter(this.word(word), node, entry, { partial: true }));
    }
    if (isTemplate(value)) return template(value);
    const reference = this.reference(value);
    if (!reference) this.#checkLiteral(value.trim(), node, entry);
    return reference ? this.getter(reference, node, entry, more) : () => value;
  }

  /** What a bare text refers to, where it refers to something; else it is a literal (semantics §2, §11). */
  reference(text: string): Word | undefined {
    const trimmed = text.trim();
    const environment = environmentWord(trimmed);
    if (environment !== undefined) return { kind: "bind", name: `env.${environment}` };
    if (trimmed.startsWith("$.")) {
      const word = this.word(trimmed);
      if (word.kind === "step") return word;
    }
    if (/\s/.test(trimmed) || trimmed === "") return undefined;
    if (/^\$this\.[^.]+\.\S+$/.test(trimmed)) return this.word(trimmed);
    const dot = trimmed.indexOf(".");
    if (dot > 0 && dot < trimmed.length - 1 && this.prefixes.has(trimmed.slice(0, dot))) {
      return { kind: "argument", name: trimmed.slice(dot + 1) };
    }
    const { head, rest } = splitReference(trimmed);
    if (rest !== "" && this.steps.has(head)) return { kind: "step", step: head, rest };
    return this.declared.has(trimmed) || this.given.has(trimmed)
      ? { kind: "argument", name: trimmed }
      : undefined;
  }
}

/** The output of a step, or what a path finds in it; what is looked for and not there is noted. */
function stepGetter(step: string, rest: string, node: object, entry: string): Getter {
  if (rest === "") return (scope) => scope.steps?.[step];
  const path = compilePathAt(`$${rest}`, node, entry), { find } = path;
  const look: Look = {
    path: `${step}${rest}`,
    node,
    entry,
    explain: (where) => path.missing(where, step)?.replace(/^\$(?=[.[])/, step),
  };
  return (scope) => {
    const output = scope.steps?.[step], found = find(output);
    if (found === undefined || (!path.definite && (found as readonly unknown[]).length === 0)) {
      scope.misses?.add(look, output);
    }
    return found;
  };
}
