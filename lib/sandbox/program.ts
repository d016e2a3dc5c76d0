/**
 * The program of a capability: compiles it and runs it, as messages ask for it. It runs in the narrowed worker, or in
 * the one thread of a binary whose permissions are baked in; once in either.
 *
 * @module
 */
import { parseJson, writeJson } from "../data/json.ts";
import { ListenError } from "../expose/http.ts";
import { denoHost } from "../host/deno.ts";
import { stdinReader } from "../expose/mcp/transports/process_streams.ts";
import { loadWire } from "../upstream/door.ts";
import { fileReader } from "../host/files.ts";
import { errorData } from "../upstream/error.ts";
import { type Running, type StartOptions, startSurfaces } from "../expose/start.ts";
import { compileCapability } from "../expose/compile.ts";
import { Problem } from "../plan/problem.ts";
import type { SeenElsewhere } from "../telemetry/elsewhere.ts";
import type { TelemetrySettings } from "../telemetry/settings.ts";
import type { Capability } from "../plan/capability.ts";
import { CALL_MS } from "../plan/deadline.ts";
import { ExchangeWatch } from "../telemetry/exchange.ts";
import type { Specification } from "../document/specification.ts";
import { unpackSpecification } from "../document/pack.ts";
import { lookUp } from "../plan/flows/find_flow.ts";
import type { ReloadOutcome } from "../surface/surface_type.ts";
import type { LeavingMetrics } from "./telemetry/leaving_metrics.ts";
import { exportFor } from "./telemetry/export_worker.ts";
import { switchOn } from "./telemetry/switch_on.ts";
import { passOnDrift, passOnScripts } from "./telemetry/passed_on.ts";
import { type HandedConnection, handedConnection, type Handover } from "./handover/handed_input.ts";
import { Calls, packResult } from "./calls.ts";
import type { GatherSettings } from "./gather/gather.ts";
import { type MessageScope, packReport } from "./crossing.ts";
import { askForIsolates } from "./isolates.ts";
import type { Job, Reload, Start, WorkerMessage } from "./messages.ts";
import { refusalOfErrors, refusalToHold, refusalToServe } from "./handover/refusal.ts";
import { previewOf, runOnce } from "../plan/flows/run_once.ts";

let scope: MessageScope;

function say(report: WorkerMessage): void {
  scope.postMessage(packReport(report));
}

const host = denoHost((entry) => say({ type: "log", entry }));
let running: Running | undefined, compiled: Capability | undefined, stopping = false;

/** Where the operator wants the capability to listen. */
let options: StartOptions = {};

/** What every document of this worker is compiled with. */
let surroundings: Omit<Parameters<typeof compileCapability>[1], "binds"> = { readText: fileReader(), host };

/** How long scripts and decoders go on after the capability is asked to stop, in milliseconds. */
const SCRIPTS_MS = 2_000;

/** What is observed of calls; undefined where nothing is. */
let telemetry: TelemetrySettings | undefined;

/** Standard input, where the main thread has begun to answer on it. */
let begun: HandedConnection | undefined;

/** What this worker shares with others of the capability. */
let shared: SharedArrayBuffer | undefined;

/** Requests of the control port that wait for the document to be read again. */
const asked = new Map<number, (outcome: ReloadOutcome) => void>();
let requests = 0;

function readAgain(check: boolean): Promise<ReloadOutcome> {
  const id = ++requests;
  return new Promise((resolve) => {
    asked.set(id, resolve);
    say({ type: "read again", id, check });
  });
}

/** Calls of the main thread, and what ends the waiting for them. */
const calls = new Calls();
let held: (() => void) | undefined;

const rereading = { reload: () => readAgain(false), validate: () => readAgain(true) };

/** Serves another document in the place of the one that is served, or says why not. */
async function reload(packed: string, text: string): Promise<void> {
  const { id, check, binds, strict, refused } = parseJson(text) as Reload;
  let outcome = refused, disabled: readonly string[] = [];
  if (!outcome) {
    const spec = unpackSpecification(packed);
    const capability = await compileCapability(spec, { ...surroundings, binds, before: compiled });
    const { diagnostics } = capability,
      message = (running ? refusalToServe(capability, options, strict) : refusalToHold(capability, strict)) ??
        refusalOfErrors(diagnostics, compiled?.diagnostics ?? []);
    outcome = message === undefined ? { ok: true, diagnostics } : { ok: false, message, diagnostics };
    if (outcome.ok && !check) {
      disabled = capability.disabled.map((d) => d.node);
      try {
        passOnScripts(capability, say);
        passOnDrift(capability, say, () => true);
        if (telemetry) observe(capability, telemetry, compiled);
        await running?.reload(capability);
        compiled = capability;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        outcome = { ok: false, message, diagnostics };
      }
    }
  }
  asked.get(id)?.(outcome);
  asked.delete(id);
  const { listening = [], notServed = [] } = running ?? {};
  say({ type: "reloaded", id, outcome, check, listening, notServed, disabled });
}

async function serve(capability: Capability, job: Job & { do: "serve" }, strict: boolean): Promise<void> {
  options = job.options;
  const message = refusalToServe(capability, options, strict);
  if (message !== undefined) return say({ type: "refused", message, diagnostics: capability.diagnostics });
  try {
    passOnDrift(capability, say, () => true);
    telemetry = job.telemetry;
    if (telemetry) observe(capability, telemetry);
    running = await startSurfaces(capability, job.options, {
      host,
      reload: rereading,
      begun: begun?.connection,
      memory: shared,
    });
  } catch (error) {
    if (error instanceof Problem) {
      return say({
        type: "refused",
        message: "a variable the capability uses has no value",
        diagnostics: [...capability.diagnostics, error.diagnostic],
      });
    }
    if (!(error instanceof ListenError)) throw error;
    return say({ type: "refused", message: error.message, diagnostics: capability.diagnostics });
  }
  say({
    type: "ready",
    listening: running.listening,
    notServed: running.notServed,
    diagnostics: capability.diagnostics,
    disabled: capability.disabled.map((d) => d.node),
  });
  // The first call does not wait for it.
  void loadWire();
  if (stopping) await running.close();
  await running.finished;
  await calls.ended();
  flushTelemetry(compiled);
  say({ type: "finished" });
}

/** Waits for calls of the main thread until it is asked to stop. */
async function hold(capability: Capability, job: Job & { do: "hold" }, strict: boolean): Promise<void> {
  const { diagnostics } = capability, message = refusalToHold(capability, strict);
  if (message !== undefined) return say({ type: "refused", message, diagnostics });
  passOnDrift(capability, say, () => true);
  telemetry = job.telemetry;
  if (telemetry) observe(capability, telemetry);
  const disabled = capability.disabled.map((d) => d.node);
  say({ type: "ready", listening: [], notServed: [], diagnostics, disabled });
  void loadWire();
  if (!stopping) await new Promise<void>((resolve) => held = resolve);
  await calls.ended();
  flushTelemetry(capability);
  say({ type: "finished" });
}

/** What sends metrics to a collector, where there is one. */
let leavingMetrics: LeavingMetrics | undefined;

/** Switches telemetry on; what was counted and kept before stays. */
function observe(capability: Capability, settings: TelemetrySettings, before?: Capability): void {
  if (before) return capability.telemetry.takeOver(before.telemetry);
  leavingMetrics = switchOn(capability.telemetry, settings, options.share, say);
}

/** Everything that was counted or waits leaves. */
function flushTelemetry(capability: Capability | undefined): void {
  capability?.telemetry.flush();
  leavingMetrics?.end();
}

/** Serves one endpoint for several servers: this worker does nothing else. */
async function gather(settings: GatherSettings): Promise<void> {
  let isOver = false;
  scope.onmessage = () => isOver = true;
  const { serveGathered } = await import("./gather/gather_serve.ts");
  const stop = serveGathered(settings, (report) => scope.postMessage(writeJson(report)));
  if (isOver) stop();
  scope.onmessage = stop;
}

async function call(
  capability: Capability,
  { name, args, dryRun, verbose }: Job & { do: "call" },
): Promise<void> {
  say({ type: "calling" });
  if (capability.diagnostics.length > 0) say({ type: "found", diagnostics: capability.diagnostics });
  const found = lookUp(capability, name);
  if ("names" in found) return say({ type: "unknown", names: found.names });
  if ("disabled" in found) {
    return say({ type: "refused", message: found.disabled.message, diagnostics: [found.disabled] });
  }
  try {
    if (found.others.length > 0) {
      const { kind, namespace } = found.callable, others = found.others.map(({ label }) => label).join(", ");
      say({
        type: "log",
        entry: {
          level: "info",
          message: `${name} means the ${kind}${
            namespace === undefined ? "" : ` of ${namespace}`
          }; ${others} has the name too`,
        },
      });
    }
    if (dryRun) return say({ type: "preview", preview: previewOf(capability, found.flow, args) });
    // The outputs that drifted are reported with the result.
    passOnDrift(capability, say, ({ code }) => code !== "drift");
    const watch = verbose ? new ExchangeWatch((lines) => say({ type: "lines", lines })) : undefined;
    const result = await runOnce(capability, found.flow, args, {
      deadline: performance.now() + CALL_MS,
      watch,
      tell({ code, message }) {
        // What answers did not hold is reported by the log of drift.
        if (code === "drift" || code === "not_found_in_answer") return;
        say({ type: "log", entry: { level: "info", message: capability.redact(message) } });
      },
    });
    say({
      type: "result",
      ...packResult(result),
      ...(result.drift === undefined ? {} : { drift: result.drift }),
    });
  } catch (error) {
    say({ type: "failed", error: errorData(error) });
  }
}

async function start(
  packed: string | Specification,
  text: string,
  port: MessagePort | undefined,
  memory: SharedArrayBuffer | undefined,
): Promise<void> {
  shared = memory;
  const { job, binds, strict, wire, needs, isBegun } = parseJson(text) as Start;
  if (isBegun) begun = handedConnection(stdinReader);
  surroundings = { ...surroundings, wire, makeLink: port && askForIsolates(port) };
  const spec = typeof packed === "string" ? unpackSpecification(packed) : packed;
  const capability = await compileCapability(spec, { ...surroundings, binds });
  compiled = capability;
  if (needs && job.do === "serve") capability.isolate.warm(needs.scripts);
  passOnScripts(capability, say);
  if (job.do === "serve") await serve(capability, job, strict);
  else if (job.do === "hold") await hold(capability, job, strict);
  else await call(capability, job);
}

function receive({ data, ports }: Pick<MessageEvent<unknown>, "data" | "ports">): void {
  if (data === "stop") {
    stopping = true;
    void running?.close();
    held?.();
    // A script that never ends is no call that could be waited for.
    setTimeout(() => compiled?.isolate.close(), SCRIPTS_MS);
    return;
  }
  if (typeof data === "object" && "bytes" in data!) return begun!.take(data as Handover);
  if (data === "written") return begun!.written();
  const [packed, text, more, memory] = data as [
    string | Specification,
    string,
    string | undefined,
    SharedArrayBuffer | undefined,
  ];
  if (packed === "reload") {
    reload(text, more!).catch((error) => {
      const { id, check } = parseJson(more!) as Reload,
        message = `the document could not be read again: ${error}`;
      host.log({ level: "error", message });
      const outcome = { ok: false, message, diagnostics: [] };
      asked.get(id)?.(outcome);
      asked.delete(id);
      say({ type: "reloaded", id, outcome, check, listening: [], notServed: [], disabled: [] });
    });
    return;
  }
  if (packed === "seen") {
    return compiled?.telemetry.seen(Number(text), parseJson(more!) as SeenElsewhere);
  }
  if (packed === "call") {
    void calls.make(compiled!, text).then((made) => say({ type: "answered", ...made }));
    return;
  }
  if (packed === "cancel") return calls.cancel(Number(text));
  if (packed === "gather") return void gather(parseJson(text) as GatherSettings);
  if (packed === "export") return exportFor(scope, text);
  start(packed, text, ports[0], memory).catch((error) => {
    say({
      type: "refused",
      message: `the capability could not be started: ${
        error instanceof Error ? error.message : String(error)
      }`,
      diagnostics: [],
    });
  });
}

/**
 * Runs the program.
 *
 * @param of Where its orders come from, and where it says what came of them.
 */
export function runProgram(of: MessageScope): void {
  scope = of;
  scope.onmessage = receive;
}
