/**
 * Starting a worker that may do what is granted to it, and nothing else.
 *
 * @module
 */
import { WORKER_URL } from "./worker_url.ts";

/** What a worker may do: hosts it may reach, folders it may read, variables of the environment it may read. */
export interface WorkerGrants {
  readonly net?: readonly string[];
  readonly read?: readonly string[];
  readonly env?: readonly string[];
}

/**
 * Starts a worker.
 *
 * @param grants What it may do; what is left out or empty it may not.
 * @param program The address of its program: that of the sandbox, where no other is named.
 */
export function startWorker({ net = [], read = [], env = [] }: WorkerGrants, program = WORKER_URL): Worker {
  const only = (names: readonly string[]) => names.length > 0 ? [...new Set(names)] : false;
  return new Worker(program, {
    type: "module",
    deno: {
      permissions: {
        net: only(net),
        read: only(read),
        env: only(env),
        write: false,
        run: false,
        ffi: false,
        sys: false,
        import: false,
      },
    },
  });
}
