/**
 * What is wrong with a REST resource or an operation of it before anything is compiled: what no request can reach, and
 * what has no effect.
 *
 * @module
 */
import { isToken } from "../data/http/token.ts";
import type { InputParameter, RestOperation, RestResource } from "../../schemas/mod.ts";
import { pathPieces, plainName } from "../expression/words.ts";
import type { DisabledReason } from "../plan/callable.ts";

/** Methods that no HTTP client sends to a server. */
const NEVER_SERVED: ReadonlySet<string> = new Set(["CONNECT", "TRACE", "TRACK"]);

/** Refuses an operation that no request can reach. */
export function unroutable(resource: RestResource, operation: RestOperation): DisabledReason | undefined {
  const { path } = resource, { method } = operation;
  if (
    method !== undefined && (!isToken(method.trim()) || NEVER_SERVED.has(method.trim().toUpperCase()))
  ) {
    return {
      code: "no-call",
      message: `no request can have the method ${method}, so nothing reaches the operation`,
      node: operation,
      entry: "method",
      fix: "use GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS",
    };
  }
  const query = path === undefined
    ? -1
    : path.replace(/\{[^{}]*\}/g, (one) => "_".repeat(one.length)).search(/[?#]/);
  return query < 0 ? undefined : {
    code: "path-notation",
    message: `the path ${path} has a ${
      path![query] === "?" ? "query" : "fragment"
    }, so no request matches it`,
    node: resource,
    entry: "path",
    fix: `write path: ${path!.slice(0, query) || "/"}${
      path![query] === "?" ? ", and an input parameter with in: query for each name" : ""
    }`,
  };
}

/** A resource that offers nothing, or of which a part has no effect. */
export function resourceWarnings(resource: RestResource): DisabledReason[] {
  const { name, path, operations, forward } = resource, label = `the resource ${path ?? name ?? "/"}`;
  if (forward === undefined && !operations?.length) {
    return [{
      code: "no-call",
      message: `${label} has neither operations nor forward, so nothing is served there`,
      node: resource,
      fix: "add operations, or forward with a targetNamespace",
    }];
  }
  const words = pathPieces(path ?? "").flatMap((piece) => typeof piece === "string" ? [] : [piece.word]);
  const twice = words.find((word, i) => words.indexOf(word) < i);
  if (twice !== undefined) {
    return [{
      code: "duplicate-name",
      message: `the path ${path} has the placeholder {${twice}} twice; the last one gives the value`,
      node: resource,
      entry: "path",
      fix: "give each a name of its own",
    }];
  }
  return path !== undefined ? [] : [{
    code: "no-call",
    message: `${label} has no path, and is served at /`,
    node: resource,
    fix: "add path",
  }];
}

/** Inputs that no request of the operation can give, or gives elsewhere than they say. */
export function inputWarnings(
  method: string,
  path: string,
  inputs: readonly InputParameter[],
  own: readonly InputParameter[],
): DisabledReason[] {
  const words = pathPieces(path).flatMap((piece) => typeof piece === "string" ? [] : [plainName(piece.word)]);
  const places = new Set(words), out: DisabledReason[] = [];
  for (const input of inputs) {
    if (!own.includes(input)) continue;
    const { name, in: place } = input;
    if (place !== undefined && place !== "path" && place !== "environment" && places.has(plainName(name))) {
      out.push({
        code: "one-name-two-places",
        message:
          `the path ${path} has a place for ${name}, and the input says in: ${place}; the path gives it`,
        node: input,
        entry: "in",
        fix: "write in: path, or give one of them another name",
      });
    }
    if ((place === "body" || place === "formData") && (method === "GET" || method === "HEAD")) {
      out.push({
        code: "body-on-get",
        message: `a ${method} has no body, so the input ${name} never gets a value`,
        node: input,
        entry: "in",
        fix: "use in: query, or another method",
      });
    }
  }
  return out;
}
