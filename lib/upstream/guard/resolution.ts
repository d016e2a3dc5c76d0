/**
 * What a name resolves to, before a call goes there.
 *
 * A name is looked up before its first call, and again once the answer is old. This is done whatever the process was
 * started with: where addresses are denied by flags, some runtimes hold only the written address to them, and none
 * recognises an IPv4 address that is written as an IPv6 one.
 *
 * @module
 */
import type { Host } from "../../host/host.ts";
import { isAddress, isForbiddenAddress } from "./address.ts";
import { CallError } from "../error.ts";

/** How long a look-up is believed, in milliseconds. */
const BELIEVED = 30_000;

/** The longest a look-up may take, in milliseconds. */
const PATIENCE = 10_000;

/** The port a URL leads to. */
export function portOf(url: URL): number {
  return Number(url.port) || (url.protocol === "https:" ? 443 : 80);
}

/** Looks names up, and remembers the harmless ones for a while. */
export class Resolver {
  readonly #host: Pick<Host, "lookup">;
  /** Names, with the time until which they are known to be harmless. */
  readonly #harmless = new Map<string, number>();

  /** @param host Looks a name up. */
  constructor(host: Pick<Host, "lookup">) {
    this.#host = host;
  }

  /**
   * Whether a name resolves to an address that no call may reach. Answers at once for what is known.
   *
   * A name that cannot be looked up, or where nothing listens, is not forbidden: the call itself will say what is
   * wrong with it.
   *
   * @param hostname The host of a URL.
   * @param port The port that is going to be called.
   * @param patience How long it may take, in milliseconds.
   * @throws {CallError} `unreachable`, when the time was not enough to find out: what did not answer the question may
   * still answer the call, from another of its addresses.
   */
  leadsToForbidden(hostname: string, port: number, patience: number = PATIENCE): boolean | Promise<boolean> {
    const until = this.#harmless.get(hostname);
    if (until !== undefined && until > performance.now()) return false;
    // Only this one name is that of the machine itself: what stands before `.localhost` is looked up like any other.
    if (isAddress(hostname) || hostname === "localhost") {
      this.#harmless.set(hostname, Infinity);
      return false;
    }
    return this.#look(hostname, port, Math.min(patience, PATIENCE));
  }

  async #look(hostname: string, port: number, patience: number): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLate = new Promise<"too late">((resolve) => {
      timer = setTimeout(() => resolve("too late"), patience);
    });
    let found: Awaited<ReturnType<Host["lookup"]>> | "too late";
    try {
      found = await Promise.race([this.#host.lookup(hostname, port), tooLate]);
    } finally {
      clearTimeout(timer);
    }
    if (found === "denied") return true;
    if (found === "too late") {
      throw new CallError({
        code: "unreachable",
        message: `${hostname} accepted no connection`,
        retryable: true,
        hint: "try again; if it happens again, check the network between this machine and the API",
      });
    }
    if (found.some(isForbiddenAddress)) return true;
    if (found.length > 0) this.#harmless.set(hostname, performance.now() + BELIEVED);
    return false;
  }
}
