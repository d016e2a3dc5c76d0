/**
 * A call: one consumed operation, compiled for one caller.
 *
 * @module
 */
import type { Getter } from "../../expression/scope.ts";
import { Secret } from "../../expression/secret.ts";
import { joinText } from "../../expression/text.ts";
import type { Base, Body, Field, Operation, Part, PathStyle } from "../../upstream/operation.ts";
import { planBody } from "./body.ts";
import { checkedValue } from "./checked.ts";
import { warnOfMistyped, warnOfStyle } from "./call_findings.ts";
import { constantOf, isConstantParameter, keptSecret } from "./constant.ts";
import { listStyle, pathStyle } from "./list_style.ts";
import { checkSendable } from "./sendable_path.ts";
import { type PathTemplate, readPath } from "./path_template.ts";
import { type PlacedParameter, placeParameters } from "./placed.ts";
import type { CallCompilation } from "./call_compilation.ts";
import type { ConsumedEntry } from "../consumes/consumed.ts";
import type { PlanContext } from "../context.ts";
import { Problem } from "../problem.ts";
import { compileResponse } from "./response.ts";
import { pathPieces } from "../../expression/words.ts";

function plus(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}

/** Stands for a value that cannot be compiled, while all that is wrong with a node is collected. */
const ABSENT: Getter = () => undefined;
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Z]+$/;
/** Methods that speak to what stands between, and that no HTTP client sends. */
const NEVER_CALLED: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

/**
 * Compiles one consumed operation for one caller. Arguments it needs are recorded with the caller.
 *
 * @param site The caller, the operation, the node that calls.
 * @param repeatable What the author says of repetition; without a word the method decides.
 * @returns The operation, ready for the upstream room.
 * @throws {Problem} When it cannot be called.
 */
export function compileCall(site: CallCompilation, repeatable: boolean | undefined): Operation {
  const { nameScope, entry } = site, { context } = nameScope, { operation } = entry;
  const api = entry.api.ready();
  if (operation.method === undefined) {
    throw new Problem(
      context.error("no-call", `${operation.name} has no method`, operation, undefined, "add method: GET"),
    );
  }
  const method = operation.method.trim().toUpperCase();
  if (!METHOD.test(method) || NEVER_CALLED.has(method)) {
    throw new Problem(context.error(
      "no-call",
      `${operation.name} has the method ${operation.method}, which cannot be called`,
      operation,
      "method",
      "use GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS",
    ));
  }
  checkPathOf(context, entry);
  const template = readPath(entry.path);
  for (const [written, meaning] of template.foreign) {
    context.warn(
      "path-notation",
      `${written} in the path ${entry.path} is read as ${meaning}`,
      operation,
      "path",
      meaning.startsWith("{") ? `write ${meaning}` : "declare query parameters as input parameters",
    );
  }
  const placed = placeParameters(site, template);
  for (const { parameter: p, place, input, otherwise } of placed) {
    if (p.value !== undefined) continue;
    const required = otherwise === undefined && (place === "path" || p.required === true);
    site.declare(input, input === p.name ? p : { ...p, name: input }, required);
  }
  const values = new Values(site, placed);
  const { problems } = context;
  const styleIn = (...names: string[]): { pathStyle?: PathStyle } => {
    const parameter = placed.find((p) => p.place === "path" && names.includes(p.parameter.name))?.parameter;
    if (parameter?.style === undefined) return {};
    const style = pathStyle(parameter);
    if (style === undefined) warnOfStyle(site, parameter, "path");
    return style === undefined ? {} : { pathStyle: style };
  };
  const parts: Part[] = template.parts.map((part) =>
    typeof part === "string" ? part : {
      name: part.word,
      get:
        problems.part(() => values.placeholder(site.has(part.written) ? part.written : part.word, "path")) ??
          ABSENT,
      ...(part.segments ? { segments: true } : {}),
      ...styleIn(part.written, part.word),
    }
  );
  const query = [...baseQuery(api.base), ...writtenQuery(template, placed, values)];
  problems.part(() => appendLost(site, method, placed, values, parts));

  const headers: Field[] = [], cookies: Field[] = [];
  for (const each of placed) {
    const { parameter: p, place } = each;
    const into = place === "query"
      ? query
      : place === "header"
      ? headers
      : place === "cookie"
      ? cookies
      : undefined;
    if (!into) continue;
    warnOfStyle(site, p, place);
    const get = problems.part(() => values.of(each)) ?? ABSENT, style = listStyle(p);
    const old = into.findIndex((field) => field.name === p.name);
    // The base address gives what nobody else does.
    if (place === "query" && old >= 0) {
      const base = into[old]!.get;
      into.splice(old, 1);
      into.push({ name: p.name, get: (scope) => get(scope) ?? base(scope), style });
    } else into.push({ name: p.name, get, ...(style === undefined ? {} : { style }) });
  }
  const body = problems.part(() =>
    planBody(
      site,
      method,
      placed.filter(({ place }) => place === "body" || place === "formData").map(({ parameter }) =>
        parameter
      ),
      (parameter, whole) => values.of(placed.find((each) => each.parameter === parameter)!, whole),
    )
  );
  warnOfKeyWithoutPlace(site, method, body);
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
    response: compileResponse(context, operation, nameScope.maxBinarySize),
    // Looked up when an error needs it.
    get source() {
      return context.source(operation);
    },
    reach: context.reach,
    repeatable: repeatable ?? /^(GET|HEAD|OPTIONS|PUT|DELETE)$/.test(method),
  };
}

/**
 * Refuses a path whose placeholders are never closed, at the operation or the resource that writes it.
 *
 * @throws {Problem} `bad-template`.
 */
function checkPathOf(context: PlanContext, { api, operation }: ConsumedEntry): void {
  const { baseUri } = api.consumes;
  if (operation.path !== undefined) {
    context.checkPath(operation.path, operation, "path");
    checkSendable(context, operation.path, operation, baseUri);
  }
  const resource = api.consumes.resources?.find((r) => r.operations?.includes(operation));
  if (resource?.path === undefined) return;
  context.checkPath(resource.path, resource, "path");
  checkSendable(context, resource.path, resource, baseUri);
}

/** The getters of an operation's values, by parameter and by placeholder. */
class Values {
  readonly #site: CallCompilation;
  readonly #placed: readonly PlacedParameter[];
  /** Parameters that stand in the path or in a query written there. */
  readonly filled: Set<string> = new Set();

  constructor(site: CallCompilation, placed: readonly PlacedParameter[]) {
    this.#site = site;
    this.#placed = placed;
  }

  /** The value of a parameter, held to what is declared of it. */
  of(placed: PlacedParameter, whole = false): Getter {
    const site = this.#site, { parameter: p, place, input, otherwise } = placed, textual = place !== "body";
    if (p.value !== undefined) {
      const get = constantOf(site, p, textual);
      if (!isConstantParameter(p)) return checkedValue(site, placed, get, p.value, whole);
      return place === "header" || place === "cookie" ? keptSecret(site, p, get) : get;
    }
    const own = site.get(input, textual || p.type === "string"), written = site.writtenFor(input);
    if (!whole) warnOfMistyped(site, p, input, textual);
    const get = written === undefined ? own : checkedValue(site, placed, own, written, whole);
    if (otherwise === undefined) return get;
    const other = checkedValue(site, placed, site.get(otherwise), `{{${otherwise}}}`);
    return (scope) => {
      const value = get(scope);
      return value === undefined ? other(scope) : value;
    };
  }

  /** The value of a placeholder of the path. */
  placeholder(written: string, where: "path" | "query"): Getter {
    const site = this.#site, { nameScope, entry: { operation } } = site;
    let word = written;
    if (!site.has(word) && !Object.hasOwn(site.with, word)) {
      const meaning = nameScope.word(word);
      if (meaning.kind !== "argument") return nameScope.getter(meaning, operation, "path");
      word = meaning.name;
    }
    const name = site.placeholder(word);
    this.filled.add(name);
    const constant = this.#placed.find(({ parameter: p }) => p.name === name && p.value !== undefined);
    if (constant) return this.of(constant);
    if (where === "query") return site.get(name, true);
    site.inPath(name);
    const get = site.get(name, true), from = site.writtenFor(name);
    if (from === undefined) return get;
    const placed = this.#placed.find(({ input, place }) => input === name && place === "path") ??
      { parameter: { name }, place: "path" as const };
    return checkedValue(site, placed, get, from);
  }
}

/** The query of the base address. What proves who calls stands there whatever the call brings. */
function baseQuery(base: Base): Field[] {
  return (base.query ?? []).map(({ name, value }): Field => ({
    name,
    get: typeof value === "string" || value instanceof Secret
      ? () => value
      : ((joined) => () => joined)(joinText(value)),
  }));
}

/** The pairs that are written into the path, and the names of `{?a,b}`. A declared parameter wins over them. */
function writtenQuery(
  template: PathTemplate,
  placed: readonly PlacedParameter[],
  values: Values,
): Field[] {
  const declared = new Set(
    placed.filter(({ place }) => place === "query").map(({ parameter }) => parameter.name),
  );
  const out: Field[] = [];
  for (const pair of template.query?.split("&") ?? []) {
    const equals = pair.indexOf("="), name = plus(equals < 0 ? pair : pair.slice(0, equals));
    if (name === "" || declared.has(name)) continue;
    const text = equals < 0 ? "" : pair.slice(equals + 1);
    out.push({ name, get: queryText(text, (word) => values.placeholder(word, "query")) });
  }
  for (const name of template.names) {
    if (!declared.has(name)) out.push({ name, get: values.placeholder(name, "query") });
  }
  return out;
}

/**
 * Path parameters that the path does not name. On a GET or HEAD a single one, where the path has no placeholder at all,
 * is the last segment: so a fifth of real files mean it (semantics §11). Otherwise the operation is refused, since
 * leaving one out could turn one delete into many.
 *
 * @throws {Problem} `path-parameter-without-place`.
 */
function appendLost(
  site: CallCompilation,
  method: string,
  placed: readonly PlacedParameter[],
  values: Values,
  parts: Part[],
): void {
  const { entry, nameScope: { context } } = site;
  const lost = placed.filter(({ parameter: p, place }) =>
    place === "path" && p.value === undefined && !values.filled.has(p.name)
  );
  const first = lost[0]?.parameter;
  if (first === undefined) return;
  const names = lost.map(({ parameter }) => parameter.name).join(", ");
  const says = `the path parameter ${names} has no place in the path ${entry.path}`;
  const fix = `add {${first.name}} to the path, or say where else it travels`;
  const open = !parts.some((part) => typeof part !== "string");
  if (lost.length > 1 || !open || (method !== "GET" && method !== "HEAD")) {
    throw new Problem(
      context.error("path-parameter-without-place", says, first, undefined, fix),
    );
  }
  context.warn(
    "path-parameter-without-place",
    `${says}, and is sent as its last segment`,
    first,
    undefined,
    fix,
  );
  const path = parts.join("").replace(/(?<!\/)\/+$/, "");
  const last: Part = { name: first.name, get: values.placeholder(first.name, "path") };
  parts.length = 0;
  parts.push(`${path}/`, last);
}

/** The value of a query written into a path: absent as soon as one of its words is. */
function queryText(text: string, getterOf: (word: string) => Getter): Getter {
  const pieces = pathPieces(text).map((piece) =>
    typeof piece === "string" ? plus(piece) : getterOf(piece.word)
  );
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

/** Bodies that have no fields an API key could be one of. */
const WITHOUT_FIELDS: ReadonlySet<string> = new Set(["text", "sparql", "xml"]);

/** Warns of an API key that travels in the body, where there is no body that could carry it. */
function warnOfKeyWithoutPlace(site: CallCompilation, method: string, body: Body | undefined): void {
  const { entry, nameScope: { context } } = site, { api, operation } = entry;
  const key = api.ready().credentials.find((c) => c.type === "apikey" && c.placement === "body");
  if (!key) return;
  const bodyless = method === "GET" || method === "HEAD";
  if (!bodyless && !(body && WITHOUT_FIELDS.has(body.type))) return;
  context.warn(
    "key-without-place",
    `${operation.name} is sent without the API key: it travels in the body, and ${
      bodyless ? `a ${method} sends none` : `a body of ${body!.type} has no fields`
    }`,
    api.consumes.authentication!,
    "placement",
    "use placement: header or query, if the API takes the key there",
  );
}
