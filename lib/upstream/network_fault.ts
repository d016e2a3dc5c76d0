/**
 * What a failed connection means.
 *
 * @module
 */
import type { ErrorCode } from "./error.ts";
import { BrokenConnection, ConnectTimeout } from "./wire/broken.ts";
import { CONNECT_MS } from "./wire/limits.ts";

/** A fault of the network in words. */
export interface NetworkFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  /** The request cannot have reached the API. */
  readonly neverArrived: boolean;
  /** Asking again is of no use before somebody has changed something. */
  readonly lasting: boolean;
}

/** Faults that come before anything is sent. */
const BEFORE_SENDING =
  /host name|secure connection|refused|from here|no connection left|certificate|speak TLS|of TLS|TLS handshake/;

/** Faults that stay until somebody has changed something. */
const LASTING = /certificate|speak TLS|of TLS/;

const FAULTS: readonly (readonly [RegExp, message: string, hint: string])[] = [
  [
    /dns error|failed to lookup|getaddrinfo|Name or service not known|No address associated/i,
    "the host name HOST is not known",
    "check the host in baseUri and that this machine can resolve it",
  ],
  [
    /certificate expired|certificate has expired|CertExpired|InvalidCertificate\(Expired/i,
    "the certificate of HOST has expired",
    "tell the operator of the API; if the certificate is good, check the clock of this machine",
  ],
  [
    /certificate not valid yet|NotValidYet/i,
    "the certificate of HOST is not valid yet",
    "check the clock of this machine; if it is right, tell the operator of the API",
  ],
  [
    /not valid for any names/i,
    "the certificate of HOST holds no host name",
    "use a certificate with the host name in its subjectAltName: a common name alone does not count",
  ],
  [
    /certificate not valid for name|NotValidForName/i,
    "the certificate of HOST is for another name",
    "use in baseUri a host name that the certificate holds",
  ],
  [
    /UnknownIssuer/i,
    "the certificate of HOST comes from an authority that is not known here",
    "for an authority of your own, set DENO_CERT to its certificate or DENO_TLS_CA_STORE=system; otherwise something " +
    "is between this machine and the API",
  ],
  [
    /CaUsedAsEndEntity/i,
    "the certificate of HOST is that of an authority (CA:TRUE), and none of a server",
    "give the server a certificate with CA:FALSE (openssl req -x509 -addext basicConstraints=CA:FALSE) that has the host " +
    "name in its subjectAltName, and set DENO_CERT to it",
  ],
  [
    /Revoked/i,
    "the certificate of HOST was revoked",
    "tell the operator of the API",
  ],
  [
    /CertificateRequired/i,
    "HOST wants a certificate from its clients, which Capstan does not send",
    "use an address of the API that takes other credentials",
  ],
  [
    /UnrecognisedName|unrecognized.name/i,
    "HOST has no certificate for this host name",
    "check the host in baseUri: use the name under which the API is known",
  ],
  [
    /ProtocolVersion|HandshakeFailure|PeerIncompatible|NoCipherSuites|InsufficientSecurity/i,
    "HOST and Capstan have no version of TLS, or no cipher, in common",
    "the API has to offer TLS 1.2 or 1.3; if it does, check the host and the port in baseUri",
  ],
  [
    /received fatal alert|tls handshake eof|unexpected end of file/i,
    "HOST ended the TLS handshake",
    "check the scheme, the host and the port in baseUri; the log of the API may tell why",
  ],
  [
    /InvalidContentType|WRONG_VERSION_NUMBER/i,
    "HOST does not speak TLS on this port",
    "write http instead of https in baseUri, or the port on which the API speaks https",
  ],
  [
    /certificate|\btls\b|\bssl\b|handshake|corrupt message/i,
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
    /too many open files|os error 24\b/i,
    "this machine has no connection left for HOST",
    "send fewer calls at once, or raise the limit of open files (ulimit -n)",
  ],
  [
    /unreachable|no route|os error 101|os error 113/i,
    "HOST cannot be reached from here",
    "check the network, VPN or firewall between this machine and the API",
  ],
  [
    /reset|closed|broken pipe|unexpected eof|incomplete|error reading a body|connection error|os error 104/i,
    "HOST closed the connection too early",
    "try again; if it happens again, the API or something before it ends connections early",
  ],
];

/**
 * Explains a failed `fetch` or a broken body.
 *
 * @param error What was thrown.
 * @param host The host and port that were called.
 */
export function describeNetworkFault(error: unknown, host: string): NetworkFault {
  if (error instanceof Error && (error.name === "NotCapable" || error.name === "PermissionDenied")) {
    return {
      code: "blocked",
      message: `the sandbox does not let the call reach ${host}`,
      hint: "declare the address as a baseUri of the capability, or grant it when the process is started",
      neverArrived: true,
      lasting: false,
    };
  }
  // A server says only after the handshake what it does not like about its client.
  if (error instanceof BrokenConnection && !/received fatal alert/.test(causeText(error))) {
    return {
      code: "unreachable",
      message: `${host} closed the ${error.message}`,
      hint: "try again; if it happens again, the API or something before it ends connections early",
      neverArrived: false,
      lasting: false,
    };
  }
  if (error instanceof ConnectTimeout) {
    return {
      code: "unreachable",
      message: `${host} accepted no connection within ${CONNECT_MS / 1000} s`,
      hint:
        "try again; if it happens again, check the network, VPN or firewall between this machine and the API",
      neverArrived: true,
      lasting: false,
    };
  }
  const text = causeText(error);
  for (const [pattern, message, hint] of FAULTS) {
    if (!pattern.test(text)) continue;
    return {
      code: "unreachable",
      message: message.replace("HOST", host),
      hint,
      neverArrived: BEFORE_SENDING.test(message),
      lasting: LASTING.test(message),
    };
  }
  return {
    code: "unreachable",
    message: `the request to ${host} failed`,
    hint: "try again; if it happens again, check the network between this machine and the API",
    neverArrived: false,
    lasting: false,
  };
}

/** The texts of an error and its causes, without addresses: a host name may hold any word. */
function causeText(error: unknown): string {
  let text = "";
  for (let e = error, depth = 0; e instanceof Error && depth < 4; e = e.cause, depth++) {
    text += ` ${e.message.replace(/\(?https?:\/\/\S+/g, "")}`;
  }
  return text;
}
