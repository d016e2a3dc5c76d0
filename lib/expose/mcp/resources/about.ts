/**
 * What a capability says of itself: its document as written, and its contract, as two resources.
 *
 * @module
 */
import type { ExposesMcp } from "../../../../schemas/mod.ts";
import type { Specification } from "../../../document/specification.ts";
import type { SurfaceParts } from "../../../surface/surface_type.ts";
import type { Book } from "./book.ts";
import type { Tool } from "../tools/tools.ts";

/** Entries of an authentication that are no secrets. */
const PUBLIC: ReadonlySet<string> = new Set([
  "type",
  "in",
  "placement",
  "name",
  "header",
  "grantType",
  "grant",
  "scopes",
  "realm",
  "resource",
  "audience",
  "tokenEndpoint",
  "authorizationServerUri",
]);

/** A header or parameter of such a name holds a credential. */
const CREDENTIAL = /^(?:proxy-)?authorization$|cookie|api[-_]?key|token|secret|password/i;

/** The places of credentials that are written into the document itself, instead of a variable. */
function literalSecrets(spec: Specification): (readonly [start: number, end: number])[] {
  const found: (readonly [number, number])[] = [], main = spec.files[0];
  const mark = (node: object, key: string | number) => {
    const origin = spec.origins.get(node), value = origin?.entries?.get(key)?.value;
    if (origin?.file === main && value) found.push(value);
  };
  const isLiteral = (value: unknown) =>
    value !== null && value !== undefined && !String(value).includes("{{");
  const walk = (node: unknown, inCredential: boolean): void => {
    if (node === null || typeof node !== "object") return;
    for (const [key, value] of Object.entries(node)) {
      const scalar = value === null || typeof value !== "object";
      const named = CREDENTIAL.test(key) ||
        (key === "value" && CREDENTIAL.test(String((node as { name?: unknown }).name ?? "")));
      if (
        scalar && isLiteral(value) && (inCredential ? !PUBLIC.has(key) : named && key !== "tokenEndpoint")
      ) {
        mark(node, Array.isArray(node) ? Number(key) : key);
      } else if (!scalar) walk(value, inCredential || key === "authentication");
    }
  };
  walk(spec.document, false);
  return found.sort((a, b) => b[0] - a[0]);
}

/** The document as written, without any credential. */
function documentText(spec: Specification, redact: (text: string) => string): string {
  let text = spec.files[0]?.text ?? "";
  for (const [start, end] of literalSecrets(spec)) text = `${text.slice(0, start)}"***"${text.slice(end)}`;
  return redact(text);
}

/**
 * The resources by which an agent discovers a capability.
 *
 * @param parts The surface.
 * @param tools Its tools.
 */
export function aboutBooks({ capability }: SurfaceParts<ExposesMcp>, tools: readonly Tool[]): Book[] {
  const { name, version, document, reach } = capability;
  const book = (word: string, description: string, mimeType: string, make: () => string): Book => {
    const uri = `capability://${word}`;
    let text: string | undefined;
    return {
      uri,
      entry: { name: word, title: `${name}: ${word}`, description, mimeType },
      read: (asked) => asked === uri ? Promise.resolve({ mimeType, text: text ??= make() }) : undefined,
    };
  };
  return [
    book(
      "document",
      "The specification that runs, as its author wrote it. Credentials are left out.",
      "application/yaml",
      () => documentText(capability.spec, (piece) => capability.redact(piece)),
    ),
    book(
      "contract",
      "The tools with their inputs and outputs, and the addresses they can reach.",
      "application/json",
      () =>
        JSON.stringify({
          name,
          version,
          description: document.info?.description,
          tools: tools.map(({ definition }) => definition),
          reach: reach.map(({ namespace, origin, path }) => ({ namespace, address: `${origin}${path}` })),
        }),
    ),
  ];
}
