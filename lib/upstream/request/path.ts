/**
 * The path of a request: the author's text as it stands, values as single segments.
 *
 * @module
 */
import type { Scope } from "../../expression/scope.ts";
import { CallError } from "../error.ts";
import { leavesItsPlace } from "../guard/dot_segment.ts";
import { invalidArgument } from "../invalid.ts";
import type { Part, PathStyle } from "../operation.ts";
import { isData, percentEncode, type Show, shownText, shownTexts } from "../value.ts";

/** Characters that may stand in a path as they are. */
const KEPT = /%[0-9A-Fa-f]{2}|[A-Za-z0-9\-._~!$&'()*+,;=:@/]/;
const PIECE = new RegExp(`${KEPT.source}|[\\s\\S]`, "gu");

/** The author's text of a path, with what a URL cannot hold percent-encoded. */
function literalPath(text: string): string {
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
        : piece.pathStyle
        ? styledValue(piece.name, piece.get(scope), show, piece.pathStyle)
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

/** A value as OpenAPI's style of its parameter says: `.a,b` (label), `;name=a,b` (matrix), `k=v` for fields. */
function styledValue(name: string, value: unknown, show: Show, { style, explode }: PathStyle): string {
  const part = (text: string) => encoded(name, text, percentEncode(text)), key = percentEncode(name);
  const isList = Array.isArray(value), fields = isData(value) ? Object.entries(value) : undefined;
  // What is empty has no element that could say so.
  if (!isList && !fields?.length) return opened(style, key, segment(name, value, show, percentEncode));
  const texts = isList
    ? shownTexts(value, show).map(part)
    : fields!.filter(([, each]) => each !== undefined && each !== null)
      .map(([field, each]) => `${part(field)}${explode ? "=" : ","}${part(shownText(each, show))}`);
  if (texts.length === 0) {
    throw invalidArgument(name, "a value for the path", isList ? "no elements" : "no fields");
  }
  if (!explode) return opened(style, key, texts.join(","));
  switch (style) {
    case "simple":
      return texts.join(",");
    case "label":
      return texts.map((text) => `.${text}`).join("");
    case "matrix":
      return texts.map((text) => isList ? `;${key}=${text}` : `;${text}`).join("");
  }
}

/** What a style writes before a value. */
function opened(style: PathStyle["style"], key: string, text: string): string {
  return style === "simple" ? text : style === "label" ? `.${text}` : `;${key}=${text}`;
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
