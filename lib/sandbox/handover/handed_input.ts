/**
 * Standard input that another thread has begun to read: first what that thread read and did not answer, then the input
 * itself, which is this thread's from there on.
 *
 * @module
 */
import type { BegunConnection, InputRead, InputReader } from "../../surface/surface_type.ts";

/** What one thread hands to the other. */
export interface Handover {
  /** What was read and is not answered. */
  readonly bytes: Uint8Array;
  /** Whether the input has ended. */
  readonly ended: boolean;
  /** The message that opened the connection, where it was answered. */
  readonly opening: string | undefined;
}

const DONE: InputRead = { done: true };

/** A connection that will be handed over. */
export interface HandedConnection {
  readonly connection: BegunConnection;
  /** Takes the input over. */
  take(handover: Handover): void;
  /** Every answer of the other thread is written. */
  written(): void;
}

/**
 * Makes the connection, before it is handed over.
 *
 * @param own Gives the rest of the input; called when the other thread reads no more.
 */
export function handedConnection(own: () => InputReader): HandedConnection {
  const handed = Promise.withResolvers<Handover | undefined>(), written = Promise.withResolvers<void>();
  let isHanded = false,
    opening: string | undefined,
    rest: InputReader | undefined;
  const read = async (): Promise<InputRead> => {
    const handover = await handed.promise;
    if (!handover) return DONE;
    const { bytes, ended } = handover;
    // From the second time on nothing stands between the reader and the input.
    reader.read = () => Promise.resolve(DONE);
    if (!ended) {
      rest = own();
      reader.read = () => rest!.read();
    }
    return bytes.length > 0 ? { done: false, value: bytes } : await reader.read();
  };
  const reader: InputReader = {
    read,
    async cancel() {
      handed.resolve(undefined);
      // Whoever stops before it was handed over waits for nobody.
      if (!isHanded) written.resolve();
      reader.read = () => Promise.resolve(DONE);
      await rest?.cancel();
    },
  };
  return {
    connection: { input: { getReader: () => reader }, opening: () => opening, written: written.promise },
    take(handover) {
      isHanded = true;
      opening = handover.opening;
      handed.resolve(handover);
    },
    written: written.resolve,
  };
}
