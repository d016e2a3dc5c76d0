/**
 * The time a call may take.
 *
 * @module
 */

/** How long a call may take unless something says otherwise, in milliseconds (semantics §9). */
export const CALL_MS = 30_000;
