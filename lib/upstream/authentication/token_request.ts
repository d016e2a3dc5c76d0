/**
 * One request to a token endpoint (RFC 6749, sections 4.4 and 6).
 *
 * @module
 */
import { formEncode } from "../body/form.ts";
import { CallError, type ErrorCode } from "../error.ts";
import { describeNetworkFault } from "../network_fault.ts";
import { readBytes } from "../response.ts";
import { fixedText, reveal } from "../value.ts";
import { createRedactor } from "../../telemetry/redact.ts";
import { portOf, resolvesToForbidden } from "../resolution.ts";
import { forbidden } from "../egress.ts";
import type { OAuth2Credential } from "./dynamic.ts";
import { basicValue } from "./static.ts";

/** What a token endpoint gave. */
export interface Token {
  readonly accessToken: string;
  readonly tokenType: string;
  /** Seconds. */
  readonly expiresIn: number | undefined;
  readonly refreshToken: string | undefined;
}

/** How long a token endpoint may take, in milliseconds: its answer serves many calls. */
const PATIENCE = 30_000;
/** The most a token answer may hold, in bytes. */
const MOST = 1 << 20;

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
 * @param credential The client.
 * @param refreshToken The newest refresh token, where the grant needs one.
 * @throws {CallError} When none is given.
 */
export async function requestToken(
  credential: OAuth2Credential,
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
  if (credential.clientAuthentication === "basic" && secret !== undefined) {
    // Both are form-encoded before they are joined (RFC 6749 §2.3.1).
    headers.push(["Authorization", basicValue(formEncode(id), formEncode(secret))]);
  } else fields.push(["client_id", id], ["client_secret", secret]);
  const body = fields.filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${formEncode(value!)}`).join("&");
  const { response, text } = await exchange(credential.tokenEndpoint, headers, body);
  let answer: Record<string, unknown> = {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) answer = value as Record<string, unknown>;
  } catch {
    // What is no JSON holds no token.
  }
  const accessToken = answer["access_token"];
  if (!response.ok || typeof accessToken !== "string" || accessToken === "") {
    throw refused(response, answer, redact);
  }
  const type = answer["token_type"], life = Number(answer["expires_in"]), next = answer["refresh_token"];
  return {
    accessToken,
    tokenType: typeof type === "string" && !/^bearer$/i.test(type) ? type : "Bearer",
    expiresIn: answer["expires_in"] === undefined || !(life > 0) ? undefined : life,
    refreshToken: typeof next === "string" && next !== "" ? next : undefined,
  };
}

async function exchange(
  endpoint: string,
  headers: [string, string][],
  body: string,
): Promise<{ response: Response; text: string }> {
  const target = new URL(endpoint), { hostname, host } = target;
  if (await resolvesToForbidden(hostname, portOf(target))) throw forbidden(hostname);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE);
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: controller.signal,
    });
    return { response, text: new TextDecoder().decode(await readBytes(response, MOST)) };
  } catch (error) {
    if (error instanceof CallError) throw error;
    if (controller.signal.aborted) {
      throw failed(
        "timeout",
        `the token endpoint ${host} did not answer within 30 s`,
        "try again later",
        true,
      );
    }
    const fault = describeNetworkFault(error, host);
    throw failed(fault.code, `no access token: ${fault.message}`, fault.hint, fault.code === "unreachable");
  } finally {
    clearTimeout(timer);
  }
}

function refused(
  response: Response,
  answer: Record<string, unknown>,
  redact: (text: string) => string,
): CallError {
  const { status } = response;
  const error = typeof answer["error"] === "string" ? answer["error"] : undefined;
  const words = typeof answer["error_description"] === "string" ? `: ${answer["error_description"]}` : "";
  if (status === 429 || status >= 500) {
    return failed(
      status === 429 ? "rate_limited" : "upstream_error",
      redact(`the token endpoint answered ${status}${error ? ` ${error}` : ""}${words}`).slice(0, 500),
      "try again later",
      true,
    );
  }
  if (response.ok || (status >= 300 && status < 400)) {
    return failed(
      "misconfigured",
      `the token endpoint answered ${status} without an access token`,
      "check that tokenEndpoint is the token endpoint and not another page of the authorization server",
      false,
    );
  }
  return failed(
    "unauthorized",
    redact(`the token endpoint refused the client: ${status}${error ? ` ${error}` : ""}${words}`).slice(
      0,
      500,
    ),
    HINTS[error ?? ""] ?? "check clientId, clientSecret and tokenEndpoint",
    false,
  );
}

function failed(code: ErrorCode, message: string, hint: string, retryable: boolean): CallError {
  return new CallError({ code, message, hint, retryable });
}
