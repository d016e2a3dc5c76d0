/**
 * Words that are none of those a key takes, where its schema takes any text.
 *
 * @module
 */
import type { CapabilityDocument, InputSchema, McpPrompt } from "../../../schemas/mod.ts";
import { nearest } from "../diagnostics/nearest.ts";
import type { Report } from "../diagnostics/report.ts";

/** Other names of the transport that is HTTP. */
const HTTP: readonly string[] = ["streamable-http", "streamablehttp", "streamable_http"];

/** Reports a word that is none of those a key takes. */
function check(
  report: Report,
  node: object,
  key: string,
  words: readonly string[],
  consequence: string,
): void {
  const written = (node as Readonly<Record<string, unknown>>)[key];
  if (typeof written !== "string" || words.includes(written.trim().toLowerCase())) return;
  const near = nearest(written, words);
  report.add(
    "warning",
    "coerced",
    `${key} ${written} is not known; ${consequence}`,
    report.locate(node, key),
    near === undefined || HTTP.includes(near)
      ? `use ${words.filter((word) => !HTTP.includes(word)).join(" or ")}`
      : `did you mean ${near}?`,
  );
}

/** A media type, perhaps with parameters. */
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+*-]+\s*(;.*)?$/;

function checkMediaType(report: Report, node: object, key: string): void {
  const written = (node as Readonly<Record<string, unknown>>)[key];
  if (typeof written !== "string" || MEDIA_TYPE.test(written.trim()) || written.includes("{{")) return;
  report.add(
    "warning",
    "bad-expression",
    `${key} ${written} is not a media type`,
    report.locate(node, key),
    "write a type and a subtype, such as application/json",
  );
}

function checkEncodings(report: Report, inputs: readonly InputSchema[] | undefined): void {
  for (const input of inputs ?? []) {
    check(
      report,
      input,
      "encoding",
      ["base64", "utf-8", "utf8", "text", "none"],
      "the value is sent as the text it is",
    );
    checkEncodings(report, input.properties);
    if (input.items) checkEncodings(report, [input.items]);
  }
}

/** Reports types of the arguments of a prompt that have no effect: clients send text. */
function checkArguments(report: Report, { arguments: all = [] }: McpPrompt): void {
  for (const argument of all) {
    const { name, type } = argument;
    if (type === undefined || /^(?:string|text)$/i.test(type.trim())) continue;
    report.add(
      "warning",
      "contradiction",
      `the arguments of a prompt are text: the type ${type} of ${name} has no effect`,
      report.locate(argument, "type"),
      "write type: string, or remove it",
    );
  }
}

/**
 * Reports words that no key of their place takes.
 *
 * @param document The model.
 * @param report Receives what is found.
 */
export function checkWords(document: CapabilityDocument, report: Report): void {
  for (const consumes of document.consumes ?? []) {
    for (const resource of consumes.resources ?? []) {
      for (const operation of resource.operations ?? []) {
        checkEncodings(report, operation.inputParameters);
        if (operation.body) checkMediaType(report, operation.body, "contentType");
        checkMediaType(report, operation, "outputMediaType");
      }
    }
  }
  for (const exposes of document.exposes ?? []) {
    if (exposes.type === "mcp") {
      check(
        report,
        exposes,
        "transport",
        ["http", "stdio", ...HTTP],
        "it is served over HTTP",
      );
      check(report, exposes, "cacheScope", ["public", "private"], "private holds");
      for (const prompt of exposes.prompts ?? []) checkArguments(report, prompt);
      for (const tool of exposes.tools ?? []) {
        if (tool.hints?.readOnly === true && tool.hints.destructive === true) {
          report.add(
            "warning",
            "contradiction",
            `${tool.name} is said to be readOnly and destructive: what only reads destroys nothing`,
            report.locate(tool.hints, "destructive", "key"),
            "remove one of the two hints",
          );
        }
        checkEncodings(report, tool.inputParameters);
        checkMediaType(report, tool, "outputMediaType");
      }
      for (const resource of exposes.resources ?? []) checkMediaType(report, resource, "mimeType");
    }
  }
}
