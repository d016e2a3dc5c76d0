/**
 * The Tasks extension: making a task of a call that takes long, and asking for it.
 *
 * @module
 */
import { forget, watch } from "../../../upstream/time/deadlines.ts";
import { MethodError, type MethodGroup, type Params, textParam } from "../method.ts";
import { ownerOf, PATIENCE_MS, type Task, type Tasks } from "./tasks.ts";

/** The name of the extension. */
const EXTENSION = "io.modelcontextprotocol/tasks";
const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";

/** Whether the client of a request can be given a task. */
export function takesTasks(params: unknown): boolean {
  const meta = (params as { _meta?: Record<string, unknown> } | undefined)?._meta;
  const said = meta?.[CAPABILITIES_KEY] as { extensions?: Record<string, unknown> } | undefined;
  const value = said?.extensions?.[EXTENSION];
  return value !== null && typeof value === "object";
}

/**
 * Runs a call that becomes a task when it takes long: it goes on then, whatever becomes of the connection it came with.
 *
 * @param tasks The tasks of the server.
 * @param owner Whose the task would be.
 * @param leaves Aborts when the caller goes away.
 * @param run Runs the call; never rejects.
 * @returns The result as JSON text, or the task.
 */
export function runPatiently(
  tasks: Tasks,
  owner: string,
  leaves: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<string>,
): Promise<string | Task> {
  const controller = new AbortController(), leave = () => controller.abort();
  leaves?.addEventListener("abort", leave, { once: true });
  if (leaves?.aborted) leave();
  const result = run(controller.signal);
  return new Promise((resolve) => {
    const impatient = {
      due: performance.now() + PATIENCE_MS,
      tick: () => {
        if (!tasks.hasRoom || controller.signal.aborted) return;
        leaves?.removeEventListener("abort", leave);
        resolve(tasks.begin(owner, controller, result));
      },
    };
    watch(impatient);
    void result.then((text) => {
      forget(impatient);
      leaves?.removeEventListener("abort", leave);
      resolve(text);
    });
  });
}

/** The methods of the extension. */
export function taskMethods(tasks: () => Tasks): MethodGroup {
  /** The task a request names. */
  const find = (method: string, params: Params, owner: string): Task => {
    const meta = params["_meta"] as Record<string, unknown> | undefined;
    if (meta?.[VERSION_KEY] === undefined) throw new MethodError(-32601, `Method not found: ${method}`);
    if (!takesTasks(params)) {
      throw new MethodError(
        -32021,
        `${method} needs the extension ${EXTENSION}, which the client does not declare`,
        {
          data: { requiredCapabilities: { extensions: { [EXTENSION]: {} } } },
        },
      );
    }
    const id = textParam(params, "taskId", "the name of a task"), task = tasks().get(id, owner);
    if (task) return task;
    throw new MethodError(-32602, `Unknown task: ${id}. It may have expired.`);
  };
  return {
    extension: EXTENSION,
    isModern: true,
    options: {},
    cacheable: [],
    methods: {
      "tasks/get": (params, { caller }) => find("tasks/get", params, ownerOf(caller)).details(),
      "tasks/cancel": (params, { caller }) => {
        find("tasks/cancel", params, ownerOf(caller)).cancel();
        return "";
      },
      // Nothing that a capability runs asks its client for anything.
      "tasks/update": (params, { caller }) => {
        find("tasks/update", params, ownerOf(caller));
        return "";
      },
    },
  };
}
