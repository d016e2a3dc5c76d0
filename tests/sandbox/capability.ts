/**
 * The capability that the attacks are made on.
 *
 * @module
 */
import { CAPSTAN, folderWith, type Outcome, run } from "../testing.ts";

/** The secret of every capability here. */
export const TOKEN = "s3cr3t-t0ken/+=";

/** What an attack changes of the capability. */
export interface Capability {
  readonly origin: string;
  readonly authentication?: string;
  readonly operations?: string;
  readonly exposes?: string;
  /** More consumes entries. */
  readonly more?: string;
}

/** A capability of one API, whose operations the attack writes. */
export function capability({ origin, authentication, operations, exposes, more }: Capability): string {
  return `ikanos: "1.0.0-beta5"
capability:
  consumes:
    - type: http
      namespace: api
      baseUri: "${origin}/base"
${authentication ?? "      authentication: { type: bearer, token: '{{API_TOKEN}}' }"}
      resources:
        items:
          path: /items
          operations:
            list: { method: GET }
        item:
          path: /items/{id}
          operations:
            get: { method: GET, inputParameters: { id: { in: path, type: string } } }
        search:
          path: /search
          operations:
            find: { method: GET, inputParameters: { q: { in: query, type: string }, API_TOKEN: { in: query, type: string } } }
        tagged:
          path: /tagged
          operations:
            tag: { method: GET, inputParameters: { X-Tag: { in: header, type: string } } }
${operations ?? ""}${more ?? ""}${exposes ?? ""}`;
}

/** Calls one operation as a process. */
export async function call(
  text: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  await using folder = await folderWith({ "c.yml": text });
  return await run(CAPSTAN, ["call", `${folder.path}/c.yml`, ...words], {
    env: { API_TOKEN: TOKEN, ...env },
  });
}

/** Kinds of credentials, as a consumes entry declares them. */
export const CREDENTIALS: Readonly<Record<string, string>> = {
  bearer: "      authentication: { type: bearer, token: '{{API_TOKEN}}' }",
  basic: "      authentication: { type: basic, username: user, password: '{{API_TOKEN}}' }",
  "apikey in a header":
    "      authentication: { type: apikey, key: X-Api-Key, value: '{{API_TOKEN}}', placement: header }",
  "apikey in the query":
    "      authentication: { type: apikey, key: api_key, value: '{{API_TOKEN}}', placement: query }",
  "apikey in a cookie":
    "      authentication: { type: apikey, key: session, value: '{{API_TOKEN}}', placement: cookie }",
  "several headers":
    "      authentication: { type: apikey, headers: { X-Id: '{{API_TOKEN}}', X-Secret: 'v1:{{API_TOKEN}}' } }",
  "a fixed header": "      headers: { X-Fixed: 'key {{API_TOKEN}}' }",
  "a header input with a variable":
    "      inputParameters: { X-Custom: { in: header, value: '{{API_TOKEN}}' } }",
  "a query input with a variable": "      inputParameters: { key: { in: query, value: 'k-{{API_TOKEN}}' } }",
};
