/**
 * An authentication, as authors write it. One that does not say what it is never becomes none: nothing is left open, and
 * nothing is called without its credentials, because of a slip.
 *
 * @module
 */
import { AUTHENTICATION } from "../../../schemas/aliases.ts";
import { isMapping, type Raw, renamed, set, type Upgrade } from "../conform/raw.ts";
import type { Report } from "../diagnostics/report.ts";
import { upgradeApiKey } from "./api_key.ts";

/** The type of an authentication that says none, and whose keys do not tell it. */
const UNSAID = "";
/** Keys that only one type has, by the type. */
const TELLING: readonly (readonly [string, readonly string[]])[] = [
  ["oauth2", ["tokenEndpoint", "authorizationServerUri", "clientId", "refreshToken", "jwksUri"]],
  ["basic", ["username", "password"]],
  ["bearer", ["token"]],
  ["apikey", ["key", "placement", "headers", "value"]],
];

/** The type that the keys of an authentication tell; undefined where they tell none. */
function typeByKeys(raw: Raw): string | undefined {
  const keys = new Set(Object.keys(raw).map((key) => AUTHENTICATION[key] ?? key));
  if (raw["name"] !== undefined && raw["in"] !== undefined) return "apikey";
  return TELLING.find(([, telling]) => telling.some((key) => keys.has(key)))?.[0];
}

/** An authentication that is written without a type, with the type that its keys tell. */
function withType(raw: Raw, report: Report): Raw {
  if (raw["type"] !== undefined && raw["type"] !== null && raw["type"] !== "") return raw;
  const type = typeByKeys(raw);
  if (type === undefined) return renamed(raw, report, {}, { type: UNSAID });
  report.add(
    "warning",
    "unknown-authentication",
    `the authentication has no type; its keys are those of ${type}, and it is read as that`,
    report.locate(raw),
    `add type: ${type}`,
  );
  return renamed(raw, report, {}, { type });
}

/** An authentication. */
export const upgradeAuthentication: Upgrade = (written, report) => {
  const raw = withType(written, report), values: Raw = {};
  const type = typeof raw["type"] === "string"
    ? raw["type"].toLowerCase().replace(/[^a-z0-9]/g, "")
    : undefined;
  if (type === "apikey") Object.assign(values, upgradeApiKey(raw, report));
  const scopes = raw["scopes"] ?? raw["scope"];
  if (typeof scopes === "string") values["scopes"] = scopes.split(/[\s,]+/).filter(Boolean);
  else if (isMapping(scopes)) values["scopes"] = Object.keys(scopes);
  // A type that is no text is reported as such where it is read; here it must not become none.
  if (typeof raw["type"] === "object") values["type"] = UNSAID;
  return renamed(raw, report, AUTHENTICATION, values);
};

/**
 * The authentication of an API or a surface that is there and is no mapping: `authentication:` with nothing behind it, a
 * text, a list. It stays one, so that what it guards is refused and not opened.
 *
 * @param raw The API or the surface.
 * @param report For the origins.
 * @returns Replacements for the keys of the mapping; empty where there is none, or it is a mapping.
 */
export function heldAuthentication(raw: Raw, report: Report): Raw {
  const key = ["authentication", "auth", "authent"].find((each) => each in raw);
  if (key === undefined || isMapping(raw[key])) return {};
  const held: Raw = {}, origin = report.origins.get(raw), at = origin?.entries?.get(key);
  // A bare word is meant as the type: none, bearer.
  set(held, "type", typeof raw[key] === "string" ? raw[key].trim() : UNSAID);
  if (origin && at) report.origins.set(held, { file: origin.file, span: at.key ?? at.value });
  return { authentication: held, ...(key === "authentication" ? {} : { [key]: undefined }) };
}
