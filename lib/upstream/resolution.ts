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

/** The port a URL leads to. */
export function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === "https:" ? 443 : 80);
}

/** How long finding an address may take, in milliseconds; a call that finds none says itself what is wrong. */
const PATIENCE = 3_000;

/**
 * Whether a name resolves to an address that no call may reach. Answers at once for what is known.
 *
 * A name that cannot be looked up is not forbidden: the call itself will say what is wrong with it.
 *
 * @param hostname The host of a URL.
 * @param port The port that is going to be called.
 */
export function resolvesToForbidden(hostname: string, port: number): boolean | Promise<boolean> {
  const until = harmless.get(hostname);
  if (until !== undefined && until > performance.now()) return false;
  if (isAddress(hostname) || hostname === "localhost" || hostname.endsWith(".localhost") || isGuarded()) {
    harmless.set(hostname, Infinity);
    return false;
  }
  return look(hostname, port);
}

async function look(hostname: string, port: number): Promise<boolean> {
  if ((await addressesOf(hostname, port)).some(isForbiddenAddress)) return true;
  harmless.set(hostname, performance.now() + BELIEVED);
  return false;
}

/**
 * The addresses of a name.
 *
 * Looking a name up takes the right to reach it on every port, which the sandbox does not give. There, a connection
 * is opened to the port that is granted, without sending anything, to see which address it leads to.
 *
 * @param hostname The name.
 * @param port The port that is going to be called.
 * @returns What was found; nothing when the name cannot be reached.
 */
export async function addressesOf(hostname: string, port: number): Promise<string[]> {
  try {
    const { lookup } = await import("node:dns/promises");
    return (await lookup(hostname, { all: true })).map((found) => found.address);
  } catch {
    // Unknown, or not allowed to ask.
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE);
  });
  const connecting = Deno.connect({ hostname, port }).then((connection) => {
    const { hostname: address } = connection.remoteAddr as Deno.NetAddr;
    connection.close();
    return address;
  }, () => undefined);
  const address = await Promise.race([connecting, tooLate]);
  clearTimeout(timer);
  return address === undefined ? [] : [address];
}
