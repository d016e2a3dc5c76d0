/**
 * Closing signs that stand too far left. YAML wants the `}` of a collection further right than the line it belongs to,
 *
 *     b: {
 *       x: 1
 *     }
 *
 * and many tools write it as JSON does, and read it so. It means nothing else, so it is read.
 *
 * @module
 */
import { type Event, parseEvents, YAMLException } from "js-yaml";

/** The most that is read again for it, in characters of all readings. */
const MOST_READ = 20_000_000;

/** What was read. */
export interface ReadEvents {
  readonly events: Event[];
  /** Where the first sign stands that had to be moved. */
  readonly moved: number | undefined;
}

/** Where a closing sign stands too far left, alone but for what follows it; undefined for any other fault. */
function closingAt(text: string, error: unknown): number | undefined {
  if (!(error instanceof YAMLException) || error.reason !== "deficient indentation") return undefined;
  const { position = -1 } = (error.mark ?? {}) as { readonly position?: number }, sign = text[position];
  if (sign !== "}" && sign !== "]") return undefined;
  const line = text.lastIndexOf("\n", position - 1);
  return line >= 0 && text.slice(line + 1, position).trim() === "" ? position : undefined;
}

/** The text with that sign at the end of the line before, every other character where it was; undefined after a remark. */
function moved(text: string, at: number): string | undefined {
  const before = text.slice(0, at).trimEnd(),
    line = before.slice(Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1);
  return /(?:^|\s)#/.test(line) ? undefined : before + " ".repeat(at - before.length) + text.slice(at);
}

/**
 * Reads the events of a text. Their places are those of the text as it is written.
 *
 * @param text The text.
 * @param options How it is read.
 * @throws {YAMLException} What is wrong with it.
 */
export function readEvents(text: string, options: Parameters<typeof parseEvents>[1]): ReadEvents {
  let first: number | undefined, tried = text;
  for (let read = 0;; read += text.length) {
    try {
      return { events: parseEvents(tried, options), moved: first };
    } catch (error) {
      const at = closingAt(tried, error), next = at === undefined ? undefined : moved(tried, at);
      if (next === undefined || read > MOST_READ) throw error;
      first ??= at;
      tried = next;
    }
  }
}
