/**
 * Consumed APIs, as authors of every dialect write them.
 *
 * @module
 */
import { BODY, CONSUMED_OPERATION, CONSUMES, DISPLAY } from "../../../schemas/aliases.ts";
import { isBytesType } from "../../data/media_type.ts";
import { type Raw, renamed, type Upgrade } from "../conform/raw.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Report } from "../diagnostics/report.ts";
import { writtenTree } from "../conform/written.ts";
import { inputsOfSchema } from "./flows.ts";
import { consumedOutputs } from "./parameters.ts";
import { heldAuthentication } from "./authentication.ts";

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
    values["baseUri"] = raw["targetUri"].replace(/(?<!\/)\/*\{\{\s*path\s*\}\}\/*$/, "");
  }
  if (raw["headers"] !== undefined) values["headers"] = headers(raw["headers"]);
  if (raw["namespace"] === undefined && typeof raw["name"] === "string") values["namespace"] = raw["name"];
  if (raw["baseUri"] === null) values["baseUri"] = undefined;
  return renamed(raw, report, CONSUMES, {
    ...values,
    ...heldAuthentication(raw, report),
    name: undefined,
    targetUri: undefined,
  });
};

/** `headers` of an operation or a resource, which the official schema does not have there. */
function ownHeaders(raw: Raw, report: Report): Raw {
  if (raw["headers"] === undefined || raw["headers"] === null) return {};
  report.once(
    "headers",
    "warning",
    "unofficial-key",
    "the headers of an operation or a resource are sent, though the official schema has them in a consumes entry only",
    report.locate(raw, "headers", "key"),
    "write an input parameter with in: header and a value for each",
  );
  return { headers: headers(raw["headers"]) };
}

/** A resource of a consumed API. */
export const upgradeConsumedResource: Upgrade = (raw, report) =>
  renamed(raw, report, DISPLAY, {
    ...ownHeaders(raw, report),
    ...(raw["name"] == null ? { name: typeof raw["path"] === "string" ? raw["path"] : "resource" } : {}),
  });

/** An operation of a consumed API. */
export const upgradeConsumedOperation: Upgrade = (raw, report) => {
  const values: Raw = { ...ownHeaders(raw, report) };
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
  return renamed(raw, report, CONSUMED_OPERATION, { ...inputsOfSchema(raw, report), ...values });
};

const BODY_TYPES: ReadonlyMap<string, string> = new Map(Object.entries({
  json: "json",
  text: "text",
  xml: "xml",
  yaml: "yaml",
  yml: "yaml",
  binary: "binary",
  bytes: "binary",
  octetstream: "binary",
  file: "binary",
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
  applicationyaml: "yaml",
  applicationxyaml: "yaml",
  textyaml: "yaml",
  textxyaml: "yaml",
  applicationoctetstream: "binary",
  textplain: "text",
  applicationsparqlquery: "sparql",
  applicationxwwwformurlencoded: "formUrlEncoded",
}));
/** Bodies whose values are texts, however they are written. */
const OF_TEXT: ReadonlySet<string> = new Set(["text", "xml", "formUrlEncoded", "multipartForm", "sparql"]);
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

const BODY_WORDS = "json, text, xml, sparql, yaml, binary, formUrlEncoded or multipartForm";

/** Reports a body without data whose other keys are taken as the data: one of them may be a slip of `data`. */
function reportLooseData(raw: Raw, report: Report): void {
  const loose = Object.keys(raw).filter((key) => !BODY_KEYS.has(key));
  const slip = loose.find((key) => nearest(key, ["data", "parts", "value"]) !== undefined);
  report.add(
    "warning",
    "unknown-key",
    `the body has no data; ${loose.join(", ")} ${loose.length === 1 ? "is" : "are"} sent as it`,
    report.locate(raw, slip ?? loose[0]!, "key"),
    slip === undefined
      ? "write data: and the rest below it"
      : `did you mean ${nearest(slip, ["data", "parts", "value"])} where it says ${slip}?`,
  );
}

function isBodyType(written: string): boolean {
  return BODY_TYPES.has(written.toLowerCase().replace(/[^a-z]/g, ""));
}

/** The type that a word means, or nearly is; undefined where it is none, as a media type may be. */
function bodyType(written: string): string | undefined {
  const plain = written.toLowerCase().replace(/[^a-z]/g, "");
  const near = BODY_TYPES.get(plain) === undefined && !written.includes("/")
    ? nearest(plain, BODY_TYPES.keys())
    : undefined;
  return BODY_TYPES.get(near ?? plain);
}

/** A request body given as a mapping. A mapping that says nothing about a body is itself the JSON data. */
export const upgradeBody: Upgrade = (raw, report) => {
  const known = Object.keys(raw).every((key) => BODY_KEYS.has(key));
  const word = typeof raw["type"] === "string" ? bodyType(raw["type"]) : undefined;
  if (
    !("data" in raw) &&
    (!known || (word === undefined && raw["parts"] === undefined && !("value" in raw && "type" in raw)))
  ) {
    if (word !== undefined && !known) {
      reportLooseData(raw, report);
      const data = renamed(raw, report, {}, { type: undefined, contentType: undefined });
      return renamed({ type: word, data }, report, {});
    }
    return { type: "json", data: raw };
  }
  if (raw["type"] !== undefined && raw["type"] !== null && typeof raw["type"] !== "string") {
    report.add(
      "error",
      "wrong-type",
      "type should be text; the body is sent as JSON",
      report.locate(raw, "type"),
      `use ${BODY_WORDS}`,
    );
  }
  const from = ["data", "parts", "value"].find((key) => raw[key] !== undefined && raw[key] !== null);
  const data = from === undefined
    ? undefined
    : word !== undefined && OF_TEXT.has(word)
    ? writtenTree(report.origins, raw, from)
    : raw[from];
  const type = typeof raw["type"] === "string" ? raw["type"] : undefined;
  const isMediaType = type?.includes("/") === true;
  if (type !== undefined && !isMediaType && !isBodyType(type)) {
    report.add(
      "warning",
      "coerced",
      word === undefined
        ? `Capstan does not know the body type ${type}; the body is sent as if it had none`
        : `the body type ${type} is read as ${word}`,
      report.locate(raw, "type"),
      word === undefined ? `use ${BODY_WORDS}` : `write type: ${word}`,
    );
  }
  return renamed(raw, report, BODY, {
    type: word ?? (type === undefined ? "json" : isMediaType && isBytesType(type) ? "binary" : "raw"),
    ...(isMediaType && (word === undefined || word === "yaml") ? { contentType: type } : {}),
    ...(data === undefined ? { data: undefined } : { data }),
    description: undefined,
    required: undefined,
    schema: undefined,
  });
};
