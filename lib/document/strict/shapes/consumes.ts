/**
 * Consumed APIs, their resources and operations, and imports.
 *
 * @module
 */
import { typed, unless, variants } from "../choice.ts";
import type { StrictDialect } from "../dialect.ts";
import { anyText, closed, list, mapOf, req, word } from "../notation.ts";
import type { Shape } from "../shape.ts";
import { authentication } from "./authentication.ts";
import { body } from "./body.ts";
import { outputs } from "./outputs.ts";
import { baseUri, EXTENDED, extended, KEBAB, kebab, size, uri, VARIABLE } from "./words.ts";

/** The methods of an operation. */
export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** What every section can hold instead of an entry of its own. */
export function importOr(dialect: StrictDialect, entry: Shape, ownKeys: readonly string[]): Shape {
  const source = dialect.since("alpha3") ? "from" : "location";
  const imported = closed("an import", {
    [source]: req(anyText),
    import: req(kebab),
    as: kebab,
    ...dialect.from("alpha2", { description: anyText }),
  });
  return unless(entry, imported, [source, "import"], ownKeys);
}

/** The `binds` of one version. */
export function binds(dialect: StrictDialect): Shape {
  const bind = closed("a bind", {
    namespace: req(kebab),
    description: anyText,
    location: uri,
    keys: req(mapOf(VARIABLE, extended)),
  });
  return list(dialect.since("alpha3") ? importOr(dialect, bind, ["keys"]) : bind, 1);
}

function operations(dialect: StrictDialect, inputs: Shape): Shape {
  const formats = ["json", "xml", "avro", "protobuf", "csv", "yaml"];
  if (dialect.since("alpha2")) formats.push("tsv", "psv", "html", "markdown");
  if (dialect.since("beta1")) formats.push("binary");
  return dialect.collection("a consumed operation", { name: KEBAB, least: 1 }, {
    [dialect.display]: anyText,
    ...dialect.from("alpha3", { tags: list(anyText) }),
    description: anyText,
    method: req(word(...METHODS)),
    inputParameters: inputs,
    outputRawFormat: word(...formats),
    ...dialect.from("beta1", { outputMediaType: anyText, maxBinarySize: size }),
    ...dialect.from("alpha2", { outputSchema: anyText }),
    outputParameters: outputs(dialect).consumed,
    body,
  });
}

/** The `consumes` of one version. */
export function consumes(dialect: StrictDialect): Shape {
  const inputs = dialect.collection("a consumed input parameter", { name: EXTENDED }, {
    in: req(word("query", "header", "path", "cookie", "body", "environment")),
    value: anyText,
  });
  const resources = dialect.collection("a consumed resource", { name: KEBAB, least: 1 }, {
    [dialect.display]: anyText,
    ...dialect.from("alpha3", { tags: list(anyText) }),
    description: anyText,
    path: req(anyText),
    inputParameters: inputs,
    operations: req(operations(dialect, inputs)),
  });
  const tunnel = variants("a tunnel", "type", {
    ziti: typed("a tunnel", {
      service: req(anyText),
      identity: req(anyText),
      fallback: word("fail", "direct"),
    }),
  });
  const adapter = closed("a consumed API", {
    namespace: req(kebab),
    type: req(word("http")),
    description: anyText,
    baseUri: req(baseUri),
    inputParameters: inputs,
    authentication: authentication(dialect),
    ...dialect.from("alpha3", { tunnel }),
    resources,
  });
  return list(importOr(dialect, adapter, ["type", "baseUri", "resources"]), 1);
}
