/**
 * Consumed APIs, as authors of every dialect write them.
 *
 * @module
 */
import {
  API_KEY,
  AUTHENTICATION,
  BODY,
  CONSUMED_OPERATION,
  CONSUMES,
  DISPLAY,
} from "../../../schemas/aliases.ts";
import { isMapping, type Raw, renamed, set, type Upgrade } from "../raw.ts";
import { consumedOutputs } from "./parameters.ts";

/** `headers` as authors write them: a map, a list of `Name: value`, a list of `{name, value}`. */
function headers(written: unknown): unknown {
  if (!Array.isArray(written)) return written;
  return written.map((item) => {
    if (typeof item !== "string") return item;
    const colon = item.indexOf(":");
    return colon < 0
      ? { name: item, value: "" }
      : { name: item.slice(0, colon).trim(), value: item.slice(colon + 1).trim() };
  });
}

/** A consumed API. */
export const upgradeConsumes: Upgrade = (raw, report) => {
  const values: Raw = {};
  if (typeof raw["targetUri"] === "string") {
    values["baseUri"] = raw["targetUri"].replace(/\/*\{\{\s*path\s*\}\}\/*$/, "");
  }
  if (raw["headers"] !== undefined) values["headers"] = headers(raw["headers"]);
  if (raw["namespace"] === undefined && typeof raw["name"] === "string") values["namespace"] = raw["name"];
  if (raw["baseUri"] === null) values["baseUri"] = undefined;
  return renamed(raw, report, CONSUMES, {
    ...values,
    name: undefined,
    targetUri: undefined,
  });
};

/** A resource of a consumed API. */
export const upgradeConsumedResource: Upgrade = (raw, report) =>
  renamed(raw, report, DISPLAY, {
    ...(raw["name"] == null ? { name: typeof raw["path"] === "string" ? raw["path"] : "resource" } : {}),
  });

/** An operation of a consumed API. */
export const upgradeConsumedOperation: Upgrade = (raw, report) => {
  const values: Raw = {};
  const id = raw["id"] ?? raw["operationId"];
  if (raw["name"] == null) {
    values["name"] = typeof id === "string"
      ? id
      : `${String(raw["method"] ?? "get").toLowerCase()}${String(raw["path"] ?? "")}`;
  }
  if (raw["outputParameters"] !== undefined) {
    values["outputParameters"] = consumedOutputs(raw["outputParameters"], report);
  }
  const { body } = raw;
  if (body === null) values["body"] = undefined;
  else if (typeof body === "string") values["body"] = { type: "raw", data: body };
  else if (Array.isArray(body)) values["body"] = { type: "json", data: body };
  return renamed(raw, report, CONSUMED_OPERATION, values);
};

const BODY_TYPES: ReadonlyMap<string, string> = new Map(Object.entries({
  json: "json",
  text: "text",
  xml: "xml",
  sparql: "sparql",
  raw: "raw",
  formurlencoded: "formUrlEncoded",
  form: "formUrlEncoded",
  urlencoded: "formUrlEncoded",
  multipartform: "multipartForm",
  multipart: "multipartForm",
  multipartformdata: "multipartForm",
  applicationjson: "json",
  applicationxml: "xml",
  textxml: "xml",
  textplain: "text",
  applicationsparqlquery: "sparql",
  applicationxwwwformurlencoded: "formUrlEncoded",
}));
const BODY_KEYS: ReadonlySet<string> = new Set([
  "type",
  "contentType",
  "mediaType",
  "description",
  "required",
  "data",
  "parts",
  "value",
  "schema",
]);

/** A request body given as a mapping. A mapping that says nothing about a body is itself the JSON data. */
export const upgradeBody: Upgrade = (raw, report) => {
  const known = Object.keys(raw).every((key) => BODY_KEYS.has(key));
  const word = typeof raw["type"] === "string"
    ? BODY_TYPES.get(raw["type"].toLowerCase().replace(/[^a-z]/g, ""))
    : undefined;
  if (
    !("data" in raw) &&
    (!known || (word === undefined && raw["parts"] === undefined && !("value" in raw && "type" in raw)))
  ) {
    if (word !== undefined && !known) {
      const data = renamed(raw, report, {}, { type: undefined, contentType: undefined });
      return renamed({ type: word, data }, report, {});
    }
    return { type: "json", data: raw };
  }
  const data = raw["data"] ?? raw["parts"] ?? raw["value"];
  const type = typeof raw["type"] === "string" ? raw["type"] : undefined;
  const isMediaType = type?.includes("/") === true;
  if (word === undefined && type !== undefined && !isMediaType) {
    report.add(
      "warning",
      "coerced",
      `Capstan does not know the body type ${type}; the body is sent as if it were written as a plain text`,
      report.locate(raw, "type"),
      "use json, text, xml, sparql, formUrlEncoded or multipartForm",
    );
  }
  return renamed(raw, report, BODY, {
    type: word ?? (type === undefined ? "json" : "raw"),
    ...(word === undefined && isMediaType ? { contentType: type } : {}),
    ...(data === undefined || data === null ? { data: undefined } : { data }),
    description: undefined,
    required: undefined,
    schema: undefined,
  });
};

/** An authentication. */
export const upgradeAuthentication: Upgrade = (raw, report) => {
  const values: Raw = {};
  const type = typeof raw["type"] === "string"
    ? raw["type"].toLowerCase().replace(/[^a-z0-9]/g, "")
    : undefined;
  if (type === "apikey") {
    for (const [alias, key] of Object.entries(API_KEY)) {
      if (raw[key] === undefined && raw[alias] !== undefined) values[key] = raw[alias];
      values[alias] = undefined;
    }
  }
  const scopes = raw["scopes"] ?? raw["scope"];
  if (typeof scopes === "string") values["scopes"] = scopes.split(/[\s,]+/).filter(Boolean);
  else if (isMapping(scopes)) values["scopes"] = Object.keys(scopes);
  const out = renamed(raw, report, AUTHENTICATION, values);
  if (out["type"] === undefined) set(out, "type", "none");
  return out;
};
