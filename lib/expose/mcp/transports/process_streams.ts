/**
 * Standard input and output of this process.
 *
 * @module
 */
import type { BegunConnection, InputReader } from "../../../surface/surface_type.ts";
import type { StdioStreams } from "./stdio.ts";

/** How much is read at a time, in bytes. */
const CHUNK_BYTES = 64 * (1 << 10);

/**
 * Reads standard input. The runtime loads its streams when `Deno.stdin.readable` is first asked for; reading itself does
 * without. What was read is good until the next reading.
 */
export function stdinReader(): InputReader {
  const buffer = new Uint8Array(CHUNK_BYTES), cancelled = Promise.withResolvers<null>();
  return {
    async read() {
      const count = await Promise.race([Deno.stdin.read(buffer), cancelled.promise]);
      return count === null ? { done: true } : { done: false, value: buffer.subarray(0, count) };
    },
    cancel() {
      cancelled.resolve(null);
      return Promise.resolve();
    },
  };
}

/**
 * The process's own stdin and stdout.
 *
 * @param begun The connection, where another thread began to serve it.
 */
export function processStreams(begun?: BegunConnection): StdioStreams {
  return {
    input: begun?.input ?? { getReader: stdinReader },
    begun,
    async write(bytes) {
      for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
    },
  };
}
