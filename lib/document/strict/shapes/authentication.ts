/**
 * Credentials of consumed APIs and exposed surfaces.
 *
 * @module
 */
import { typed, variants } from "../choice.ts";
import type { StrictDialect } from "../dialect.ts";
import { anyText, list, req, word } from "../notation.ts";
import type { Shape } from "../shape.ts";

/** The `authentication` of one version. */
export function authentication(dialect: StrictDialect): Shape {
  const login = { username: anyText, password: anyText };
  return variants("authentication", "type", {
    basic: typed("basic authentication", login),
    digest: typed("digest authentication", login),
    bearer: typed("bearer authentication", { token: anyText }),
    apikey: typed("API key authentication", {
      key: anyText,
      value: anyText,
      placement: word("header", "query"),
    }),
    ...dialect.from("alpha2", {
      oauth2: typed("OAuth 2.0 authentication", {
        authorizationServerUri: req(anyText),
        resource: req(anyText),
        scopes: list(anyText),
        audience: anyText,
        tokenEndpoint: anyText,
        tokenValidation: word("jwks", "introspection"),
      }),
    }),
  });
}
