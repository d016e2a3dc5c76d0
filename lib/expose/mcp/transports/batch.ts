/**
 * Several messages in one body, as the revisions 2024-11-05 and 2025-03-26 have them: each is answered as if it came
 * alone, and the answers come as one list.
 *
 * @module
 */
import { type DirectAnswer, formFault, idOf, type JsonRpcMessage, namedVersion } from "../lanes/direct.ts";
import { failure, unknownMethod } from "../lanes/stateless.ts";

/** The most messages of one body: each may be a call. */
const MAX_MESSAGES = 100;

/** A request among the messages. */
export type BatchedRequest = JsonRpcMessage & { readonly id: string | number; readonly method: string };

/** Answers the messages of a batch, one by one. */
export interface BatchParts {
  /** Answers a request; undefined for one that nobody can answer here. */
  readonly answer: (request: BatchedRequest) => DirectAnswer | Promise<DirectAnswer> | undefined;
  /** Takes a notification, or an answer of the client. */
  readonly hear: (message: JsonRpcMessage) => void;
}

/** What is wrong with a batch as a whole; undefined for a good one. */
function batchFault(messages: readonly unknown[]): string | undefined {
  if (messages.length === 0) return "the batch is empty";
  if (messages.length > MAX_MESSAGES) return `the batch has more than ${MAX_MESSAGES} messages`;
  return messages.some((one) =>
      formFault(one) === undefined && namedVersion(one as JsonRpcMessage) !== undefined
    )
    ? "the revision 2026-07-28 has no batches; send each request alone"
    : undefined;
}

/**
 * Answers a batch.
 *
 * @param messages What the body holds.
 * @param parts Who answers.
 * @returns The text of the answers, and the HTTP status; no text where no answer is due.
 */
export async function answerBatch(
  messages: readonly unknown[],
  { answer, hear }: BatchParts,
): Promise<{ readonly status: number; readonly text?: string }> {
  const fault = batchFault(messages);
  if (fault !== undefined) return { status: 400, text: invalid(null, fault) };
  const answers = await Promise.all(messages.map(async (message) => {
    const fault = formFault(message);
    if (fault !== undefined) return invalid(idOf(message), fault);
    const one = message as JsonRpcMessage;
    if (one.method === undefined || one.id === undefined) return void hear(one);
    const request = one as BatchedRequest, { id, method } = request;
    if (method === "initialize") return invalid(id, "initialize must be sent alone");
    const given = await answer(request);
    return (given ?? unknownMethod(id, method, "legacy")).text;
  }));
  const texts = answers.filter((text) => text !== undefined);
  return texts.length === 0 ? { status: 202 } : { status: 200, text: `[${texts.join(",")}]` };
}

/** The error of what is no request. */
function invalid(id: string | number | null, fault: string): string {
  return failure(id, -32600, `Invalid Request: ${fault}`);
}
