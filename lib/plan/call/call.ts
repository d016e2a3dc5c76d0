/**
 * A call: one consumed operation, compiled for one caller.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import type { Getter } from "../../expression/scope.ts";
import type { Body, Field, Operation, Part } from "../../upstream/operation.ts";
import { compileBody } from "./body.ts";
import { constantOf } from "./constant.ts";
import type { CallSite } from "./call_site.ts";
import { occupied } from "./occupied.ts";
import { Problem } from "../problem.ts";
import { compileResponse } from "./response.ts";
import { pathPieces } from "../../expression/words.ts";

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
export function compileCall(site: CallSite, repeatable: boolean | undefined): Operation {
  const { caller, entry } = site, { context } = caller, { operation } = entry;
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
    response: compileResponse(context, operation, caller.maxBinarySize),
    // Looked up when an error needs it.
    get source() {
      return context.source(operation);
    },
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

/** Bodies that have no fields an API key could be one of. */
const WITHOUT_FIELDS: ReadonlySet<string> = new Set(["text", "sparql", "xml"]);

/** Warns of an API key that travels in the body, where there is no body that could carry it. */
function warnOfKeyWithoutPlace(site: CallSite, method: string, body: Body | undefined): void {
  const { entry, caller: { context } } = site, { api, operation } = entry;
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
