/**
 * The query of a base address, such as `?code=…` of a function or the tokens of a shared address: it is sent with every
 * call.
 *
 * @module
 */
import { Secret } from "../../expression/secret.ts";
import { isCredentialName } from "../../upstream/credential_name.ts";
import type { BaseQuery } from "../../upstream/operation.ts";

/** A piece of an address: the author's own text, or what a variable put there. */
export interface AddressPiece {
  readonly text: string;
  readonly fromVariable: boolean;
}

/** What `+` and percent codes of a query mean. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
}

/**
 * Parts an address from its query; a fragment is dropped.
 *
 * @param pieces The address.
 */
export function splitAddress(
  pieces: readonly AddressPiece[],
): { address: AddressPiece[]; query: AddressPiece[] } {
  const address: AddressPiece[] = [], query: AddressPiece[] = [];
  let into = address;
  for (const { text, fromVariable } of pieces) {
    const hash = text.indexOf("#"), rest = hash < 0 ? text : text.slice(0, hash);
    const mark = into === address ? rest.indexOf("?") : -1;
    if (mark < 0) into.push({ text: rest, fromVariable });
    else {
      address.push({ text: rest.slice(0, mark), fromVariable });
      into = query;
      query.push({ text: rest.slice(mark + 1), fromVariable });
    }
    if (hash >= 0) break;
  }
  return { address, query };
}

/** One pair, while it is read. */
interface Pair {
  name: string;
  named: boolean;
  value: (string | Secret)[];
}

/**
 * The pairs of a query. A variable that stands where a pair begins holds pairs of its own, as they are written in an
 * address; one that stands behind a `=` is a value, and is encoded.
 *
 * @param pieces The query, without its `?`.
 * @returns The pairs, and each text in them that has to be hidden.
 */
export function baseQueryOf(
  pieces: readonly AddressPiece[],
): { query: BaseQuery[]; secrets: string[] } {
  const pairs: Pair[] = [], secrets: string[] = [];
  let pair: Pair = { name: "", named: false, value: [] };
  const hide = (text: string): Secret => {
    if (text !== "") secrets.push(text);
    return new Secret(text);
  };
  const read = (text: string, land: (text: string) => string | Secret): void => {
    text.split("&").forEach((part, i) => {
      if (i > 0) {
        pairs.push(pair);
        pair = { name: "", named: false, value: [] };
      }
      const equals = pair.named ? -1 : part.indexOf("=");
      if (!pair.named) pair.name += decoded(equals < 0 ? part : part.slice(0, equals));
      const value = pair.named ? part : equals < 0 ? "" : part.slice(equals + 1);
      pair.named ||= equals >= 0;
      if (value !== "") pair.value.push(land(decoded(value)));
    });
  };
  for (const { text, fromVariable } of pieces) {
    if (!fromVariable) read(text, (part) => part);
    else if (pair.named) pair.value.push(hide(text));
    else read(text, hide);
  }
  pairs.push(pair);
  const query = pairs.filter(({ name }) => name !== "").map(({ name, value }): BaseQuery => {
    const credential = value.some((piece) => piece instanceof Secret) || isCredentialName(name);
    const text = value.every((piece) => typeof piece === "string") ? value.join("") : value;
    if (credential && typeof text === "string" && text !== "") secrets.push(text);
    return { name, value: text, credential };
  });
  return { query, secrets };
}
