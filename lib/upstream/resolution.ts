/**
 * What a name resolves to, before a call goes there.
 *
 * A name is looked up before its first call, and again once the answer is old. This is done whatever the process was
 * started with: where addresses are denied by flags, some runtimes hold only the written address to them, and none
 * recognises an IPv4 address that is written as an IPv6 one.
 *
 * @module
 */
import { isAddress, isForbiddenAddress } from "./address.ts";
import { CallError } from "./error.ts";

/** How long a look-up is believed, in milliseconds. */
const BELIEVED = 30_000;

/** The longest a look-up may take, in milliseconds. */
const PATIENCE = 10_000;

/** Names, with the time until which they are known to be harmless. */
const harmless = new Map<string, number>();

/** The port a URL leads to. */
export function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === "https:" ? 443 : 80);
}

/**
 * Whether a name resolves to an address that no call may reach. Answers at once for what is known.
 *
 * A name that cannot be looked up, or where nothing listens, is not forbidden: the call itself will say what is wrong
 * with it.
 *
 * @param hostname The host of a URL.
 * @param port The port that is going to be called.
 * @param patience How long it may take, in milliseconds.
 * @throws {CallError} `unreachable`, when the time was not enough to find out: what did not answer the question may
 * still answer the call, from another of its addresses.
 */
export function resolvesToForbidden(
  hostname: string,
  port: number,
  patience: number = PATIENCE,
): boolean | Promise<boolean> {
  const until = harmless.get(hostname);
  if (until !== undefined && until > performance.now()) return false;
  if (isAddress(hostname) || hostname === "localhost" || hostname.endsWith(".localhost")) {
    harmless.set(hostname, Infinity);
    return false;
  }
  return look(hostname, port, Math.min(patience, PATIENCE));
}

async function look(hostname: string, port: number, patience: number): Promise<boolean> {
  const found = await addressesOf(hostname, port, patience);
  if (found === "denied" || (Array.isArray(found) && found.some(isForbiddenAddress))) return true;
  if (found === "too late") {
    throw new CallError({
      code: "unreachable",
      message: `${hostname} accepted no connection`,
      retryable: true,
      hint: "try again; if it stays, check the network between this machine and the API",
    });
  }
  if (found.length > 0) harmless.set(hostname, performance.now() + BELIEVED);
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
 * @param patience How long it may take, in milliseconds.
 * @returns What was found; nothing when the name cannot be reached; `denied` when the name may be called and the
 * address it leads to may not.
 */
export async function addressesOf(
  hostname: string,
  port: number,
  patience: number = PATIENCE,
): Promise<readonly string[] | "denied" | "too late"> {
  const granted = (host: string) => Deno.permissions.querySync({ name: "net", host }).state === "granted";
  if (granted(hostname)) {
    const { lookup } = await import("node:dns/promises");
    try {
      return (await lookup(hostname, { all: true })).map((found) => found.address);
    } catch {
      return [];
    }
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<"too late">((resolve) => {
    timer = setTimeout(() => resolve("too late"), patience);
  });
  const connecting = Deno.connect({ hostname, port }).then((connection) => {
    const { hostname: address } = connection.remoteAddr as Deno.NetAddr;
    connection.close();
    return [address];
  }, (error: unknown) => {
    const refused = error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied;
    return refused && granted(`${hostname}:${port}`) ? "denied" : [];
  });
  try {
    return await Promise.race([connecting, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
