/**
 * Sending an answer over a connection: text in one piece with its head, everything else as it comes.
 *
 * @module
 */
import { chunkOf, lastChunk } from "../../data/http/chunk.ts";
import {
  type AnswerFraming,
  headBytes,
  headEnd,
  headLines,
  inOnePiece,
  type Stays,
  textHeadLines,
  wholeAnswer,
} from "./answer_bytes.ts";
import type { SpareBytes } from "./connection_keeper.ts";
import { TextAnswer } from "./text_answer.ts";

/** Where an answer goes. */
export interface AnswerSink {
  /** The method of the request. */
  readonly method: string;
  /** 0 for HTTP/1.0, which knows no chunks. */
  readonly minor: number;
  readonly isClosed: boolean;
  /** Decides whether the connection stays, and how that is said. */
  stays(): Stays;
  /** The same, where only its end tells the end of the answer. */
  ends(): Stays;
  write(bytes: Uint8Array): Promise<unknown>;
  readonly spare: SpareBytes;
  /** Called when the client leaves while the answer is being sent. */
  cancelBody: (() => void) | undefined;
}

/** How many steps of the event loop's smallest queue a body of one piece takes to show that it is one. */
const STEPS = 12;

/**
 * Sends an answer.
 *
 * @param answer The answer.
 * @param sink Where it goes.
 * @returns Whether all of it went out, as its head says.
 * @throws {TypeError} When a header cannot be written. Nothing has gone out then.
 */
export function sendAnswer(answer: Response, sink: AnswerSink): Promise<boolean> {
  if (answer instanceof TextAnswer) {
    if (!answer.isMade && sink.method !== "HEAD") return sendText(answer, sink);
    const length = answer.isMade ? undefined : byteLength(answer.content);
    return sendMade(answer.response, sink, length);
  }
  return sendMade(answer, sink);
}

const byteLength = (text: string) => new TextEncoder().encode(text).length;

function sendMade(answer: Response, sink: AnswerSink, length?: number): Promise<boolean> {
  const { status } = answer, lines = headLines(status, answer.headers);
  if (sink.method === "HEAD" || status === 204 || status === 304) {
    return sendHead(answer, lines, sink, length);
  }
  if (answer.body === null) return sendPiece(lines, 0, undefined, sink);
  return sendBody(answer.body, lengthOf(answer), lines, sink);
}

function sendText(answer: TextAnswer, sink: AnswerSink): Promise<boolean> {
  const lines = textHeadLines(answer.init), room = sink.spare.borrow();
  const bytes = wholeAnswer(lines, answer.content, sink.stays(), room);
  return sink.write(bytes).then(() => {
    sink.spare.giveBack(room);
    return true;
  });
}

/** The length that an answer says it has; undefined where it says none. */
function lengthOf({ headers }: Response): number | undefined {
  const said = headers.get("content-length");
  return said !== null && /^\d{1,15}$/.test(said) ? Number(said) : undefined;
}

async function sendHead(
  answer: Response,
  lines: string,
  sink: AnswerSink,
  length?: number,
): Promise<boolean> {
  const framing = sink.method === "HEAD" && answer.status !== 204 && answer.status !== 304
    ? lengthOf(answer) ?? length ?? (answer.body === null ? 0 : "none")
    : "none";
  void answer.body?.cancel().catch(() => {});
  await sink.write(headBytes(lines + headEnd(framing, sink.stays())));
  return true;
}

async function sendPiece(
  lines: string,
  framing: AnswerFraming,
  bytes: Uint8Array | undefined,
  sink: AnswerSink,
): Promise<boolean> {
  const head = headBytes(lines + headEnd(framing, framing === "close" ? sink.ends() : sink.stays()));
  await sink.write(bytes ? inOnePiece(head, bytes) : head);
  return true;
}

type Read = ReadableStreamReadResult<Uint8Array>;

/** What is read next, where it is there already; undefined where it takes a while, or fails. */
async function readNow(next: Promise<Read>): Promise<Read | undefined> {
  let found: Read | undefined, isSettled = false;
  next.then((read) => {
    found = read;
    isSettled = true;
  }, () => isSettled = true);
  for (let step = 0; step < STEPS && !isSettled; step++) await undefined;
  return found;
}

async function sendBody(
  body: ReadableStream<Uint8Array>,
  length: number | undefined,
  lines: string,
  sink: AnswerSink,
): Promise<boolean> {
  const reader = body.getReader();
  sink.cancelBody = () => void reader.cancel(new Error("the client left")).catch(() => {});
  const framing = length ?? (sink.minor === 0 ? "close" : "chunked");
  const piece = (bytes: Uint8Array) => framing === "chunked" && bytes.length > 0 ? chunkOf(bytes) : bytes;
  let next = reader.read(), left = length ?? Infinity;
  next.catch(() => {});
  const first = await readNow(next);
  if (first?.done) return await sendPiece(lines, 0, undefined, sink);
  if (first) {
    next = reader.read();
    next.catch(() => {});
    if (length === undefined && (await readNow(next))?.done) {
      return await sendPiece(lines, first.value.length, first.value, sink);
    }
    left = remaining(left, first.value);
    await sendPiece(lines, framing, piece(first.value), sink);
    // A body that takes a while begins with its head: the client sees that it is answered.
  } else await sendPiece(lines, framing, undefined, sink);
  for (let read = await next; !read.done; read = await next) {
    if (sink.isClosed) return false;
    next = reader.read();
    next.catch(() => {});
    left = remaining(left, read.value);
    // A chunk of no bytes would be the last one.
    if (read.value.length > 0) await sink.write(piece(read.value));
  }
  if (framing === "chunked") await sink.write(lastChunk());
  return length === undefined || left === 0;
}

/** What may follow. @throws {TypeError} Where a body is longer than it says: the rest could be read as another answer. */
function remaining(left: number, { length }: Uint8Array): number {
  if (length > left) throw new TypeError("the body of an answer is longer than its Content-Length");
  return left - length;
}
