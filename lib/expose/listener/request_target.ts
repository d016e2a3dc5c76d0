/**
 * The address of a request: what its target and its Host name together.
 *
 * @module
 */
import { isText, latin1 } from "../../data/http/head_bytes.ts";
import { badRequest } from "./request_fault.ts";

const SLASH = 47;

/** A host with or without a port; it may be empty. */
const AUTHORITY =
  /^(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+(?:%25[A-Za-z0-9._~-]+)?\])(?::\d{0,5})?$/;
const ABSOLUTE = /^http:\/\/([^/?#]*)(.*)$/is;

// A client sends the same Host again and again.
let checked = "127.0.0.1";
// And the same path: its address is the same text. What stands in a query is not kept.
let lastHost = "", lastTarget = "", last = "";
const LONGEST_KEPT = 200;

function checkAuthority(authority: string): void {
  if (authority === checked) return;
  if (authority.length > 1000 || !AUTHORITY.test(authority)) {
    throw badRequest("The Host is not a host and a port.");
  }
  checked = authority;
}

/**
 * The address of a request, as a URL.
 *
 * @param bytes The head.
 * @param from Where the target begins.
 * @param to Where it ends.
 * @param method The method.
 * @param host The Host, or the address of the listener.
 * @param isNamed Whether the client has named the host.
 * @throws {RequestFault} For targets of other forms than a path, a whole `http` address, or `*` for OPTIONS.
 */
export function requestUrl(
  bytes: Uint8Array,
  from: number,
  to: number,
  method: string,
  host: string,
  isNamed: boolean,
): string {
  checkAuthority(host);
  if (host === lastHost && isText(bytes, from, to, lastTarget)) return last;
  let target = latin1(bytes, from, to);
  if (target.includes("#")) throw badRequest("The address of the request has a # in it.");
  if (/[\x80-\xff]/.test(target)) {
    target = target.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`);
  }
  if (bytes[from] === SLASH) {
    const url = `http://${host}${target}`;
    if (target.length < LONGEST_KEPT && !target.includes("?")) {
      lastHost = host;
      lastTarget = target;
      last = url;
    }
    return url;
  }
  if (target === "*" && method === "OPTIONS") return `http://${host}/`;
  const [, authority, rest] = ABSOLUTE.exec(target) ?? [];
  if (authority === undefined || authority === "" || authority.includes("@")) {
    throw badRequest("The address of the request is not a path that begins with a slash.");
  }
  if (isNamed && authority.toLowerCase() !== host.toLowerCase()) {
    throw badRequest("The address of the request and its Host name different hosts.");
  }
  checkAuthority(authority);
  return `http://${authority}${rest!.startsWith("/") ? "" : "/"}${rest}`;
}
