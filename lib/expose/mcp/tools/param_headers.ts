/**
 * Arguments that a client of the newest revision says in headers as well (`x-mcp-header`, SEP-2243), so that what stands
 * between can route by them: a header that says something else than the body is refused.
 *
 * @module
 */
import { decodeBase64 } from "../../../data/base64.ts";
import type { JsonSchema } from "../../../plan/flow.ts";

/** The keyword of a schema that names the header. */
const KEY = "x-mcp-header";
const ENCODED = /^=\?base64\?(.*)\?=$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** An argument that has a header. */
export interface ParamHeader {
  /** The argument. */
  readonly name: string;
  /** The whole name of the header. */
  readonly header: string;
}

/**
 * The arguments of a tool that have a header.
 *
 * @param schema What clients read of its inputs.
 * @returns Undefined where there is none, which is the rule.
 */
export function paramHeadersOf(schema: JsonSchema): readonly ParamHeader[] | undefined {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const out = Object.entries(properties).flatMap(([name, inner]) =>
    typeof inner[KEY] === "string" ? [{ name, header: `Mcp-Param-${inner[KEY]}` }] : []
  );
  return out.length > 0 ? out : undefined;
}

/** What a header says; undefined for base64 that is none. */
function valueOf(written: string): string | undefined {
  const encoded = ENCODED.exec(written.trim())?.[1];
  if (encoded === undefined) return written.trim();
  const bytes = BASE64.test(encoded) ? decodeBase64(encoded) : undefined;
  if (!bytes) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether a header says the value of an argument. */
function says(text: string, value: unknown): boolean {
  if (typeof value === "number" || typeof value === "bigint") {
    return text !== "" && Number(text) === Number(value);
  }
  return text === (typeof value === "string" ? value : JSON.stringify(value));
}

/**
 * What is wrong with the headers of a call.
 *
 * @param expected The arguments of the tool that have a header.
 * @param args The arguments of the call.
 * @param headers The headers of the request.
 * @returns Words for the caller; undefined where they agree.
 */
export function paramHeaderFault(
  expected: readonly ParamHeader[],
  args: Readonly<Record<string, unknown>>,
  headers: Headers,
): string | undefined {
  for (const { name, header } of expected) {
    const written = headers.get(header), value = Object.hasOwn(args, name) ? args[name] : undefined;
    if (value === undefined || value === null) {
      if (written !== null) return `${header} names a value, and the body has no argument ${name}`;
    } else if (written === null) return `${header} is missing; it must say what the argument ${name} says`;
    else {
      const text = valueOf(written);
      if (text === undefined) return `${header} is not base64 text`;
      if (!says(text, value)) return `${header} names another value than the argument ${name}`;
    }
  }
  return undefined;
}
