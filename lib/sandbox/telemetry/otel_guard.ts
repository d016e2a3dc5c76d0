/**
 * The guard against the runtime's own telemetry: `OTEL_DENO=true` has Deno write whole addresses into its spans, and
 * send them without asking for a permission. Where credentials travel in addresses, nothing starts.
 *
 * @module
 */
import type { InputParameter } from "../../../schemas/mod.ts";
import type { Specification } from "../../document/specification.ts";
import { templateWords } from "../../expression/words.ts";
import { defaultHost } from "../../host/default.ts";
import type { Host } from "../../host/host.ts";

function isQueryKey(authentication: unknown): boolean {
  const { type, in: place, placement } = (authentication ?? {}) as Record<string, unknown>;
  return String(type).toLowerCase().replace(/[^a-z]/g, "") === "apikey" && (placement ?? place) === "query";
}

/** Whether a value of the document comes from a variable. */
function isVariable(value: unknown): boolean {
  return typeof value === "string" && (value.startsWith("$env.") || templateWords(value).length > 0);
}

/** Words that a document declares as variables, or that can be nothing else. */
function isVariableWord(word: string, declared: ReadonlySet<string>): boolean {
  return declared.has(word) || /^(?:\$?env\.|[A-Z][A-Z0-9_]+$)/.test(word);
}

/** The variable that a path or a query takes in, in whichever braces. */
function variableIn(path: string | undefined, declared: ReadonlySet<string>): string | undefined {
  for (const [, word] of path?.matchAll(/\{{1,2}\+?([^{}]{1,200})\}/g) ?? []) {
    if (isVariableWord(word!.trim(), declared)) return word!.trim();
  }
  return undefined;
}

function variablesOf({ binds }: Specification["document"]): Set<string> {
  return new Set(
    (binds ?? []).flatMap(({ namespace, keys }) =>
      Object.keys(keys ?? {}).flatMap((key) => namespace === undefined ? [key] : [key, `${namespace}.${key}`])
    ),
  );
}

function fixedInQuery(parameters: readonly InputParameter[] | undefined): InputParameter | undefined {
  return parameters?.find((p) =>
    p.in === "environment" || ((p.in ?? "query") === "query" && isVariable(p.value))
  );
}

/**
 * What of a document travels in addresses and must not be seen there.
 *
 * @returns What it is; undefined where there is nothing.
 */
export function credentialInAddress({ document }: Specification): string | undefined {
  const declared = variablesOf(document);
  for (const { namespace, authentication, baseUri, inputParameters, resources } of document.consumes ?? []) {
    if (isQueryKey(authentication)) return `the API key of ${namespace} travels in the query`;
    if (templateWords(/^https?:\/\/[^/?]*([/?].*)$/is.exec(baseUri ?? "")?.[1] ?? "").length > 0) {
      return `the baseUri of ${namespace} has a variable in its path`;
    }
    for (const { path, operations } of resources ?? []) {
      for (const one of [path, ...(operations ?? []).map((operation) => operation.path)]) {
        const word = variableIn(one, declared);
        if (word !== undefined) return `a path of ${namespace} takes the variable ${word}`;
      }
    }
    const all = [
      inputParameters,
      ...(resources ?? []).flatMap((resource) => [
        resource.inputParameters,
        ...(resource.operations ?? []).map((operation) => operation.inputParameters),
      ]),
    ];
    for (const parameters of all) {
      const found = fixedInQuery(parameters);
      if (found) return `the parameter ${found.name} of ${namespace} takes a variable into the query`;
    }
  }
  for (const { namespace, type, authentication } of document.exposes ?? []) {
    if (isQueryKey(authentication)) return `callers of ${namespace ?? type} send their API key in the query`;
  }
  return undefined;
}

/**
 * Why a document must not be run by this process.
 *
 * @returns The reason; undefined where there is none.
 */
export function otelRefusal(
  spec: Specification,
  host: Pick<Host, "env"> = defaultHost(() => {}),
): string | undefined {
  if (host.env("OTEL_DENO") !== "true") return undefined;
  const credential = credentialInAddress(spec);
  return credential === undefined
    ? undefined
    : `OTEL_DENO=true has the runtime write whole addresses into its traces, and ${credential}; unset OTEL_DENO, and name a collector under observability: Capstan's own traces hold no secrets`;
}
