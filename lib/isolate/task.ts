/**
 * What goes into the isolate and what comes back. Everything of any size crosses as text or bytes, which costs less
 * than copying values.
 *
 * @module
 */
import type { CallErrorData } from "../upstream/error.ts";
import type { DecodeTask } from "../upstream/offload.ts";
import type { BadResponseData } from "../upstream/formats/bad_response.ts";

/** A script that is ready to run. It crosses once, and is known by its number from then on. */
export interface ScriptPlan {
  readonly name: string;
  /** What is evaluated, in order; the script itself is last. */
  readonly parts: readonly { readonly file: string; readonly text: string }[];
  readonly statementLimit: number;
  readonly memoryBytes: number;
  readonly resultLength: number;
  /** Whether anybody hears what it writes. */
  readonly logs: boolean;
}

/**
 * How many scripts a worker knows. Documents that are read again and limits that are changed make new ones without end;
 * both sides forget the one they have known longest.
 */
export const MAX_SCRIPTS = 100;

/** Makes room for one more. */
export function makeRoom(known: Map<number, unknown> | Set<number>): void {
  if (known.size < MAX_SCRIPTS) return;
  for (const oldest of known.keys()) return void known.delete(oldest);
}

/** One run of a script. */
export interface ScriptTask {
  readonly kind: "script";
  readonly id: number;
  /** Given when the worker does not know it yet. */
  readonly plan?: ScriptPlan;
  /** The context as JSON. */
  readonly input: string;
  /** What large integers in it begin with. */
  readonly mark: string;
  readonly marked: boolean;
  /** How long it may run. */
  readonly milliseconds: number;
  /** What was allowed, in words. */
  readonly allowed: string;
}

/** What a worker is given to do; `warm` loads what the first task would wait for. */
export type IsolateTask =
  | ScriptTask
  | { readonly kind: "decode"; readonly task: DecodeTask }
  | { readonly kind: "warm"; readonly scripts: boolean };

/** What comes back. */
export type Answer =
  /** Of a script: the result as JSON, and what it wrote. */
  | { readonly kind: "result"; readonly text: string | undefined; readonly lines?: readonly string[] }
  /** Of a decoder: the value as JSON; `bytes` where it is the very bytes. */
  | {
    readonly kind: "value";
    readonly text: string | undefined;
    readonly bytes: boolean;
    readonly notes: readonly string[];
  }
  | { readonly kind: "failed"; readonly error: CallErrorData; readonly lines?: readonly string[] }
  | { readonly kind: "bad response"; readonly data: BadResponseData }
  /** A fault of Capstan's own. */
  | { readonly kind: "fault"; readonly message: string; readonly stack: string | undefined }
  | { readonly kind: "ready" };
