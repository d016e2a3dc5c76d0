/**
 * The limits of the wire: what an answer may take before it is given up.
 *
 * @module
 */

/** The status line and all headers of an answer, in bytes. */
export const MAX_HEAD_BYTES: number = 64 * 1024;
/** The headers of an answer. */
export const MAX_FIELDS = 200;
/** Interim answers (1xx) before the one that counts. */
export const MAX_INTERIM = 16;
/** The extensions of all chunks of a body, in bytes: nobody reads them. */
export const MAX_EXTENSION_BYTES: number = 16 * 1024;
/** The trailers of a body, in bytes. */
export const MAX_TRAILER_BYTES: number = 16 * 1024;

/** What a connection reads into, in bytes: the whole of most answers. */
export const BUFFER_BYTES: number = 16 * 1024;
/** The same for a long body of unknown length. */
export const STREAM_BUFFER_BYTES: number = 64 * 1024;
/** A request body up to this size goes out in one piece with its head, in bytes. */
export const ONE_PIECE_BYTES: number = 64 * 1024;
/** From this size on a request body waits to hear that it is wanted, in bytes. */
export const EXPECT_BYTES: number = 1 << 20;
/** How long it waits, in milliseconds: some servers never say so. */
export const EXPECT_MS = 1000;
/** How long a server that did not know the question is not asked again, in milliseconds. */
export const UNASKED_MS = 600_000;
/** A body that nobody reads is read to its end up to this size, in bytes: then its connection can be used again. */
export const DRAINED_BYTES: number = 16 * 1024;
/** How long that may take, in milliseconds. */
export const DRAINED_MS = 1000;

/** How long connecting may take, TLS included, in milliseconds. */
export const CONNECT_MS = 10_000;
/** How long a connection waits for its next request, in milliseconds, where the server names no time itself. */
export const IDLE_MS = 60_000;
/** How old a connection may become, in milliseconds: names may lead elsewhere by then. */
export const MAX_AGE_MS = 600_000;
/** Connections to one origin that wait for a request. */
export const MAX_IDLE_PER_ORIGIN = 128;
/** Connections to one origin. Further requests wait for one. */
export const MAX_PER_ORIGIN = 1024;
/** Connections altogether. */
export const MAX_CONNECTIONS = 4096;
/** How long an origin that wants another version of HTTP is asked by `fetch`, in milliseconds. */
export const FETCHED_MS = 600_000;
