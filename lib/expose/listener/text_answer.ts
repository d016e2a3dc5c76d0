/**
 * Answers of text: what most answers are, without the runtime's `Response`, which costs more than writing them.
 *
 * @module
 */
import { ServedRequest } from "./served_request.ts";

/** Status and headers of an answer of text; where they are the same object again, their head is written once. */
export interface AnswerInit {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** An answer of text. It is a `Response` to whoever asks it for more than its status and text. */
export class TextAnswer implements Response {
  /** The text. */
  readonly content: string;
  readonly init: AnswerInit;
  #response: Response | undefined;

  /**
   * @param content The text.
   * @param init Status and headers.
   */
  constructor(content: string, init: AnswerInit) {
    this.content = content;
    this.init = init;
  }

  /** The same as the runtime's response. Once it was made, only it counts: its headers may have been changed. */
  get response(): Response {
    return this.#response ??= new Response(this.content, this.init);
  }

  /** Whether it became the runtime's response. */
  get isMade(): boolean {
    return this.#response !== undefined;
  }

  get status(): number {
    return this.init.status;
  }
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
  get statusText(): string {
    return "";
  }
  get type(): ResponseType {
    return "default";
  }
  get url(): string {
    return "";
  }
  get redirected(): boolean {
    return false;
  }
  get headers(): Headers {
    return this.response.headers;
  }
  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.response.body as ReadableStream<Uint8Array<ArrayBuffer>> | null;
  }
  get bodyUsed(): boolean {
    return this.#response?.bodyUsed ?? false;
  }
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.response.arrayBuffer();
  }
  blob(): Promise<Blob> {
    return this.response.blob();
  }
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.response.bytes();
  }
  formData(): Promise<FormData> {
    return this.response.formData();
  }
  json(): Promise<unknown> {
    return this.response.json();
  }
  text(): Promise<string> {
    return this.#response ? this.#response.text() : Promise.resolve(this.content);
  }
  textStream(): ReadableStream<string> {
    return this.response.textStream();
  }
  clone(): Response {
    return this.response.clone();
  }
}

/**
 * Answers with text: cheaply where the request came over Capstan's own listener, with the runtime's response where the
 * surface is mounted in another server.
 *
 * @param request The request.
 * @param text The text.
 * @param init Status and headers.
 */
export function answerText(request: Request, text: string, init: AnswerInit): Response {
  return request instanceof ServedRequest ? new TextAnswer(text, init) : new Response(text, init);
}

/** Whether something is an answer, of the runtime or of this room. */
export function isResponse(value: unknown): value is Response {
  if (value instanceof TextAnswer) return true;
  // To name the runtime's `Response` loads it, with streams and all: some 3 ms, just when the first client calls.
  return value !== null && typeof value === "object" && "headers" in value && value instanceof Response;
}
