/**
 * The limits of the listener: what a client may send, and how long it may take.
 *
 * @module
 */

/** The request line and all headers of a request, in bytes. */
export const MAX_REQUEST_HEAD_BYTES: number = 64 * 1024;
/** The headers of a request. */
export const MAX_REQUEST_FIELDS = 200;
/** The target of a request: its path and query, in bytes. */
export const MAX_TARGET_BYTES: number = 32 * 1024;
/** The method of a request, in bytes. */
export const MAX_METHOD_BYTES = 32;
/** What a connection reads into at first, in bytes: the whole of most requests. Each idle connection holds one. */
export const FIRST_BUFFER_BYTES: number = 4 * 1024;
/** What a connection reads into while a body comes, in bytes. */
export const BODY_BUFFER_BYTES: number = 64 * 1024;
/** The unread rest of a body that is thrown away to keep its connection, in bytes; where more is left it is closed. */
export const MAX_UNREAD_BYTES: number = 64 * 1024;
/** What is thrown away of a client that still sends after its last answer, in bytes. */
export const LINGER_BYTES: number = 1 << 20;
/** What is written at once, in bytes: a client that takes its time has to take one such piece to be waited for. */
export const WRITE_BYTES: number = 64 * 1024;

/** How long a client may take, and how many there may be. Times in milliseconds. */
export interface ListenLimits {
  /** From the first byte of a head to its last. */
  readonly headMs: number;
  /** Without a request on an open connection. */
  readonly idleMs: number;
  /** Between two packets of a body that is waited for. */
  readonly bodyStallMs: number;
  /** For a whole body, beside what its length takes at `bodyBytesPerMs`. */
  readonly bodyMs: number;
  /** The slowest a body may come, in bytes for each millisecond. */
  readonly bodyBytesPerMs: number;
  /** For a client to take a piece of its answer. */
  readonly writeMs: number;
  /** For a client to see its last answer and close. */
  readonly lingerMs: number;
  /** Connections at the same time. */
  readonly connections: number;
}

/** The limits where nothing else is said. */
export const LISTEN_LIMITS: ListenLimits = {
  headMs: 10_000,
  idleMs: 65_000,
  bodyStallMs: 20_000,
  bodyMs: 30_000,
  bodyBytesPerMs: 16,
  writeMs: 30_000,
  lingerMs: 2_000,
  connections: 8192,
};
