/**
 * The headers of a request: names, values and who wins where two want one place.
 *
 * @module
 */
import { CLIENT_HEADERS } from "../../data/http/header_names.ts";
import { isToken } from "../../data/http/token.ts";
import type { Header } from "../outgoing.ts";
import { Secret } from "../../expression/secret.ts";
import type { Scope } from "../../expression/scope.ts";
import { cookiePair, cookiesIn } from "./cookies.ts";
import { CallError } from "../error.ts";
import { invalidArgument } from "../invalid.ts";
import type { Field, Operation } from "../operation.ts";
import { fixedText, holdsSecret, type Show, shownText, shownTexts } from "../value.ts";

// deno-lint-ignore no-control-regex -- these are what a header cannot carry
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
// deno-lint-ignore no-control-regex -- the one test is for ASCII
const ASCII = /^[\u0000-\u007f]*$/;

/** Header values are bytes: text beyond Latin-1 goes as UTF-8. */
function headerBytes(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0xff) {
      return Array.from(new TextEncoder().encode(text), (b) => String.fromCharCode(b)).join("");
    }
  }
  return text;
}

/**
 * A value as a header carries it. Arrays are joined with commas, objects are JSON in ASCII.
 *
 * @throws {CallError} `invalid_arguments` for line breaks and other control characters.
 */
function headerValue(name: string, value: unknown, show: Show): string {
  let text: string;
  if (Array.isArray(value)) text = shownTexts(value, show).join(", ");
  else {
    text = shownText(value, show);
    if (typeof value === "object" && !(value instanceof Secret) && !ASCII.test(text)) {
      text = text.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    }
  }
  if (CONTROL.test(text)) {
    throw invalidArgument(
      name,
      "text without line breaks or control characters",
      "a line break or control character",
    );
  }
  return headerBytes(text.trim());
}

function fixedValue(name: string, text: string): string {
  if (!CONTROL.test(text)) return headerBytes(text.trim());
  throw new CallError({
    code: "misconfigured",
    message: `the value of the header ${name} has a line break or control character in it`,
    retryable: false,
    hint:
      "correct the value or the variable it comes from; a trailing line break of a file is the usual cause",
  });
}

/** What the credentials of an operation put into headers and cookies. */
export interface Presented {
  readonly headers: readonly Header[];
  readonly cookies: readonly (readonly [string, string])[];
  /** Names, in small letters, that a credential fills only when the call is made. */
  readonly reserved: readonly string[];
}

/**
 * Compiles the headers of an operation. Of one name only one is sent: a credential wins over a fixed header that
 * holds a secret, that over the caller's value, that over any other fixed header.
 *
 * @param operation The operation.
 * @param presented What credentials put in.
 * @param show What stands for a secret.
 * @param withSecrets False leaves every header out that holds a secret, for a host they are not meant for.
 * @returns Gives the headers for a scope and the type of its body.
 */
export function compileHeaders(
  operation: Pick<Operation, "headers" | "cookies" | "fixedHeaders">,
  presented: Presented,
  show: Show,
  withSecrets: boolean,
): (scope: Scope, contentType: string | undefined, forced: boolean) => Header[] {
  const won = new Set([...presented.headers.map(([name]) => name.toLowerCase()), ...presented.reserved]);
  const takenCookies = new Set(presented.cookies.map(([name]) => name.toLowerCase()));
  const fixed: Header[] = [];
  const winning: Header[] = [];
  let wrong: CallError | undefined;
  const usable = (name: string): boolean => {
    if (isToken(name)) return !CLIENT_HEADERS.has(name.toLowerCase());
    wrong ??= new CallError({
      code: "misconfigured",
      message: `${JSON.stringify(name)} cannot be the name of a header`,
      retryable: false,
      hint: "correct the name in the specification",
    });
    return false;
  };
  for (const { name, value } of operation.fixedHeaders) {
    const secret = holdsSecret(value);
    if (!usable(name) || won.has(name.toLowerCase()) || (secret && !withSecrets)) continue;
    try {
      (secret ? winning : fixed).push([name, fixedValue(name, fixedText(value, show))]);
    } catch (error) {
      wrong ??= error as CallError;
    }
  }
  for (const [name] of winning) won.add(name.toLowerCase());
  for (const [name, value] of presented.headers) {
    try {
      winning.push([name, fixedValue(name, value)]);
    } catch (error) {
      wrong ??= error as CallError;
    }
  }
  const inputs: Field[] = operation.headers.filter(({ name }) =>
    usable(name) && !won.has(name.toLowerCase())
  );
  const cookies = operation.cookies.filter(({ name }) => !takenCookies.has(name.toLowerCase()));
  const cookieTail = presented.cookies.map(([name, value]) => cookiePair(name, value)).join("; ");
  if (wrong) {
    const error = wrong;
    return () => {
      throw error;
    };
  }
  const compose = (scope: Scope, contentType: string | undefined, forced: boolean): Header[] => {
    const out = new Map<string, Header>();
    for (const header of fixed) out.set(header[0].toLowerCase(), header);
    for (const { name, get } of inputs) {
      const value = get(scope);
      if (value === undefined || value === null) continue;
      if (value instanceof Secret && !withSecrets) continue;
      out.set(name.toLowerCase(), [name, headerValue(name, value, show)]);
    }
    for (const header of winning) out.set(header[0].toLowerCase(), header);
    let jar = cookiesIn(out.get("cookie")?.[1], takenCookies);
    for (const { name, get } of cookies) {
      const value = get(scope);
      if (value === undefined || value === null) continue;
      if (value instanceof Secret && !withSecrets) continue;
      jar += `${jar === "" ? "" : "; "}${cookiePair(name, shownText(value, show))}`;
    }
    if (cookieTail !== "") jar += `${jar === "" ? "" : "; "}${cookieTail}`;
    if (jar === "") out.delete("cookie");
    else out.set("cookie", ["Cookie", jar]);
    if (contentType !== undefined && (forced || !out.has("content-type"))) {
      out.set("content-type", ["Content-Type", contentType]);
    }
    return [...out.values()];
  };
  if (inputs.length > 0 || cookies.length > 0) return compose;
  // Nothing comes with the call: the headers are made once for each type of body.
  const none: Scope = { args: {} };
  const made = new Map<string | undefined, Header[]>();
  return (_scope, contentType, forced) => {
    if (forced) return compose(none, contentType, forced);
    let headers = made.get(contentType);
    if (!headers) made.set(contentType, headers = compose(none, contentType, forced));
    return headers;
  };
}
