/**
 * A manifest in the words of the runtime that holds a worker to it.
 *
 * @module
 */
import type { Manifest } from "./manifest.ts";

/** A manifest as the permissions of a worker. */
export function workerPermissions(manifest: Manifest): Deno.PermissionOptionsObject {
  const net = [...manifest.net, ...manifest.listen];
  return {
    net: net.length > 0 ? net : false,
    read: manifest.read.length > 0 ? [...manifest.read] : false,
    env: false,
    write: false,
    run: false,
    ffi: false,
    sys: false,
    import: false,
  };
}
