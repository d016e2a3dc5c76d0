/**
 * MCP over stdio: newline-delimited JSON-RPC, both lanes on one connection.
 *
 * @module
 */
import {
  answerDirectly,
  type DirectAnswer,
  eraOf,
  formFault,
  idOf,
  isRequest,
  type JsonRpcMessage,
  leavesOpen,
} from "../lanes/direct.ts";
import type { BegunConnection } from "../../../surface/surface_type.ts";
import { type BadLine, lines } from "./lines.ts";
import { parseMessage } from "../lanes/message.ts";
import { failure } from "../lanes/stateless.ts";
import { type ListeningClient, Session, wishesOf } from "../clients.ts";
import { listenEnded, readListen, tellEnded } from "../listen.ts";
import { MethodError } from "../method.ts";
import { noticesOf, notification, Teller } from "../notices.ts";
import { ownerOf } from "../tasks/tasks.ts";
import type { McpServer } from "../server.ts";
import { declaresForms } from "../asking/asking.ts";
import { type Elicit, SentRequests } from "../asking/sent_requests.ts";
import type { SdkStdioLane } from "../lanes/sdk_lane.ts";

/** The two ends of a connection. */
export interface StdioStreams {
  readonly input: BegunConnection["input"];
  /** Writes a whole line; called in order. */
  readonly write: (line: Uint8Array) => Promise<void>;
  /** The beginning of the connection, where another thread served it. */
  readonly begun?: BegunConnection | undefined;
}

const encoder = new TextEncoder();

/** One connection. */
class Connection {
  readonly #current: () => McpServer;
  readonly #streams: StdioStreams;
  readonly #running = new Map<string | number, AbortController>();
  readonly #session = new Session();
  /** What listens on this connection, by the request that asked for it; the handshake has no number. */
  readonly #listeners = new Map<string | number | undefined, ListeningClient>();
  readonly #calls = new Set<Promise<void>>();
  /** What the client was asked. */
  readonly #sent = new SentRequests();
  /** Whether the client said that it shows forms; undefined until that matters. */
  #showsForms: boolean | undefined;
  #writing: Promise<void>;
  #sdk: Promise<SdkStdioLane> | undefined;
  #opening: unknown;
  readonly #direct: boolean;
  readonly #broken: () => void;

  /** @param broken What to do when nobody reads the answers any more. */
  constructor(
    server: McpServer | (() => McpServer),
    streams: StdioStreams,
    direct: boolean,
    broken: () => void,
  ) {
    this.#current = typeof server === "function" ? server : () => server;
    this.#streams = streams;
    this.#writing = streams.begun?.written ?? Promise.resolve();
    this.#direct = direct;
    this.#broken = broken;
    // A client whose handshake another thread answered hears of changes as well.
    void streams.begun?.written.then(() => {
      if (streams.begun!.opening() !== undefined) this.#hear(undefined, { wishes: wishesOf(this.#session) });
    });
  }

  /** The server of now: another one may have taken its place. */
  get #server(): McpServer {
    return this.#current();
  }

  #write(text: string): void {
    const bytes = encoder.encode(text + "\n");
    this.#writing = this.#writing.then(() => this.#streams.write(bytes)).catch(() => {
      for (const controller of this.#running.values()) controller.abort();
      this.#broken();
    });
  }

  #error(code: number, message: string, id: string | number | null = null): void {
    this.#write(failure(id, code, message));
  }

  #toSdk(message: unknown): void {
    this.#sdk ??= import("../lanes/sdk_lane.ts").then((lane) =>
      lane.createSdkStdioLane(this.#server, (text) => this.#write(text), this.#opening ?? this.#begunBy())
    );
    const call = this.#sdk.then(async (sdk) => {
      const { completeRequest } = await import("../lanes/sdk_lane.ts");
      sdk.receive(completeRequest(message) ?? message);
    });
    this.#track(call.catch(() => this.#error(-32603, "Internal error", idOf(message))));
  }

  /** The message that opened the connection in another thread. */
  #begunBy(): unknown {
    const text = this.#streams.begun?.opening();
    return text === undefined ? undefined : parseMessage(text);
  }

  #track(call: Promise<void>): void {
    this.#calls.add(call);
    void call.finally(() => this.#calls.delete(call));
  }

  line(text: string | BadLine): void {
    if (typeof text !== "string") return this.#error(text.code, text.message);
    if (text.trim() === "") return;
    let message: unknown;
    try {
      message = parseMessage(text);
    } catch {
      return this.#error(-32700, "Parse error: the line is not valid JSON");
    }
    if (!Array.isArray(message)) return this.#message(message);
    // Each request of a batch is answered on a line of its own: clients tell answers apart by their ids.
    if (message.length === 0) return this.#error(-32600, "Invalid Request: the batch is empty");
    for (const one of message) this.#message(one);
  }

  #message(message: unknown): void {
    // The SDK drops these without a word, and their sender would wait for ever.
    const fault = formFault(message);
    if (fault !== undefined) return this.#error(-32600, `Invalid Request: ${fault}`, idOf(message));
    if (this.#direct && this.#answer(message as JsonRpcMessage)) return;
    this.#toSdk(message);
  }

  /** Answers what the direct lane answers. */
  #answer(message: JsonRpcMessage): boolean {
    if (!isRequest(message)) {
      if (message.method === undefined && (this.#sent.answer("", message) || this.#sdk === undefined)) {
        return true;
      }
      if (message.jsonrpc !== "2.0" || typeof message.method !== "string" || message.id !== undefined) {
        return false;
      }
      if (message.method === "notifications/cancelled") {
        const id = (message.params as { requestId?: unknown } | undefined)?.requestId;
        if (this.#stopListening(id as string | number)) return true;
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
    if (era === "modern" && message.method === "subscriptions/listen") return this.#listen(message);
    const controller = new AbortController();
    const notices = message.method === "tools/call"
      ? noticesOf(message.params, era === "legacy" ? this.#session.level : undefined)
      : undefined;
    const teller = notices && new Teller(notices, (text) => {
      if (!controller.signal.aborted) this.#write(text);
    });
    const answer = answerDirectly(this.#server, message, era, () => controller.signal, {
      teller,
      session: () => this.#session,
      elicit: era === "legacy" ? this.#elicit(message, controller.signal) : undefined,
    });
    if (!answer) return false;
    if (answer instanceof Promise) this.#running.set(id, controller);
    if (answer instanceof Promise) this.#track(this.#finish(id, answer, controller));
    else {
      if (answer.opens) {
        this.#opening = message;
        this.#showsForms = undefined;
        this.#hear(undefined, { wishes: wishesOf(this.#session) });
      }
      this.#write(answer.text);
    }
    return true;
  }

  /** What asks the person behind the client; undefined where there is nothing to ask, or the client shows no forms. */
  #elicit(message: JsonRpcMessage, signal: AbortSignal): Elicit | undefined {
    this.#showsForms ??= declaresForms(
      ((this.#opening ?? this.#begunBy()) as { params?: { capabilities?: unknown } } | undefined)?.params
        ?.capabilities,
    );
    if (!this.#showsForms || !leavesOpen(this.#server, message)) return undefined;
    const send = (text: string) => this.#write(text);
    return (params) => this.#sent.send("elicitation/create", params, { client: "", send, signal });
  }

  /** Lets a listener hear of changes. */
  #hear(
    id: string | number | undefined,
    { wishes, meta }: {
      readonly wishes: ListeningClient["wishes"];
      readonly meta?: Readonly<Record<string, unknown>>;
    },
  ): void {
    this.#stopListening(id);
    const listener: ListeningClient = {
      wishes,
      hear: (method, params) =>
        this.#write(notification(method, meta === undefined ? params : { ...params, _meta: meta })),
      end: () => id === undefined ? undefined : this.#write(listenEnded(id)),
    };
    this.#listeners.set(id, listener);
    this.#server.clients.add(listener);
  }

  #stopListening(id: string | number | undefined): boolean {
    const listener = this.#listeners.get(id);
    if (!listener) return false;
    this.#listeners.delete(id);
    this.#server.clients.remove(listener);
    return true;
  }

  #listen({ id, params }: JsonRpcMessage & { id: string | number }): true {
    try {
      if (this.#listeners.size >= 100) throw new MethodError(-32603, "No more than 100 requests may listen.");
      const asked = readListen(
        id,
        (params ?? {}) as Record<string, unknown>,
        this.#server.capabilities,
        (task) => this.#server.tasks.get(task, ownerOf(undefined)) !== undefined,
      );
      this.#write(asked.acknowledgement);
      this.#server.watched.add(asked.wishes.resourceSubscriptions ?? []);
      this.#hear(id, asked);
      tellEnded(this.#server, asked.wishes);
    } catch (error) {
      if (!(error instanceof MethodError)) throw error;
      this.#error(error.code, error.message, id);
    }
    return true;
  }

  async #finish(
    id: string | number,
    answer: Promise<DirectAnswer>,
    controller: AbortController,
  ): Promise<void> {
    const { text } = await answer;
    // A client that uses a number twice at once has taken the first call's place.
    if (this.#running.get(id) === controller) this.#running.delete(id);
    // A client that cancelled a request does not want its answer.
    if (!controller.signal.aborted) this.#write(text);
  }

  /** Waits for the calls in flight and for everything to be written. */
  async finish(): Promise<void> {
    for (const id of [...this.#listeners.keys()]) this.#stopListening(id);
    this.#sent.leave();
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
 * Serves one connection until its input ends, or nobody reads its output; calls in flight are finished first.
 *
 * @param server The server, or what gives the one of now.
 * @param streams The connection.
 * @param options `signal` ends the connection as the end of its input would; `direct: false` sends every
 * message to the SDK, for comparing the lanes.
 */
export async function serveStdio(
  server: McpServer | (() => McpServer),
  streams: StdioStreams,
  options: { direct?: boolean; signal?: AbortSignal } = {},
): Promise<void> {
  // A stream that is being read can only be ended through its reader.
  const reader = streams.input.getReader(), { signal } = options;
  const stop = () => void reader.cancel().catch(() => {});
  const connection = new Connection(server, streams, options.direct ?? true, stop);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop);
  try {
    for await (const line of lines(reader)) connection.line(line);
    await connection.finish();
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
