/**
 * Authentication, of a consumed API and of an exposed surface.
 *
 * @module
 */
import * as z from "zod/mini";
import { describe } from "./notation.ts";

const text = z.optional(z.string());

/**
 * Authentication of a consumed API or an exposed surface. `type` stays free text here: a type that
 * Capstan does not know disables its node, it does not fail the document.
 */
export const Authentication = z.strictObject({
  type: describe(z.string(), "basic, bearer, apikey, digest, oauth2 or none"),
  username: text,
  password: text,
  token: text,
  key: text,
  value: text,
  placement: text,
  headers: z.optional(z.record(z.string(), z.string())),
  authorizationServerUri: text,
  resource: text,
  scopes: z.optional(z.array(z.string())),
  audience: text,
  tokenEndpoint: text,
  tokenValidation: text,
  jwksUri: text,
  introspectionEndpoint: text,
  grantType: text,
  clientId: text,
  clientSecret: text,
  clientAuthentication: text,
  refreshToken: text,
});
/** Authentication of a consumed API or an exposed surface. */
export type Authentication = z.infer<typeof Authentication>;
