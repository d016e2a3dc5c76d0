/**
 * API keys, by the names people have for where they travel and what they are.
 *
 * @module
 */
import { API_KEY } from "../../../schemas/aliases.ts";
import type { Raw } from "../conform/raw.ts";
import type { Report } from "../diagnostics/report.ts";

/** Keys that name the place and hold the name the API key travels under. */
const PLACES: Readonly<Record<string, string>> = {
  header: "header",
  headerName: "header",
  header_name: "header",
  query: "query",
  queryParam: "query",
  queryParameter: "query",
  query_param: "query",
  param: "query",
  cookie: "cookie",
  cookieName: "cookie",
};
const NAMES = ["keyName", "paramName", "parameterName"];
/** Keys that hold the secret, once the name is known from elsewhere. */
const SECRETS = ["value", "token", "apiKey", "apikey", "api_key", "secret", "key"];

/**
 * The keys of an API key in their one writing.
 *
 * @param raw What the author wrote.
 * @param report Receives the warning where the official schema has other words.
 * @returns Replacements for the keys of the mapping.
 */
export function upgradeApiKey(raw: Raw, report: Report): Raw {
  const values: Raw = {}, text = (key: string) => typeof raw[key] === "string";
  const placed = Object.keys(PLACES).find(text), named = placed ?? NAMES.find(text);
  const separate = named ?? (text("name") && text("key") && raw["value"] === undefined ? "name" : undefined);
  for (const alias of [...Object.keys(PLACES), ...NAMES]) if (text(alias)) values[alias] = undefined;
  for (const [alias, key] of Object.entries(API_KEY)) {
    if (raw[key] === undefined && raw[alias] !== undefined) values[key] = raw[alias];
    values[alias] = undefined;
  }
  if (separate === undefined) {
    const secret = SECRETS.find((key) => key !== "key" && text(key));
    if (raw["value"] === undefined && secret !== undefined) values["value"] = raw[secret];
  } else {
    const secret = SECRETS.find(text);
    values["key"] = raw[separate];
    values["value"] = secret === undefined ? undefined : raw[secret];
    if (placed !== undefined) values["placement"] = PLACES[placed];
    report.once(
      `apikey ${separate}`,
      "warning",
      "unofficial-key",
      `${separate} is read as the name that the API key travels under${
        secret === undefined ? "" : `, and ${secret} as its value`
      }`,
      report.locate(raw, separate, "key"),
      "write key: for the name, value: for the secret, and placement: header, query or cookie",
    );
  }
  for (const key of SECRETS) if (key !== "value" && key !== "key" && text(key)) values[key] = undefined;
  return values;
}
