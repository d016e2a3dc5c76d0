/**
 * The path of a request: the author's text as it stands, values as single segments.
 *
 * @module
 */
import type { Scope } from "../../expression/scope.ts";
import { CallError } from "../error.ts";
import { leavesItsPlace } from "../guard/dot_segment.ts";
import { invalidArgument } from "../invalid.ts";
import type { Part } from "../operation.ts";
import { percentEncode, type Show, shownText, shownTexts } from "../value.ts";

/** Characters that may stand in a path as they are. */
const KEPT = /%[0-9A-Fa-f]{2}|[A-Za-z0-9\-._~!$&'()*+,;=:@/]/;
const PIECE = new RegExp(`${KEPT.source}|[\\s\\S]`, "gu");

/** The author's text of a path, with what a URL cannot hold percent-encoded. */
export function literalPath(text: string): string {
  return text.replace(PIECE, (c) => KEPT.test(c) ? c : percentEncode(c));
}

/**
 * Compiles a path.
 *
 * @param prefix What goes before: origin and base path, without a trailing slash.
 * @param parts The pieces of the path.
 * @param show What stands for a secret.
 * @returns The URL without its query.
 * @throws {CallError} When called with a value that is absent or would leave its segment.
 */
export function compilePath(
  prefix: string,
  parts: readonly Part[],
  show: Show,
): (scope: Scope) => string {
  const pieces = parts.map((part) => typeof part === "string" ? literalPath(part) : part)
    .filter((part) => part !== "");
  const first = pieces[0];
  if (first === undefined || (pieces.length === 1 && first === "/")) {
    const whole = /^[a-z]+:\/\/[^/]*$/i.test(prefix) ? `${prefix}/` : prefix;
    return () => whole;
  }
  if (typeof first !== "string" || !first.startsWith("/")) pieces.unshift("/");
  if (pieces.every((piece) => typeof piece === "string")) {
    const path = pieces.join("");
    if (leavesItsPlace(path)) {
      return () => {
        throw leavesBase(path);
      };
    }
    const whole = prefix + path;
    return () => whole;
  }
  return (scope) => {
    let path = "";
    for (const piece of pieces) {
      path += typeof piece === "string"
        ? piece
        : segment(piece.name, piece.get(scope), show, piece.segments ? segmentsOf : percentEncode);
    }
    // Dots of the author and of a value can meet in one segment.
    if (path.includes(".") && leavesItsPlace(path)) throw leavesBase(path);
    return prefix + path;
  };
}

/** The segments of a value, each encoded. */
function segmentsOf(text: string): string {
  return text.split("/").map(percentEncode).join("/");
}

function segment(name: string, value: unknown, show: Show, encode: (text: string) => string): string {
  if (value === undefined || value === null) {
    throw invalidArgument(name, "a value for the path", value === null ? "null" : "nothing");
  }
  // A comma parts the elements of a list; one inside an element is encoded.
  if (Array.isArray(value)) {
    const texts = shownTexts(value, show);
    return encoded(
      name,
      texts.join(","),
      texts.map((text) => encoded(name, text, encode(text))).join(","),
    );
  }
  const text = shownText(value, show);
  return encoded(name, text, encode(text));
}

/** The encoded form of a text, once the text is seen to be one that stays in its segment. */
function encoded(name: string, text: string, form: string): string {
  if (text === "") throw invalidArgument(name, "a value for the path", "empty text");
  if ((text.includes(".") || text.includes("%")) && leavesItsPlace(text)) {
    throw invalidArgument(
      name,
      "a value without . or .. segments",
      "one that would change the path",
      `leave . and .. out of ${name}`,
    );
  }
  if (text.includes("\0")) {
    // To a server in C, the path would end there.
    throw invalidArgument(name, "text without NUL characters", "a NUL character");
  }
  return form;
}

function leavesBase(path: string): CallError {
  return new CallError({
    code: "blocked",
    message: `the path ${path.slice(0, 200)} has a . or .. segment and could leave the declared base path`,
    retryable: false,
    hint: "write the path out, without . and .. segments",
  });
}
