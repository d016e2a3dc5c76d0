/**
 * MCP over stdio: newline-delimited JSON-RPC, both lanes on one connection.
 *
 * @module
 */
import { answerDirectly, type DirectAnswer, eraOf, isRequest, type Message } from "./direct.ts";
import type { McpServer } from "./server.ts";
import type { SdkStdioLane } from "./sdk_lane.ts";

/** The two ends of a connection. */
export interface StdioStreams {
  readonly input: ReadableStream<Uint8Array>;
  /** Writes a whole line; called in order. */
  readonly write: (line: Uint8Array) => Promise<void>;
}

/** The longest line that is read, in bytes. */
const MAX_LINE = 16 * (1 << 20);
const encoder = new TextEncoder();

/** Splits a stream of bytes into lines; a line that is too long is given as undefined. */
async function* lines(
  input: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder();
  let held: Uint8Array[] = [], size = 0, skipping = false;
  const take = (last: Uint8Array): string => {
    if (held.length === 0) return decoder.decode(last);
    const all = new Uint8Array(size + last.length);
    let at = 0;
    for (const piece of held) {
      all.set(piece, at);
      at += piece.length;
    }
    all.set(last, at);
    held = [];
    size = 0;
    return decoder.decode(all);
  };
  for (let read = await input.read(); !read.done; read = await input.read()) {
    const chunk = read.value;
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end);
      from = end + 1;
      if (skipping) {
        skipping = false;
        yield undefined;
      } else yield take(piece);
    }
    const rest = chunk.subarray(from);
    if (skipping || rest.length === 0) continue;
    held.push(rest.slice());
    size += rest.length;
    if (size > MAX_LINE) {
      held = [];
      size = 0;
      skipping = true;
    }
  }
  if (skipping) yield undefined;
  else if (size > 0) yield take(new Uint8Array());
}

/** Whether a message has a form that one of the lanes answers or takes. */
function isMessage(message: Message & { readonly result?: unknown; readonly error?: unknown }): boolean {
  const { id, method, params } = message;
  if (isRequest(message)) return true;
  if (message.jsonrpc !== "2.0") return false;
  if (method === undefined) return id !== undefined && ("result" in message || "error" in message);
  return typeof method === "string" && id === undefined &&
    (params === undefined || (typeof params === "object" && params !== null && !Array.isArray(params)));
}

/** One connection. */
class Connection {
  readonly #server: McpServer;
  readonly #streams: StdioStreams;
  readonly #running = new Map<string | number, AbortController>();
  readonly #calls = new Set<Promise<void>>();
  #writing: Promise<void> = Promise.resolve();
  #sdk: Promise<SdkStdioLane> | undefined;
  #opening: unknown;
  readonly #direct: boolean;

  constructor(server: McpServer, streams: StdioStreams, direct: boolean) {
    this.#server = server;
    this.#streams = streams;
    this.#direct = direct;
  }

  #write(text: string): void {
    const bytes = encoder.encode(text + "\n");
    this.#writing = this.#writing.then(() => this.#streams.write(bytes)).catch(() => {});
  }

  #error(code: number, message: string, id: unknown = null): void {
    const known = typeof id === "string" || typeof id === "number" ? id : null;
    this.#write(JSON.stringify({ jsonrpc: "2.0", id: known, error: { code, message } }));
  }

  #toSdk(message: unknown): void {
    this.#sdk ??= import("./sdk_lane.ts").then((lane) =>
      lane.createSdkStdioLane(this.#server, (text) => this.#write(text), this.#opening)
    );
    const call = this.#sdk.then(async (sdk) => {
      const { completeEnvelope } = await import("./sdk_lane.ts");
      sdk.receive(completeEnvelope(message) ?? message);
    });
    this.#track(call);
  }

  #track(call: Promise<void>): void {
    this.#calls.add(call);
    void call.finally(() => this.#calls.delete(call));
  }

  line(text: string | undefined): void {
    if (text === undefined) return this.#error(-32600, `The line is longer than ${MAX_LINE} bytes.`);
    if (text.trim() === "") return;
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return this.#error(-32700, "Parse error: the line is not valid JSON");
    }
    if (!Array.isArray(message)) return this.#message(message);
    // Each request of a batch is answered on a line of its own: clients tell answers apart by their ids.
    if (message.length === 0) return this.#error(-32600, "Invalid Request: the batch is empty");
    for (const one of message) this.#message(one);
  }

  #message(message: unknown): void {
    if (message === null || typeof message !== "object" || Array.isArray(message)) {
      return this.#error(-32600, "Invalid Request: a JSON-RPC message is an object");
    }
    // The SDK drops these without a word, and their sender would wait for ever.
    if (!isMessage(message)) {
      return this.#error(-32600, "Invalid Request: not a JSON-RPC 2.0 message", (message as Message).id);
    }
    if (this.#direct && this.#answer(message)) return;
    this.#toSdk(message);
  }

  /** Answers what the direct lane answers. */
  #answer(message: Message): boolean {
    if (!isRequest(message)) {
      if (message.jsonrpc !== "2.0" || typeof message.method !== "string" || message.id !== undefined) {
        return false;
      }
      if (message.method === "notifications/cancelled") {
        const id = (message.params as { requestId?: unknown } | undefined)?.requestId;
        const running = this.#running.get(id as string | number);
        if (!running) return this.#sdk === undefined;
        running.abort();
        return true;
      }
      return this.#sdk === undefined && message.method.startsWith("notifications/") &&
        eraOf(message) === "legacy";
    }
    const era = eraOf(message);
    if (era === undefined) return false;
    const { id } = message;
    const controller = new AbortController();
    const answer = answerDirectly(this.#server, message, era, () => controller.signal);
    if (!answer) return false;
    if (answer instanceof Promise) this.#running.set(id, controller);
    if (message.method === "initialize") this.#opening = message;
    if (answer instanceof Promise) {
      this.#track(this.#finish(id, answer, () => controller.signal.aborted));
    } else this.#write(answer.text);
    return true;
  }

  async #finish(id: string | number, answer: Promise<DirectAnswer>, cancelled: () => boolean): Promise<void> {
    const { text } = await answer;
    this.#running.delete(id);
    // A client that cancelled a request does not want its answer.
    if (!cancelled()) this.#write(text);
  }

  /** Waits for the calls in flight and for everything to be written. */
  async finish(): Promise<void> {
    while (this.#calls.size > 0) await Promise.allSettled(this.#calls);
    if (this.#sdk) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      await this.#writing;
      await (await this.#sdk).close().catch(() => {});
    }
    await this.#writing;
  }
}

/**
 * Serves one connection until its input ends; calls in flight are finished first.
 *
 * @param server The server.
 * @param streams The connection.
 * @param options `signal` ends the connection as the end of its input would; `direct: false` sends every
 * message to the SDK, for comparing the lanes.
 */
export async function serveStdio(
  server: McpServer,
  streams: StdioStreams,
  options: { direct?: boolean; signal?: AbortSignal } = {},
): Promise<void> {
  const connection = new Connection(server, streams, options.direct ?? true);
  // A stream that is being read can only be ended through its reader.
  const reader = streams.input.getReader(), { signal } = options;
  const stop = () => void reader.cancel().catch(() => {});
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop);
  try {
    for await (const line of lines(reader)) connection.line(line);
    await connection.finish();
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** The process's own stdin and stdout. */
export function processStreams(): StdioStreams {
  const { stdin, stdout } = Deno;
  return {
    input: stdin.readable,
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += await stdout.write(bytes.subarray(at));
    },
  };
}
