/**
 * A request without anything that proves who calls, for a host its credentials were not declared for.
 *
 * @module
 */
import type { Secret } from "../../expression/secret.ts";
import { CallError } from "../error.ts";
import type { Operation } from "../operation.ts";
import { type Build, compileRequest } from "./request.ts";

/**
 * Compiles an operation without its credentials, secret headers and cookies.
 *
 * @param operation The operation.
 * @returns Makes the request; it throws `blocked` when what remains holds a secret all the same.
 */
export function compileStripped(operation: Operation): Build {
  const show = (_secret: Secret): string => {
    throw new CallError({
      code: "blocked",
      message:
        "the API redirected the call to another host, and the request holds a secret that is not meant for it",
      retryable: false,
      hint: "use the address of that host in baseUri, with credentials of its own",
    });
  };
  // The address is the redirect's own: the operation's path and query are not asked for.
  return compileRequest({ ...operation, path: [], query: [], cookies: [] }, show, false);
}
