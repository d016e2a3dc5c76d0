/**
 * Keys that an object of JSON has twice: reading takes the last of them, and the values before it are lost without a word.
 *
 * @module
 */
import { isWorthTelling } from "../../telemetry/tally.ts";

/** Larger answers are not looked at. */
const MAX_BYTES = 64 * 1024;
/** What a message shows of a key at most. */
const MAX_SHOWN = 60;

/** The end of the string that begins at a quote: the place behind its closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c) at++;
    else if (code === 0x22) return at + 1;
  }
  return text.length;
}

/**
 * The first key that an object of JSON has twice.
 *
 * @param text Valid JSON.
 * @returns Undefined where no object has a key twice.
 */
export function repeatedKey(text: string): string | undefined {
  /** The keys of each object that is open; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x7b) open.push(new Set());
    else if (code === 0x5b) open.push(undefined);
    else if (code === 0x7d || code === 0x5d) open.pop();
    else if (code === 0x22) {
      const end = endOfString(text, at), keys = open.at(-1);
      let next = end;
      while (/\s/.test(text[next] ?? "")) next++;
      if (keys && text[next] === ":") {
        const written = text.slice(at, end),
          key = written.includes("\\") ? String(JSON.parse(written)) : written.slice(1, -1);
        if (keys.has(key)) return key;
        keys.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** Looks for repeated keys in the answers of one operation: in the 1st, 10th, 100th …, so that calls do not pay for it. */
export class RepeatedKeys {
  #answers = 0;

  /**
   * Looks at an answer that was read.
   *
   * @param bytes Its body.
   * @param note Hears of a key that is there twice.
   */
  look(bytes: Uint8Array, note: (message: string) => void): void {
    if (!isWorthTelling(++this.#answers) || bytes.length > MAX_BYTES) return;
    const text = new TextDecoder().decode(bytes);
    if (!/^\s*[{[]/.test(text)) return;
    try {
      JSON.parse(text);
    } catch {
      return;
    }
    const key = repeatedKey(text);
    if (key === undefined) return;
    const shown = JSON.stringify(key.length > MAX_SHOWN ? `${key.slice(0, MAX_SHOWN)}…` : key);
    note(`an object of the answer has the key ${shown} twice; the last one counts`);
  }
}
