/**
 * A link to one disposable worker: tasks go in one at a time, answers come back, and it can be ended at any moment.
 *
 * @module
 */
import type { Answer, IsolateTask } from "./task.ts";

/** One disposable worker. */
export interface Link {
  /** Gives it a task. It has one at a time; its answer goes to `onAnswer`. */
  send(task: IsolateTask): void;
  /** Hears the answer to each task. */
  onAnswer: (answer: Answer) => void;
  /** Hears that it broke down, with the reason. */
  onFault: (reason: unknown) => void;
  /** Ends it at once, whatever it is doing. */
  end(): void;
  /** Whether the process waits for it, where that can be said. */
  hold?(held: boolean): void;
}

/** Makes a worker. Rejects when none can be made here. */
export type MakeLink = () => Promise<Link>;
