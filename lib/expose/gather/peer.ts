/**
 * The MCP servers behind a gathered endpoint, each in a worker of its own.
 *
 * @module
 */
import { parseJson } from "../../data/json.ts";
import { isObject } from "../mcp/lanes/direct.ts";

/** A message for a server, as it goes over HTTP. */
export interface Forwarded {
  readonly body: string;
  readonly headers: readonly (readonly [string, string])[];
  /** The query of the address with its question mark; empty where there is none. */
  readonly query: string;
  readonly signal?: AbortSignal | undefined;
  /** The answer may be a stream of events. */
  readonly takesEvents?: boolean;
}

/** What a server answered. */
export interface PeerAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly text: string;
  /** The events, where the answer is a stream of them; the text is empty then. */
  readonly body?: ReadableStream<Uint8Array>;
}

/** One MCP server. */
export interface Peer {
  /** The namespace of its surface: what its tools are prefixed with. */
  readonly namespace: string;
  /** Sends it a message. @throws When it cannot be reached. */
  send(message: Forwarded): Promise<PeerAnswer>;
}

/** The result of an answer; undefined for an error, and for what is no answer. */
export function resultOf({ text }: PeerAnswer): Record<string, unknown> | undefined {
  try {
    const message = parseJson(text), result = isObject(message) ? message["result"] : undefined;
    return isObject(result) ? result : undefined;
  } catch {
    return undefined;
  }
}
