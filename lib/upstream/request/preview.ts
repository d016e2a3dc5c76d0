/**
 * The request a call would send, without sending it.
 *
 * @module
 */
import type { Scope } from "../../expression/scope.ts";
import type { Header } from "../outgoing.ts";
import type { Operation } from "../operation.ts";
import { compileRequest } from "./request.ts";
import { mask } from "../value.ts";

/** A request as it is shown to people: secrets are `***`. */
export interface RequestPreview {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly Header[];
  readonly body?: string | undefined;
}

/** The most of a body that a preview shows, in characters. */
const SHOWN = 64 * 1024;

/**
 * Shows the request of a call. Nothing is sent.
 *
 * @param operation The operation.
 * @param scope The values of the call.
 * @throws {CallError} Where the call itself would refuse the values.
 */
export function previewOperation(operation: Operation, scope: Scope): RequestPreview {
  const { method, url, headers, body } = compileRequest(operation, mask)(scope);
  if (body === undefined) return { method, url, headers };
  const text = typeof body === "string" ? body : readable(body);
  return { method, url, headers, body: text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text };
}

function readable(bytes: Uint8Array | Blob): string {
  if (bytes instanceof Blob) return `(${bytes.size} bytes)`;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return `(${bytes.length} bytes)`;
  }
}
