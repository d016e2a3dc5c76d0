/**
 * A request as surfaces see it: a `Request` of which nothing is made before it is asked for.
 *
 * The runtime's own costs as much as a whole call. This one is read only: it is taken, and not sent on.
 *
 * @module
 */
import type { IncomingBody } from "./incoming_body.ts";
import type { IncomingHeaders } from "./incoming_headers.ts";
import type { RequestHead } from "./request_head.ts";

const decoder = new TextDecoder();

/** A request that came in over a connection of the listener. */
export class ServedRequest implements Request {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHeaders;
  readonly #body: IncomingBody | undefined;
  #stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  #used = false;
  #controller: AbortController | undefined;
  #gone = false;

  readonly cache = "default";
  readonly credentials = "same-origin";
  readonly destination = "";
  readonly integrity = "";
  readonly isHistoryNavigation = false;
  readonly isReloadNavigation = false;
  readonly keepalive = false;
  readonly mode = "cors";
  readonly redirect = "manual";
  readonly referrer = "about:client";
  readonly referrerPolicy = "";

  /**
   * @param head Its head.
   * @param body Its body; undefined where it has none.
   */
  constructor(head: RequestHead, body: IncomingBody | undefined) {
    this.method = head.method;
    this.url = head.url;
    this.headers = head.headers;
    this.#body = body;
  }

  /** Aborts when the client leaves before it was answered. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#gone) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** The client has left, or wants no answer any more. */
  abandon(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#controller?.abort();
  }

  /** The body as a stream; null where there is none. */
  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    const body = this.#body;
    if (!body) return null;
    if (this.#stream) return this.#stream;
    let isUsed = false;
    return this.#stream = new ReadableStream({
      pull: async (controller) => {
        if (!isUsed) {
          isUsed = true;
          this.#use();
        }
        const bytes = await body.read();
        if (bytes) controller.enqueue(bytes);
        else controller.close();
      },
    }, { highWaterMark: 0 });
  }

  /** Whether somebody has begun to read the body. */
  get bodyUsed(): boolean {
    return this.#used;
  }

  #use(): void {
    if (this.#used) throw new TypeError("the body of the request has been read already");
    this.#used = true;
  }

  /** The body as bytes. */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const body = this.#body;
    if (!body) return new Uint8Array();
    this.#use();
    const whole = body.takeWhole();
    if (whole) return whole.slice();
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let length = 0;
    for (let part = await body.read(); part; part = await body.read()) {
      parts.push(part);
      length += part.length;
    }
    if (parts.length === 1) return parts[0]!;
    const out = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** The body as bytes. */
  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer;
  }

  /** The same as `text()`, where the whole body is there already; undefined where it is not. */
  textNow(): string | undefined {
    const whole = this.#used ? undefined : this.#body?.takeWhole();
    if (!whole) return undefined;
    this.#used = true;
    return decoder.decode(whole);
  }

  /** The body as text in UTF-8. */
  async text(): Promise<string> {
    return this.textNow() ?? decoder.decode(await this.bytes());
  }

  /** The body as text in UTF-8, as it comes. */
  textStream(): ReadableStream<string> {
    return this.#response().textStream();
  }

  /** The body as the value that its JSON stands for. */
  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /** The body as a blob. */
  async blob(): Promise<Blob> {
    return await this.#response().blob();
  }

  /** The body as a form. */
  async formData(): Promise<FormData> {
    return await this.#response().formData();
  }

  #response(): Response {
    const type = this.headers.get("content-type");
    return new Response(this.body, type === null ? {} : { headers: { "content-type": type } });
  }

  /** A request that came in is read once. @throws {TypeError} Always. */
  clone(): Request {
    throw new TypeError("a request that came in cannot be cloned");
  }
}
