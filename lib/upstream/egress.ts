/**
 * The guard of the door: where a request may go (semantics §9).
 *
 * @module
 */
import { isForbiddenAddress, isForbiddenName } from "./address.ts";
import { CallError } from "./error.ts";
import type { Operation } from "./operation.ts";
import { leavesItsPlace } from "./path.ts";

/** An address that may be called: an origin and a base path without a trailing slash. */
export type Reach = Operation["reach"][number];

function blocked(message: string, hint: string): CallError {
  return new CallError({ code: "blocked", message, retryable: false, hint });
}

/**
 * Why a URL may not be called.
 *
 * @param url The address.
 * @param reach Everything the capability declared.
 * @returns A `blocked` error; undefined when the URL may be called.
 */
export function refusalOf(url: URL, reach: readonly Reach[]): CallError | undefined {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return blocked(
      `addresses that begin with ${url.protocol} are never called`,
      "only http and https are; correct the address",
    );
  }
  if (url.username !== "" || url.password !== "") {
    return blocked(
      `an address with a user name or password in it is not called`,
      "move credentials to authentication",
    );
  }
  if (isForbiddenAddress(url.hostname) || isForbiddenName(url.hostname)) return forbidden(url.hostname);
  if (!reach.some((place) => place.origin === url.origin && isWithin(url.pathname, place.path))) {
    return blocked(
      `${url.origin}${url.pathname} is outside of what the capability declares`,
      "if it is meant, declare it as the baseUri of a consumes entry",
    );
  }
  if (leavesItsPlace(url.pathname)) {
    return blocked(
      `the path ${url.pathname} has a . or .. segment and could leave the declared base path`,
      "write the path out",
    );
  }
  return undefined;
}

/** The refusal of a link-local or metadata address. */
export function forbidden(hostname: string): CallError {
  return blocked(
    `${hostname} is, or leads to, a link-local or metadata address, which is never called`,
    "use an address of the API itself",
  );
}

function isWithin(pathname: string, base: string): boolean {
  const path = base.replace(/\/+$/, "");
  return path === "" || pathname === path || pathname.startsWith(`${path}/`);
}
