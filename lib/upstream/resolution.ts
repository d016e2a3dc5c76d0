/**
 * What a name resolves to, before a call goes there.
 *
 * Where the process runs with link-local and metadata addresses denied, the runtime itself checks every resolved
 * address, and nothing is looked up here. Where it does not, a name is looked up before its first call and again
 * once the answer is old.
 *
 * @module
 */
import { isAddress, isForbiddenAddress } from "./address.ts";

/** How long a look-up is believed, in milliseconds. */
const BELIEVED = 30_000;

/** Names, with the time until which they are known to be harmless. */
const harmless = new Map<string, number>();

/** Whether the runtime checks resolved addresses itself. Permissions of a running process only shrink. */
let guarded: boolean | undefined;

function isGuarded(): boolean {
  return guarded ??= Deno.permissions.querySync({ name: "net", host: "169.254.169.254" }).state === "denied";
}

/**
 * Whether a name resolves to an address that no call may reach. Answers at once for what is known.
 *
 * A name that cannot be looked up is not forbidden: the call itself will say what is wrong with it.
 *
 * @param hostname The host of a URL.
 */
export function resolvesToForbidden(hostname: string): boolean | Promise<boolean> {
  const until = harmless.get(hostname);
  if (until !== undefined && until > performance.now()) return false;
  if (isAddress(hostname) || hostname === "localhost" || hostname.endsWith(".localhost") || isGuarded()) {
    harmless.set(hostname, Infinity);
    return false;
  }
  return look(hostname);
}

async function look(hostname: string): Promise<boolean> {
  let addresses: readonly string[] = [];
  try {
    const { lookup } = await import("node:dns/promises");
    addresses = (await lookup(hostname, { all: true })).map((found) => found.address);
  } catch {
    // Unknown, or not allowed to ask.
  }
  if (addresses.some(isForbiddenAddress)) return true;
  harmless.set(hostname, performance.now() + BELIEVED);
  return false;
}
