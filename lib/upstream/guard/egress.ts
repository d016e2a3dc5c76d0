/**
 * The guard of the door: where a request may go (semantics §9).
 *
 * @module
 */
import { isForbiddenAddress, isForbiddenName } from "./address.ts";
import { CallError } from "../error.ts";
import type { Operation } from "../operation.ts";
import { leavesItsPlace } from "./dot_segment.ts";

/** An address that may be called: an origin and a base path without a trailing slash. */
export type AllowedBase = Operation["reach"][number];

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
export function refusalOfUrl(url: URL, reach: readonly AllowedBase[]): CallError | undefined {
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
    return leaves(url.pathname);
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

/** What a URL writes as it stands: nothing in it is encoded, decoded or taken out when it is parsed. */
const AS_WRITTEN = /^\/[\w\-.~!$&'()*+,;=:@/%]*(?:\?[\w\-.~!$&()*+,;=:@/?%]*)?$/;
/** A segment that begins with a dot, written as such or encoded. */
const DOTTED = /\/\.|%2e/i;

/**
 * The path and query of a URL that may be called: what a request line carries.
 *
 * @param url The address.
 * @param home The address it most likely belongs to.
 * @param reach Everything that may be called.
 * @throws {CallError} `blocked`, for an address that may not be called.
 */
export function targetWithin(url: string, home: AllowedBase, reach: readonly AllowedBase[]): string {
  const { origin, path } = home;
  if (url.startsWith(origin)) {
    const target = url.slice(origin.length);
    if (AS_WRITTEN.test(target) && !DOTTED.test(target) && beginsWith(target, path)) return target;
  }
  return parsedTarget(url, reach);
}

function parsedTarget(url: string, reach: readonly AllowedBase[]): string {
  const parsed = URL.parse(url);
  if (!parsed) throw blocked("this is not a valid address, so nothing is called", "correct baseUri and path");
  const written = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(url)?.[1] ?? "";
  const refusal = refusalOfUrl(parsed, reach) ?? (leavesItsPlace(written) ? leaves(written) : undefined);
  if (refusal) throw refusal;
  return parsed.pathname + parsed.search;
}

function beginsWith(target: string, path: string): boolean {
  if (path === "") return true;
  if (!target.startsWith(path)) return false;
  const next = target.charCodeAt(path.length);
  return target.length === path.length || next === 47 || next === 63 || path.endsWith("/");
}

function leaves(pathname: string): CallError {
  return blocked(
    `the path ${pathname.slice(0, 200)} has a . or .. segment and could leave the declared base path`,
    "write the path out",
  );
}

function isWithin(pathname: string, base: string): boolean {
  const path = base.replace(/(?<!\/)\/+$/, "");
  return path === "" || pathname === path || pathname.startsWith(`${path}/`);
}
