/**
 * Credentials of a consumed API, with their variables filled in.
 *
 * @module
 */
import { fileOf } from "../binds/scope.ts";
import { isToken } from "../../data/http/token.ts";
import type { Authentication, Consumes } from "../../../schemas/mod.ts";
import { Secret } from "../../expression/secret.ts";
import type { Credential, FixedText } from "../../upstream/operation.ts";
import { encodedBasic, withoutScheme } from "../../upstream/authentication/scheme.ts";
import type { PlanContext } from "../context.ts";
import { Problem } from "../problem.ts";
import { authenticationType, fixedWord, tokenSourceOf, UNSET_BASE, unsetWord } from "./reach.ts";
import { complaintOf, environmentWord, placeholdersOf } from "../../expression/placeholder.ts";

/**
 * Compiles a text that sees variables only: a credential or a fixed header (semantics §2).
 *
 * @throws {Problem} `missing-variable`.
 */
export function compileFixedText(context: PlanContext, text: string, node: object, entry: string): FixedText {
  context.checkTemplates(text, node, entry);
  const bare = environmentWord(text);
  if (bare !== undefined) return context.secret(bare, node, entry);
  const name = text.trim();
  if (context.variables.isDeclared(name)) {
    context.warn(
      "bad-expression",
      `${name} is the name of a variable and is text here: the API gets the name itself`,
      node,
      entry,
      `write {{${name}}} for its value`,
    );
  }
  const pieces: (string | Secret)[] = [];
  let from = 0;
  for (const { expression, start, end } of placeholdersOf(text)) {
    const said = complaintOf(expression, () => false);
    if (said) throw new Problem(context.error("bad-template", said.message, node, entry, said.fix));
    if (start > from) pieces.push(text.slice(from, start));
    pieces.push(context.secret(expression.replace(/^\$env\./, ""), node, entry));
    from = end;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces.length === 1 ? pieces[0]! : pieces.length === 0 ? "" : pieces;
}

/** A credential's text: always secret, even where the author wrote it out. */
export function secretText(context: PlanContext, text: string, node: object, entry: string): FixedText {
  const fixed = compileFixedText(context, text, node, entry);
  if (typeof fixed !== "string") return fixed;
  if (fixed !== "") context.secrets.add(fixed);
  return new Secret(fixed);
}

const PLACES = ["header", "query", "cookie", "body"] as const;
/** What to do about an authentication without a type. */
const TYPES_FIX = "add type: basic, bearer, apikey, digest or oauth2, or remove authentication";

/**
 * The credentials of a consumed API (semantics §11, Credentials).
 *
 * @throws {Problem} `unknown-authentication` or `missing-variable`.
 */
export function compileCredentials(context: PlanContext, consumes: Consumes): Credential[] {
  const authentication = consumes.authentication;
  if (!authentication) return [];
  const type = authenticationType(authentication.type);
  const need = (key: keyof Authentication, otherwise?: keyof Authentication): FixedText => {
    const from = authentication[key] !== undefined || otherwise === undefined ? key : otherwise;
    const text = authentication[from];
    if (typeof text !== "string") {
      throw new Problem(context.error(
        "unknown-authentication",
        `authentication of type ${authentication.type} needs ${key}`,
        authentication,
        undefined,
        `add ${key}, such as ${key}: "{{${
          consumes.namespace.toUpperCase().replace(/[^A-Z0-9]/g, "_")
        }_${key.toUpperCase()}}}"`,
      ));
    }
    // An empty password is one, and so is an empty name beside a password; an empty token or key is none.
    if (key !== "password" && (key !== "username" || !authentication.password)) {
      refuseEmpty(context, authentication, from);
    }
    return secretText(context, text, authentication, from);
  };
  switch (type) {
    case "none":
      return [];
    case "bearer": {
      const written = authentication.token === undefined ? "value" : "token";
      return [{
        type,
        token: bareToken(context, "Bearer", need("token", "value"), authentication, written),
      }];
    }
    case "basic":
    case "digest": {
      const written = authentication.token === undefined ? "value" : "token";
      if (
        type === "basic" && authentication.username === undefined && authentication[written] !== undefined
      ) {
        return [encodedBasic(bareToken(context, "Basic", need(written), authentication, written))];
      }
      return [{
        type,
        username: need("username"),
        password: authentication.password === undefined ? "" : need("password"),
      }];
    }
    case "apikey":
      return apiKeys(context, authentication, need);
    case "oauth2": {
      // APIs of one client share its tokens: a refresh token that holds for one use has to be kept in one place.
      const key = context.spec.scopes === undefined
        ? JSON.stringify(authentication)
        // The same words may mean other variables in another file.
        : `${fileOf(context.spec, authentication)}\n${JSON.stringify(authentication)}`;
      const known = context.tokens.get(key), before = context.problems.missingSoFar;
      if (known) return [known];
      const credential = oauth2(context, authentication, need);
      if (context.problems.missingSoFar === before) context.tokens.set(key, credential);
      return [credential];
    }
  }
  throw new Problem(context.error(
    "unknown-authentication",
    type === ""
      ? `the authentication of ${consumes.namespace} says no type, so no credentials can be sent`
      : `Capstan does not know the authentication type ${authentication.type}`,
    authentication,
    type === "" ? undefined : "type",
    type === "" ? TYPES_FIX : "use basic, bearer, apikey, digest, oauth2 or none",
  ));
}

/** A token without the scheme that is put before it anyway; where the document itself writes the scheme it is reported. */
function bareToken(
  context: PlanContext,
  scheme: string,
  token: FixedText,
  node: Authentication,
  entry: "token" | "value",
): FixedText {
  const bare = withoutScheme(scheme, token);
  if (bare.hide === undefined) return token;
  if (bare.hide !== "") context.secrets.add(bare.hide);
  if (/^\s*\w+\s/.test(node[entry] ?? "")) {
    context.warn(
      "bad-expression",
      `the ${entry} begins with ${scheme}, which is sent before it anyway; it is sent once`,
      node,
      entry,
      `leave ${scheme} out of the ${entry}`,
    );
  }
  return bare.token;
}

/** Refuses a credential that is written and is empty: the API would be called without it. */
function refuseEmpty(context: PlanContext, authentication: Authentication, key: keyof Authentication): void {
  const written = String(authentication[key]).trim(), binds = context.valuesFor(authentication);
  const [first] = placeholdersOf(written), word = environmentWord(written) ?? first?.expression;
  const variable = word !== undefined && (first === undefined || first.end - first.start === written.length)
    ? word.replace(/^\$?env\./, "")
    : undefined;
  if (written !== "" && (variable === undefined || fixedWord(variable, binds)?.trim() !== "")) return;
  throw new Problem(context.error(
    "unknown-authentication",
    variable === undefined
      ? `${key} of the authentication is empty, so no credentials can be sent`
      : `the variable ${variable} is empty, so ${key} of the authentication is, and no credentials can be sent`,
    authentication,
    key,
    `give ${variable ?? "it"} a value, or remove authentication`,
  ));
}

type RequiredText = (key: keyof Authentication, otherwise?: keyof Authentication) => FixedText;

function apiKeys(context: PlanContext, authentication: Authentication, need: RequiredText): Credential[] {
  const { headers } = authentication;
  if (headers) {
    return Object.entries(headers).map(([name, value]) => ({
      type: "apikey",
      placement: "header",
      name: headerName(context, name, headers, name),
      value: secretText(context, value, headers, name),
    }));
  }
  const written = (authentication.placement ?? "header").toLowerCase();
  const placement = PLACES.find((place) => place === written);
  if (placement === undefined) {
    throw new Problem(context.error(
      "unknown-authentication",
      `an API key cannot travel in ${authentication.placement}`,
      authentication,
      "placement",
      "use header, query, cookie or body",
    ));
  }
  const value = need("value", "token");
  if (!authentication.key) need("key");
  if (authentication.placement === undefined) {
    context.warn(
      "unknown-authentication",
      `the API key ${authentication.key} says no placement; it travels in a header`,
      authentication,
      "key",
      "add placement: header, or query",
    );
  }
  const name = placement === "header"
    ? headerName(context, authentication.key!, authentication, "key")
    : authentication.key!;
  return [{ type: "apikey", placement, name, value }];
}

/** The name of the header that a key travels in: what is none would end the request where the document likes. */
function headerName(context: PlanContext, name: string, node: object, entry: string): string {
  if (isToken(name)) return name;
  throw new Problem(context.error(
    "unknown-authentication",
    `${JSON.stringify(name)} cannot be the name of a header`,
    node,
    entry,
    "use letters, digits and hyphens",
  ));
}

function oauth2(context: PlanContext, authentication: Authentication, need: RequiredText): Credential {
  const place = authentication.tokenEndpoint ? "tokenEndpoint" : "authorizationServerUri";
  const unset = unsetWord(authentication[place], context.valuesFor(authentication));
  if (unset !== undefined && !context.bindsOptional) {
    throw new Problem(context.missing(unset, authentication, place));
  }
  const source = unset === undefined
    ? tokenSourceOf(authentication, context.valuesFor(authentication))
    : { tokenEndpoint: UNSET_BASE.origin };
  if (source === undefined) {
    throw new Problem(context.error(
      "unknown-authentication",
      "oauth2 needs a tokenEndpoint, or an authorizationServerUri, that is an http or https address",
      authentication,
      authentication.tokenEndpoint === undefined ? undefined : "tokenEndpoint",
      "add tokenEndpoint",
    ));
  }
  const written = authentication.grantType?.toLowerCase().replace(/[^a-z]/g, "");
  if (written !== undefined && written !== "clientcredentials" && written !== "refreshtoken") {
    throw new Problem(context.error(
      "unknown-authentication",
      `the grant ${authentication.grantType} needs a person, and cannot be used here`,
      authentication,
      "grantType",
      "use client_credentials, or refresh_token with a refreshToken",
    ));
  }
  const refresh = written === undefined
    ? authentication.refreshToken !== undefined
    : written === "refreshtoken";
  return {
    type: "oauth2",
    ...source,
    grant: refresh ? "refresh_token" : "client_credentials",
    clientId: need("clientId", "username"),
    ...(authentication.clientSecret !== undefined || authentication.password !== undefined
      ? { clientSecret: need("clientSecret", "password") }
      : {}),
    ...(refresh ? { refreshToken: need("refreshToken", "token") } : {}),
    ...(authentication.clientAuthentication === undefined ? {} : {
      clientAuthentication: /post|body/i.test(authentication.clientAuthentication) ? "post" : "basic",
    }),
    scopes: authentication.scopes ?? [],
    ...(authentication.audience === undefined ? {} : { audience: authentication.audience }),
    ...(authentication.resource === undefined ? {} : { resource: authentication.resource }),
  };
}
