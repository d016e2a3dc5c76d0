/**
 * A call: one consumed operation, compiled for one caller.
 *
 * @module
 */
import type { InputParameter } from "../../schemas/mod.ts";
import type { Getter } from "../expression/scope.ts";
import type { Field, Operation, Part } from "../upstream/operation.ts";
import { compileBody } from "./call_body.ts";
import { constantOf } from "./constant.ts";
import type { ConsumedEntry } from "./operations.ts";
import { Problem } from "./problem.ts";
import type { Caller, Want, Word } from "./names.ts";
import { compileResponse } from "./response.ts";
import { pathPieces, plainName } from "./words.ts";

/** Header fields the HTTP client owns; a parameter of such a name is not sent. */
const CLIENT_HEADERS: ReadonlySet<string> = new Set([
  "content-length",
  "host",
  "connection",
  "transfer-encoding",
  "keep-alive",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "proxy-connection",
  "date",
  "accept-encoding",
]);

/** A value the operation needs, until its source is known. */
interface Need {
  readonly name: string;
  parameter: InputParameter | undefined;
  required: boolean;
  inPath: boolean;
  get: Getter | undefined;
}

/** What surrounds the compilation of one call. */
export class CallSite {
  readonly caller: Caller;
  readonly entry: ConsumedEntry;
  /** The node that calls: a tool, a step; it holds `call` and `with`. */
  readonly node: object;
  readonly with: Readonly<Record<string, unknown>>;
  readonly #needs = new Map<string, Need>();
  /** Keys of `with` that belong to no need of their own name. */
  #loose: string[] = [];
  readonly #usedWith = new Set<string>();

  /**
   * @param caller Who calls.
   * @param entry The operation.
   * @param node The node that holds `call` and `with`.
   * @param values The `with` of the node.
   */
  constructor(
    caller: Caller,
    entry: ConsumedEntry,
    node: object,
    values: Readonly<Record<string, unknown>> | undefined,
  ) {
    this.caller = caller;
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
      old.parameter ??= parameter;
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
    for (const name of this.caller.declared.keys()) {
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

  /** A getter for a value the operation takes by name: from `with`, else from the caller's argument. */
  get(name: string): Getter {
    const need = this.#needs.get(name);
    if (!need) return this.#free(name, {});
    return need.get ??= this.#source(need);
  }

  #source(need: Need): Getter {
    const more: Partial<Omit<Want, "name">> = {
      parameter: need.parameter,
      required: need.required,
      inPath: need.inPath,
    };
    const { name } = need;
    if (Object.hasOwn(this.with, name)) return this.#withValue(name, more);
    const plain = plainName(name);
    const near = this.#loose.find((key) => plainName(key) === plain);
    if (near !== undefined) {
      this.#loose = this.#loose.filter((key) => key !== near);
      return this.#withValue(near, more);
    }
    return this.#free(name, more);
  }

  #withValue(key: string, more: Partial<Omit<Want, "name">>): Getter {
    this.#usedWith.add(key);
    return this.caller.value(this.with[key], this.with, key, more);
  }

  #free(name: string, more: Partial<Omit<Want, "name">>): Getter {
    const { caller } = this;
    if (Object.hasOwn(this.with, name)) return this.#withValue(name, more);
    let input = name;
    if (!caller.declared.has(name) && !caller.given.has(name)) {
      const plain = plainName(name);
      for (const declared of caller.declared.keys()) {
        if (plainName(declared) === plain && !this.#needs.has(declared)) {
          input = declared;
          break;
        }
      }
    }
    return caller.getter({ kind: "argument", name: input }, this.node, undefined, more);
  }

  /** A getter for a template word in the operation's own text: its path, values, body. */
  word(expression: string, node: object, entry: string, exact: boolean): Getter {
    const { caller } = this;
    // The operation's own names come first: a step that happens to have one of them is not meant.
    if (this.#needs.has(expression) || Object.hasOwn(this.with, expression)) return this.get(expression);
    const word = caller.word(expression);
    if (word.kind !== "argument") return caller.getter(word, node, entry);
    if (this.#needs.has(word.name)) return this.get(word.name);
    return this.#free(word.name, exact ? {} : { partial: true });
  }

  /** Leaves a `with` key out: a credential takes its place. */
  ignore(key: string): void {
    this.#loose = this.#loose.filter((other) => other !== key);
  }

  /** Warns of `with` keys that nothing takes. */
  finish(): void {
    for (const key of this.#loose) {
      if (this.#usedWith.has(key)) continue;
      // An argument it names is still one the caller may send.
      this.caller.value(this.with[key], this.with, key);
      this.caller.context.warn(
        "unknown-with-key",
        `with gives ${key}, which ${this.entry.api.consumes.namespace}.${this.entry.operation.name} does not take`,
        this.with,
        key,
        "remove it, or add an input parameter of that name to the operation",
      );
    }
  }
}

/** Names that a credential occupies in a place; a parameter of that name is hidden (semantics §11). */
function occupied(entry: ConsumedEntry): (place: string, name: string) => boolean {
  const taken = new Set<string>();
  for (const credential of entry.api.ready().credentials) {
    if (credential.type !== "apikey") taken.add("header authorization");
    else if (credential.placement === "body") {
      for (const place of ["body", "formData"]) taken.add(`${place} ${credential.name.toLowerCase()}`);
    } else taken.add(`${credential.placement} ${credential.name.toLowerCase()}`);
  }
  return (place, name) =>
    taken.has(`${place} ${name.toLowerCase()}`) ||
    (place === "header" && CLIENT_HEADERS.has(name.toLowerCase()));
}

/**
 * The caller's inputs that a credential of the API takes the place of: the credential wins.
 *
 * @param caller Who calls.
 * @param entry The operation.
 * @param values The `with` of the call.
 */
export function hiddenInputs(
  caller: Caller,
  entry: ConsumedEntry,
  values: Readonly<Record<string, unknown>> | undefined,
): Set<string> {
  const isOccupied = occupied(entry), hidden = new Set<string>();
  for (const p of entry.parameters) {
    if (p.in === undefined || p.value !== undefined || !isOccupied(p.in, p.name)) continue;
    const given = values?.[p.name];
    const word = typeof given === "string" ? caller.reference(given) ?? exactWord(caller, given) : undefined;
    const name = given === undefined ? p.name : word?.kind === "argument" ? word.name : undefined;
    if (name !== undefined) hidden.add(name);
  }
  return hidden;
}

function exactWord(caller: Caller, text: string): Word | undefined {
  const word = /^\s*\{\{\{?\s*([^{}]*?)\s*\}?\}\}\s*$/.exec(text)?.[1];
  return word === undefined ? undefined : caller.word(word);
}

function splitPath(text: string): { path: string; query: string | undefined } {
  let depth = 0, query = -1, end = text.length;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "{") depth++;
    else if (c === "}") depth--;
    else if (depth <= 0 && c === "?" && query < 0) query = i;
    else if (depth <= 0 && c === "#") {
      end = i;
      break;
    }
  }
  return query < 0
    ? { path: text.slice(0, end), query: undefined }
    : { path: text.slice(0, query), query: text.slice(query + 1, end) };
}

function plus(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}

/**
 * Compiles one consumed operation for one caller. Arguments it needs are recorded with the caller.
 *
 * @param site The caller, the operation, the node that calls.
 * @param repeatable What the author says of repetition; without a word the method decides.
 * @returns The operation, ready for the upstream room.
 * @throws {Problem} When it cannot be called.
 */
export function compileCall(site: CallSite, repeatable: boolean | undefined): Operation {
  const { caller, entry } = site, { context } = caller, { operation } = entry;
  const api = entry.api.ready();
  if (operation.method === undefined) {
    throw new Problem(
      context.error("no-call", `${operation.name} has no method`, operation, undefined, "add method: GET"),
    );
  }
  const method = operation.method.toUpperCase();
  const isOccupied = occupied(entry);
  const { path: writtenPath, query: writtenQuery } = splitPath(entry.path);
  const pieces = pathPieces(writtenPath);
  const inPath = new Set(pieces.flatMap((piece) => typeof piece === "string" ? [] : [piece.word]));
  const placeOf = (p: InputParameter) => p.in ?? (inPath.has(p.name) ? "path" : "query");
  const parameters = entry.parameters.filter((p) =>
    p.name !== "" && p.in !== "environment" && !isOccupied(placeOf(p), p.name)
  );
  for (const p of entry.parameters) {
    if (isOccupied(placeOf(p), p.name)) site.ignore(p.name);
    if (p.in === "environment" && !caller.given.has(p.name) && !caller.declared.has(p.name)) {
      const secret = context.secret(p.name, p, "name");
      caller.given.set(p.name, () => secret);
    }
  }
  for (const p of parameters) {
    if (p.value === undefined) site.declare(p.name, p, placeOf(p) === "path" || p.required === true);
  }

  const filled = new Set<string>();
  const hole = (word: string, where: "path" | "query", node: object): Getter => {
    if (!site.has(word) && !Object.hasOwn(site.with, word)) {
      const meaning = caller.word(word);
      if (meaning.kind !== "argument") return caller.getter(meaning, node, "path");
      word = meaning.name;
    }
    const name = site.placeholder(word);
    const constant = parameters.find((p) => p.name === name && p.value !== undefined);
    if (constant) {
      filled.add(name);
      return constantOf(site, constant);
    }
    if (where === "path") site.inPath(name);
    filled.add(name);
    return site.get(name);
  };
  const parts: Part[] = pieces.map((piece) =>
    typeof piece === "string" ? piece : { name: piece.word, get: hole(piece.word, "path", operation) }
  );
  const query: Field[] = [];
  const declaredQuery = new Set(parameters.filter((p) => placeOf(p) === "query").map((p) => p.name));
  for (const pair of writtenQuery?.split("&") ?? []) {
    const equals = pair.indexOf("="), name = plus(equals < 0 ? pair : pair.slice(0, equals));
    if (name === "" || declaredQuery.has(name)) continue;
    query.push({
      name,
      get: queryText(equals < 0 ? "" : pair.slice(equals + 1), (word) => hole(word, "query", operation)),
    });
  }
  const lost = parameters.filter((p) =>
    placeOf(p) === "path" && p.value === undefined && !filled.has(p.name)
  );
  if (lost.length > 0) {
    throw new Problem(context.error(
      "path-parameter-without-place",
      `the path parameter ${lost.map((p) => p.name).join(", ")} has no place in the path ${entry.path}`,
      lost[0]!,
      undefined,
      `add {${lost[0]!.name}} to the path, or say where else it travels`,
    ));
  }

  const headers: Field[] = [], cookies: Field[] = [];
  for (const p of parameters) {
    const place = placeOf(p);
    const into = place === "query"
      ? query
      : place === "header"
      ? headers
      : place === "cookie"
      ? cookies
      : undefined;
    if (into) {
      into.push({ name: p.name, get: p.value === undefined ? site.get(p.name) : constantOf(site, p) });
    }
  }
  const body = compileBody(site, method, parameters.filter((p) => p.in === "body" || p.in === "formData"));
  site.finish();
  return {
    name: `${entry.api.consumes.namespace}.${operation.name}`,
    method,
    base: api.base,
    path: parts,
    query,
    headers,
    cookies,
    fixedHeaders: api.fixedHeaders,
    ...(body === undefined ? {} : { body }),
    credentials: api.credentials,
    response: compileResponse(context, operation),
    source: context.source(operation),
    reach: context.reach,
    repeatable: repeatable ?? /^(GET|HEAD|OPTIONS|PUT|DELETE)$/.test(method),
  };
}

/** The value of a query written into a path: absent as soon as one of its words is. */
function queryText(text: string, hole: (word: string) => Getter): Getter {
  const pieces = pathPieces(text).map((piece) => typeof piece === "string" ? plus(piece) : hole(piece.word));
  if (pieces.length === 1) {
    const only = pieces[0]!;
    return typeof only === "string" ? () => only : only;
  }
  return (scope) => {
    let out = "";
    for (const piece of pieces) {
      const value = typeof piece === "string" ? piece : piece(scope);
      if (value === undefined) return undefined;
      out += String(value);
    }
    return out;
  };
}
