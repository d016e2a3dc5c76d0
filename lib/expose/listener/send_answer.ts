/**
 * Sending an answer over a connection: text in one piece with its head, everything else as it comes.
 *
 * @module
 */
import {
  type AnswerFraming,
  chunkOf,
  headBytes,
  headEnd,
  headLines,
  joined,
  lastChunk,
  type Stays,
  textHeadLines,
  wholeAnswer,
} from "./answer_bytes.ts";
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
  borrow(): Uint8Array<ArrayBuffer> | undefined;
  giveBack(bytes: Uint8Array<ArrayBuffer>): void;
  /** Called when the client leaves while the answer is being sent. */
  cancelBody: (() => void) | undefined;
  /** The answer to a request that failed inside. */
  fault(error: unknown): Response;
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
    return sendAnswer(answer.response, sink);
  }
  const { status } = answer, lines = headLines(status, answer.headers);
  if (sink.method === "HEAD" || status === 204 || status === 304) return sendHead(answer, lines, sink);
  if (answer.body === null) return sendPiece(lines, 0, undefined, sink);
  return sendBody(answer.body, lengthOf(answer), lines, sink);
}

function sendText(answer: TextAnswer, sink: AnswerSink): Promise<boolean> {
  const lines = textHeadLines(answer.init), room = sink.borrow();
  const bytes = wholeAnswer(lines, answer.content, sink.stays(), room);
  return sink.write(bytes).then(() => {
    if (room) sink.giveBack(room);
    return true;
  });
}

/** The length that an answer says it has; undefined where it says none. */
function lengthOf({ headers }: Response): number | undefined {
  const said = headers.get("content-length");
  return said !== null && /^\d{1,15}$/.test(said) ? Number(said) : undefined;
}

async function sendHead(answer: Response, lines: string, sink: AnswerSink): Promise<boolean> {
  const framing = sink.method === "HEAD" && answer.status !== 204 && answer.status !== 304
    ? lengthOf(answer) ?? (answer.body === null ? 0 : "none")
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
  await sink.write(bytes ? joined(head, bytes) : head);
  return true;
}

type Read = ReadableStreamReadResult<Uint8Array>;

/** Whether a body ends here, where that shows at once. */
async function endsNow(next: Promise<Read>): Promise<boolean> {
  let ends: boolean | undefined;
  next.then(({ done }) => ends = done, () => ends = false);
  for (let step = 0; step < STEPS && ends === undefined; step++) await undefined;
  return ends === true;
}

async function sendBody(
  body: ReadableStream<Uint8Array>,
  length: number | undefined,
  lines: string,
  sink: AnswerSink,
): Promise<boolean> {
  const reader = body.getReader();
  sink.cancelBody = () => void reader.cancel(new Error("the client left")).catch(() => {});
  let read: Read;
  try {
    read = await reader.read();
  } catch (error) {
    // Nothing has gone out: it can still be said.
    sink.cancelBody = undefined;
    const fault = sink.fault(error);
    return await sendPiece(
      headLines(fault.status, fault.headers),
      (await fault.clone().bytes()).length,
      await fault.bytes(),
      sink,
    );
  }
  if (read.done) return await sendPiece(lines, 0, undefined, sink);
  let next = reader.read();
  next.catch(() => {});
  if (length === undefined && await endsNow(next)) {
    return await sendPiece(lines, read.value.length, read.value, sink);
  }
  const framing = length ?? (sink.minor === 0 ? "close" : "chunked"), isChunked = framing === "chunked";
  let left = length ?? Infinity;
  const piece = (bytes: Uint8Array) => isChunked && bytes.length > 0 ? chunkOf(bytes) : bytes;
  left -= read.value.length;
  if (left < 0) throw new TypeError("the body of an answer is longer than its Content-Length");
  await sendPiece(lines, framing, piece(read.value), sink);
  for (read = await next; !read.done; read = await next) {
    if (sink.isClosed) return false;
    next = reader.read();
    next.catch(() => {});
    left -= read.value.length;
    if (left < 0) throw new TypeError("the body of an answer is longer than its Content-Length");
    // A chunk of no bytes would be the last one.
    if (read.value.length > 0) await sink.write(piece(read.value));
  }
  if (isChunked) await sink.write(lastChunk());
  return length === undefined || left === 0;
}
