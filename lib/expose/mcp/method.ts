/**
 * Methods of the protocol beside tools: each is one function in one table, and what the server says it can do is
 * derived from that table.
 *
 * @module
 */
import { beginningOf } from "../../data/beginning.ts";
import type { Call } from "../../telemetry/call.ts";

/** The parameters of a request. */
export type Params = Readonly<Record<string, unknown>>;

/**
 * Answers a request: the members of its result as JSON text, without braces.
 *
 * @throws {MethodError} What the caller did wrong, or what failed.
 */
export type Method = (params: Params, call: Call) => string | Promise<string>;

/** A group of methods, and the word for it in the server's capabilities. */
export interface MethodGroup {
  /** The key in the server's capabilities, such as `resources`. */
  readonly capability?: string;
  /** The name of the extension of the protocol that it is, such as `io.modelcontextprotocol/skills`. */
  readonly extension?: string;
  /** Only clients of the newest revision can use it: no other hears of it. */
  readonly isModern?: boolean;
  /** What stands under the key. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly methods: Readonly<Record<string, Method>>;
  /** The methods whose results a client may keep for a while. */
  readonly cacheable: readonly string[];
}

/** What a message of the protocol holds at most, and a text that a client names something by, in characters. */
const MAX_MESSAGE = 2000, MAX_TEXT = 8192;

/** An error of the protocol. */
export class MethodError extends Error {
  /** The JSON-RPC code of the modern revision. */
  readonly code: number;
  /** The code of the handshake revisions, where it is another. */
  readonly legacyCode: number;
  readonly data: unknown;

  /**
   * @param code The JSON-RPC code.
   * @param message For the model or the person on the other end: what is wrong, and what to do.
   * @param more The code of older revisions, and data for a program.
   */
  constructor(
    code: number,
    message: string,
    more: { readonly legacyCode?: number; readonly data?: unknown } = {},
  ) {
    super(beginningOf(message, MAX_MESSAGE));
    this.code = code;
    this.legacyCode = more.legacyCode ?? code;
    this.data = more.data;
  }
}

/** An error of the caller's. */
export function invalidParams(message: string): MethodError {
  return new MethodError(-32602, `Invalid params: ${message}`);
}

/** A text parameter that has to be there. */
export function textParam(params: Params, name: string, what: string): string {
  const value = params[name];
  if (typeof value !== "string") throw invalidParams(`${name} must be ${what}`);
  if (value.length > MAX_TEXT) throw invalidParams(`${name} must have at most ${MAX_TEXT} characters`);
  return value;
}
