/**
 * Authentication in: who calls a surface, and who is not let in.
 *
 * @module
 */
import type { IncomingAuthentication } from "../../plan/incoming.ts";
import { apiKey } from "./api_key.ts";
import type { Authenticator, Send } from "./authenticator.ts";
import { basic } from "./basic.ts";
import { bearer } from "./bearer.ts";
import { comparisons } from "./compare.ts";
import { digest } from "./digest.ts";

export type { Authenticate, Authenticator, Send } from "./authenticator.ts";
export { createGate, type Gate, type GateOptions } from "./gate.ts";
export { Refusal, type RefusalData, type Wording } from "./refusal.ts";

/** What finding out who calls takes. */
export interface AuthenticationOptions {
  /** The name of the surface, for challenges. */
  readonly realm: string;
  /** Sends requests to the authorization server, and to nothing else. */
  readonly send: Send;
  /** The time of day, in milliseconds. */
  readonly now: () => number;
  /** Takes a sentence for the operator. */
  readonly log: (message: string) => void;
  /** Gives the memory in which it is remembered what was used once; it is asked for where it is needed. */
  readonly memory: () => SharedArrayBuffer;
}

/**
 * Compiles what a surface asks of its callers. What a type needs (cryptography, JWT, introspection) is loaded here, and
 * only for that type.
 *
 * @param declared What is asked, with variables filled in.
 * @param options What it takes.
 */
export async function compileAuthentication(
  declared: IncomingAuthentication,
  { realm, send, now, log, memory }: AuthenticationOptions,
): Promise<Authenticator> {
  switch (declared.type) {
    case "basic":
      return { authenticate: basic(declared, realm, await comparisons()) };
    case "bearer":
      return { authenticate: bearer(declared, realm, await comparisons()) };
    case "apikey":
      return { authenticate: apiKey(declared, realm, await comparisons()) };
    case "digest":
      return { authenticate: await digest(declared, realm, now, memory()) };
    case "oauth2": {
      const { resourceServer } = await import("./oauth2.ts");
      return await resourceServer(declared, send, now, log, memory());
    }
  }
}
