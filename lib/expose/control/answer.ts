/**
 * Answers of the control port: JSON, and errors that say what to do.
 *
 * @module
 */

/** What the control port says is never kept by anybody. */
const HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** A JSON answer. */
export function json(value: unknown, status = 200): Response {
  return Response.json(value, { status, headers: HEADERS });
}

/** An error: what is wrong, and what to do. */
export function refusal(status: number, error: string, hint: string): Response {
  return json({ error, hint }, status);
}

/** An endpoint answers one request. */
export type Endpoint = (request: Request, rest: string) => Response | Promise<Response>;

/** The endpoints of one path, by method. */
export type Methods = Readonly<Record<string, Endpoint>>;
