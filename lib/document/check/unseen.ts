/**
 * Characters that nobody sees: a person who reads the document does not, and a model that reads its descriptions does.
 *
 * @module
 */
import type { CapabilityDocument } from "../../../schemas/mod.ts";
import type { Report } from "../diagnostics/report.ts";

/**
 * Signs without a picture: those that turn the direction of writing or join nothing, letters of the block for tags (but
 * those of a flag), and runs of signs that choose a variant. What scripts and emoji need is none of them.
 */
const UNSEEN =
  /[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\u180e\u115f\u1160\u3164\uffa0\ufff9-\ufffb]|(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]*)[\u{e0000}-\u{e007f}]|[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{2,}/u;

/** Control characters, but tabs and the ends of lines. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;

/** What is written for a reader. Elsewhere a control character can be meant, such as one that separates values. */
const FOR_READERS: ReadonlySet<string> = new Set(["name", "display", "title", "label", "description"]);

/** How a character is named. */
function codeOf(text: string): string {
  return `U+${text.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Most texts are of these letters alone, and are looked at no further. */
const ODD = /[^\t\n\r\x20-\x7e]/;

function unseenIn(text: string, key: string): string | undefined {
  if (!ODD.test(text)) return undefined;
  const found = UNSEEN.exec(text) ?? (FOR_READERS.has(key) ? CONTROL.exec(text) : null);
  return found?.[0];
}

/**
 * Tells of characters that nobody sees.
 *
 * @param document The model.
 * @param report Receives what is found.
 */
export function checkUnseen(document: CapabilityDocument, report: Report): void {
  const seen = new Set<object>();
  const look = (node: object): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const key of Object.keys(node)) {
      const value: unknown = (node as Record<string, unknown>)[key];
      if (value !== null && typeof value === "object") look(value);
      if (typeof value !== "string") continue;
      const found = unseenIn(value, key);
      if (found === undefined) continue;
      report.once(
        found.codePointAt(0)! < 0xa0 ? "control" : "format",
        "warning",
        "invisible-character",
        `${/^\d+$/.test(key) ? "this text" : key} has a character that is not shown (${
          codeOf(found)
        }), and that models read`,
        report.locate(node, Array.isArray(node) ? Number(key) : key),
        "read the text with care if it is not yours, and remove the character",
      );
    }
  };
  look(document);
}
