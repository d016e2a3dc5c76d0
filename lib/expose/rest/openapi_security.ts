/**
 * How callers show who they are, in the words of OpenAPI. Nothing of a secret stands there.
 *
 * @module
 */
import type { ExposesRest } from "../../../schemas/mod.ts";
import { authenticationType } from "../../plan/consumes/reach.ts";

/** The security of a document: its schemes, and those that every request needs together. */
export interface Security {
  readonly schemes?: Readonly<Record<string, unknown>>;
  readonly requirement?: Readonly<Record<string, readonly string[]>>;
}

const PLACES = ["header", "query", "cookie"] as const;

/**
 * The security schemes of a surface.
 *
 * @param surface The surface as the document says it.
 */
export function securityOf({ authentication }: Pick<ExposesRest, "authentication">): Security {
  if (authentication === undefined) return {};
  const type = authenticationType(authentication.type);
  const one = (name: string, scheme: Record<string, unknown>, scopes: readonly string[] = []): Security => ({
    schemes: { [name]: scheme },
    requirement: { [name]: scopes },
  });
  switch (type) {
    case "basic":
    case "bearer":
    case "digest":
      return one(type, { type: "http", scheme: type });
    case "oauth2":
      return one("bearer", {
        type: "http",
        scheme: "bearer",
        description:
          "An OAuth 2.0 access token; the metadata of this resource names the server that issues it.",
      });
    case "apikey": {
      const { key, placement, headers } = authentication;
      const place = PLACES.find((known) => known === placement?.toLowerCase()) ?? "header";
      const keys = headers
        ? Object.keys(headers).map((name) => ["header", name] as const)
        : key === undefined
        ? []
        : [[place, key] as const];
      return {
        schemes: Object.fromEntries(keys.map(([place, name]) => [name, { type: "apiKey", in: place, name }])),
        requirement: Object.fromEntries(keys.map(([, name]) => [name, []])),
      };
    }
    default:
      return {};
  }
}
