/**
 * Which runtime this program runs on, found out without touching what may not be there.
 *
 * @module
 */

/** Whether Deno runs this program. */
export const ON_DENO: boolean = "Deno" in globalThis;

/**
 * Lets a timer of the process keep nothing alive. Browsers' numbers, and runtimes that know no such thing, are left
 * alone.
 *
 * @param timer What `setTimeout` or `setInterval` gave.
 */
export function unrefTimer(timer: unknown): void {
  if (typeof timer === "number") {
    if (ON_DENO) Deno.unrefTimer(timer);
  } else (timer as { unref?(): void } | undefined)?.unref?.();
}

/** The runtime with its version, such as `deno 2.9.6`. */
export function runtimeName(): string {
  if (ON_DENO) return `deno ${Deno.version.deno}`;
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node === undefined ? "unknown" : `node ${process.versions.node}`;
}
