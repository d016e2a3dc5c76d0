/**
 * Tasks: calls that outlast the patience of their client. The client is given a name for the call, and asks for the result
 * later, over whatever connection it has then.
 *
 * @module
 */
import type { Caller } from "../../../telemetry/call.ts";
import { forget, type Timed, watch } from "../../../upstream/time/deadlines.ts";

/** How long a call may take before it becomes a task, in milliseconds. */
export const PATIENCE_MS = 500;
/** How long a task is kept, and how long its call may take, in milliseconds. */
export const TASK_MS = 600_000;
/** How long a client should wait before it asks again, in milliseconds. */
const POLL_MS = 1000;
/** The most tasks there are at once, and the most of them that run. */
const MAX_TASKS = 1000, MAX_RUNNING = 100;
/** The most that results of tasks may hold together before no new task is made, in characters. */
const MAX_KEPT = 64 * (1 << 20);

/** How a task fares. */
export type TaskStatus = "working" | "completed" | "cancelled";

/** One task. */
export class Task {
  readonly id: string = crypto.randomUUID();
  /** Whose it is; empty where nobody is asked. */
  readonly owner: string;
  status: TaskStatus = "working";
  /** The result of the call, as JSON text. */
  result: string | undefined;
  /** Until when it is kept, in milliseconds of `performance.now()`. */
  readonly until: number = performance.now() + TASK_MS;
  readonly #createdAt = new Date().toISOString();
  #updatedAt = this.#createdAt;
  readonly #controller: AbortController;
  readonly #changed: (task: Task) => void;

  /**
   * @param owner Whose it is.
   * @param controller Ends its call.
   * @param changed Hears when it fares otherwise.
   */
  constructor(owner: string, controller: AbortController, changed: (task: Task) => void) {
    this.owner = owner;
    this.#controller = controller;
    this.#changed = changed;
  }

  /** The same with its result, where there is one. */
  details(): string {
    return this.result === undefined ? this.members() : `${this.members()},"result":${this.result}`;
  }

  /** The members of the protocol's task, as JSON text without braces. */
  members(): string {
    const { id, status } = this;
    return `"taskId":"${id}","status":"${status}","createdAt":"${this.#createdAt}",` +
      `"lastUpdatedAt":"${this.#updatedAt}","ttlMs":${TASK_MS},"pollIntervalMs":${POLL_MS}`;
  }

  /** Its call has ended. */
  complete(result: string): void {
    if (this.status !== "working") return;
    this.status = "completed";
    this.result = result;
    this.#updatedAt = new Date().toISOString();
    this.#changed(this);
  }

  /** Ends its call; nothing happens to a task that is over. */
  cancel(): void {
    if (this.status !== "working") return;
    this.status = "cancelled";
    this.#updatedAt = new Date().toISOString();
    this.#controller.abort();
    this.#changed(this);
  }
}

/** Whose tasks those of a caller are. */
export function ownerOf(caller: Caller | undefined): string {
  return caller === undefined ? "" : `${caller.scheme} ${caller.id}`;
}

/** The tasks of a server. */
export class Tasks {
  /** In the order in which they end to be kept. */
  readonly #tasks = new Map<string, Task>();
  /** How much is running and kept: that of a server and of the one that takes its place is one. */
  #load = { running: 0, kept: 0 };
  #heir: Tasks | undefined;
  readonly #tell: (task: Task) => void;

  /** @param tell Hears when a task fares otherwise. */
  constructor(tell: (task: Task) => void = () => {}) {
    this.#tell = tell;
  }

  readonly #expiry: Timed = { due: Infinity, tick: () => this.#expire() };

  /** Whether one more can be made. */
  get hasRoom(): boolean {
    const { running, kept } = this.#load;
    return this.#now().#tasks.size < MAX_TASKS && running < MAX_RUNNING && kept < MAX_KEPT;
  }

  /**
   * Makes a task of a call that runs.
   *
   * @param owner Whose it is.
   * @param controller Ends the call.
   * @param result The result of the call; never rejects.
   */
  begin(owner: string, controller: AbortController, result: Promise<string>): Task {
    const task = new Task(owner, controller, (one) => this.#now().#tell(one)), load = this.#load;
    load.running++;
    this.#now().#keep(task);
    void result.then((text) => {
      load.running--;
      task.complete(text);
      if (this.#now().#tasks.has(task.id)) load.kept += task.result?.length ?? 0;
    });
    return task;
  }

  /** Where tasks are kept now: another server may have taken the place of this one while a call ran. */
  #now(): Tasks {
    return this.#heir ? this.#heir.#now() : this;
  }

  /** A task of somebody; undefined where there is none, or it is another one's. */
  get(id: unknown, owner: string): Task | undefined {
    const task = typeof id === "string" ? this.#tasks.get(id) : undefined;
    return task !== undefined && task.owner === owner && task.until > performance.now() ? task : undefined;
  }

  /** A task, whoever's it is. */
  find(id: string): Task | undefined {
    return this.#tasks.get(id);
  }

  /** Takes the tasks of a server whose place is taken. */
  takeOver(before: Tasks): void {
    this.#load = before.#load;
    before.#heir = this;
    for (const task of before.#tasks.values()) this.#keep(task);
    before.#tasks.clear();
    forget(before.#expiry);
  }

  /** The service stops: ends all of them. */
  leave(): void {
    for (const task of this.#tasks.values()) task.cancel();
    this.#tasks.clear();
    forget(this.#expiry);
  }

  #keep(task: Task): void {
    this.#tasks.set(task.id, task);
    if (this.#tasks.size > 1) return;
    this.#expiry.due = task.until;
    watch(this.#expiry);
  }

  #expire(): void {
    const now = performance.now();
    this.#expiry.due = now;
    for (const task of this.#tasks.values()) {
      if (task.until > now) return void (this.#expiry.due = task.until);
      task.cancel();
      this.#load.kept -= task.result?.length ?? 0;
      this.#tasks.delete(task.id);
    }
  }
}
