/**
 * One exchange with an authorization server: bounded in time and size, and never redirected.
 *
 * @module
 */
import { Deadline } from "../time/deadline.ts";
import type { Door } from "../door.ts";
import { CallError, type ErrorCode } from "../error.ts";
import { describeNetworkFault } from "../network_fault.ts";
import type { Outgoing } from "../outgoing.ts";
import type { UpstreamResponse } from "../upstream_response.ts";

/** An answer of an authorization server. */
export interface TokenExchange {
  readonly response: UpstreamResponse;
  readonly text: string;
}

/** How long an authorization server may take, in milliseconds: its answer serves many calls. */
const PATIENCE = 30_000;
/** The most its answer may hold, in bytes. */
const MOST = 1 << 20;

/** Whether a status says that all went well. */
export function isTokenSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** What is asked of an authorization server. */
export interface TokenQuestion {
  readonly method: "GET" | "POST";
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | undefined;
}

/**
 * Asks an authorization server. The caller has seen to it that the address is declared.
 *
 * @param door Sends the request.
 * @param url The address.
 * @param question The request.
 * @throws {CallError} When there is no answer.
 */
export async function exchange(door: Door, url: string, question: TokenQuestion): Promise<TokenExchange> {
  const { origin, host } = new URL(url), home = { origin, path: "" };
  const deadline = new Deadline({ deadline: performance.now() + PATIENCE });
  const { method, headers, body } = question;
  const request: Outgoing = { method, url, headers: headers.map(([name, value]) => [name, value]), body };
  try {
    const response = await door.send(
      request,
      { home, reach: [home], repeatable: method === "GET", block: {} },
      deadline,
    );
    return { response, text: new TextDecoder().decode(await response.bytes(MOST)) };
  } catch (error) {
    if (error instanceof CallError) throw error;
    if (deadline.over) {
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
    deadline.stop();
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
