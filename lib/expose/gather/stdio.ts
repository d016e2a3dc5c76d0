/**
 * A gathered endpoint over stdio: newline-delimited JSON-RPC.
 *
 * @module
 */
import { isObject, type JsonRpcMessage, namedVersion } from "../mcp/lanes/direct.ts";
import { parseMessage } from "../mcp/lanes/message.ts";
import { failure } from "../mcp/lanes/stateless.ts";
import { lines } from "../mcp/transports/lines.ts";
import type { StdioStreams } from "../mcp/transports/stdio.ts";
import { eventTexts } from "./events.ts";
import type { Gathered } from "./gather.ts";
import type { Forwarded, PeerAnswer } from "./peer.ts";

/** What a message says of itself, as the headers of the modern revision say it. */
function headersOf(message: JsonRpcMessage | undefined): Forwarded["headers"] {
  const headers: [string, string][] = [["content-type", "application/json"]];
  const version = message && namedVersion(message), method = message?.method;
  if (typeof version !== "string" || typeof method !== "string") return headers;
  headers.push(["mcp-protocol-version", version], ["mcp-method", method]);
  const { name, uri } = message!.params as { name?: unknown; uri?: unknown }, named = name ?? uri;
  if (typeof named === "string") headers.push(["mcp-name", named]);
  return headers;
}

/** A line as a message; undefined for what is none, which is answered as that. */
function messageOf(line: string): JsonRpcMessage | undefined {
  try {
    const message = parseMessage(line);
    return isObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** The request that a message cancels, by its id as JSON; undefined for any other message. */
function cancelledBy(message: JsonRpcMessage | undefined): string | undefined {
  if (message?.method !== "notifications/cancelled" || message.id !== undefined) return undefined;
  return JSON.stringify((message.params as { requestId?: unknown } | undefined)?.requestId ?? null);
}

/**
 * Serves one connection until its input ends; calls in flight are finished first.
 *
 * @param gathered What answers.
 * @param streams The connection.
 */
export async function serveGatheredStdio(
  gathered: Gathered,
  { input, write }: Pick<StdioStreams, "input" | "write">,
): Promise<void> {
  const running = new Set<Promise<void>>(), calls = new Map<string, AbortController>();
  const encoder = new TextEncoder();
  let writing = Promise.resolve();
  const say = (text: string) =>
    void (writing = writing.then(() => write(encoder.encode(`${text}\n`))).catch(() => {}));
  const give = async ({ text, body }: PeerAnswer, signal: AbortSignal) => {
    // A client that cancelled a request does not want its answer.
    if (body) { for await (const one of eventTexts(body)) if (!signal.aborted) say(one); }
    else if (text !== "" && !signal.aborted) say(text);
  };
  for await (const line of lines(input.getReader())) {
    if (typeof line !== "string") {
      say(failure(null, line.code, line.message));
      continue;
    }
    if (line.trim() === "") continue;
    const message = messageOf(line), cancelled = cancelledBy(message);
    if (cancelled !== undefined) {
      calls.get(cancelled)?.abort();
      continue;
    }
    const controller = new AbortController(),
      { signal } = controller,
      id = JSON.stringify(message?.id ?? null);
    calls.set(id, controller);
    const sent = { body: line, headers: headersOf(message), query: "", takesEvents: true, signal };
    const work: Promise<void> = gathered.answer(sent).then((answer) => give(answer, signal)).catch(() => {})
      .finally(() => {
        running.delete(work);
        if (calls.get(id) === controller) calls.delete(id);
      });
    running.add(work);
  }
  await Promise.all(running);
  await writing;
}
