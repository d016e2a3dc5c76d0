/**
 * A capability as programs see it.
 *
 * @module
 */
import { OptionError } from "../data/capstan_error.ts";
import type { Diagnostic } from "../document/diagnostics/diagnostic.ts";
import type { Host } from "../host/host.ts";
import type { Callable as CompiledCallable } from "../plan/callable.ts";
import type { Capability as Compiled, Disabled, FlowTable, Reach } from "../plan/capability.ts";
import { CALL_MS } from "../plan/deadline.ts";
import type { Preview } from "../plan/flow.ts";
import { flowNamed, previewOf, runOnce } from "../plan/flows/run_once.ts";
import type { Caller, CallEvent } from "../telemetry/call.ts";
import { type Callable, showCallable } from "./callable.ts";
import { showSurface, type Surface } from "./surface.ts";

/** How one call is made. */
export interface CallOptions {
  /** Cancels the call, and the request that is on its way. */
  readonly signal?: AbortSignal;
  /** How long the call may take, in milliseconds, its steps and retries included; 30 seconds when left out. */
  readonly timeout?: number;
  /** Who calls, where the program knows it: forwarded headers and logs may say so. */
  readonly caller?: Caller;
  /** Hears what is worth telling and is no failure, such as a value that was looked for and not found. */
  readonly onEvent?: (event: CallEvent) => void;
}

/** A capability that `compileCapability` has compiled. Nothing in it changes afterwards. */
export interface Capability extends AsyncDisposable {
  /** For people. */
  readonly name: string;
  /** The version its author gave it. */
  readonly version: string | undefined;
  /** Everything it offers, in document order: what its surfaces expose, then aggregate flows and consumed operations. */
  readonly callables: readonly Callable[];
  /** Its surfaces, in document order, each ready to be mounted into a server. */
  readonly surfaces: readonly Surface[];
  /** Aggregate flows as `namespace.flow` and consumed operations as `namespace.operation`. */
  readonly flows: FlowTable;
  /** Every address it may call. */
  readonly reach: readonly Reach[];
  /** What cannot run. */
  readonly disabled: readonly Disabled[];
  /** What compiling found, beside what reading found. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Calls a tool, a REST operation, an aggregate flow or a consumed operation once: {@linkcode call} says how.
   *
   * @param name What is called, as its document or its surface names it.
   * @param args Its arguments by name.
   * @param options How long it may take, what cancels it, who calls.
   * @returns The value in the shape that is declared; a `Uint8Array` where the output is binary.
   * @throws {CallError} Every failure.
   */
  call(name: string, args?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<unknown>;
  /**
   * The request a call would send, secrets as `***`. Nothing is sent.
   *
   * @param name What would be called.
   * @param args Its arguments by name.
   * @returns The request.
   * @throws {CallError} Where the call would refuse the arguments, and for what is more than one request.
   */
  preview(name: string, args?: Readonly<Record<string, unknown>>): Preview;
  /**
   * The surface of a namespace, or of a type where only one has it.
   *
   * @param name The namespace, or the type: `mcp`, `rest`, `skill`.
   * @returns The same object each time.
   * @throws {OptionError} Where there is none, or several.
   */
  surface(name: string): Surface;
  /**
   * Takes the text of every secret out of a text.
   *
   * @param text Any text, such as a line for a log.
   * @returns The text with `***` where a secret stood, however it was encoded.
   */
  redact(text: string): string;
  /** Lets go of what its surfaces and scripts hold. Calls are not to be made afterwards. */
  close(): Promise<void>;
}

const COMPILED = new WeakMap<Capability, Compiled>();

/** What stands behind the view of a capability. */
export function compiledOf(capability: Capability): Compiled {
  const compiled = COMPILED.get(capability);
  if (!compiled) throw new OptionError("this is not a capability; make one with compileCapability");
  return compiled;
}

/** Calls something of a capability once. */
export async function callOnce(
  compiled: Compiled,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
  { signal, timeout = CALL_MS, caller, onEvent }: CallOptions = {},
): Promise<unknown> {
  const flow = flowNamed(compiled, name), deadline = performance.now() + timeout;
  const tell = onEvent &&
    ((event: CallEvent) => onEvent({ ...event, message: compiled.redact(event.message) }));
  const { value, bytes } = await runOnce(compiled, flow, args, { signal, deadline, caller, tell });
  return bytes ?? value;
}

/** The one surface of a name. */
function surfaceNamed(surfaces: readonly Surface[], name: string): Surface {
  const own = surfaces.filter(({ namespace }) => namespace === name);
  const found = own.length > 0 ? own : surfaces.filter(({ type }) => type === name);
  if (found.length === 1) return found[0]!;
  const names = surfaces.map(({ type, namespace }) => namespace ?? type).join(", ");
  throw new OptionError(
    found.length === 0
      ? `no surface has the namespace or the type ${name}; ${
        names === "" ? "there are none" : `there are ${names}`
      }`
      : `${found.length} surfaces are called ${name}; take one of capability.surfaces`,
  );
}

/**
 * Shows a compiled capability to a program.
 *
 * @param compiled The capability.
 * @param host What the outside gives to its surfaces.
 */
export function showCapability(compiled: Compiled, host: Host): Capability {
  const shown = new Map<CompiledCallable, Callable>();
  const show = (callable: CompiledCallable): Callable => {
    let view = shown.get(callable);
    if (!view) shown.set(callable, view = showCallable(callable));
    return view;
  };
  let table: readonly Callable[] | undefined;
  const surfaces = compiled.surfaces.map((surface) => {
    let own: readonly Callable[] | undefined;
    return showSurface(compiled, surface, host, () => own ??= surface.callables.map(show));
  });
  const { name, version, flows, reach, disabled, diagnostics } = compiled,
    views = surfaces.map((s) => s.shown);
  const close = async () => {
    await Promise.all(surfaces.map(({ embedded }) => embedded.close()));
    compiled.isolate.close();
  };
  const capability: Capability = {
    name,
    version,
    get callables() {
      return table ??= compiled.callables.map(show);
    },
    surfaces: views,
    flows,
    reach,
    disabled,
    diagnostics,
    call: (called, args, options) => callOnce(compiled, called, args, options),
    preview: (called, args = {}) => previewOf(compiled, flowNamed(compiled, called), args),
    surface: (wanted) => surfaceNamed(views, wanted),
    redact: (text) => compiled.redact(text),
    close,
    [Symbol.asyncDispose]: close,
  };
  COMPILED.set(capability, compiled);
  return capability;
}
