/**
 * One exchange with an authorization server: bounded in time and size, and never redirected.
 *
 * @module
 */
import { forbidden } from "../egress.ts";
import { CallError, type ErrorCode } from "../error.ts";
import { describeNetworkFault } from "../network_fault.ts";
import { portOf, resolvesToForbidden } from "../resolution.ts";
import { readBytes } from "../response.ts";

/** An answer of an authorization server. */
export interface TokenExchange {
  readonly response: Response;
  readonly text: string;
}

/** How long an authorization server may take, in milliseconds: its answer serves many calls. */
const PATIENCE = 30_000;
/** The most its answer may hold, in bytes. */
const MOST = 1 << 20;

/**
 * Asks an authorization server. The caller has seen to it that the address is declared.
 *
 * @param url The address.
 * @param init The request.
 * @throws {CallError} When there is no answer.
 */
export async function exchange(url: string, init: RequestInit): Promise<TokenExchange> {
  const target = new URL(url), { hostname, host } = target;
  if (await resolvesToForbidden(hostname, portOf(target))) throw forbidden(hostname);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PATIENCE);
  try {
    const response = await fetch(url, { ...init, redirect: "manual", signal: controller.signal });
    return { response, text: new TextDecoder().decode(await readBytes(response, MOST)) };
  } catch (error) {
    if (error instanceof CallError) throw error;
    if (controller.signal.aborted) {
      throw failed(
        "timeout",
        `the authorization server ${host} did not answer within 30 s`,
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

/** An error on the way to a token. */
export function failed(
  code: ErrorCode,
  message: string,
  hint: string,
  retryable: boolean,
  retryAfterSeconds?: number,
): CallError {
  return new CallError({
    code,
    message,
    hint,
    retryable,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
