/**
 * Text that others wrote, as it may stand in a line for a person: in one piece, in the order it has, and obeyed by no
 * terminal. Every line that is printed passes through here; there is no second way.
 *
 * @module
 */

/**
 * What breaks a line, moves a terminal, changes the order of what is read, or is there and cannot be seen: controls,
 * line and paragraph separators, marks of direction, letters of no width, fillers, tags and selectors of variants that no
 * writing has. What makes a sign an emoji (U+FE0F) stays.
 */
const UNSEEN =
  // deno-lint-ignore no-control-regex -- these it is
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(sign: string): string {
  return SHORT[sign] ??
    Array.from({ length: sign.length }, (_, i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, "0")}`)
      .join("");
}

/**
 * A text as one line that shows all of it.
 *
 * @param text Any text.
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/**
 * A text with a blank for every sign that is not seen, so that what stands below it in columns stays there.
 *
 * @param text One line of a source.
 */
export function blanked(text: string): string {
  return text.replace(UNSEEN, (sign) => " ".repeat(sign.length));
}

/**
 * A text of several lines, each shown as a whole: for data, and for texts of Capstan's own. JSON stays the same JSON.
 *
 * @param text Any text. Line breaks and tabs stay.
 */
export function visibleLines(text: string): string {
  return text.replace(UNSEEN, (sign) => sign === "\n" || sign === "\t" ? sign : escaped(sign));
}
