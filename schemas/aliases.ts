/**
 * Aliases: the names that authors of older dialects, and of other habits, have for keys.
 *
 * Reading renames them, and the editor's schema accepts them: both take them from here.
 *
 * @module
 */

/** The names of keys by the names authors have for them. */
export type Aliases = Readonly<Record<string, string>>;

/** What people see as the name of a thing. */
export const DISPLAY: Aliases = { label: "display", title: "display" };

/** `info`. */
export const INFO: Aliases = { ...DISPLAY, name: "display" };

/** A bind, and an external reference. */
export const BIND: Aliases = { name: "namespace", uri: "location" };

/** A consumed API. */
export const CONSUMES: Aliases = {
  ...DISPLAY,
  auth: "authentication",
  authent: "authentication",
  expositionSuffix: "namespace",
  baseUrl: "baseUri",
};

/** An operation of a consumed API. */
export const CONSUMED_OPERATION: Aliases = {
  ...DISPLAY,
  operationId: "id",
  summary: "description",
  parameters: "inputParameters",
};

/** A request body. */
export const BODY: Aliases = { mediaType: "contentType", parts: "data", value: "data" };

/** An authentication. */
export const AUTHENTICATION: Aliases = {
  accessToken: "token",
  access_token: "token",
  bearerToken: "token",
  pass: "password",
  client_id: "clientId",
  client_secret: "clientSecret",
  refresh_token: "refreshToken",
  tokenUrl: "tokenEndpoint",
  tokenUri: "tokenEndpoint",
  grant_type: "grantType",
  jwks_uri: "jwksUri",
  jwksUrl: "jwksUri",
  introspection_endpoint: "introspectionEndpoint",
  scope: "scopes",
  user: "username",
};

/** An API key, beside what every authentication has. */
export const API_KEY: Aliases = { name: "key", in: "placement" };

/** Whatever can be called. */
export const RUNNABLE: Aliases = { ...DISPLAY, parameters: "inputParameters" };

/** A tool. */
export const TOOL: Aliases = { ...RUNNABLE, annotations: "hints" };

/** The hints of a tool, as MCP calls them. */
export const HINTS: Aliases = {
  readOnlyHint: "readOnly",
  destructiveHint: "destructive",
  idempotentHint: "idempotent",
  openWorldHint: "openWorld",
};

/** A mapping of step outputs. */
export const STEP_MAPPING: Aliases = { targetName: "target", source: "value" };

/** An aggregate. */
export const AGGREGATE: Aliases = { ...DISPLAY, functions: "flows" };

/** A surface. */
export const EXPOSES: Aliases = { ...DISPLAY, auth: "authentication", host: "address" };

/** A nested schema of an input. */
export const INPUT_SCHEMA: Aliases = {
  min: "minimum",
  max: "maximum",
  allowedValues: "enum",
  values: "enum",
};

/** An input parameter. */
export const INPUT: Aliases = {
  ...INPUT_SCHEMA,
  ...DISPLAY,
  const: "value",
  template: "value",
  location: "in",
  placement: "in",
};

/** An output parameter. */
export const OUTPUT: Aliases = { ...DISPLAY, const: "value", "max-length": "maxLength", jsonPath: "mapping" };
