/**
 * Where a call stands: who calls, which operation, and where each of its values comes from.
 *
 * @module
 */
import { exactPlaceholder } from "../../expression/template.ts";
import type { InputParameter } from "../../../schemas/mod.ts";
import { writtenText } from "../../document/conform/written.ts";
import type { Getter } from "../../expression/scope.ts";
import type { NameScope, NeededInput } from "../inputs/name_scope.ts";
import { isBytes } from "../inputs/json_schema.ts";
import type { ConsumedEntry } from "../consumes/consumed.ts";
import { plainName } from "../../expression/words.ts";

/** A value the operation needs, until its source is known. */
interface NeededValue {
  readonly name: string;
  parameter: InputParameter | undefined;
  required: boolean;
  inPath: boolean;
  get: Getter | undefined;
  textual?: boolean;
  bytes?: boolean;
  /** The entry of `with` that gives the value, where it is spelt otherwise. */
  key?: string;
  /** The caller's input that gives the value, where it is spelt otherwise. */
  input?: string;
}

/** What surrounds the compilation of one call. */
export class CallCompilation {
  readonly nameScope: NameScope;
  readonly entry: ConsumedEntry;
  /** The node that calls: a tool, a step; it holds `call` and `with`. */
  readonly node: object;
  readonly with: Readonly<Record<string, unknown>>;
  readonly #needs = new Map<string, NeededValue>();
  /** Keys of `with` that belong to no need of their own name. */
  #loose: string[] = [];
  readonly #usedWith = new Set<string>();

  /**
   * @param nameScope Who calls.
   * @param entry The operation.
   * @param node The node that holds `call` and `with`.
   * @param values The `with` of the node.
   */
  constructor(
    nameScope: NameScope,
    entry: ConsumedEntry,
    node: object,
    values: Readonly<Record<string, unknown>> | undefined,
  ) {
    this.nameScope = nameScope;
    this.entry = entry;
    this.node = node;
    this.with = values ?? {};
    this.#loose = Object.keys(this.with);
  }

  /** Declares that the operation takes a value by a name of its own. */
  declare(name: string, parameter: InputParameter, required: boolean): void {
    const old = this.#needs.get(name);
    if (old) {
      old.required ||= required;
      // Of one name in two places the one that says its type speaks for both.
      if (old.parameter?.type === undefined) old.parameter = parameter;
    } else this.#needs.set(name, { name, parameter, required, inPath: false, get: undefined });
    this.#loose = this.#loose.filter((key) => key !== name);
  }

  /** Whether the operation takes a value of that name. */
  has(name: string): boolean {
    return this.#needs.has(name);
  }

  /** The name by which the operation or its caller knows what a path placeholder says. */
  placeholder(word: string): string {
    const bare = word.replace(/^[+*?]+|[+*?]+$/g, "");
    for (const name of [word, bare]) if (this.#needs.has(name)) return name;
    const plain = plainName(bare);
    for (const p of this.entry.parameters) {
      if (p.in === "path" && this.#needs.has(p.name) && plainName(p.name) === plain) return p.name;
    }
    for (const key of this.#loose) if (plainName(key) === plain) return key;
    for (const name of this.nameScope.declared.keys()) {
      if (!this.#needs.has(name) && plainName(name) === plain) return name;
    }
    return word === bare ? word : bare;
  }

  /** Marks a need as one that fills a place in the path. */
  inPath(name: string): void {
    let need = this.#needs.get(name);
    if (!need) {
      this.#needs.set(
        name,
        need = { name, parameter: undefined, required: true, inPath: true, get: undefined },
      );
      this.#loose = this.#loose.filter((key) => key !== name);
    }
    need.required = true;
    need.inPath = true;
  }

  /** The entry of `with` that gives a value; undefined where none does. */
  keyOf(name: string): string | undefined {
    const key = this.#needs.get(name)?.key ?? name;
    return Object.hasOwn(this.with, key) ? key : undefined;
  }

  /**
   * What the author wrote for a value the operation takes, where it is no argument of the caller's that the caller's
   * own schema checks: a `with` entry, a constant input, an input that says other things than the operation does.
   */
  writtenFor(name: string): unknown {
    const need = this.#needs.get(name), key = need?.key ?? name;
    if (Object.hasOwn(this.with, key)) return this.with[key];
    const { nameScope } = this, declared = nameScope.declared.get(need?.input ?? name);
    if (declared?.value !== undefined) return declared.value;
    if (nameScope.given.has(need?.input ?? name)) return `{{${need?.input ?? name}}}`;
    if (declared === undefined) return undefined;
    const { parameter } = need ?? {};
    const looser = (parameter?.required === true && declared.required === false) ||
      (declared.type !== undefined && declared.type !== parameter?.type);
    return looser ? `{{${declared.name}}}` : undefined;
  }

  /**
   * A getter for a value the operation takes by name: from `with`, else from the caller's argument.
   *
   * @param name The name.
   * @param textual The value is sent as text, so that a number in `with` is the text its author wrote.
   */
  get(name: string, textual = false): Getter {
    const need = this.#needs.get(name);
    if (!need) return this.#free(name, {});
    need.textual ??= textual;
    return need.get ??= this.#source(need);
  }

  #source(need: NeededValue): Getter {
    const more: Partial<Omit<NeededInput, "name">> = {
      parameter: need.parameter,
      required: need.required,
      inPath: need.inPath,
      ...(need.bytes ? { bytes: true } : {}),
    };
    const { name } = need;
    if (Object.hasOwn(this.with, name)) return this.#withValue(name, more, need.textual);
    const plain = plainName(name);
    const near = this.#loose.find((key) => plainName(key) === plain);
    if (near !== undefined) {
      this.#loose = this.#loose.filter((key) => key !== near);
      need.key = near;
      return this.#withValue(near, more, need.textual);
    }
    return this.#free(name, more, need);
  }

  #withValue(key: string, more: Partial<Omit<NeededInput, "name">>, textual = false): Getter {
    this.#usedWith.add(key);
    const text = textual ? writtenText(this.nameScope.context.spec.origins, this.with, key) : undefined;
    if (text !== undefined) return () => text;
    return this.nameScope.value(this.with[key], this.with, key, more);
  }

  #free(name: string, more: Partial<Omit<NeededInput, "name">>, need?: NeededValue): Getter {
    const { nameScope } = this;
    if (Object.hasOwn(this.with, name)) return this.#withValue(name, more);
    let input = name;
    if (!nameScope.declared.has(name) && !nameScope.given.has(name)) {
      const plain = plainName(name);
      for (const declared of nameScope.declared.keys()) {
        if (plainName(declared) === plain && !this.#needs.has(declared)) {
          input = declared;
          if (need) need.input = declared;
          break;
        }
      }
    }
    return nameScope.getter({ kind: "argument", name: input }, this.node, undefined, more);
  }

  /** A getter for a template word in the operation's own text: its path, values, body. */
  word(expression: string, node: object, entry: string, exact: boolean, bytes = false): Getter {
    const { nameScope } = this;
    // The operation's own names come first: a step that happens to have one of them is not meant.
    const need = this.#needs.get(expression);
    if (need || Object.hasOwn(this.with, expression)) {
      if (need && bytes) need.bytes = true;
      return need ? this.get(expression) : this.#free(expression, bytes ? { bytes } : {});
    }
    const word = nameScope.word(expression);
    if (word.kind !== "argument") return nameScope.getter(word, node, entry);
    const named = this.#needs.get(word.name);
    if (named) {
      if (bytes) named.bytes = true;
      return this.get(word.name);
    }
    const at = { node, entry };
    // An input of the same letters is not meant by a tag.
    nameScope.refuseForeign(word.name, node, entry);
    return this.#free(word.name, exact ? { bytes, at } : { partial: true, at });
  }

  /** Whether the input that a word means says that its values are bytes, given as base64. */
  isBytes(expression: string): boolean {
    const { nameScope } = this, need = this.#needs.get(expression)?.parameter;
    const given = this.with[expression];
    const passed = typeof given === "string"
      ? nameScope.reference(exactPlaceholder(given)?.expression ?? given)
      : undefined;
    const word = passed ?? nameScope.word(expression);
    const declared = word.kind === "argument" ? nameScope.declared.get(word.name) : undefined;
    return [need, declared].some((parameter) => parameter !== undefined && isBytes(parameter));
  }

  /** Leaves a `with` key out: a credential takes its place. */
  ignore(key: string): void {
    this.#loose = this.#loose.filter((other) => other !== key);
  }

  /** Warns of `with` keys that nothing takes. */
  finish(): void {
    const { problems } = this.nameScope.context;
    for (const key of this.#loose) {
      if (this.#usedWith.has(key)) continue;
      // An argument it names is still one the caller may send.
      if (!problems.part(() => this.nameScope.value(this.with[key], this.with, key))) continue;
      this.nameScope.context.warn(
        "unknown-with-key",
        `with gives ${key}, which ${this.entry.api.consumes.namespace}.${this.entry.operation.name} does not take`,
        this.with,
        key,
        "remove it, or add an input parameter of that name to the operation",
      );
    }
  }
}
