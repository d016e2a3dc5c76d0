/**
 * Where callers show who they are: nothing of a surface reads these places, so that what stands there travels no further.
 *
 * @module
 */
import type { Exposes } from "../../schemas/mod.ts";
import { requestInputs } from "../document/request_inputs.ts";
import { authenticationType } from "./consumes/reach.ts";
import type { PlanContext } from "./context.ts";

/** The places of a caller's credentials. */
export interface CredentialPlaces {
  /** Names of headers, in small letters. */
  readonly header: ReadonlySet<string>;
  /** Names of query parameters. */
  readonly query: ReadonlySet<string>;
  /** Names of cookies. */
  readonly cookie: ReadonlySet<string>;
}

/**
 * The places of the credentials that a surface asks for.
 *
 * @param surface The surface as the document says it.
 * @returns Undefined where nobody is asked.
 */
export function credentialPlaces(
  { authentication }: Pick<Exposes, "authentication">,
): CredentialPlaces | undefined {
  if (authentication === undefined) return undefined;
  const type = authenticationType(authentication.type), { key, placement, headers } = authentication;
  if (type === "none") return undefined;
  const places = {
    header: new Set(["authorization", "dpop"]),
    query: new Set<string>(),
    cookie: new Set<string>(),
  };
  if (type !== "apikey") return places;
  places.header.clear();
  for (const name of Object.keys(headers ?? {})) places.header.add(name.toLowerCase());
  if (key === undefined) return places;
  switch (placement?.toLowerCase()) {
    case "query":
      places.query.add(key);
      break;
    case "cookie":
      places.cookie.add(key);
      // An input that is the whole header would hold it too.
      places.header.add("cookie");
      break;
    default:
      places.header.add(key.toLowerCase());
  }
  return places;
}

/** Tells of inputs that stand where callers show who they are: they get no value. */
export function warnOfCredentialInputs(context: PlanContext, surface: Exposes): void {
  const places = credentialPlaces(surface);
  if (!places) return;
  for (const input of requestInputs(surface)) {
    const place = input.in as keyof CredentialPlaces | undefined, name = input.name;
    if (place === undefined || !places[place]?.has(place === "header" ? name.toLowerCase() : name)) continue;
    context.warn(
      "input-of-credentials",
      `the input ${name} is where callers send credentials: it gets no value, so that credentials are not passed on`,
      input,
      undefined,
      "remove it; what an API needs belongs in the authentication of its consumes entry",
    );
  }
}
