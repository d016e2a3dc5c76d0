/**
 * The control surface: management and observability.
 *
 * @module
 */
import { typed } from "../choice.ts";
import type { StrictDialect } from "../dialect.ts";
import { anyText, closed, either, flag, list, number, req, word } from "../notation.ts";
import type { Shape } from "../shape.ts";
import { authentication } from "./authentication.ts";
import { LANGUAGES } from "./flow.ts";
import { address, fileUri, port } from "./words.ts";

const positive = number({ whole: true, least: 1 });

const management = closed("management", {
  health: flag,
  info: flag,
  reload: flag,
  validate: flag,
  logs: either({
    "true or false": flag,
    "a map": closed("the log endpoint", {
      "level-control": flag,
      stream: flag,
      "max-subscribers": number({ whole: true, least: 1, most: 20 }),
    }),
  }),
  scripting: closed("scripting", {
    enabled: flag,
    defaultLocation: fileUri,
    defaultLanguage: word(...LANGUAGES),
    timeout: positive,
    statementLimit: positive,
    allowedLanguages: list(word(...LANGUAGES)),
  }),
});

const observability = closed("observability", {
  enabled: flag,
  metrics: closed("metrics", { local: closed("a local endpoint", { enabled: flag }) }),
  traces: closed("traces", {
    sampling: number({ least: 0, most: 1 }),
    propagation: word("w3c", "b3"),
    local: closed("local traces", {
      enabled: flag,
      "buffer-size": number({ whole: true, least: 10, most: 10000 }),
    }),
  }),
  exporters: closed("exporters", { otlp: closed("an OTLP exporter", { endpoint: req(anyText) }) }),
});

/** The control surface of one version. */
export function control(dialect: StrictDialect): Shape {
  return typed("a control surface", {
    address,
    port: req(port),
    authentication: authentication(dialect),
    management,
    observability,
  });
}
