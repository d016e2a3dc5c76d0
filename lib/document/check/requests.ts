/**
 * Parts of a request that never travel: headers of the connection, one of two headers that differ in capitals only, inputs of
 * a body that is written out, keys of an authentication of another type.
 *
 * @module
 */
import type {
  Authentication,
  CapabilityDocument,
  ConsumedOperation,
  InputParameter,
} from "../../../schemas/mod.ts";
import { CLIENT_HEADERS } from "../../data/http/header_names.ts";
import type { Report } from "../diagnostics/report.ts";

function checkHeaders(inputs: readonly InputParameter[] | undefined, report: Report): void {
  const seen = new Map<string, string>();
  for (const input of inputs ?? []) {
    if (input.in !== "header") continue;
    const name = input.name.toLowerCase(), before = seen.get(name);
    if (CLIENT_HEADERS.has(name)) {
      report.add(
        "warning",
        "contradiction",
        `the header ${input.name} is written by every request itself, and this one is not sent`,
        report.locate(input, "name"),
        "remove it",
      );
    } else if (before !== undefined && before !== input.name) {
      report.add(
        "warning",
        "duplicate-name",
        `${before} and ${input.name} are one header; the value of ${input.name} is sent`,
        report.locate(input, "name"),
        "keep one of the two",
      );
    }
    seen.set(name, input.name);
  }
}

/** The names that a body speaks of are its variables; an input of the body that is none of them is not sent. */
function checkBody({ body, inputParameters }: ConsumedOperation, report: Report): void {
  if (body?.data === undefined) return;
  const written = JSON.stringify(
    body.data,
    (_key, value) => typeof value === "bigint" ? String(value) : value,
  );
  for (const input of inputParameters ?? []) {
    if ((input.in !== "body" && input.in !== "formData") || written.includes(input.name)) continue;
    report.add(
      "warning",
      "unused-input",
      `the body is written out and has no {{${input.name}}}, so the input ${input.name} is not sent`,
      report.locate(input, "name"),
      `write {{${input.name}}} where its value goes, or remove body`,
    );
  }
}

/** The keys that an authentication of each type has a use for, in any of their writings. */
const KEYS: Readonly<Record<string, readonly (keyof Authentication)[]>> = {
  bearer: ["token", "value"],
  basic: ["username", "password"],
  digest: ["username", "password"],
  apikey: ["key", "value", "placement", "headers", "token"],
};
const SECRETS: readonly (keyof Authentication)[] = [
  "username",
  "password",
  "token",
  "key",
  "placement",
  "tokenEndpoint",
  "clientId",
  "clientSecret",
  "grantType",
  "scopes",
  "refreshToken",
];

function checkAuthentication(authentication: Authentication | undefined, report: Report): void {
  const type = authentication?.type.toLowerCase().replace(/[^a-z]/g, ""), takes = KEYS[type ?? ""];
  if (!authentication || !takes) return;
  for (const key of SECRETS) {
    if (authentication[key] === undefined || takes.includes(key)) continue;
    report.add(
      "warning",
      "unknown-key",
      `${key} has no meaning in an authentication of type ${authentication.type} and is not sent`,
      report.locate(authentication, key, "key"),
      `remove it; ${type} takes ${takes.slice(0, 3).join(", ")}`,
    );
  }
}

/**
 * Reports parts of requests that never travel.
 *
 * @param document The model.
 * @param report Receives what is found.
 */
export function checkRequests(document: CapabilityDocument, report: Report): void {
  for (const consumes of document.consumes ?? []) {
    checkHeaders(consumes.inputParameters, report);
    checkAuthentication(consumes.authentication, report);
    for (const resource of consumes.resources ?? []) {
      checkHeaders(resource.inputParameters, report);
      for (const operation of resource.operations ?? []) {
        checkHeaders(operation.inputParameters, report);
        checkBody(operation, report);
      }
    }
  }
}
