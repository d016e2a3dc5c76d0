/**
 * Calls that the main thread makes of a capability while it runs in its sandbox.
 *
 * @module
 */
import { parseJson } from "../data/json.ts";
import { encodeBase64 } from "../data/base64.ts";
import type { Capability } from "../plan/capability.ts";
import type { FlowResult } from "../plan/flow.ts";
import { flowNamed, runOnce } from "../plan/flows/run_once.ts";
import type { Caller } from "../telemetry/call.ts";
import { type CallErrorData, errorData } from "../upstream/error.ts";

/** A call that is asked for. */
export interface CallRequest {
  readonly id: number;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** How long it may take, in milliseconds. */
  readonly timeout: number;
  readonly caller?: Caller | undefined;
}

/** What came of it. */
export type CallOutcome =
  | { readonly value: unknown; readonly base64?: string; readonly mediaType?: string }
  | { readonly error: CallErrorData };

/** What a flow gives, as it crosses to another thread. */
export function packResult(
  { value, bytes, mediaType }: FlowResult,
): CallOutcome & { readonly value: unknown } {
  return {
    value,
    ...(bytes === undefined ? {} : { base64: encodeBase64(bytes) }),
    ...(mediaType === undefined ? {} : { mediaType }),
  };
}

/** Calls that are under way. */
export class Calls {
  readonly #running = new Map<number, AbortController>();
  #idle: (() => void) | undefined;

  /** Makes a call. Never rejects. */
  async make(capability: Capability, text: string): Promise<{ id: number; outcome: CallOutcome }> {
    const { id, name, args, timeout, caller } = parseJson(text) as CallRequest;
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      const context = { signal: controller.signal, deadline: performance.now() + timeout, caller };
      return {
        id,
        outcome: packResult(await runOnce(capability, flowNamed(capability, name), args, context)),
      };
    } catch (error) {
      return { id, outcome: { error: errorData(error) } };
    } finally {
      this.#running.delete(id);
      if (this.#running.size === 0) this.#idle?.();
    }
  }

  /** The caller does not wait for it any more. */
  cancel(id: number): void {
    this.#running.get(id)?.abort();
  }

  /** Resolves when no call is under way. */
  async ended(): Promise<void> {
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle = resolve);
  }
}
