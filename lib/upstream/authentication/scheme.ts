/**
 * Credentials that bring their scheme along, such as a token that begins with `Bearer`.
 *
 * @module
 */
import { Secret } from "../../expression/secret.ts";
import type { Credential, FixedText } from "../operation.ts";
import { fixedText, reveal } from "../value.ts";

/** A credential without the scheme that is put before it anyway. */
export interface Bare {
  readonly token: FixedText;
  /** The text to hide wherever it turns up, where the scheme was taken off. */
  readonly hide?: string;
}

/**
 * Takes the scheme off a credential, where it begins with it (semantics §1).
 *
 * @param scheme `Bearer` or `Basic`.
 * @param token What was given.
 */
export function withoutScheme(scheme: string, token: FixedText): Bare {
  const text = fixedText(token, reveal), found = new RegExp(`^\\s*${scheme}\\s+`, "i").exec(text);
  if (!found) return { token };
  const bare = text.slice(found[0].length);
  return { token: new Secret(bare), hide: bare };
}

/** Basic credentials that are encoded already: a header of their own. */
export function encodedBasic(token: FixedText): Credential {
  const value = new Secret(`Basic ${fixedText(token, reveal)}`);
  return { type: "apikey", placement: "header", name: "Authorization", value };
}
