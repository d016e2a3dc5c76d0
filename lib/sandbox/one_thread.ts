/**
 * A capability in the thread that started it: for a binary of one capability, which was given its permissions when it was
 * made, and can be given no others. A second thread would hold it to what it is held to already.
 *
 * @module
 */
import { keepTimeBySignals } from "../host/later.ts";
import type { MessageScope } from "./crossing.ts";
import { runProgram } from "./program.ts";
import type { ProgramThread } from "./run.ts";

/** What a capability never uses; the types of Deno do not know `import` yet. */
const OTHERS = ["write", "run", "env", "ffi", "sys", "import" as "sys"] as const;

/** Starts the program of a capability here. */
export function startHere(): ProgramThread {
  // The binary exits when it has served.
  keepTimeBySignals();
  const thread: ProgramThread = {
    isHere: true,
    onmessage: null,
    onerror: null,
    postMessage(data, ports = []) {
      const event = { data, ports };
      queueMicrotask(() => scope.onmessage?.(event));
    },
    terminate() {},
  };
  const scope: MessageScope = {
    onmessage: null,
    postMessage: (data) => queueMicrotask(() => thread.onmessage?.({ data })),
  };
  runProgram(scope);
  return thread;
}

/**
 * Gives up what the capability does not need, for good.
 *
 * @param readsFiles Whether it reads files while it runs.
 */
export async function giveUpOthers(readsFiles: boolean): Promise<void> {
  for (const name of OTHERS) await Deno.permissions.revoke({ name });
  if (!readsFiles) await Deno.permissions.revoke({ name: "read" });
}
