/**
 * Requests that are not HTTP/1.1 as it is written down: never guessed at.
 *
 * @module
 */

/** A request that is refused before any surface sees it. Its connection is closed behind the answer. */
export class RequestFault extends Error {
  override readonly name: string = "RequestFault";
  readonly status: number;

  /** @param status The status of the answer. @param message What is wrong, as a sentence. */
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A request that breaks the rules of HTTP. @param message What is wrong, as a sentence. */
export function badRequest(message: string): RequestFault {
  return new RequestFault(400, message);
}

/** The answer to what is no request, as problem details (RFC 9457) say it. */
export function faultAnswer({ status, message }: RequestFault): Response {
  return Response.json({ type: "about:blank", title: "Invalid request", status, detail: message }, {
    status,
    headers: { "content-type": "application/problem+json" },
  });
}

/** The client left, or sends nothing more, before its request was whole. */
export class ClientGone extends RequestFault {
  override readonly name = "ClientGone";

  /** Makes the fault. */
  constructor() {
    super(400, "The request ended before its body was whole.");
  }
}
