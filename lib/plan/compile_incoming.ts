/**
 * What a surface asks of its callers: its `authentication`, with variables filled in.
 *
 * It is compiled when a surface is about to listen, not before: over stdio and for a single call nobody is asked, and
 * the variables that only this needs are not missed there.
 *
 * @module
 */
import type { Authentication, Exposes } from "../../schemas/mod.ts";
import { pathPieces } from "../expression/words.ts";
import type { FixedText } from "../upstream/operation.ts";
import { isOneHost } from "../upstream/guard/address.ts";
import type { IncomingAuthentication, IncomingKey, IncomingOAuth2 } from "./incoming.ts";
import type { PlanContext } from "./context.ts";
import { Problem } from "./problem.ts";
import { addressOf, authenticationType, fixedWord, unsetWord } from "./consumes/reach.ts";
import { isLoopback } from "../data/loopback.ts";
import { secretText } from "./consumes/credentials.ts";
import type { Specification } from "../document/specification.ts";
import { type BindValues, valuesFor } from "./binds/scope.ts";

/** Whether a surface asks its callers who they are. */
export function asksCallers({ authentication }: Pick<Exposes, "authentication">): boolean {
  return authentication !== undefined && authenticationType(authentication.type) !== "none";
}

type RequiredText = (key: keyof Authentication, otherwise?: keyof Authentication) => FixedText;

function incomplete(
  context: PlanContext,
  authentication: Authentication,
  entry: keyof Authentication | undefined,
  message: string,
  fix: string,
): Problem {
  const at = entry !== undefined && authentication[entry] !== undefined ? entry : undefined;
  return new Problem(context.error("unknown-authentication", message, authentication, at, fix));
}

/** Whether a secret is empty: then whoever shows nothing would be let in. */
function isEmpty(text: FixedText): boolean {
  if (typeof text === "string") return text === "";
  if (Array.isArray(text)) return text.every((piece) => isEmpty(piece));
  return (text as Exclude<FixedText, string | readonly unknown[]>).isEmpty;
}

function needIn(context: PlanContext, authentication: Authentication): RequiredText {
  return (key, otherwise) => {
    const from = authentication[key] !== undefined || otherwise === undefined ? key : otherwise;
    const text = authentication[from];
    if (typeof text !== "string") {
      throw incomplete(
        context,
        authentication,
        undefined,
        `authentication of type ${authentication.type} needs ${key}`,
        `add ${key}, such as ${key}: "{{SERVER_${key.toUpperCase()}}}"`,
      );
    }
    const value = secretText(context, text, authentication, from);
    if (isEmpty(value) && (!context.bindsOptional || text.trim() === "")) {
      throw incomplete(
        context,
        authentication,
        from,
        `${from} of the authentication is empty: every caller would be let in`,
        "give it a value",
      );
    }
    return value;
  };
}

function keys(context: PlanContext, authentication: Authentication, need: RequiredText): IncomingKey[] {
  const { headers } = authentication;
  if (headers && Object.keys(headers).length > 0) {
    return Object.entries(headers).map(([name, value]) => {
      const text = secretText(context, value, headers, name);
      if (isEmpty(text) && (!context.bindsOptional || value.trim() === "")) {
        throw incomplete(context, authentication, "headers", `the key ${name} is empty`, "give it a value");
      }
      return { placement: "header", name, value: text };
    });
  }
  const written = (authentication.placement ?? "header").toLowerCase();
  if (written !== "header" && written !== "query" && written !== "cookie") {
    throw incomplete(
      context,
      authentication,
      "placement",
      `callers cannot send an API key in ${authentication.placement}`,
      "use header, query or cookie",
    );
  }
  const value = need("value", "token");
  if (!authentication.key) need("key");
  return [{ placement: written, name: authentication.key!, value }];
}

/** An address of the authentication; undefined where none is written. */
function address(
  context: PlanContext,
  authentication: Authentication,
  key: "authorizationServerUri" | "jwksUri" | "introspectionEndpoint",
): string | undefined {
  if (authentication[key] === undefined) return undefined;
  const unset = unsetWord(authentication[key], context.valuesFor(authentication));
  if (unset !== undefined) {
    if (context.bindsOptional) return "https://address.invalid";
    throw new Problem(context.missing(unset, authentication, key));
  }
  const found = addressOf(authentication[key], context.valuesFor(authentication));
  if (found !== undefined) {
    warnInClear(context, authentication, key, found);
    return found;
  }
  throw incomplete(
    context,
    authentication,
    key,
    `${key} is not an http or https address`,
    "write it in full, such as https://login.example.com",
  );
}

/** Keys that come over plain http may be anybody's: who stands between lets in whom they like. */
function warnInClear(
  context: PlanContext,
  authentication: Authentication,
  key: keyof Authentication,
  written: string,
): void {
  const { protocol, hostname, host } = new URL(written);
  if (protocol !== "http:" || isLoopback(hostname)) return;
  context.warn(
    "credentials-in-clear",
    `${host} is asked about callers over plain http, so anybody on the way can decide who is let in`,
    authentication,
    key,
    "use https",
  );
}

/** A text with variables that is no secret: an audience, the address of a resource. */
function openText(
  context: PlanContext,
  authentication: Authentication,
  key: "resource" | "audience",
): string {
  const written = authentication[key]!;
  const unset = unsetWord(written, context.valuesFor(authentication));
  if (unset !== undefined && !context.bindsOptional) {
    throw new Problem(context.missing(unset, authentication, key));
  }
  return unset !== undefined ? written : filledIn(written, context.valuesFor(authentication));
}

function filledIn(written: string, binds: BindValues): string {
  return pathPieces(written.trim())
    .map((piece) => typeof piece === "string" ? piece : fixedWord(piece.word, binds) ?? "").join("");
}

function oauth2(context: PlanContext, authentication: Authentication, need: RequiredText): IncomingOAuth2 {
  const issuer = address(context, authentication, "authorizationServerUri");
  if (issuer === undefined) {
    throw incomplete(
      context,
      authentication,
      undefined,
      "authentication of type oauth2 needs authorizationServerUri: the server whose tokens are accepted",
      "add authorizationServerUri",
    );
  }
  const { resource, audience } = authentication;
  if (!resource && !audience) {
    throw incomplete(
      context,
      authentication,
      undefined,
      "authentication of type oauth2 needs resource: the address of this server, which tokens must be made for",
      "add resource, such as resource: https://api.example.com/mcp; or audience",
    );
  }
  const written = (authentication.tokenValidation ?? "jwks").toLowerCase();
  if (written !== "jwks" && written !== "introspection") {
    throw incomplete(
      context,
      authentication,
      "tokenValidation",
      `tokens cannot be checked by ${authentication.tokenValidation}`,
      "use jwks or introspection",
    );
  }
  const named = authentication.clientId ?? authentication.username;
  if (written === "introspection" && named === undefined) {
    context.warn(
      "unknown-authentication",
      "the authorization server is asked about tokens without clientId and clientSecret, which most of them refuse",
      authentication,
      "tokenValidation",
      "add clientId and clientSecret",
    );
  }
  const address8707 = resource ? openText(context, authentication, "resource") : undefined;
  return {
    type: "oauth2",
    issuer,
    resource: address8707,
    audience: audience ? openText(context, authentication, "audience") : address8707!,
    scopes: authentication.scopes ?? [],
    validation: written,
    jwksUri: address(context, authentication, "jwksUri"),
    introspectionEndpoint: address(context, authentication, "introspectionEndpoint"),
    client: written === "introspection" && named !== undefined
      ? {
        id: need("clientId", "username"),
        secret: need("clientSecret", "password"),
        method: /post|body/i.test(authentication.clientAuthentication ?? "") ? "post" : "basic",
      }
      : undefined,
  };
}

/**
 * Compiles what a surface asks of its callers.
 *
 * @param context What compiling shares; secrets become known to redaction here.
 * @param surface The surface as the document says it.
 * @returns Undefined where nobody is asked.
 * @throws {Problem} `unknown-authentication` or `missing-variable`. A surface that throws must not be served.
 */
export function compileIncoming(context: PlanContext, surface: Exposes): IncomingAuthentication | undefined {
  const { authentication } = surface;
  if (authentication === undefined || !asksCallers(surface)) return undefined;
  const need = needIn(context, authentication), type = authenticationType(authentication.type);
  switch (type) {
    case "basic":
    case "digest":
      return { type, username: need("username"), password: need("password") };
    case "bearer":
      return { type, token: need("token", "value") };
    case "apikey":
      return { type, keys: keys(context, authentication, need) };
    case "oauth2":
      return oauth2(context, authentication, need);
  }
  throw incomplete(
    context,
    authentication,
    "type",
    type === ""
      ? "the authentication says no type, so no caller is allowed in"
      : `Capstan does not know the authentication type ${authentication.type}, so no caller is allowed in`,
    type === ""
      ? "add type: basic, bearer, apikey, digest or oauth2, or remove authentication"
      : "use basic, bearer, apikey, digest, oauth2 or none",
  );
}

/**
 * The servers that the surfaces of a document ask about their callers: they are granted to the sandbox, and stay out of
 * reach of the document's own operations.
 *
 * @param spec The specification as read.
 * @param surfaces Those of its surfaces that are served over the network.
 * @param values Values of variables.
 * @returns Origins, such as `https://login.example.com`.
 */
export function authenticationOrigins(
  spec: Specification,
  surfaces: readonly Exposes[],
  values: BindValues,
): string[] {
  const out = new Set<string>();
  for (const { authentication } of surfaces) {
    if (!authentication || authenticationType(authentication.type) !== "oauth2") continue;
    const binds = valuesFor(spec, values, authentication);
    for (const key of ["authorizationServerUri", "jwksUri", "introspectionEndpoint"] as const) {
      const found = addressOf(authentication[key], binds),
        url = found === undefined ? null : URL.parse(found);
      if (url && isOneHost(url.hostname)) out.add(url.origin);
    }
  }
  return [...out];
}
