/**
 * What a failed connection means.
 *
 * @module
 */
import type { ErrorCode } from "./error.ts";

/** A fault of the network in words. */
export interface NetworkFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

const FAULTS: readonly (readonly [RegExp, message: string, hint: string])[] = [
  [
    /dns error|failed to lookup|getaddrinfo|Name or service not known|No address associated/i,
    "the host name HOST is not known",
    "check the host in baseUri and that this machine can resolve it",
  ],
  [
    /certificate|UnknownIssuer|\btls\b|\bssl\b|handshake|corrupt message/i,
    "no secure connection to HOST could be made",
    "check the scheme and the certificate of the API; for a private certificate authority set " +
    "DENO_TLS_CA_STORE=system or DENO_CERT",
  ],
  [
    /invalid HTTP|HTTP\/0\.9|parsed/i,
    "HOST did not answer in HTTP",
    "check the scheme and the port in baseUri: something other than this API may listen there",
  ],
  [
    /connection refused|os error 111|os error 61|os error 10061/i,
    "HOST refused the connection",
    "check that the API runs and listens on that port",
  ],
  [
    /unreachable|no route|os error 101|os error 113/i,
    "HOST cannot be reached from here",
    "check the network, VPN or firewall between this machine and the API",
  ],
  [
    /reset|closed|broken pipe|unexpected eof|incomplete|error reading a body|connection error|os error 104/i,
    "HOST broke the connection off",
    "try again; if it stays, the API or something before it ends connections early",
  ],
];

/**
 * Explains a failed `fetch` or a broken body.
 *
 * @param error What was thrown.
 * @param host The host and port that were called.
 */
export function describeNetworkFault(error: unknown, host: string): NetworkFault {
  if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
    return {
      code: "blocked",
      message: `the sandbox does not let the call reach ${host}`,
      hint: "declare the address as a baseUri of the capability, or grant it when the process is started",
    };
  }
  const text = textOf(error);
  for (const [pattern, message, hint] of FAULTS) {
    if (pattern.test(text)) return { code: "unreachable", message: message.replace("HOST", host), hint };
  }
  return {
    code: "unreachable",
    message: `the request to ${host} failed`,
    hint: "try again; if it stays, check the network between this machine and the API",
  };
}

/** The texts of an error and its causes, without addresses: a host name may hold any word. */
function textOf(error: unknown): string {
  let text = "";
  for (let e = error, depth = 0; e instanceof Error && depth < 4; e = e.cause, depth++) {
    text += ` ${e.message.replace(/\(?https?:\/\/\S+/g, "")}`;
  }
  return text;
}
