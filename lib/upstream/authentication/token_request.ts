/**
 * One request to a token endpoint (RFC 6749, sections 4.4 and 6).
 *
 * @module
 */
import { formEncode } from "../body/form.ts";
import type { Door } from "../door.ts";
import type { CallError } from "../error.ts";
import { retryAfter } from "../time/retry.ts";
import { fixedText, reveal } from "../value.ts";
import { createRedactor } from "../../telemetry/redact.ts";
import { objectOf } from "./discovery.ts";
import type { OAuth2Credential } from "./authenticator.ts";
import { basicValue } from "./static.ts";
import type { UpstreamResponse } from "../upstream_response.ts";
import { exchange, failed, isTokenSuccess } from "./token_exchange.ts";

/** What a token endpoint gave. */
export interface Token {
  readonly accessToken: string;
  readonly tokenType: string;
  /** Seconds. */
  readonly expiresIn: number | undefined;
  readonly refreshToken: string | undefined;
}

/** What a header can carry of a token (RFC 6750, section 2.1), and of its type. */
const SENDABLE = /^[\x21-\x7e]+$/;

/** What the errors of RFC 6749 §5.2 mean for an operator. */
const HINTS: Readonly<Record<string, string>> = {
  invalid_client:
    "check clientId and clientSecret, and whether the server wants them in the header or in the body",
  invalid_grant: "the refresh token has ended, was used before or was withdrawn: get a new one",
  invalid_scope: "check scopes: the client may not ask for all of them",
  invalid_target: "check audience and resource",
  unauthorized_client: "allow the client this grant at the authorization server",
  unsupported_grant_type:
    "the authorization server does not offer this grant: check tokenEndpoint and grantType",
  invalid_request:
    "check tokenEndpoint, and what the authorization server requires, such as an audience or scopes",
};

/**
 * Asks for an access token.
 *
 * @param door Sends the request.
 * @param credential The client.
 * @param endpoint The token endpoint, and how the client shows itself there.
 * @param refreshToken The newest refresh token, where the grant needs one.
 * @throws {CallError} When none is given.
 */
export async function requestToken(
  door: Door,
  credential: OAuth2Credential,
  endpoint: { readonly url: string; readonly clientAuthentication: "basic" | "post" },
  refreshToken: string | undefined,
): Promise<Token> {
  const id = fixedText(credential.clientId, reveal);
  const secret = credential.clientSecret === undefined
    ? undefined
    : fixedText(credential.clientSecret, reveal);
  const redact = createRedactor([secret, refreshToken].filter((text) => text !== undefined));
  const fields: [string, string | undefined][] = [
    ["grant_type", credential.grant],
    ["refresh_token", credential.grant === "refresh_token" ? refreshToken : undefined],
    ["scope", credential.scopes.length > 0 ? credential.scopes.join(" ") : undefined],
    ["audience", credential.audience],
    ["resource", credential.resource],
  ];
  const headers: [string, string][] = [
    ["Content-Type", "application/x-www-form-urlencoded"],
    ["Accept", "application/json"],
  ];
  if (endpoint.clientAuthentication === "basic" && secret !== undefined) {
    // Both are form-encoded before they are joined (RFC 6749 §2.3.1).
    headers.push(["Authorization", basicValue(formEncode(id), formEncode(secret))]);
  } else fields.push(["client_id", id], ["client_secret", secret]);
  const body = fields.filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${formEncode(value!)}`).join("&");
  const { response, text } = await exchange(door, endpoint.url, { method: "POST", headers, body });
  const answer = objectOf(text) ?? {}, accessToken = answer["access_token"];
  if (!isTokenSuccess(response.status) || typeof accessToken !== "string" || accessToken === "") {
    throw refused(response, answer, redact);
  }
  const type = answer["token_type"], life = Number(answer["expires_in"]), next = answer["refresh_token"];
  const tokenType = typeof type === "string" && !/^bearer/i.test(type) ? type : "Bearer";
  if (!SENDABLE.test(accessToken) || !SENDABLE.test(tokenType)) {
    throw failed(
      "bad_response",
      "the token endpoint gave an access token that cannot be sent: it has blanks or other characters in it that " +
        "no header carries",
      "tell the operator of the authorization server",
      false,
    );
  }
  return {
    accessToken,
    tokenType,
    expiresIn: answer["expires_in"] === undefined || !(life > 0) ? undefined : life,
    refreshToken: typeof next === "string" && next !== "" ? next : undefined,
  };
}

function refused(
  response: UpstreamResponse,
  answer: Record<string, unknown>,
  redact: (text: string) => string,
): CallError {
  const { status, headers } = response;
  const error = typeof answer["error"] === "string" ? answer["error"] : undefined;
  const words = typeof answer["error_description"] === "string" ? `: ${answer["error_description"]}` : "";
  const stated = `${status}${error ? ` ${error}` : ""}${words}`;
  if (status === 429 || status >= 500) {
    return failed(
      status === 429 ? "rate_limited" : "upstream_error",
      shortened(redact(`the token endpoint answered ${stated}`)),
      "try again later",
      true,
      retryAfter(headers, Date.now()),
    );
  }
  // Some servers refuse with 200, and some pages that are no token endpoint refuse without an error of OAuth.
  if (error === undefined && (status < 400 || status === 404 || status === 405)) {
    return failed(
      "misconfigured",
      `the token endpoint answered ${status} without an access token`,
      "check that tokenEndpoint is the token endpoint and not another page of the authorization server",
      false,
    );
  }
  return failed(
    "unauthorized",
    shortened(redact(`the token endpoint refused the client: ${stated}`)),
    HINTS[error ?? ""] ?? "check clientId, clientSecret and tokenEndpoint",
    false,
  );
}

function shortened(text: string): string {
  return text.slice(0, 500);
}
