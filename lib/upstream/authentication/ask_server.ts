/**
 * Requests that a surface sends to an authorization server about its callers: for keys, metadata and introspection.
 *
 * @module
 */
import { formEncode } from "../body/form.ts";
import { Deadline } from "../time/deadline.ts";
import type { Door } from "../door.ts";
import { CallError } from "../error.ts";
import { describeNetworkFault } from "../network_fault.ts";
import type { FixedText } from "../operation.ts";
import type { Outgoing } from "../outgoing.ts";
import { fixedText, reveal } from "../value.ts";
import { basicValue } from "./static.ts";

/** How long an authorization server may take, in milliseconds: a caller waits meanwhile. */
const PATIENCE_MS = 5000;
/** The most its answer may hold, in bytes. */
const MAX_ANSWER_BYTES = 1 << 20;

/** Sends one request. */
export type SendRequest = (request: Request) => Promise<Response>;

/**
 * Makes what sends requests to authorization servers, and to nothing else: through the door, bounded in time and size,
 * never redirected.
 *
 * @param origins The origins that may be asked.
 * @param door Sends the requests.
 * @returns Rejects with an `Error` that says in one sentence why there is no answer.
 */
export function serverSender(origins: readonly string[], door: Door): SendRequest {
  const reach = origins.map((origin) => ({ origin, path: "" }));
  return async (request) => {
    const { url, method } = request, { origin, host } = new URL(url);
    const home = reach.find((place) => place.origin === origin);
    if (!home) {
      throw new Error(
        `the document does not declare ${origin}; write the address as jwksUri or introspectionEndpoint`,
      );
    }
    const outgoing: Outgoing = {
      method,
      url,
      headers: [...request.headers],
      body: method === "POST" ? await request.text() : undefined,
    };
    const deadline = new Deadline({ deadline: performance.now() + PATIENCE_MS });
    try {
      const response = await door.send(
        outgoing,
        { home, reach: [home], repeatable: method === "GET" },
        deadline,
      );
      const bytes = await response.bytes(MAX_ANSWER_BYTES), type = response.headers.get("content-type");
      return new Response(response.status === 204 || response.status === 304 ? null : bytes, {
        status: response.status,
        headers: type === null ? {} : { "content-type": type },
      });
    } catch (error) {
      if (deadline.over) throw new Error(`${host} did not answer within ${PATIENCE_MS / 1000} s`);
      throw error instanceof CallError ? error : new Error(describeNetworkFault(error, host).message);
    } finally {
      deadline.stop();
    }
  };
}

/**
 * Shows this server as a client of the authorization server (RFC 6749, section 2.3.1).
 *
 * @param client Its name and its secret.
 * @param body The form that is sent.
 * @param headers The headers that are sent.
 */
export function showClient(
  client: { readonly id: FixedText; readonly secret: FixedText; readonly method: "basic" | "post" },
  body: URLSearchParams,
  headers: Headers,
): void {
  const id = fixedText(client.id, reveal), secret = fixedText(client.secret, reveal);
  if (client.method === "basic") headers.set("authorization", basicValue(formEncode(id), formEncode(secret)));
  else {
    body.set("client_id", id);
    body.set("client_secret", secret);
  }
}
