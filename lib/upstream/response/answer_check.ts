/**
 * What an answer says beside its value that nobody reads: there are more pages, the API will be switched off, a key is there
 * twice.
 *
 * @module
 */
import { isWorthTelling } from "../../telemetry/tally.ts";
import type { UpstreamResponse } from "../upstream_response.ts";
import { repeatedKey } from "./repeated_keys.ts";

/** Keys of larger answers are not looked at. */
const MAX_BYTES = 64 * 1024;
/** What a message shows of a key or a date at most. */
const MAX_SHOWN = 60;

function shown(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}

/** The first key that an object of an answer has twice; undefined for none, and for what is no JSON. */
function keyTwice(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_BYTES) return undefined;
  const text = new TextDecoder().decode(bytes);
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return repeatedKey(text);
}

/** Looks at the 1st, 10th, 100th … answer of one operation: calls do not pay for it. */
export class AnswerCheck {
  #answers = 0;

  /**
   * Looks at an answer that was read.
   *
   * @param response Its headers.
   * @param bytes Its body.
   * @param note Hears of what is odd.
   */
  look({ headers }: UpstreamResponse, bytes: Uint8Array, note: (message: string) => void): void {
    if (!isWorthTelling(++this.#answers)) return;
    if (/;\s*rel\s*=\s*"?next"?\s*(?:[;,]|$)/i.test(headers.get("link")?.slice(0, 4096) ?? "")) {
      note("the answer is one page of several: its header Link names the next one, which is not asked for");
    }
    const sunset = headers.get("sunset");
    if (sunset !== null) note(`the API says that this ends at ${shown(sunset)} (Sunset)`);
    else if (headers.get("deprecation") !== null) note("the API says that this is deprecated (Deprecation)");
    const key = keyTwice(bytes);
    if (key !== undefined) {
      note(`an object of the answer has the key ${shown(key)} twice; the last one counts`);
    }
  }
}
