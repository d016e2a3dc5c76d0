/**
 * The isolate: disposable workers without permissions, in which runs what could take for ever or fill the memory.
 *
 * Each worker has one task at a time, so that ending one ends nothing else. One is kept warm once it was made; more are
 * made when tasks have to wait, and ended when they are idle. A task that is over its time has its worker ended, and
 * another one takes its place.
 *
 * @module
 */
import { unrefTimer } from "../host/runtime.ts";
import type { Deadline } from "../upstream/time/deadline.ts";
import { CallError } from "../upstream/error.ts";
import type { Link, MakeLink } from "./link.ts";
import { type Answer, type IsolateTask, makeRoom } from "./task.ts";

/** How many workers there are at most. */
const MAX_WORKERS = 4;
/** How long a task waits before another worker is made for it, in milliseconds. Most are done before. */
const PATIENCE_MS = 15;
/** How long a worker that nobody needs is kept beside the first, in milliseconds. */
const LINGER_MS = 10_000;

/** A worker, and what it is doing. */
interface Slot {
  readonly link: Link;
  /** Numbers of the scripts it knows. */
  readonly scripts: Set<number>;
  answer: PromiseWithResolvers<Answer> | undefined;
  lingering: ReturnType<typeof setTimeout> | undefined;
}

/** What runs apart from everything else. */
export class Isolate {
  readonly #make: MakeLink;
  readonly #idle: Slot[] = [];
  readonly #waiting: PromiseWithResolvers<Slot>[] = [];
  readonly #slots = new Set<Slot>();
  #making = 0;
  #closed = false;

  /** @param make Makes a worker; asked when the first is needed. */
  constructor(make: MakeLink) {
    this.#make = make;
  }

  /** Whether a worker is there already. */
  get running(): boolean {
    return this.#slots.size > 0;
  }

  /** Makes the first worker before it is needed, and loads the engine of scripts in it. Nothing waits for it. */
  warm(scripts: boolean): void {
    if (this.running || this.#making > 0) return;
    this.#grow({ kind: "warm", scripts });
  }

  /**
   * Runs a task in a worker of its own.
   *
   * @param task The task.
   * @param deadline Until when; its worker is ended when the time is over or the caller goes away.
   * @returns What the worker answers.
   * @throws {DOMException} `AbortError` when the time was over.
   * @throws {CallError} `internal` when there is no worker to be had, or it broke down.
   */
  async run(task: IsolateTask, deadline: Deadline): Promise<Answer> {
    const slot = this.#idle.pop() ?? await this.#next(deadline);
    clearTimeout(slot.lingering);
    const answer = slot.answer = Promise.withResolvers<Answer>();
    try {
      slot.link.hold?.(true);
      slot.link.send(task.kind === "script" ? known(task, slot) : task);
      const result = await deadline.within(answer.promise);
      this.#release(slot);
      return result;
    } catch (error) {
      answer.promise.catch(() => {});
      this.#discard(slot);
      throw error;
    }
  }

  /** Ends every worker. */
  close(): void {
    this.#closed = true;
    for (const slot of this.#slots) {
      clearTimeout(slot.lingering);
      slot.answer?.reject(unavailable("the capability was stopped"));
      slot.link.end();
    }
    this.#slots.clear();
    this.#idle.length = 0;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(unavailable("the capability was stopped"));
  }

  /** The next worker that has nothing to do. */
  async #next(deadline: Deadline): Promise<Slot> {
    const turn = Promise.withResolvers<Slot>();
    this.#waiting.push(turn);
    if (this.#slots.size + this.#making === 0) this.#grow();
    const impatient = setTimeout(() => {
      if (this.#waiting.length > this.#making) this.#grow();
    }, PATIENCE_MS);
    try {
      return await deadline.within(turn.promise);
    } catch (error) {
      const at = this.#waiting.indexOf(turn);
      if (at >= 0) this.#waiting.splice(at, 1);
      // It was given a worker just when its time was over.
      else void turn.promise.then((slot) => this.#release(slot), () => {});
      throw error;
    } finally {
      clearTimeout(impatient);
    }
  }

  #grow(first?: IsolateTask): void {
    if (this.#closed || this.#slots.size + this.#making >= MAX_WORKERS) return;
    this.#making++;
    this.#make().then((link) => {
      this.#making--;
      if (this.#closed) return link.end();
      const slot: Slot = { link, scripts: new Set(), answer: undefined, lingering: undefined };
      this.#slots.add(slot);
      link.onAnswer = (answer) => {
        const asked = slot.answer;
        slot.answer = undefined;
        asked?.resolve(answer);
      };
      link.onFault = (reason) => {
        const asked = slot.answer;
        this.#discard(slot);
        asked?.reject(unavailable("it stopped working", reason));
      };
      if (!first) return this.#release(slot);
      slot.answer = Promise.withResolvers();
      slot.answer.promise.then(() => this.#release(slot), () => {});
      link.send(first);
    }, (cause) => {
      this.#making--;
      for (const waiting of this.#waiting.splice(0)) {
        waiting.reject(unavailable("none could be started", cause));
      }
    });
  }

  #release(slot: Slot): void {
    if (!this.#slots.has(slot)) return;
    const waiting = this.#waiting.shift();
    if (waiting) return waiting.resolve(slot);
    slot.link.hold?.(false);
    this.#idle.push(slot);
    if (this.#idle.length === 1) return;
    slot.lingering = setTimeout(() => this.#retire(slot), LINGER_MS);
    unrefTimer(slot.lingering);
  }

  #retire(slot: Slot): void {
    const at = this.#idle.indexOf(slot);
    if (at < 0) return;
    this.#idle.splice(at, 1);
    this.#slots.delete(slot);
    slot.link.end();
  }

  /** Ends a worker and has another one made, so that the next task finds one that is warm. */
  #discard(slot: Slot): void {
    if (!this.#slots.delete(slot)) return;
    const at = this.#idle.indexOf(slot);
    if (at >= 0) this.#idle.splice(at, 1);
    slot.answer = undefined;
    slot.link.end();
    if (this.#waiting.length > 0 || this.#slots.size === 0) {
      this.#grow({ kind: "warm", scripts: slot.scripts.size > 0 });
    }
  }
}

/** A task of a script, with the script itself where the worker does not know it yet. */
function known(task: Extract<IsolateTask, { kind: "script" }>, { scripts }: Slot): IsolateTask {
  if (scripts.has(task.id)) {
    const { plan: _known, ...rest } = task;
    return rest;
  }
  makeRoom(scripts);
  scripts.add(task.id);
  return task;
}

function unavailable(why: string, cause?: unknown): CallError {
  return new CallError({
    code: "internal",
    message: `the isolate that runs scripts and decoders is not available: ${why}`,
    retryable: false,
    hint: "report it; a program that embeds Capstan has to give it permission to read its own source files",
  }, { cause });
}
