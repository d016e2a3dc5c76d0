/**
 * Places that are taken: by a credential, or by the HTTP client itself.
 *
 * @module
 */
import type { Caller, Word } from "../inputs/name_scope.ts";
import type { ConsumedEntry } from "../consumes/operations.ts";

/** Header fields the HTTP client owns; a parameter of such a name is not sent. */
const CLIENT_HEADERS: ReadonlySet<string> = new Set([
  "content-length",
  "host",
  "connection",
  "transfer-encoding",
  "keep-alive",
  "te",
  "trailer",
  "upgrade",
  "expect",
  "proxy-connection",
  "date",
  "accept-encoding",
]);

/** Names that a credential occupies in a place; a parameter of that name is hidden (semantics §11). */
export function occupied(entry: ConsumedEntry): (place: string, name: string) => boolean {
  const taken = new Set<string>();
  for (const credential of entry.api.ready().credentials) {
    if (credential.type !== "apikey") taken.add("header authorization");
    else if (credential.placement === "body") {
      for (const place of ["body", "formData"]) taken.add(`${place} ${credential.name.toLowerCase()}`);
    } else taken.add(`${credential.placement} ${credential.name.toLowerCase()}`);
  }
  return (place, name) =>
    taken.has(`${place} ${name.toLowerCase()}`) ||
    (place === "header" && CLIENT_HEADERS.has(name.toLowerCase()));
}

/**
 * The caller's inputs that a credential of the API takes the place of: the credential wins.
 *
 * @param caller Who calls.
 * @param entry The operation.
 * @param values The `with` of the call.
 */
export function hiddenInputs(
  caller: Caller,
  entry: ConsumedEntry,
  values: Readonly<Record<string, unknown>> | undefined,
): Set<string> {
  const isOccupied = occupied(entry), hidden = new Set<string>();
  for (const p of entry.parameters) {
    if (p.in === undefined || p.value !== undefined || !isOccupied(p.in, p.name)) continue;
    const given = values?.[p.name];
    const word = typeof given === "string" ? caller.reference(given) ?? exactWord(caller, given) : undefined;
    const name = given === undefined ? p.name : word?.kind === "argument" ? word.name : undefined;
    if (name !== undefined) hidden.add(name);
  }
  return hidden;
}

function exactWord(caller: Caller, text: string): Word | undefined {
  const word = /^\s*\{\{\{?\s*([^{}]*?)\s*\}?\}\}\s*$/.exec(text)?.[1];
  return word === undefined ? undefined : caller.word(word);
}
