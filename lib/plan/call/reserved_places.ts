/**
 * Places that are taken: by a credential, or by the HTTP client itself.
 *
 * @module
 */
import { CLIENT_HEADERS } from "../../data/http/header_names.ts";
import { exactPlaceholder } from "../../expression/template.ts";
import type { InputParameter } from "../../../schemas/mod.ts";
import type { NameScope, Word } from "../inputs/name_scope.ts";
import type { ConsumedEntry } from "../consumes/consumed.ts";
import { placeOf, readPath } from "./path_template.ts";

/**
 * Whether something else fills the place of a parameter: a credential, or the HTTP client (semantics §11). A parameter
 * that does not say where it travels means the credential of its name, wherever that is.
 */
export function reservedPlaces(
  entry: ConsumedEntry,
): (place: string, parameter: Pick<InputParameter, "name" | "in">) => boolean {
  const taken = new Set<string>(), names = new Set<string>();
  const take = (place: string, name: string) => {
    taken.add(`${place} ${name.toLowerCase()}`);
    names.add(name.toLowerCase());
  };
  const { base, credentials } = entry.api.ready();
  for (const credential of credentials) {
    if (credential.type !== "apikey") take("header", "authorization");
    else if (credential.placement === "body") {
      for (const place of ["body", "formData"]) take(place, credential.name);
    } else take(credential.placement, credential.name);
  }
  for (const { name, credential } of base.query ?? []) if (credential) take("query", name);
  return (place, { name, in: written }) => {
    const lower = name.toLowerCase();
    return taken.has(`${place} ${lower}`) ||
      (written === undefined && place !== "path" && names.has(lower)) ||
      (place === "header" && CLIENT_HEADERS.has(lower));
  };
}

/**
 * The caller's inputs that a credential of the API takes the place of: the credential wins.
 *
 * @param nameScope Who calls.
 * @param entry The operation.
 * @param values The `with` of the call.
 * @returns Each input, with whether `with` passes it on by name: then its author means it to be given, and says so.
 */
export function hiddenInputs(
  nameScope: NameScope,
  entry: ConsumedEntry,
  values: Readonly<Record<string, unknown>> | undefined,
): Map<string, boolean> {
  const isReserved = reservedPlaces(entry),
    template = readPath(entry.path),
    hidden = new Map<string, boolean>();
  for (const p of entry.parameters) {
    if (p.value !== undefined || !isReserved(placeOf(p, template), p)) continue;
    const given = values?.[p.name];
    const word = typeof given === "string"
      ? nameScope.reference(given) ?? exactWord(nameScope, given)
      : undefined;
    const name = given === undefined ? p.name : word?.kind === "argument" ? word.name : undefined;
    if (name !== undefined) hidden.set(name, given !== undefined);
  }
  return hidden;
}

function exactWord(nameScope: NameScope, text: string): Word | undefined {
  const word = exactPlaceholder(text)?.expression;
  return word === undefined ? undefined : nameScope.word(word);
}
