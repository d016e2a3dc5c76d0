/**
 * Connections that break.
 *
 * @module
 */

/** A connection that ended before its answer did. */
export class BrokenConnection extends Error {
  override readonly name = "BrokenConnection";

  /**
   * @param where How far the answer had come.
   * @param cause What the runtime says.
   */
  constructor(where: string, cause?: unknown) {
    super(`connection ${where}`, cause === undefined ? undefined : { cause });
  }
}

/** No connection was made in the time there is. */
export class ConnectTimeout extends Error {
  override readonly name = "ConnectTimeout";

  /** Makes the error. */
  constructor() {
    super("connecting timed out");
  }
}
