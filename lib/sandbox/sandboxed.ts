/**
 * A capability in its sandbox, as one object: call it, serve it, give it another document, hear of it, stop it.
 *
 * The command and the library hold the same object.
 *
 * @module
 */
import { decodeBase64 } from "../data/base64.ts";
import type { RunningSurface } from "../expose/start.ts";
import { StartError } from "../expose/start_error.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import { packSpecification } from "../document/pack.ts";
import type { Specification } from "../document/specification.ts";
import { CALL_MS } from "../plan/deadline.ts";
import type { ReloadOutcome } from "../surface/surface_type.ts";
import { CallError } from "../upstream/error.ts";
import type { CallOutcome } from "./calls.ts";
import { isEvent, type SandboxCallOptions, type SandboxEvent } from "./event.ts";
import type { Manifest } from "./manifest.ts";
import type { Reload, WorkerMessage } from "./messages.ts";
import { runSandboxed, type Sandbox, type SandboxOptions } from "./run.ts";

/** What is sent of a document that takes the place of another one. */
export interface NextDocument {
  readonly packed: string;
  readonly binds: Readonly<Record<string, string>>;
  /** Why it cannot take the place, found before it is compiled. */
  readonly refused?: ReloadOutcome | undefined;
}

/** What a sandbox is opened with. */
export interface OpenOptions extends SandboxOptions {
  /** Hears what it tells. */
  readonly onEvent?: ((event: SandboxEvent) => void) | undefined;
  /** Hears that the control port asks for the document to be read again; `reload` or `check` answers with the id. */
  readonly onReread?: ((id: number, check: boolean) => void) | undefined;
  /** What has been found before: it stands before what compiling finds. */
  readonly found?: readonly Diagnostic[] | undefined;
  /** Starts it: in one worker, unless said otherwise. */
  readonly run?: ((options: SandboxOptions) => Sandbox) | undefined;
  /** Is given what stops it, before it runs. */
  readonly onStarted?: ((stop: () => void) => void) | undefined;
}

/** A capability that runs in its sandbox. */
export class Sandboxed implements AsyncDisposable {
  /** Resolves when it has ended; rejects with a `StartError` when it broke down. */
  readonly finished: Promise<void>;
  /** What was granted to it. */
  readonly manifest: Manifest;
  readonly #sandbox: Sandbox;
  readonly #options: OpenOptions;
  readonly #calls = new Map<number, (outcome: CallOutcome) => void>();
  readonly #reloads = new Map<number, (outcome: ReloadOutcome) => void>();
  #ready: WorkerMessage & { type: "ready" };
  #next = 1;
  #isOver = false;

  /**
   * @param options What it was opened with.
   * @param sandbox Where it runs.
   * @param ready What it said once it ran.
   * @param reports What it says from then on.
   */
  constructor(
    options: OpenOptions,
    sandbox: Sandbox,
    ready: WorkerMessage & { type: "ready" },
    reports: AsyncIterator<WorkerMessage>,
  ) {
    this.manifest = options.manifest;
    this.#options = options;
    this.#sandbox = sandbox;
    this.#ready = ready;
    this.finished = this.#listen(reports);
    // Who does not ask is not to be stopped by it.
    this.finished.catch(() => {});
  }

  /** What listens where. */
  get surfaces(): readonly RunningSurface[] {
    return this.#ready.listening;
  }

  /** Surfaces that are not served, each with the reason. */
  get notServed(): readonly string[] {
    return this.#ready.notServed;
  }

  /** What was set aside, such as `tool list-orders`. */
  get disabled(): readonly string[] {
    return this.#ready.disabled;
  }

  /** What was found in the document that runs. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#ready.diagnostics;
  }

  async #listen(reports: AsyncIterator<WorkerMessage>): Promise<void> {
    try {
      for (let next = await reports.next(); !next.done; next = await reports.next()) this.#hear(next.value);
    } finally {
      this.#isOver = true;
      for (const end of this.#calls.values()) end({ error: stopped().data });
      const outcome: ReloadOutcome = { ok: false, message: "the capability has ended", diagnostics: [] };
      for (const end of this.#reloads.values()) end(outcome);
      await this.#options.exporter?.close();
    }
  }

  #hear(report: WorkerMessage): void {
    const { onEvent, onReread, spec } = this.#options;
    switch (report.type) {
      case "answered":
        this.#calls.get(report.id)?.(report.outcome);
        break;
      case "refused":
        throw new StartError(report.message, report.diagnostics, spec);
      case "read again":
        if (onReread) return onReread(report.id, report.check);
        return this.#sandbox.reload("", {
          ...{ id: report.id, check: report.check, binds: {}, strict: false },
          refused: {
            ok: false,
            message: "the program that serves it gives it no other document",
            diagnostics: [],
          },
        });
      case "reloaded": {
        const { outcome, check, listening, notServed, disabled, id } = report;
        if (outcome.ok && !check) {
          this.#ready = { ...this.#ready, listening, notServed, disabled, diagnostics: outcome.diagnostics };
        }
        this.#reloads.get(id)?.(outcome);
        onEvent?.({ type: "reloaded", outcome, check });
        break;
      }
      default:
        if (isEvent(report)) onEvent?.(report);
    }
  }

  /**
   * Calls a tool, an operation or a flow once, inside the sandbox.
   *
   * @param name What is called.
   * @param args Its arguments by name.
   * @param options How long it may take, what cancels it, who calls.
   * @returns The value; a `Uint8Array` where the output is binary.
   * @throws {CallError} Every failure.
   */
  async call(
    name: string,
    args: Readonly<Record<string, unknown>> = {},
    { signal, timeout = CALL_MS, caller }: SandboxCallOptions = {},
  ): Promise<unknown> {
    if (this.#isOver) throw stopped();
    const id = this.#next++, { promise, resolve } = Promise.withResolvers<CallOutcome>();
    this.#calls.set(id, resolve);
    const cancel = () => this.#sandbox.cancel(id);
    signal?.addEventListener("abort", cancel);
    this.#sandbox.call({ id, name, args, timeout, caller });
    if (signal?.aborted) cancel();
    const outcome = await promise;
    this.#calls.delete(id);
    signal?.removeEventListener("abort", cancel);
    if ("error" in outcome) throw new CallError(outcome.error);
    return outcome.base64 === undefined ? outcome.value : decodeBase64(outcome.base64);
  }

  /**
   * Serves another document in the place of this one. Calls in flight are finished by the one that took them.
   *
   * @param next The document.
   * @param how Whether it is only checked; the request of the control port that it answers.
   * @returns What came of it; where it cannot be served, what was served before goes on.
   */
  async replace(
    { packed, binds, refused }: NextDocument,
    { check = false, id }: { readonly check?: boolean; readonly id?: number } = {},
  ): Promise<ReloadOutcome> {
    if (this.#isOver) return { ok: false, message: "the capability has ended", diagnostics: [] };
    // Requests of the control port count upwards from 1; those of this thread downwards.
    const key = id ?? -this.#next++, { promise, resolve } = Promise.withResolvers<ReloadOutcome>();
    this.#reloads.set(key, resolve);
    const reload: Reload = {
      id: key,
      check,
      binds,
      strict: this.#options.strict ?? false,
      ...(refused && { refused }),
    };
    this.#sandbox.reload(packed, reload);
    const outcome = await promise;
    this.#reloads.delete(key);
    return outcome;
  }

  /** Stops listening, and waits for the calls in flight. */
  async stop(): Promise<void> {
    this.#sandbox.stop();
    await this.finished;
  }

  /** The same as `stop`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

function stopped(): CallError {
  return new CallError({
    code: "unreachable",
    message: "the capability has ended",
    retryable: false,
    hint: "Serve it again, and call it then.",
  });
}

/** A document as it is sent to the sandbox. */
export function packNext(spec: Specification, binds: Readonly<Record<string, string>>): NextDocument {
  return { packed: packSpecification(spec), binds };
}

/**
 * Opens a sandbox and waits until the capability runs in it.
 *
 * @param options The capability, what it is to do, and who hears of it.
 * @throws {StartError} When it cannot run.
 */
export async function openSandboxed(options: OpenOptions): Promise<Sandboxed> {
  const { spec, found = [], run = runSandboxed } = options, sandbox = run(options);
  options.onStarted?.(() => sandbox.stop());
  const reports = sandbox.reports[Symbol.asyncIterator]();
  try {
    for (;;) {
      const report: WorkerMessage | undefined = (await reports.next()).value;
      if (report?.type === "ready") {
        const ready = { ...report, diagnostics: [...found, ...report.diagnostics] };
        return new Sandboxed(options, sandbox, ready, reports);
      }
      if (report?.type === "refused") {
        throw new StartError(report.message, [...found, ...report.diagnostics], spec);
      }
      if (report === undefined || report.type === "finished") {
        throw new StartError("the capability ended before it was ready", found, spec);
      }
      if (isEvent(report)) options.onEvent?.(report);
    }
  } catch (error) {
    sandbox.terminate();
    await options.exporter?.close();
    throw error;
  }
}
