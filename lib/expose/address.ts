/**
 * The address a surface binds.
 *
 * @module
 */

/** What decides where a surface listens. */
export interface Addressed {
  readonly address?: string | undefined;
  readonly authentication?: { readonly type?: string | undefined } | undefined;
}

/** Whether a surface declares authentication: this release does not ask callers for it yet. */
export function leavesOpen({ authentication }: Addressed): boolean {
  return authentication !== undefined && authentication.type?.toLowerCase() !== "none";
}

/**
 * The address a surface binds: what it is told to, else what the document says, else loopback. A surface whose author
 * wants callers to prove who they are stays on loopback as long as nobody asks them to.
 *
 * @param surface The surface.
 * @param told The address of `--host`.
 */
export function listenAddress(surface: Addressed, told: string | undefined): string {
  return told ?? (leavesOpen(surface) ? undefined : surface.address) ?? "127.0.0.1";
}
