/**
 * From an operation and a scope to the request it sends.
 *
 * @module
 */
import type { Scope } from "../../expression/scope.ts";
import { placeCredentials } from "../authentication/static.ts";
import { compileBody } from "../body/compile.ts";
import { compileHeaders } from "./headers.ts";
import { asInvalidArgument } from "../invalid.ts";
import type { Outgoing } from "../outgoing.ts";
import type { Operation } from "../operation.ts";
import { compilePath } from "./path.ts";
import { compileQuery } from "../query.ts";
import { mask, type Show } from "../value.ts";

/** Makes the request of a scope. */
export type Build = (scope: Scope) => Outgoing;

/** Credentials that tell the calls apart by their requests. */
const OF_THE_MOMENT: ReadonlySet<string> = new Set(["digest", "oauth2"]);

/**
 * Whether nothing of a request comes with the call: then every call sends the very same object.
 *
 * @param operation The operation.
 */
function isConstantRequest(operation: Operation): boolean {
  const method = operation.method.toUpperCase();
  return (method === "GET" || method === "HEAD") &&
    operation.path.every((part) => typeof part === "string") &&
    operation.query.length === 0 && operation.headers.length === 0 && operation.cookies.length === 0 &&
    !operation.credentials.some(({ type }) => OF_THE_MOMENT.has(type));
}

/**
 * Compiles the request of an operation.
 *
 * @param operation The operation.
 * @param show What stands for a secret.
 * @param withCredentials False leaves out what proves who calls, for a host it is not meant for.
 * @returns Makes a request; it throws a `CallError` for values that cannot be sent.
 */
export function compileRequest(operation: Operation, show: Show, withCredentials = true): Build {
  const placed = placeCredentials(withCredentials ? operation.credentials : [], show);
  const method = operation.method.toUpperCase();
  const { base } = operation, basePath = show === mask ? base.shown ?? base.path : base.path;
  const path = compilePath(base.origin + basePath, operation.path, show);
  const query = compileQuery(operation.query, placed.query, show);
  const headers = compileHeaders(operation, placed, show, withCredentials);
  const bodyless = method === "GET" || method === "HEAD";
  const makeBody = bodyless ? undefined : compileBody(operation.body, placed.body, show);
  if (!makeBody) {
    const make: Build = (scope) => ({
      method,
      url: path(scope) + query(scope),
      headers: headers(scope, undefined, false),
      body: undefined,
    });
    if (!isConstantRequest(operation)) return refusing(make);
    let same: Outgoing | undefined;
    return (scope) => same ??= make(scope);
  }
  return refusing((scope) => {
    const content = makeBody(scope);
    return {
      method,
      url: path(scope) + query(scope),
      headers: headers(scope, content?.contentType, content?.forced === true),
      body: content?.data,
    };
  });
}

/** Tells the caller of a value that an expression could not place. */
function refusing(make: Build): Build {
  return (scope) => {
    try {
      return make(scope);
    } catch (error) {
      throw asInvalidArgument(error);
    }
  };
}
