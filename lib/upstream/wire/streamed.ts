/**
 * Answers that are passed on as they come.
 *
 * @module
 */
import { decompress } from "../../data/decompress.ts";
import { oddAnswer } from "./odd.ts";
import type { WireResponse } from "./wire_response.ts";

/**
 * An answer as a stream: `gzip`, which is all that was asked for, is undone. Any other encoding stays, and is named; of `br`
 * a few bytes stand for any number, so nobody undoes it piece by piece.
 *
 * @param answer The answer.
 * @throws {CallError} `bad_response` for a status that nobody can pass on.
 */
export async function streamedResponse(answer: WireResponse): Promise<Response> {
  const { status, headers: head } = answer, headers = new Headers();
  if (status > 599) {
    await answer.discard();
    throw oddAnswer(`its status is ${status}`);
  }
  for (const [name, value] of head) headers.append(name, value);
  if (head.bodyless || status === 205) {
    await answer.discard();
    return new Response(null, { status, headers });
  }
  const isPacked = headers.get("content-encoding")?.trim().toLowerCase() === "gzip", body = answer.stream();
  if (isPacked) {
    headers.delete("content-encoding");
    headers.delete("content-length");
  }
  return new Response(isPacked ? decompress(body, "gzip") : body, { status, headers });
}
