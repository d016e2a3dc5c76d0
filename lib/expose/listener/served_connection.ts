/**
 * One connection of a client: a request at a time, in the order in which they came.
 *
 * Something is read all the time, also while a request is answered: so it is known at once when the client leaves,
 * whatever packets its request came in. What it sends ahead waits in a buffer that does not grow.
 *
 * @module
 */
import type { AcceptedConnection } from "../../host/host.ts";
import { IntakeError } from "../intake.ts";
import { headBytes, type Stays } from "./answer_bytes.ts";
import { type AnswerSink, sendAnswer } from "./send_answer.ts";
import { type BodySource, IncomingBody } from "./incoming_body.ts";
import {
  BODY_BUFFER_BYTES,
  FIRST_BUFFER_BYTES,
  LINGER_BYTES,
  MAX_REQUEST_HEAD_BYTES,
  MAX_UNREAD_BYTES,
  WRITE_BYTES,
} from "./limits.ts";
import { ClientGone, faultAnswer, RequestFault } from "./request_fault.ts";
import type { ConnectionKeeper, SpareBytes } from "./connection_keeper.ts";
import { InputBuffer } from "./input_buffer.ts";
import { type RequestHead, RequestReader } from "./request_head.ts";
import { ServedRequest } from "./served_request.ts";

/** What a connection does. */
type Phase = "idle" | "head" | "answering" | "lingering" | "closed";

/** A connection of a client. */
export class ServedConnection extends InputBuffer implements BodySource, AnswerSink {
  readonly #socket: AcceptedConnection;
  readonly #keeper: ConnectionKeeper;
  readonly #reader: RequestReader;
  readonly #onRead: (count: number | null) => void;
  readonly #onGone: () => void;
  #phase: Phase = "idle";
  #reading = false;
  /** The client sends nothing more. */
  #ended = false;
  /** When what is waited for is late, by the keeper's clock; 0 where nothing is waited for. */
  #readDue = 0;
  #writeDue = 0;
  /** When the whole body is late. */
  #bodyDue = 0;
  #head: RequestHead | undefined;
  #request: ServedRequest | undefined;
  #body: IncomingBody | undefined;
  #wantsContinue = false;
  #waiting: { resolve(): void; reject(error: unknown): void } | undefined;
  /** Ends the body that is being sent, when the client leaves. */
  cancelBody: (() => void) | undefined;
  #lingered = 0;
  #refused: RequestFault | undefined;

  /**
   * @param socket The connection as the host gave it.
   * @param keeper Where it belongs.
   */
  constructor(socket: AcceptedConnection, keeper: ConnectionKeeper) {
    super();
    this.#socket = socket;
    this.#keeper = keeper;
    this.#reader = new RequestReader(keeper.authority);
    this.#onRead = (count) => this.#came(count);
    this.#onGone = () => {
      this.#reading = false;
      this.close();
    };
    this.#reader.begin();
    this.#readDue = keeper.clock + keeper.limits.idleMs;
    this.#read();
  }

  /** Whether it waits for a request. */
  get isIdle(): boolean {
    return this.#phase === "idle";
  }

  /** Whether it is closed. */
  get isClosed(): boolean {
    return this.#phase === "closed";
  }

  #read(): void {
    if (this.#reading || this.#ended || this.#phase === "closed" || this.to === this.buffer.length) return;
    this.#reading = true;
    this.#socket.read(this.to === 0 ? this.buffer : this.buffer.subarray(this.to)).then(
      this.#onRead,
      this.#onGone,
    );
  }

  #came(count: number | null): void {
    this.#reading = false;
    if (this.#phase === "closed") return;
    if (count === null) return this.#inputEnded();
    this.to += count;
    switch (this.#phase) {
      case "idle":
      case "head":
        return this.#readHead();
      case "answering":
        // A body that is waited for, or what is sent ahead of its turn.
        return this.#waiting ? this.#proceed() : this.#read();
      default:
        this.#lingered += this.to;
        this.to = this.from = 0;
        return this.#lingered > LINGER_BYTES ? this.close() : this.#read();
    }
  }

  #proceed(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#readDue = 0;
    waiting?.resolve();
    this.#read();
  }

  /** Everything was looked at, and nothing more is wanted: what comes next is the end, or another request. */
  watch(): void {
    if (this.#reading || this.#phase === "closed") return;
    if (this.from === this.to) this.from = this.to = 0;
    this.#read();
  }

  /** The client sends nothing more: it has left, or it has closed its side. */
  #inputEnded(): void {
    this.#ended = true;
    if (this.#phase !== "answering") return this.close();
    this.#leave();
    // An answer that is there in time goes out: who only closed its own side takes it. A stream ends now.
    if (this.cancelBody) this.close();
  }

  #leave(): void {
    this.#request?.abandon();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(new ClientGone());
  }

  #readHead(): void {
    try {
      const bytes = this.from === 0 ? this.buffer : this.buffer.subarray(this.from);
      const head = this.#reader.read(bytes, this.to - this.from);
      if (head) return this.#begin(head);
    } catch (error) {
      return this.refuse(error as RequestFault);
    }
    if (this.#phase === "idle") {
      this.#phase = "head";
      this.#readDue = this.#keeper.clock + this.#keeper.limits.headMs;
    }
    if (this.to === this.buffer.length && !this.#reading) {
      this.compact();
      this.enlarge(Math.min(this.to * 4, MAX_REQUEST_HEAD_BYTES + 2 * FIRST_BUFFER_BYTES));
    }
    this.#read();
  }

  #begin(head: RequestHead): void {
    this.#phase = "answering";
    this.#readDue = 0;
    this.from += this.#reader.end;
    // The head has a copy of its own: its place is free for what is read next.
    if (!this.#reading) this.compact();
    this.#head = head;
    const body = head.framing === "none" ? undefined : new IncomingBody(this, head);
    this.#body = body;
    this.#bodyDue = 0;
    this.#wantsContinue = head.expects && body !== undefined;
    const request = new ServedRequest(head, body), keeper = this.#keeper;
    this.#request = request;
    this.#read();
    let answer: Response | Promise<Response>;
    try {
      answer = keeper.answer(request, this.#socket.remoteAddr.hostname);
    } catch (error) {
      answer = this.#failed(error);
    }
    if (answer instanceof Promise) {
      answer.then((given) => this.#send(given), (error) => this.#send(this.#failed(error)));
    } else this.#send(answer);
  }

  /** The answer to a request that failed. */
  #failed(error: unknown): Response {
    return error instanceof RequestFault ? faultAnswer(error) : this.#keeper.fault(error);
  }

  /** Waits for more of a body. */
  more(bytesExpected: number): Promise<void> {
    if (this.#ended || this.#phase !== "answering") return Promise.reject(new ClientGone());
    const { clock, limits } = this.#keeper;
    if (this.#bodyDue === 0) this.#bodyDue = clock + limits.bodyMs + bytesExpected / limits.bodyBytesPerMs;
    if (this.#wantsContinue) {
      this.#wantsContinue = false;
      void this.write(headBytes("HTTP/1.1 100 Continue\r\n\r\n")).catch(() => {});
    }
    // Everything that came was looked at.
    if (!this.#reading) {
      this.from = this.to = 0;
      if (this.buffer.length < BODY_BUFFER_BYTES && bytesExpected > FIRST_BUFFER_BYTES) {
        this.buffer = new Uint8Array(Math.min(BODY_BUFFER_BYTES, bytesExpected));
      }
      this.#read();
    }
    this.#readDue = Math.min(clock + limits.bodyStallMs, this.#bodyDue);
    return new Promise((resolve, reject) => this.#waiting = { resolve, reject });
  }

  /** What is said of the connection in the head of its answer. */
  stays(): Stays {
    const head = this.#head, unread = this.#body?.left ?? 0;
    const keeps = head !== undefined && head.keeps && !this.#keeper.closing && !this.#ended &&
      // A body that waits to be asked for is never sent once it was refused, or it is: nobody knows.
      !(this.#wantsContinue && unread > 0) && (unread === 0 || unread <= MAX_UNREAD_BYTES);
    if (!keeps) {
      if (head) this.#head = { ...head, keeps: false };
      return "connection: close\r\n";
    }
    return head.minor === 0 ? "connection: keep-alive\r\n" : "";
  }

  /** The connection is closed behind its answer, which ends with it. */
  ends(): Stays {
    if (this.#head) this.#head = { ...this.#head, keeps: false };
    return this.stays();
  }

  /** Whether the client speaks HTTP/1.0 (0) or HTTP/1.1 (1). */
  get minor(): number {
    return this.#head?.minor ?? 1;
  }

  /** The method of the request that is answered. */
  get method(): string {
    return this.#request?.method ?? "GET";
  }

  /** Where bytes to write an answer into come from. */
  get spare(): SpareBytes {
    return this.#keeper;
  }

  #send(answer: Response): void {
    if (this.#phase === "closed") return void answer.body?.cancel().catch(() => {});
    let sent: Promise<boolean>;
    try {
      sent = sendAnswer(answer, this);
    } catch (error) {
      // A header that cannot be written: nothing has gone out.
      sent = sendAnswer(this.#keeper.fault(error), this);
    }
    sent.then((whole) => whole ? this.#sent() : this.close(), this.#onGone);
  }

  /** Writes all of some bytes; the client has its time for each piece. */
  write(bytes: Uint8Array): Promise<unknown> {
    this.#writeDue = this.#keeper.clock + this.#keeper.limits.writeMs;
    const first = bytes.length > WRITE_BYTES ? bytes.subarray(0, WRITE_BYTES) : bytes;
    return this.#socket.write(first).then((count) => {
      this.#writeDue = 0;
      return count === bytes.length ? undefined : this.write(bytes.subarray(count));
    });
  }

  /** The answer is out. */
  #sent(): void {
    if (this.#phase === "closed") return;
    this.cancelBody = undefined;
    const body = this.#body, keeps = this.#head?.keeps === true;
    this.#request = undefined;
    if (body && !body.done && keeps && !body.skip()) {
      return void body.drain(MAX_UNREAD_BYTES).then((whole) => whole ? this.#next(true) : this.#linger());
    }
    this.#next(keeps);
  }

  #next(keeps: boolean): void {
    const body = this.#body;
    this.#head = this.#body = undefined;
    if (!keeps || this.#ended || this.#keeper.closing) {
      const isRead = this.from === this.to && (body === undefined || body.done);
      return this.#ended || isRead && this.#refused === undefined ? this.close() : this.#linger();
    }
    this.#phase = "idle";
    this.#readDue = this.#keeper.clock + this.#keeper.limits.idleMs;
    this.#reader.begin();
    if (!this.#reading) this.compact();
    if (this.to > this.from) this.#readHead();
    else this.#read();
  }

  /** Refuses what is no request. */
  refuse(fault: RequestFault): void {
    this.#phase = "answering";
    this.#readDue = 0;
    this.#head = this.#request = this.#body = undefined;
    this.#refused = fault;
    this.#send(faultAnswer(fault));
  }

  /** Says that nothing follows, and waits until the client has seen it: closing at once could lose the last answer. */
  #linger(): void {
    this.#phase = "lingering";
    this.#readDue = this.#keeper.clock + this.#keeper.limits.lingerMs;
    this.from = this.to = 0;
    this.#socket.closeWrite().catch(() => this.close());
    this.#read();
  }

  /** Ends what takes too long. @param now The time by the keeper's clock. */
  check(now: number): void {
    if (this.#writeDue !== 0 && now > this.#writeDue) return this.close();
    if (this.#readDue === 0 || now <= this.#readDue) return;
    this.#readDue = 0;
    if (this.#phase === "head") {
      return this.refuse(new RequestFault(408, "The head of the request did not arrive in time."));
    }
    if (this.#phase !== "answering") return this.close();
    // The rest of the body may come in the middle of what is read as the next request.
    if (this.#head) this.#head = { ...this.#head, keeps: false };
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(new IntakeError(408, "The body did not arrive in time."));
  }

  /** Closes it if it waits for a request; else its next answer is the last. */
  finish(): void {
    if (this.#phase === "idle") this.close();
  }

  /** Closes it. */
  close(): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    this.#leave();
    const cancel = this.cancelBody;
    this.cancelBody = undefined;
    cancel?.();
    this.#socket.close();
    this.#keeper.closed(this);
  }
}
