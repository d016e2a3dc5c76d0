/**
 * Freshness: what caches may keep of an answer, by what its flow says of itself, and answers that a caller has already
 * (RFC 9110 §13, RFC 9111).
 *
 * @module
 */
import type { FlowSemantics } from "../../plan/flow.ts";

/** How the answers of an operation may be kept. */
export interface Freshness {
  /** For `Cache-Control`; undefined where nothing is known. */
  readonly cacheControl: string | undefined;
  /** Whether an answer without an entity tag is given one. */
  readonly tags: boolean;
}

/**
 * How the answers of a GET may be kept. A result that may be kept is asked for again each time, and answered with 304 while
 * it is the same: how long it stays true nobody says.
 *
 * @param semantics What the flow does to the world.
 */
export function freshnessOf({ safe, cacheable }: FlowSemantics): Freshness {
  if (safe === false || cacheable === false) return { cacheControl: "no-store", tags: false };
  return cacheable === true
    ? { cacheControl: "private, no-cache", tags: true }
    : { cacheControl: undefined, tags: false };
}

/** Whether a tag is one that the caller has; weak and strong ones are the same here. */
function isHeld(ifNoneMatch: string, tag: string): boolean {
  const bare = (text: string) => text.trim().replace(/^W\//, "");
  return ifNoneMatch.trim() === "*" || ifNoneMatch.split(",").some((held) => bare(held) === bare(tag));
}

async function tagOf(body: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  return `"${Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}

/**
 * The answer to a GET or HEAD with what caches have to know; 304 where the caller has it.
 *
 * @param response The answer, with the tag of the API where that gave one.
 * @param freshness How it may be kept.
 * @param ifNoneMatch The tags the caller has; null where it says nothing of them.
 */
export async function fresh(
  response: Response,
  { cacheControl, tags }: Freshness,
  ifNoneMatch: string | null,
): Promise<Response> {
  if (cacheControl !== undefined) response.headers.set("cache-control", cacheControl);
  if (response.status !== 200) return response;
  let answer = response, tag = response.headers.get("etag");
  if (tag === null && tags) {
    const body = await response.bytes();
    tag = await tagOf(body);
    answer = new Response(body, response);
    answer.headers.set("etag", tag);
  }
  if (tag === null || ifNoneMatch === null || !isHeld(ifNoneMatch, tag)) return answer;
  await answer.body?.cancel();
  const headers = new Headers({ etag: tag });
  for (const name of ["cache-control", "link", "vary"]) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(null, { status: 304, headers });
}
